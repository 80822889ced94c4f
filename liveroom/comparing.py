"""`liveroom compare`: timelines of rooms or files, and what their typing says of one another."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keystroke import timeline
from liveroom.errors import LiveroomError
from liveroom.report import candidate_of

if TYPE_CHECKING:
    from liveroom.control import Control


def needs_rooms(sources: Sequence[str]) -> bool:
    """Whether any source is a room's id and not a file; raises LiveroomError for one that is neither."""
    rooms = [source for source in sources if not Path(source).is_file()]
    for room in rooms:
        if not all(char.isalnum() or char in "-_" for char in room):
            raise LiveroomError(f"{room} is neither a file nor a room; check its spelling.")
    return bool(rooms)


def compare(profiles: Sequence[str], questioned: str, control: "Control | None") -> dict[str, Any]:
    """The comparison's fields by name. Loads numpy."""
    import keystroke

    enrolled = timeline.one_after_another(_keys(source, control) for source in profiles)
    return dataclasses.asdict(keystroke.compare(enrolled, _keys(questioned, control)))


def sentences(result: dict[str, Any]) -> Iterator[str]:
    """The comparison for a person; never a verdict."""
    log10_lr, counts = result["log10_lr"], f"{result['n_profile']} and {result['n_questioned']} keys compared"
    if log10_lr is None:
        yield f"{result['status'].replace('_', ' ').capitalize()}: {counts}."
    else:
        low, high = result["interval90"]
        word, times = ("more", 10**log10_lr) if log10_lr >= 0 else ("less", 10**-log10_lr)
        yield (
            f"log10 LR {log10_lr:+.2f} (90 % interval {low:+.2f} to {high:+.2f}): the timing is "
            f"{times:.3g} times {word} likely if the same person typed both; {counts}."
        )
    yield from result["reasons"]


def _keys(source: str, control: "Control | None") -> list[timeline.KeyEvent]:
    """The candidate's keys; of a timeline that names no participants, those of its only typist."""
    events = timeline.read(_lines(source, control)).events
    typist = candidate_of(events)
    if typist is None:
        typists = {event.participant for event in events if event.kind in _KEY_KINDS}
        if len(typists) > 1:
            raise LiveroomError(f"{source} does not say which participant is the candidate.")
        typist = next(iter(typists), None)
    return [] if typist is None else timeline.key_events(events, typist)


_KEY_KINDS = frozenset({timeline.KEYS, timeline.KEY_DOWN, timeline.KEY_UP})


def _lines(source: str, control: "Control | None") -> list[bytes]:
    path = Path(source)
    if path.is_file():
        return path.read_bytes().splitlines()
    assert control is not None
    return control.get(f"/api/rooms/{source}/export?as=timeline").splitlines()
