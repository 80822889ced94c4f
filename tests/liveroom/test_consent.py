"""The notice says exactly what happens, and an answer is to that exact text."""

import hashlib

import pytest

from liveroom.api import Consent
from liveroom.consent import answered, notice, text_of, what_was_kept
from liveroom.errors import Conflict
from liveroom.rows import StoredConsent
from liveroom.settings import Settings

SITE = Settings(organisation="Acme", contact="hiring@acme.example", retention_days=30)


def answer(text_hash: str, *, replay: bool = True, metrics: bool = True, typing: bool = True) -> Consent:
    return Consent(text_hash, replay, metrics, typing)


def test_the_notice_names_who_why_and_how_long() -> None:
    text = text_of(notice(SITE, "live"))
    assert "Acme" in text
    assert "hiring@acme.example" in text
    assert "30 days" in text
    assert "interview" in text
    assert "take-home" in text_of(notice(SITE, "take-home"))


def test_the_question_about_typing_says_what_is_new_who_sees_it_and_who_first() -> None:
    typing = notice(SITE, "live").typing
    for words in (
        "system, browser and keyboard layout",
        "your own other work for this team where you allowed it",
        "see the result first",
        "three days after the end",
        "Switched off, no key is recorded.",
    ):
        assert words in typing


def test_the_hash_is_of_the_text_that_is_kept() -> None:
    shown = notice(SITE, "live")
    kept = answered("room-1", shown, answer(shown.text_hash, typing=False), at_wall_us=7)
    assert kept == StoredConsent("room-1", True, True, False, text_of(shown), shown.text_hash, 7)
    assert hashlib.sha256(kept.text.encode()).hexdigest() == kept.text_hash


def test_any_change_of_the_notice_changes_its_hash() -> None:
    others = [
        Settings(organisation="Acme", contact="hiring@acme.example", retention_days=31),
        Settings(organisation="Acme", contact="hiring@acme.example", retention_days=30, asks_typing=False),
    ]
    hashes = {notice(site, "live").text_hash for site in [SITE, *others]}
    assert len(hashes | {notice(SITE, "take-home").text_hash}) == 4


def test_an_answer_to_an_older_notice_is_refused() -> None:
    with pytest.raises(Conflict, match="has changed"):
        answered("room-1", notice(SITE, "live"), answer("0" * 64), at_wall_us=0)


def test_what_the_site_does_not_ask_is_off_and_not_in_the_text() -> None:
    quiet = Settings(asks_typing=False, asks_metrics=False)
    shown = notice(quiet, "live")
    kept = answered("room-1", shown, answer(shown.text_hash), at_wall_us=0)
    assert (kept.replay, kept.metrics, kept.typing) == (True, False, False)
    assert "Typing comparison" not in kept.text
    assert "Process metrics" not in kept.text


def test_what_was_kept_follows_the_switches() -> None:
    everything = StoredConsent("room-1", True, True, True, "", "", 0)
    nothing = StoredConsent("room-1", False, False, False, "", "", 0)
    assert any("when keys were pressed" in line.lower() for line in what_was_kept(everything))
    assert "No key presses." in what_was_kept(nothing)
    assert any("No replay" in line for line in what_was_kept(nothing))
    assert what_was_kept(None) == ["Nothing: you did not enter the room."]
