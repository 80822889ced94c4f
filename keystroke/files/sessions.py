"""One person's sessions from a file: a timeline in JSON lines, or a table that `read_table` knows."""

import os
from collections.abc import Sequence
from pathlib import Path

from keystroke.files.tables import read_table
from keystroke.timeline import (
    COMPOSING,
    KEYS,
    REPEAT,
    SALT_BYTES,
    UNTRUSTED,
    Event,
    Header,
    KeyEvent,
    SetUp,
    Timeline,
    TimelineError,
    chain_start,
    export_line,
    header_line,
    key_events,
    line,
    link,
    read,
    set_ups,
)

_BATCH_KEYS = 64

PART = "::"
"""`FILE::SUBJECT` is one person of a table, `FILE::SUBJECT::SESSION` one session of theirs."""


def sessions_in(name: str, participant: str | None = None) -> list[list[KeyEvent]]:
    """One person's sessions: a timeline is one, a table holds any number."""
    file, *part = name.split(PART)
    path = Path(file)
    if not is_table(path):
        timeline = read_timeline(path)
        typist = participant or typist_of(timeline)
        return [key_events(timeline.events, typist) if typist else []]
    sessions = read_table(path).sessions
    subject = part[0] if part else participant
    if subject is None and len(sessions) == 1:
        (subject,) = sessions
    if subject not in sessions:
        said = f"{len(sessions)} people typed" if subject is None else f"{subject} did not type"
        raise TimelineError(f"{path}: {said} in this table; name one as {path}{PART}{next(iter(sessions))}.")
    named = sessions[subject]
    if len(part) > 1 and part[1] not in named:
        raise TimelineError(f"{path}: {subject} has no session {part[1]}, but {', '.join(list(named)[:20])}.")
    return [presses.events() for session, presses in named.items() if len(part) < 2 or session == part[1]]


def set_ups_in(name: str, participant: str | None = None) -> list[SetUp]:
    """What a timeline says that its typist typed on; a table says nothing of it."""
    path = Path(name.split(PART)[0])
    if is_table(path):
        return []
    timeline = read_timeline(path)
    typist = participant or typist_of(timeline)
    return set_ups(timeline.events, typist) if typist else []


def is_table(path: Path) -> bool:
    """A timeline, and a profile, is JSON and begins with a brace; what is compressed is a table."""
    with path.open("rb") as file:
        return not file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_timeline(path: Path) -> Timeline:
    try:
        with path.open("rb") as file:
            return read(file)
    except TimelineError as error:
        raise TimelineError(f"{path}: {error}") from error


def write_timeline(path: Path, keys: Sequence[KeyEvent], *, made: str) -> None:
    """A timeline that holds one participant's keys and nothing else, as the server would have exported it."""
    first = header_line(Header(room="simulated", made=made, exercise=None))
    lines, h = [first], chain_start(first)
    for seq, start in enumerate(range(0, len(keys), _BATCH_KEYS), start=1):
        batch = keys[start : start + _BATCH_KEYS]
        body = {"page": "simulated", "n": seq, "keys": [_batched(key) for key in batch]}
        at_us = max(0, max(_us(key) for key in batch))
        fields, salt = line(seq, at_us, "p1", KEYS, "panel", body), os.urandom(SALT_BYTES)
        h = link(h, salt, fields)
        lines.append(export_line(fields, salt, h))
    path.write_bytes(b"\n".join(lines) + b"\n")


def _batched(key: KeyEvent) -> list[int | str]:
    marked = ((REPEAT, key["repeat"]), (UNTRUSTED, not key["trusted"]), (COMPOSING, key["composing"]))
    bits = sum(bit for bit, holds in marked if holds)
    return [_us(key), key["type"].removeprefix("key"), key["code"], bits]


def _us(key: KeyEvent) -> int:
    return round(key["t"] * 1000)


def typist_of(timeline: Timeline) -> str | None:
    """The one participant whose keys were recorded, None if nobody's were; liveroom records only the candidate's."""
    typists = {event.participant for event in timeline.events if _holds_keys(event)} - {None}
    if len(typists) > 1:
        raise TimelineError(f"Several participants typed ({', '.join(sorted(map(str, typists)))}): name one.")
    return typists.pop() if typists else None


def _holds_keys(event: Event) -> bool:
    return event.kind in ("keys", "key-down", "key-up")
