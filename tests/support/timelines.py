"""Timelines of rooms in the making, as the room records them, with a candidate who may really have typed."""

from collections.abc import Sequence
from typing import Any

from keystroke.timeline import Event, KeyEvent, one_after_another

SECOND = 1_000_000
CLEO = {"participant": "p3", "name": "Cleo", "role": "candidate", "colour": "#445566"}


class Log:
    """A timeline in the making."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, at: int, by: str | None, kind: str, /, **body: Any) -> "Log":
        """An event at a whole second."""
        self.events.append(Event(len(self.events) + 1, at * SECOND, by, kind, "all", body))
        return self


def a_room() -> Log:
    return Log().add(0, "p3", "participant", **CLEO).add(1, "p3", "join", connection=1)


def typed(sessions: Sequence[Sequence[KeyEvent]], *, by: str = "p3") -> Log:
    """A room in which somebody really typed: in batches of keys."""
    keys = [
        [round(key["t"] * 1000), key["type"].removeprefix("key"), key["code"], 0]
        for key in one_after_another(sessions)
    ]
    log = a_room()
    for start in range(0, len(keys), 64):
        log.add(2 + start, by, "keys", page="x", n=start + 1, keys=keys[start : start + 64])
    return log
