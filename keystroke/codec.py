"""Read typing from files: timelines in JSON lines, and tables of `subject,session,key,t_down,t_up`."""

import csv
import gzip
from collections import defaultdict
from pathlib import Path

from keystroke.timeline import Event, KeyEvent, Timeline, TimelineError, key_events, one_after_another, read

Sessions = dict[str, list[list[KeyEvent]]]
"""Key events by subject, a list a session."""


def read_timeline(path: Path) -> Timeline:
    try:
        with path.open("rb") as file:
            return read(file)
    except TimelineError as error:
        raise TimelineError(f"{path}: {error}") from error


def typist_of(timeline: Timeline) -> str | None:
    """The one participant whose keys were recorded, None if nobody's were; liveroom records only the candidate's."""
    typists = {event.participant for event in timeline.events if _holds_keys(event)} - {None}
    if len(typists) > 1:
        raise TimelineError(f"Several participants typed ({', '.join(sorted(map(str, typists)))}): name one.")
    return typists.pop() if typists else None


def _holds_keys(event: Event) -> bool:
    return event.kind in ("keys", "key-down", "key-up")


def typing_in(paths: list[Path], participant: str | None = None) -> list[KeyEvent]:
    """The key events of one person in one or more timelines."""
    sessions = []
    for path in paths:
        timeline = read_timeline(path)
        typist = participant or typist_of(timeline)
        sessions.append(key_events(timeline.events, typist) if typist else [])
    return one_after_another(sessions)


def read_table(path: Path) -> Sessions:
    """A table of presses, gzipped or not: milliseconds, physical key codes, an empty `t_up` for a release not seen."""
    found: dict[tuple[str, int], list[KeyEvent]] = defaultdict(list)
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        for row in csv.DictReader(file):
            session = found[row["subject"], int(row["session"])]
            session.append(_key("keydown", row["t_down"], row["key"]))
            if row["t_up"]:
                session.append(_key("keyup", row["t_up"], row["key"]))
    sessions: Sessions = defaultdict(list)
    for subject, session_number in sorted(found):
        events = found[subject, session_number]
        events.sort(key=lambda key: key["t"])
        sessions[subject].append(events)
    return dict(sessions)


def _key(way: str, t: str, code: str) -> KeyEvent:
    return KeyEvent(type=way, t=float(t), code=code, key="", repeat=False, trusted=True, composing=False)
