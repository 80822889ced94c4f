"""The timeline's envelope, its hash chain, and the key events in it.

Imports only the standard library: the server loads this module at start, where numpy would cost it time.
The format is described in docs/reference/timeline.md.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NotRequired, TypedDict, TypeVar

VERSION = 1
SALT_BYTES = 16

KEY_DOWN, KEY_UP, KEYS, FOCUS, SET_UP = "key-down", "key-up", "keys", "focus", "set-up"
REPEAT, UNTRUSTED, COMPOSING, CHORD = 1, 2, 4, 8
"""Flags of a key in a batch; their sum is its fourth field."""

_EXPORTED = re.compile(
    rb'(?P<fields>\[.*),"(?P<salt>[A-Za-z0-9+/]{22}==)","(?P<h>[0-9a-f]{64})"\]', re.DOTALL
)
_REDACTED = re.compile(
    rb'\[(?P<seq>0|[1-9][0-9]*),null,null,null,null,null,"(?P<leaf>[0-9a-f]{64})","(?P<h>[0-9a-f]{64})"\]'
)


T = TypeVar("T")


class TimelineError(ValueError):
    """A timeline cannot be read; the message names the line."""


@dataclass(frozen=True)
class Header:
    """The first line. `made` is an ISO 8601 time in UTC, `exercise` a slug or None for a blank room."""

    room: str
    made: str
    exercise: str | None
    version: int = VERSION


@dataclass(frozen=True)
class Event:
    """One entry. `at_us` is microseconds since the room was made; `participant` is None for the server."""

    seq: int
    at_us: int
    participant: str | None
    kind: str
    audience: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Timeline:
    """A timeline as read. `redacted` lists the seq of each line whose content was withheld from this copy."""

    header: Header
    events: list[Event]
    redacted: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Verified:
    """Every link holds. `h` is the last one: comparing it with the server's also rules out a cut-off end."""

    events: int
    h: bytes


@dataclass(frozen=True)
class Broken:
    """The first line that does not follow from those before it. `line` counts from 1, the header included."""

    line: int
    seq: int | None
    why: str


class KeyEvent(TypedDict):
    """A key pressed or released; `t` is milliseconds on the browser's clock, `key` is "" if not recorded.

    `chord`: Ctrl, Meta or Alt was held, so it was a command. `lost`: a press whose release nobody could see.
    Both are absent where they are not so.
    """

    type: str
    t: float
    code: str
    key: str
    repeat: bool
    trusted: bool
    composing: bool
    chord: NotRequired[bool]
    lost: NotRequired[bool]


@dataclass(frozen=True)
class SetUp:
    """What a person typed on from `client_at_us` on, in coarse classes; None is what the page could not tell.

    `tick_us` is the step of the keys' clock, `isolated` says that the browser was let make it fine.
    """

    client_at_us: int
    tick_us: int | None
    isolated: bool
    platform: str
    browser: str
    layout: str | None
    touch: bool


# Writing


def header_line(header: Header) -> bytes:
    return _compact(
        {
            "timeline": header.version,
            "room": header.room,
            "made": header.made,
            "exercise": header.exercise,
        }
    )


def line(
    seq: int, at_us: int, participant: str | None, kind: str, audience: str, body: Mapping[str, Any]
) -> bytes:
    """The six fields that the chain covers. Store these bytes: another writer may escape differently."""
    return _compact([seq, at_us, participant, kind, audience, body])


def chain_start(header_line: bytes) -> bytes:
    return hashlib.sha256(header_line).digest()


def leaf(salt: bytes, line: bytes) -> bytes:
    """What a redacted line shows instead of its content: it cannot be guessed without the salt."""
    return hashlib.sha256(salt + line).digest()


def link(h_before: bytes, salt: bytes, line: bytes) -> bytes:
    return link_leaf(h_before, leaf(salt, line))


def link_leaf(h_before: bytes, leaf: bytes) -> bytes:
    return hashlib.sha256(h_before + leaf).digest()


def export_line(line: bytes, salt: bytes, h: bytes) -> bytes:
    """One line of an exported timeline, without its newline: the stored bytes, then salt and link."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt is {SALT_BYTES} bytes; this one has {len(salt)}.")
    return line[:-1] + b',"' + base64.b64encode(salt) + b'","' + h.hex().encode() + b'"]'


def redacted_line(seq: int, leaf: bytes, h: bytes) -> bytes:
    return f'[{seq},null,null,null,null,null,"{leaf.hex()}","{h.hex()}"]'.encode()


def _compact(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate, which a browser may send, has no UTF-8; Python's backslash form of it is also JSON's.
    return text.encode("utf-8", "backslashreplace")


# Reading


def read(lines: Iterable[bytes]) -> Timeline:
    """Decode a timeline; the links are not checked (see `verify`). Unknown kinds are kept as they are."""
    numbered = enumerate(lines, start=1)
    header = _read_header(numbered)
    events: list[Event] = []
    redacted: list[int] = []
    for number, raw in numbered:
        entry = _read_entry(number, raw)
        if isinstance(entry, Event):
            events.append(entry)
        else:
            redacted.append(entry)
    return Timeline(header, events, redacted)


def verify(lines: Iterable[bytes]) -> Verified | Broken:
    """Follow the chain from the header and stop at the first line that breaks it. Seqs count 1, 2, 3 …"""
    numbered = enumerate(lines, start=1)
    try:
        first = next(numbered, (1, b""))
        _read_header(iter([first]))
    except TimelineError as error:
        return Broken(1, None, str(error))
    h, seq = chain_start(_without_newline(first[1])), 0
    for number, raw in numbered:
        expected_seq = seq + 1
        try:
            seq, leaf_here, h_here = _links(number, _without_newline(raw))
        except TimelineError as error:
            return Broken(number, expected_seq, str(error))
        if seq != expected_seq:
            return Broken(number, seq, f"Line {number} should be event {expected_seq} and says it is {seq}.")
        h = link_leaf(h, leaf_here)
        if h != h_here:
            blame = "it or the header was altered" if expected_seq == 1 else "it was altered"
            return Broken(
                number,
                seq,
                f"Event {seq} on line {number} does not follow from the lines before it: {blame}.",
            )
    return Verified(seq, h)


def _links(number: int, raw: bytes) -> tuple[int, bytes, bytes]:
    """The seq, leaf and link that an exported or redacted line states."""
    if found := _REDACTED.fullmatch(raw):
        return int(found["seq"]), bytes.fromhex(found["leaf"].decode()), bytes.fromhex(found["h"].decode())
    if not (found := _EXPORTED.fullmatch(raw)):
        raise TimelineError(f"Line {number} does not end in a salt and a link.")
    salt = base64.b64decode(found["salt"])
    if base64.b64encode(salt) != found["salt"]:
        # Four bits of the last letter mean nothing, so another letter would decode to the same salt.
        raise TimelineError(f"The salt on line {number} is not written as it was made.")
    entry = _read_entry(number, raw)
    assert isinstance(entry, Event)
    return entry.seq, leaf(salt, found["fields"] + b"]"), bytes.fromhex(found["h"].decode())


def _read_header(numbered: Iterator[tuple[int, bytes]]) -> Header:
    _, raw = next(numbered, (1, b""))
    fields = _decode(1, raw)
    if not isinstance(fields, dict) or not isinstance(fields.get("timeline"), int):
        raise TimelineError('Line 1 is not a timeline\'s header: it should begin {"timeline":1,…}.')
    if fields["timeline"] != VERSION:
        raise TimelineError(
            f"Line 1 says format {fields['timeline']}; this version reads format {VERSION}. "
            "Read the timeline with the version that wrote it, or a later one."
        )
    room, made, exercise = fields.get("room"), fields.get("made"), fields.get("exercise")
    if not (isinstance(room, str) and isinstance(made, str) and isinstance(exercise, str | None)):
        raise TimelineError("Line 1 lacks the room, the time it was made, or the exercise.")
    return Header(room, made, exercise)


def _read_entry(number: int, raw: bytes) -> Event | int:
    """The event of a line, or a redacted line's seq."""
    fields = _decode(number, raw)
    if not isinstance(fields, list) or len(fields) != 8:
        raise TimelineError(f"Line {number} is not a list of eight fields.")
    seq, at_us, participant, kind, audience, body = fields[:6]
    if not _is_count(seq):
        raise TimelineError(f"Line {number} does not begin with its number.")
    if fields[1:6] == [None] * 5:
        return int(seq)
    if not (
        _is_count(at_us)
        and isinstance(participant, str | None)
        and isinstance(kind, str)
        and isinstance(audience, str)
        and isinstance(body, dict)
    ):
        raise TimelineError(f"Line {number} has a field of the wrong type.")
    return Event(seq, at_us, participant, kind, audience, body)


def _decode(number: int, raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise TimelineError(f"Line {number} is not JSON: {error}.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _without_newline(raw: bytes) -> bytes:
    return raw[:-1] if raw.endswith(b"\n") else raw


# Key events

_MOST = 10**30
"""Beyond any clock, and still a number that can be reckoned with."""

_WORD_CHARS_MAX = 64


class _Key(NamedTuple):
    """One key of an event, before the presses whose release was lost are known. `way` is down, up or lost.

    `n` numbers the frames of a page, and so says in which order it told them.
    """

    page: str
    n: int
    way: str
    event: KeyEvent


def key_events(events: Iterable[Event], participant: str) -> list[KeyEvent]:
    """One participant's presses and releases, by the browser's clock; a malformed one is a TimelineError.

    Each page's stay in the order in which it told them: where they are not in order of time, its clock ran backward.
    """
    return _with_losses(_by_clock(_each(events, participant, _keys_of)))


def set_ups(events: Iterable[Event], participant: str) -> list[SetUp]:
    """What one participant typed on, in order of time; a malformed one is a TimelineError.

    A page tells it with its first keys, and again once it knows more or something is another.
    """
    return sorted(_each(events, participant, _set_up_of), key=lambda set_up: set_up.client_at_us)


def _each(events: Iterable[Event], participant: str, read: Callable[[Event], list[T]]) -> list[T]:
    found: list[T] = []
    for event in events:
        if event.participant != participant:
            continue
        try:
            found += read(event)
        except (KeyError, TypeError, ValueError) as error:
            what = "a set-up" if event.kind == SET_UP else "a key"
            raise TimelineError(
                f"Event {event.seq} ({event.kind}) does not hold {what}: {error!r}."
            ) from error
    return found


def _by_clock(keys: Iterable[_Key]) -> list[_Key]:
    """Those of several pages by time, which is not that of recording: a page resends after a gap."""
    reached: dict[str, float] = {}
    placed: list[tuple[float, _Key]] = []
    for key in sorted(keys, key=lambda key: key.n):
        reached[key.page] = max(key.event["t"], reached.get(key.page, key.event["t"]))
        placed.append((reached[key.page], key))
    return [key for _, key in sorted(placed, key=lambda place: place[0])]


def _with_losses(keys: Iterable[_Key]) -> list[KeyEvent]:
    """The presses and releases alone, each press that was lost marked: no release is made up for it."""
    found: list[KeyEvent] = []
    down: dict[
        tuple[str, str], KeyEvent
    ] = {}  # tabs have a keyboard's focus, and so its releases, each for itself
    for page, _, way, event in keys:
        key = page, event["code"]
        if way == "lost":
            if (press := down.pop(key, None)) is not None:
                press["lost"] = True
            continue
        if way == "up":
            down.pop(key, None)
        elif not event["repeat"]:
            down[key] = event
        found.append(event)
    return found


def one_after_another(sessions: Iterable[Iterable[KeyEvent]]) -> list[KeyEvent]:
    """Several sessions of one person as one, ten seconds apart: each has a clock of its own."""
    joined: list[KeyEvent] = []
    start = 0.0
    for session in sessions:
        ordered = sorted(session, key=lambda key: key["t"])
        shifted = [KeyEvent(**{**key, "t": key["t"] - ordered[0]["t"] + start}) for key in ordered]
        joined += shifted
        start = joined[-1]["t"] + 10_000.0 if joined else 0.0
    return joined


def _keys_of(event: Event) -> list[_Key]:
    if event.kind not in (KEYS, KEY_DOWN, KEY_UP):
        return []
    body = event.body
    page, n = _text(body.get("page", "")), _count(body.get("n", 0))
    if event.kind == KEYS:
        return [_batched(page, n, *key) for key in body["keys"]]
    key = KeyEvent(
        type="keydown" if event.kind == KEY_DOWN else "keyup",
        t=_count(body["client_at_us"]) / 1000,
        code=_text(body["code"]),
        key=_text(body.get("key", "")),
        repeat=bool(body.get("repeat", False)),
        trusted=bool(body.get("trusted", True)),
        composing=bool(body.get("composing", False)),
    )
    if body.get("chord", False):
        key["chord"] = True
    if body.get("lost", False):
        key["lost"] = True
    return [_Key(page, n, event.kind.removeprefix("key-"), key)]


def _batched(page: str, n: int, client_at_us: object, way: object, code: object, flags: object = 0) -> _Key:
    if way not in ("down", "up", "lost"):
        raise ValueError(f"a key goes down or up or is lost, not {way!r}")
    bits = _count(flags)
    key = KeyEvent(
        type=f"key{way}",
        t=_count(client_at_us) / 1000,
        code=_text(code),
        key="",
        repeat=bool(bits & REPEAT),
        trusted=not bits & UNTRUSTED,
        composing=bool(bits & COMPOSING),
    )
    if bits & CHORD:
        key["chord"] = True
    return _Key(page, n, str(way), key)


def _set_up_of(event: Event) -> list[SetUp]:
    if event.kind != SET_UP:
        return []
    body = event.body
    tick_us, layout = body["tick_us"], body["layout"]
    set_up = SetUp(
        client_at_us=_count(body["client_at_us"]),
        tick_us=None if tick_us is None else _count(tick_us),
        isolated=bool(body["isolated"]),
        platform=_word(body["platform"]),
        browser=_word(body["browser"]),
        layout=None if layout is None else _word(layout),
        touch=bool(body["touch"]),
    )
    return [set_up]


def _count(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    if abs(value) > _MOST:
        raise ValueError("a number is larger than any clock's")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _word(value: object) -> str:
    """A class of something: it is shown to people as it is."""
    word = _text(value)
    if len(word) > _WORD_CHARS_MAX or not word.isprintable():
        raise ValueError(f"{word[:_WORD_CHARS_MAX]!r} is no word")
    return word
