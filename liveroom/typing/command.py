"""`liveroom compare`: timelines of rooms or files, and what their typing says of one another.

Files are compared as they are. Rooms keep to what their candidates were told: one candidate's own work, the later with
the earlier, and not before it is unlocked.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from keystroke import timeline
from liveroom.api import Report, RoomDetails, RoomSummary
from liveroom.errors import LiveroomError
from liveroom.report import candidate_of
from liveroom.times import MICROS_MAX
from liveroom.typing.comparison import compared
from liveroom.typing.profile_files import compared_with_profile
from liveroom.typing.typed import Typed, typed_in

if TYPE_CHECKING:
    from keystroke.population import Population
    from liveroom.control import Control

NOT_RUN: dict[str, Any] = {"status": "not-run", "log10_lr": None, "reasons": []}
NOT_RUN_YET: dict[str, Any] = {
    "status": "not-run-yet",
    "log10_lr": None,
    "reasons": [
        "It is unlocked three days after the room's end, or when the candidate lets the panel see it."
    ],
}


def needs_rooms(sources: Sequence[str]) -> bool:
    """Whether any source is a room's id and not a file; raises LiveroomError for one that is neither."""
    rooms = [source for source in sources if _is_room(source)]
    for room in rooms:
        if not all(char.isalnum() or char in "-_" for char in room):
            raise LiveroomError(f"{room} is neither a file nor a room; check its spelling.")
    return bool(rooms)


def compare(
    profiles: Sequence[str], questioned: str, control: "Control | None", *, population: "Population | None"
) -> dict[str, Any]:
    """Everything that there is to show, by name, or only why there is nothing yet. Loads numpy."""
    from keystroke.profile_file import is_profile

    differed = None
    if control is not None:
        locking = [questioned] if _is_room(questioned) else [*filter(_is_room, profiles)]
        reports = [
            msgspec.json.decode(control.get(f"/api/rooms/{room}/report"), type=Report) for room in locking
        ]
        if any(report.comparison.status == "not-run-yet" for report in reports):
            return NOT_RUN_YET
        _check_rooms(profiles, questioned, control)
        differed = reports[0].review.situation_differed if _is_room(questioned) else None
    files = [source for source in profiles if not _is_room(source) and is_profile(Path(source))]
    if files and len(profiles) > 1:
        raise LiveroomError("A profile file stands alone; name it, or the rooms and timelines of one person.")
    enrolled = [] if files else [_typed(source, control) for source in profiles]
    typed = _typed(questioned, control)
    rooms = [one for one in (*enrolled, typed) if _is_room(one.name)]
    if not all(room.keys for room in rooms):
        return NOT_RUN  # declined, withdrawn and never typed read alike
    if files:
        return compared_with_profile(
            Path(files[0]), typed, situation_differed=differed, population=population
        )
    return compared(typed, enrolled, situation_differed=differed, population=population)


def sentences(result: dict[str, Any]) -> Iterator[str]:
    """The comparison for a person; never a verdict."""
    status = result["status"].replace("_", " ").replace("-", " ").capitalize()
    if "n_profile" not in result:
        yield f"{status}."
    elif result["log10_lr"] is None:
        yield f"{status}: {_counts(result)}."
    else:
        low, high = result["interval90"]
        yield result["sentence"]
        yield (
            f"log10 LR {result['log10_lr']:+.2f} (90 % interval {low:+.2f} to {high:+.2f}): {result['verbal']}; "
            f"{_counts(result)}."
        )
    yield from result["reasons"]


def _counts(result: dict[str, Any]) -> str:
    return f"{result['n_profile']} and {result['n_questioned']} keys compared"


def _is_room(source: str) -> bool:
    return not Path(source).is_file()


def _check_rooms(profiles: Sequence[str], questioned: str, control: "Control") -> None:
    """One candidate's rooms alone are compared, each with what came before it."""
    rooms = [_summary(control, room) for room in profiles if _is_room(room)]
    later = _summary(control, questioned) if _is_room(questioned) else None
    candidates = {room.candidate_id for room in [*rooms, *([] if later is None else [later])]}
    if len(candidates) > 1:
        raise LiveroomError(
            "These rooms are of different candidates; typing is compared with the same candidate's own work alone."
        )
    for room in rooms if later is not None else ():
        if room.ended is None or later is None or later.started is None or room.ended > later.started:
            raise LiveroomError(
                f"Room {room.room} had not ended when {questioned} began; a profile is made of earlier rooms."
            )


def _summary(control: "Control", room: str) -> RoomSummary:
    return msgspec.json.decode(control.get(f"/api/rooms/{room}"), type=RoomDetails).summary


def _typed(source: str, control: "Control | None") -> Typed:
    """The candidate's typing; of a timeline that names no participants, that of its only typist."""
    read = timeline.read(_lines(source, control))
    typist = candidate_of(read.events)
    if typist is None:
        typists = {event.participant for event in read.events if event.kind in _KEY_KINDS}
        if len(typists) > 1:
            raise LiveroomError(f"{source} does not say which participant is the candidate.")
        typist = next(iter(typists), None)
    return typed_in(read.events, typist, name=source, made_wall_us=_wall_us(source, read.header.made))


_KEY_KINDS = frozenset({timeline.KEYS, timeline.KEY_DOWN, timeline.KEY_UP})


def _lines(source: str, control: "Control | None") -> list[bytes]:
    path = Path(source)
    if path.is_file():
        return path.read_bytes().splitlines()
    assert control is not None
    return control.get(f"/api/rooms/{source}/export?as=timeline").splitlines()


def _wall_us(source: str, made: str) -> int:
    try:
        wall_us = int(datetime.fromisoformat(made).timestamp() * 1_000_000)
    except (ValueError, OverflowError):
        wall_us = -1
    if not 0 <= wall_us <= MICROS_MAX:
        raise LiveroomError(
            f"{source} does not say when it was made: {made!r} is no ISO 8601 time of our days."
        )
    return wall_us
