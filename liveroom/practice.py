"""Practice rooms: the editor and a kernel to try before the interview, of which nothing is ever kept.

A practice room is a room like any other on the wire. It has no row, no event and no file: its host is given a recorder
whose store keeps nothing, and its token lives here.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kernels.errors import KernelError
from kernels.kernel import Limits, Pool
from keystroke import timeline
from liveroom.checks import Judged
from liveroom.close_codes import GONE, RESTARTED
from liveroom.effects import ConnectionId
from liveroom.errors import BadToken, RoomGone, TooMany, Unavailable
from liveroom.host import Host, Wire
from liveroom.log import Log, RoomClock, Salts, start_of
from liveroom.messages import CheckKind, RoomView
from liveroom.people import Allowed
from liveroom.recorder import Recorder
from liveroom.resources import Resources
from liveroom.room import Facts, Room
from liveroom.rows import Batch, BlobRow, StoredParticipant
from liveroom.times import iso
from liveroom.tokens import digest, new_token

MINUTES = 30
LINGER_SECONDS = 60.0
"""So long a practice room waits for somebody to come, or to come back."""

OF_A_LINK_MOST = 3
CONNECTIONS_MAX = 8
BLOBS_BYTES_MAX = 32 * 1024 * 1024

ME = "p1"
BRIEF = """\
This is a place to try the editor. Nothing you do here is recorded or kept, and nobody else can see it.

Run both cells: the first needs torch, the second draws a plot. Then write whatever you like.
"""
STARTER = """\
# %% The kernel: torch is there already
import torch

x = torch.linspace(-6, 6, 400)
print("torch", torch.__version__, "- the mean of sin(x) is", round(torch.sin(x).mean().item(), 6))

# %% A plot
import matplotlib.pyplot as plt

plt.plot(x, torch.sin(x))
plt.title("sin(x)")
plt.show()
"""


@dataclass(frozen=True)
class Opened:
    """A practice room and the token of the one person in it, who alone knows it from here on."""

    room: str
    participant: StoredParticipant
    token: str


class KeepsNothing:
    """What a recorder writes to where nothing is kept. The latest large outputs stay in memory with the room."""

    busy = False

    def __init__(self) -> None:
        self._blobs: dict[str, BlobRow] = {}

    async def free(self) -> None:
        """It never has to be waited for."""

    def append_now(self, batches: Sequence[Batch]) -> None:
        for blob in [blob for batch in batches for blob in batch.blobs]:
            self._blobs.pop(blob.sha256, None)
            self._blobs[blob.sha256] = blob
        size = sum(len(blob.content) for blob in self._blobs.values())
        while size > BLOBS_BYTES_MAX:
            size -= len(self._blobs.pop(next(iter(self._blobs))).content)

    async def sync(self) -> None:
        """There is nothing that a disk could lose."""

    def blob(self, sha256: str) -> BlobRow | None:
        return self._blobs.get(sha256)


@dataclass
class _Practice:
    """One practice room. Its kernel is leased under its slot's name, so that a killed server leaves none behind."""

    me: StoredParticipant
    token_hash: bytes
    link_serial: str
    slot: int
    kept: KeepsNothing
    recorder: Recorder
    clock: RoomClock
    host: Host
    watch: asyncio.Task[None] | None = None

    @property
    def lease(self) -> str:
        return _lease(self.slot)

    def seconds_left(self, linger_seconds: float) -> float:
        """How long it certainly goes on; 0 when its time is over, or nobody is in it and nobody comes back."""
        now, ends = self.clock.now(), self.host.room.timer.ends_at_us
        if self.host.room.people.of(ME):
            left = linger_seconds / 4
        else:
            left = linger_seconds - (now - self.host.last_left_us) / 1_000_000
        return max(0.0, left if ends is None else min(left, (ends - now) / 1_000_000))


class PracticeRooms:
    """The practice rooms of this server, at most `most` at a time."""

    def __init__(
        self,
        pool: Pool,
        *,
        limits: Limits,
        monotonic: Callable[[], int],
        wall: Callable[[], int],
        most: int,
        unsafe_kernels: bool = False,
        linger_seconds: float = LINGER_SECONDS,
    ) -> None:
        self._pool = pool
        self._resources = Resources(limits)
        self._unsafe_kernels = unsafe_kernels
        self._monotonic = monotonic
        self._wall = wall
        self._most = most
        self._linger_seconds = linger_seconds
        self._free = list(range(most))
        self._rooms: dict[str, _Practice] = {}

    async def open(self, link_serial: str) -> Opened:
        """A new practice room for the bearer of this link; raises Unavailable or TooMany when there is none."""
        if sum(one.link_serial == link_serial for one in self._rooms.values()) >= OF_A_LINK_MOST:
            raise TooMany(
                "This link has as many practice rooms open as it may; close their tabs and try again in a minute."
            )
        if not self._free:
            raise Unavailable(
                "All practice rooms are in use; try again in some minutes. Your interview does not depend on it."
                if self._most
                else "There are no practice rooms on this server. Your interview does not depend on it."
            )
        slot = self._free.pop(0)
        await self._release(slot)  # a server that was killed may have left a kernel with somebody's variables
        token = new_token()
        practice = self._made(slot, link_serial, digest(token))
        self._rooms[practice.me.room] = practice
        practice.host.apply(lambda room, now: room.first_events(now))
        practice.watch = asyncio.create_task(self._end_in_time(practice))
        return Opened(practice.me.room, practice.me, token)

    def has(self, room: str) -> bool:
        return room in self._rooms

    def participant(self, room: str, token_hash: bytes) -> StoredParticipant | None:
        """Whose token this is."""
        practice = self._rooms.get(room)
        if practice is None or not secrets.compare_digest(practice.token_hash, token_hash):
            return None
        return practice.me

    def join(
        self, room: str, token_hash: bytes, wire: Wire, *, speaks_text: bool
    ) -> tuple[Host, ConnectionId]:
        """Give the bearer of the room's token a place; raises `RoomGone`, `BadToken` or `TooMany`."""
        practice = self._rooms.get(room)
        if practice is None:
            raise RoomGone("This practice room is over.")
        if self.participant(room, token_hash) is None:
            raise BadToken("This token is not good for the room; open your link again.")
        if len(practice.host.room.people.of(ME)) >= CONNECTIONS_MAX:
            raise TooMany("The practice room has too many tabs open; close some of them.")
        return practice.host, practice.host.join(ME, wire, speaks_text=speaks_text, allowed=Allowed())

    def host(self, room: str) -> Host:
        return self._rooms[room].host

    def blob(self, room: str, sha256: str) -> BlobRow | None:
        """An output of this practice room that was too large for a frame."""
        practice = self._rooms.get(room)
        return None if practice is None else practice.kept.blob(sha256)

    def has_leased(self, lease: str) -> bool:
        return any(practice.lease == lease for practice in self._rooms.values())

    def kernel_died(self, lease: str, reason: str) -> None:
        for practice in self._rooms.values():
            if practice.lease == lease:
                practice.host.kernel_died(reason)

    async def close(self) -> None:
        """End them all: nobody could come back to them."""
        for practice in list(self._rooms.values()):
            if practice.watch is not None:
                practice.watch.cancel()
            await self._end(practice, RESTARTED, "The server restarts, and the practice room is over.")

    def _made(self, slot: int, link_serial: str, token_hash: bytes) -> _Practice:
        now_wall_us = self._wall()
        room = f"practice-{secrets.token_urlsafe(9)}"
        me = StoredParticipant(room, ME, "You", "candidate", "#0072b2", link_serial)
        facts = Facts(
            RoomView(room, "Practice", "live", "waiting", iso(now_wall_us), BRIEF, [], practice=True),
            MINUTES,
            secrets.token_hex(8),
            STARTER,
            limits=self._resources.shown(),
            unsafe_kernels=self._unsafe_kernels,
        )
        kept = KeepsNothing()
        recorder = Recorder(kept)
        clock = RoomClock(made_wall_us=now_wall_us, last_at_us=-1, wall=self._wall, monotonic=self._monotonic)

        async def rebuild() -> tuple[Room, Log]:
            """There is no log to build it from: whoever is there starts over with an empty room."""
            return _empty(facts, me)

        host = Host(*_empty(facts, me), clock, recorder, rebuild=rebuild, judge=_no_checks, ended=_nothing)
        host.seat_kernel(_lease(slot), self._pool, self._resources, data=_no_data)
        return _Practice(me, token_hash, link_serial, slot, kept, recorder, clock, host)

    async def _end_in_time(self, practice: _Practice) -> None:
        while True:
            left = practice.seconds_left(self._linger_seconds)
            if left == 0:
                break
            await asyncio.sleep(left)
        await self._end(practice, GONE, "The practice is over, and nothing of it was kept.")

    async def _end(self, practice: _Practice, code: int, reason: str) -> None:
        del self._rooms[practice.me.room]
        practice.host.disconnect_all(code, reason)
        await practice.host.close()
        await practice.recorder.close()
        await self._release(practice.slot)
        self._free.append(practice.slot)

    async def _release(self, slot: int) -> None:
        with contextlib.suppress(KernelError):  # a host that is gone keeps nothing either
            await self._pool.release(_lease(slot))


def _empty(facts: Facts, me: StoredParticipant) -> tuple[Room, Log]:
    """A room in which nothing has happened, and the beginning of a chain that nobody will read."""
    room = Room(facts)
    room.people.know(me.participant, me.name, me.role, me.colour)
    header = timeline.header_line(timeline.Header(me.room, facts.view.made, None))
    heads = dict.fromkeys((0, 1), start_of(header))
    return room, Log(me.room, 0, heads, salt=Salts())


def _lease(slot: int) -> str:
    return f"practice:{slot}"


async def _no_checks(which: CheckKind, submission: str) -> Judged:
    return Judged(None, "A practice room has no checks.")


async def _nothing() -> None:
    """A practice room leaves nothing to be done."""


async def _no_data() -> Path | None:
    return None
