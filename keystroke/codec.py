"""Read typing from timelines in JSON lines. Tables are read by keystroke/tables.py."""

from pathlib import Path

from keystroke.timeline import Event, KeyEvent, Timeline, TimelineError, key_events, one_after_another, read


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
