"""What a candidate is told before anything is recorded, and what their answer allows. Pure."""

import hashlib

import msgspec

from liveroom.api import Consent, ConsentNotice
from liveroom.errors import Conflict
from liveroom.messages import RoomKind
from liveroom.rows import StoredConsent
from liveroom.settings import Settings

_RECORDED = [
    "What you and the others write and run in this room, and what the runs put out, each with its time.",
    "The name that you were invited under, and when you come and go.",
]
_NOT_RECORDED = [
    "No camera, microphone or screen, nothing outside this page, and no other tab.",
    "No address, location or fingerprint of your device.",
]


def notice(settings: Settings, kind: RoomKind) -> ConsentNotice:
    """The exact text for this site and kind of room, with its hash."""
    what = "take-home" if kind == "take-home" else "interview"
    shown = ConsentNotice(
        who=settings.organisation,
        contact=settings.contact,
        purpose=f"To hold this {what} and to let the people who decide about it see how it went.",
        recorded=_RECORDED,
        not_recorded=_NOT_RECORDED,
        retention_days=settings.retention_days,
        replay=(
            "Keep the replay, so that those who decide can see how the work went. "
            "Switched off, the record is deleted at the end and only the final files stay."
        ),
        metrics=(
            "Count process metrics: the time on the task, runs, errors, pastes, how the text came about (pauses, "
            "revisions, what was typed, pasted or completed), and when this tab is in front. "
            "Some are set beside those of people who wrote prose. Switched off, none of these are counted."
        ),
        typing=(
            "Compare typing: record when keys are pressed and released (which keys, never outside this page) and what "
            "kind of system, browser and keyboard layout you type on, so that the rhythm here can be compared with "
            "your own other work for this team where you allowed it. You are asked whether your situation was "
            "different and see the result first; the team sees it when you let it, or three days after the end. "
            "Switched off, no key is recorded. Nobody sees why there is no comparison."
        ),
        text_hash="",
        asks_typing=settings.asks_typing,
        asks_metrics=settings.asks_metrics,
    )
    return msgspec.structs.replace(shown, text_hash=hashlib.sha256(text_of(shown).encode()).hexdigest())


def text_of(notice: ConsentNotice) -> str:
    """The notice as one text, which is what is hashed and kept with the answer."""
    switches = [("Replay", notice.replay)]
    switches += [("Process metrics", notice.metrics)] if notice.asks_metrics else []
    switches += [("Typing comparison", notice.typing)] if notice.asks_typing else []
    return "\n".join(
        [
            f"Who: {notice.who}. Contact: {notice.contact}.",
            f"Why: {notice.purpose}",
            *(f"Recorded: {line}" for line in notice.recorded),
            *(f"Not recorded: {line}" for line in notice.not_recorded),
            f"Kept for {notice.retention_days} days, then deleted.",
            *(f"{name}: {line}" for name, line in switches),
        ]
    )


def answered(room: str, notice: ConsentNotice, answer: Consent, *, at_wall_us: int) -> StoredConsent:
    """The answer as it is kept. What the site does not ask is off, whatever a program sends."""
    if answer.text_hash != notice.text_hash:
        raise Conflict("The notice has changed since you opened it; read it again and then answer.")
    return StoredConsent(
        room,
        replay=answer.replay,
        metrics=answer.metrics and notice.asks_metrics,
        typing=answer.typing and notice.asks_typing,
        text=text_of(notice),
        text_hash=notice.text_hash,
        at_wall_us=at_wall_us,
    )


def what_was_kept(consent: StoredConsent | None) -> list[str]:
    """Sentences for the candidate's last page."""
    if consent is None:
        return ["Nothing: you did not enter the room."]
    kept = ["Your final code, and your answer to the notice."]
    if consent.replay:
        kept.append("The replay: what was written and run, what the runs put out, and when.")
    else:
        kept.append("No replay: the record of how the code came about is deleted.")
    if consent.metrics:
        kept.append("Process metrics, such as the time on the task and the number of runs.")
    if consent.typing:
        kept.append(
            "When keys were pressed and released, and on what kind of system, for the comparison of typing."
        )
    else:
        kept.append("No key presses.")
    return kept
