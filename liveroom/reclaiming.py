"""Gives back kernels that nobody needs any more: of rooms that are over, and of those that everybody left long ago."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from kernels.errors import KernelError
from kernels.kernel import Leased, Pool
from liveroom.errors import LiveroomError
from liveroom.host import Host
from liveroom.store import Store

log = structlog.get_logger()

SWEEP_SECONDS = 30.0
NOT_A_ROOMS = ":"
"""In the names of leases that no room has: of practice rooms, of checks, of an exercise's data."""


class LiveRooms(Protocol):
    """What must be known of the rooms to tell whether somebody needs a kernel."""

    def live(self, room: str) -> Host | None: ...

    async def host(self, room: str) -> Host: ...

    def practises_on(self, lease: str) -> bool: ...


class Reclaimer:
    """Looks at every lease now and then.

    A kernel is reclaimed once it has been idle for so long, and its room without anyone for as long. When the last
    person left is told by a live room, and otherwise counts from when this server first saw the room empty.
    """

    def __init__(
        self,
        pool: Pool,
        store: Store,
        rooms: LiveRooms,
        *,
        idle_minutes: int,
        monotonic: Callable[[], int],
    ) -> None:
        self._pool = pool
        self._store = store
        self._rooms = rooms
        self._idle_seconds = idle_minutes * 60
        self._notice = (
            f"The kernel was ended after {idle_minutes} minutes without anyone here, so its variables are gone; "
            "text and outputs are kept. Run a cell to start another."
        )
        self._monotonic = monotonic
        self._empty_since_us: dict[str, int] = {}

    async def sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.sweep()
            except (KernelError, LiveroomError) as error:
                log.warning("kernels were not looked at", error=error.sentence)

    async def sweep(self) -> None:
        leases = await self._pool.leases()
        for lease in leases:
            if NOT_A_ROOMS in lease.room:
                await self._look_at_helper(lease)
            else:
                await self._look_at_room(lease)
        leased = {lease.room for lease in leases}
        self._empty_since_us = {room: us for room, us in self._empty_since_us.items() if room in leased}

    async def _look_at_helper(self, lease: Leased) -> None:
        """Whoever leased it gives it back, unless they were killed."""
        if not self._rooms.practises_on(lease.room) and lease.idle_seconds >= self._idle_seconds:
            await self._pool.release(lease.room)

    async def _look_at_room(self, lease: Leased) -> None:
        stored = await self._store.room(lease.room)
        host = self._rooms.live(lease.room)  # asked last: what it says is of now
        if stored is None or stored.state == "ended":
            if host is None or host.room.state == "ended":
                await self._pool.release(lease.room)
        elif min(lease.idle_seconds, self._empty_seconds(lease.room, host)) >= self._idle_seconds:
            await self._reclaim(lease.room)

    def _empty_seconds(self, room: str, host: Host | None) -> float:
        """How long certainly nobody has been in the room."""
        now = self._monotonic()
        if host is None:
            since = self._empty_since_us.setdefault(room, now)
        elif (empty_us := host.empty_us()) is None:
            self._empty_since_us.pop(room, None)
            return 0
        else:
            since = max(self._empty_since_us.get(room, 0), now - empty_us)
            self._empty_since_us[room] = since
        return (now - since) / 1_000_000

    async def _reclaim(self, room: str) -> None:
        """By way of the room, which records it; a room that cannot be opened has nobody to tell."""
        try:
            host = await self._rooms.host(room)
        except LiveroomError as error:
            log.warning("a kernel was ended without a word to its room", room=room, error=error.sentence)
            await self._pool.release(room)
        else:
            host.reclaim_kernel(self._notice)
