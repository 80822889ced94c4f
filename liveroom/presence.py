"""Who looks where: Yjs awareness, held to the connection that it came by and to a rate. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from liveroom import lib0
from liveroom.effects import ConnectionId
from liveroom.lib0 import Reader

STATE_CHARS_MAX = 4096
STATES_PER_FRAME_MAX = 64
CLOCK_MAX = 2**53 - 2
"""One below the largest integer that browsers read: a connection's end adds one."""

RELAY_EVERY_US = 50_000
"""The others are told of one connection's states 20 times a second at most, and always of the last."""

GONE = "null"


@dataclass(slots=True)
class _State:
    connection: ConnectionId
    clock: int
    state: str


@dataclass(slots=True)
class _News:
    """What the others have not been told of a connection yet: client -> (clock, state)."""

    states: dict[int, tuple[int, str]] = field(default_factory=dict)
    relayed_at_us: int = -RELAY_EVERY_US

    @property
    def due_at_us(self) -> int:
        return self.relayed_at_us + RELAY_EVERY_US


class Presence:
    """The awareness states of a room. A state belongs to one connection and ends with it."""

    def __init__(self) -> None:
        self._states: dict[int, _State] = {}
        self._left: dict[int, int] = {}  # the clock with which the others heard that a client is gone
        self._ahead: dict[int, int] = {}
        self._news: dict[ConnectionId, _News] = {}

    def receive(self, sender: ConnectionId, update: bytes, *, owns: Callable[[int], bool]) -> None:
        """Take the states that are the sender's own; `due` hands them on.

        States under other ids are dropped without a word: stock clients re-send what they heard of others.
        Raises `lib0.Truncated` for bytes that are not an awareness update.
        """
        reader = Reader(update)
        taken = 0
        for _ in range(reader.uint()):
            client, own_clock, state = reader.uint(), reader.uint(), reader.string()
            clock = self._clock_for_others(client, own_clock)
            if taken == STATES_PER_FRAME_MAX or not _is_sound(clock, state) or not owns(client):
                continue
            known = self._states.get(client)
            if known is not None and clock < known.clock:
                continue
            taken += 1
            self._ahead[client] = clock - own_clock
            self._news.setdefault(sender, _News()).states[client] = (clock, state)
            if state == GONE:
                self._states.pop(client, None)
                self._left[client] = clock
            else:
                self._states[client] = _State(sender, clock, state)

    def due_at_us(self) -> int | None:
        """When `due` has something to hand on that it must still hold back."""
        return min((news.due_at_us for news in self._news.values() if news.states), default=None)

    def due(self, now: int) -> Iterator[tuple[ConnectionId, bytes]]:
        """The updates to relay now, each with whose it is; a newer state has taken the place of an older one."""
        for sender, news in self._news.items():
            if news.states and news.due_at_us <= now:
                yield sender, _encode([(client, *state) for client, state in news.states.items()])
                news.states, news.relayed_at_us = {}, now

    def leave(self, connection: ConnectionId) -> bytes | None:
        """Forget a connection's states; returns the update that tells the others."""
        own = {client: s.clock + 1 for client, s in self._states.items() if s.connection == connection}
        for client, clock in own.items():
            del self._states[client]
            self._left[client] = clock
        news = self._news.pop(connection, _News())
        ended = {client: clock for client, (clock, state) in news.states.items() if state == GONE}
        gone = [(client, clock, GONE) for client, clock in {**ended, **own}.items()]
        return _encode(gone) if gone else None

    def _clock_for_others(self, client: int, own_clock: int) -> int:
        """A client comes back with the clock it left with, and would be taken for gone: its clock is set ahead."""
        clock = own_clock + self._ahead.get(client, 0)
        return clock if client in self._states else max(clock, self._left.get(client, -1) + 1)

    def everyone(self) -> bytes:
        """All states, for one who has just come."""
        return _encode([(client, s.clock, s.state) for client, s in self._states.items()])


def _is_sound(clock: int, state: str) -> bool:
    """Whether others can read it: one page that threw over it would see nobody's caret any more."""
    if clock > CLOCK_MAX or len(state) > STATE_CHARS_MAX:
        return False
    try:
        return state == GONE or isinstance(msgspec.json.decode(state), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def _encode(states: list[tuple[int, int, str]]) -> bytes:
    parts = [lib0.uint(len(states))]
    for client, clock, state in states:
        parts += [lib0.uint(client), lib0.uint(clock), lib0.buffer(state.encode())]
    return b"".join(parts)
