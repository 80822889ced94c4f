"""The candidate is asked first, sees the result first, and lets the panel see it; each step in its order."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from keystroke.population import shipped
from liveroom.api import OwnTyping, ReviewNote, TypingReview
from liveroom.errors import Conflict
from liveroom.forget import forget_candidate, withdraw_typing
from liveroom.review import report_of, write_review
from liveroom.rows import StoredReview
from liveroom.store import Store
from liveroom.times import DAY_US
from liveroom.typing.comparison import NOT_RUN, NOT_RUN_YET
from liveroom.typing.own_typing import answer_situation, own_typing_of, write_note
from liveroom.typing.sessions import Sessions
from tests.support.held import HOUR_US, held
from tests.support.stored import MADE_US
from tests.support.typist import recordings

pytestmark = pytest.mark.asyncio

ENDED_US = MADE_US + 2 * HOUR_US
UNLOCKED_US = ENDED_US + 3 * DAY_US
OPENS = "5 February 2026, 04:40 UTC"
START_US = 1_000_000
"""Of the stored rooms' first event."""


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path)
    typed = recordings()["v053"]
    await held(opened, "take-home", hour=0, kind="take-home", keys=typed[:3])
    await held(opened, "live", hour=1, continues="take-home", keys=typed[3:])
    yield opened
    await opened.close()


async def own(store: Store, *, now_us: int = ENDED_US) -> OwnTyping:
    return await own_typing_of(Sessions(store), "live", now_wall_us=now_us)


async def answer(store: Store, differed: bool = False, *, now_us: int = ENDED_US) -> None:
    await answer_situation(Sessions(store), "live", differed=differed, now_wall_us=now_us)


async def note(store: Store, text: str, *, now_us: int = ENDED_US) -> None:
    await write_note(Sessions(store), "live", text, now_wall_us=now_us)


async def opened_by_the_panel(store: Store, *, now_us: int = ENDED_US) -> None:
    await report_of(Sessions(store), "live", who="Ben", now_wall_us=now_us)


async def test_the_question_comes_before_the_result(store: Store) -> None:
    assert await own(store) == OwnTyping("ask", NOT_RUN_YET, TypingReview(), opens=OPENS, start_us=START_US)


async def test_after_the_answer_the_candidate_alone_reads_the_result(store: Store) -> None:
    await answer(store, differed=True)
    found = await own(store)
    assert (found.state, found.review, found.opens) == ("reading", TypingReview(True), OPENS)
    assert found.comparison.log10_lr is not None
    report = await report_of(Sessions(store), "live", who="Ben", now_wall_us=ENDED_US)
    assert (report.comparison, report.review) == (NOT_RUN_YET, TypingReview())


async def test_the_note_lets_the_panel_see_the_same_result(store: Store) -> None:
    await answer(store)
    await note(store, "")
    found = await own(store)
    assert (found.state, found.opened) == ("shown", None)
    report = await report_of(Sessions(store), "live", who="Ben", now_wall_us=ENDED_US)
    assert (report.comparison, report.review) == (found.comparison, found.review)
    assert (await own(store)).opened == "2 February 2026, 04:40 UTC"


async def test_a_note_may_be_changed_until_the_panel_has_opened_the_comparison(store: Store) -> None:
    await answer(store)
    await note(store, "First.")
    await note(store, "Second.")
    await opened_by_the_panel(store)
    with pytest.raises(Conflict, match="has opened the comparison"):
        await note(store, "Third.")
    assert (await own(store)).review.candidate_note == "Second."


@pytest.mark.parametrize("noted", [False, True])
async def test_the_question_is_answered_once(store: Store, noted: bool) -> None:
    await answer(store, differed=False)
    if noted:
        await note(store, "")
    with pytest.raises(Conflict, match="question is closed"):
        await answer(store, differed=True)
    assert (await own(store)).review.situation_differed is False


async def test_of_two_answers_at_once_one_holds(store: Store) -> None:
    """From two tabs, each of which found the question open."""
    results = await asyncio.gather(answer(store, True), answer(store, False), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
    assert (await own(store)).review.situation_differed is (results[0] is None)


async def test_a_yes_stands_among_the_conditions_that_the_candidate_and_the_panel_read(store: Store) -> None:
    await answer(store, differed=True)
    await note(store, "")
    report = await report_of(Sessions(store), "live", who="Ben", now_wall_us=ENDED_US)
    for found in ((await own(store)).comparison, report.comparison):
        assert [row.questioned for row in found.conditions if row.name.startswith("Set-up")] == ["different"]
        assert any("situation was different" in reason for reason in found.reasons)


async def test_a_sites_own_population_is_what_is_compared_with(store: Store) -> None:
    own_people = dataclasses.replace(shipped(), cohort={**shipped().cohort, "name": "Acme's engineers"})
    found = await own_typing_of(Sessions(store, population=own_people), "live", now_wall_us=UNLOCKED_US)
    assert found.comparison.cohort == "Acme's engineers"


async def test_a_note_without_an_answer_waits_for_it(store: Store) -> None:
    with pytest.raises(Conflict, match="Say first"):
        await note(store, "A new keyboard.")


async def test_after_three_days_of_silence_it_is_shown_and_a_note_is_still_welcome(store: Store) -> None:
    found = await own(store, now_us=UNLOCKED_US)
    assert (found.state, found.review) == ("shown", TypingReview())
    with pytest.raises(Conflict, match="question is closed"):
        await answer(store, now_us=UNLOCKED_US)
    await note(store, "A new keyboard.", now_us=UNLOCKED_US)
    assert (await own(store, now_us=UNLOCKED_US)).review.candidate_note == "A new keyboard."


async def test_whoever_declined_is_asked_nothing(store: Store) -> None:
    await withdraw_typing(store, "live")
    assert await own(store) == OwnTyping("none", NOT_RUN, TypingReview())
    with pytest.raises(Conflict, match="no comparison"):
        await answer(store)
    with pytest.raises(Conflict, match="no comparison"):
        await note(store, "Hello.")


async def test_a_reviewers_note_is_the_panels(store: Store) -> None:
    await answer(store)
    await note(store, "Mine.")
    await write_review(Sessions(store), "live", ReviewNote("Ben", "Theirs."), now_wall_us=ENDED_US)
    assert "Theirs." not in repr(await own(store))


async def test_a_room_that_goes_on_is_asked_about_again_and_keeps_the_note(store: Store) -> None:
    await answer(store, differed=True)
    await note(store, "A new keyboard.")
    await opened_by_the_panel(store)
    await store.ask_again("live")
    assert await own(store) == OwnTyping(
        "ask", NOT_RUN_YET, TypingReview(candidate_note="A new keyboard."), opens=OPENS, start_us=START_US
    )


@pytest.mark.parametrize("way", ["withdrawn", "withdrawn at home", "forgotten"])
async def test_what_was_written_goes_with_the_typing(store: Store, tmp_path: Path, way: str) -> None:
    async def close(_room: str) -> None:
        """Nothing is live here."""

    await answer(store, differed=True)
    await note(store, "My canary.")
    await opened_by_the_panel(store)
    await write_review(Sessions(store), "live", ReviewNote("Ben", "Her canary."), now_wall_us=ENDED_US)
    if way != "forgotten":
        await withdraw_typing(store, "live" if way == "withdrawn" else "take-home")
    else:
        await forget_candidate(store, tmp_path, "candidate-1", close=close, now_wall_us=ENDED_US)
    assert await store.typing_review("live") == StoredReview()
    assert await store.typing_views("live") == []
    assert not any(b"canary" in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


async def test_what_was_written_stays_while_another_take_home_is_there_to_compare_with(store: Store) -> None:
    await held(store, "earlier", hour=-1, kind="take-home")
    await answer(store, differed=True)
    await withdraw_typing(store, "take-home")
    assert (await own(store)).state == "reading"
