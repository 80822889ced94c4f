"""One live host a room: opened from the log when somebody comes, kept while it is of use."""

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from exercises.errors import ExerciseError
from exercises.exercise import Exercise
from exercises.loader import load
from kernels.errors import KernelError
from kernels.kernel import Limits, Pool
from liveroom.checkpoints import EVENTS_MAX, EVENTS_MIN, encode
from liveroom.checks import Judged
from liveroom.close_codes import GONE, RESTARTED
from liveroom.effects import ConnectionId
from liveroom.errors import BadToken, ConsentNeeded, LiveroomError, RoomGone, TooMany
from liveroom.host import Host, Wire
from liveroom.log import Log, RoomClock, Salts
from liveroom.messages import CheckKind, DataFile, Role, RoomView
from liveroom.opening import open_room
from liveroom.people import Allowed
from liveroom.practice import PracticeRooms
from liveroom.quota import BYTES_MOST
from liveroom.reclaiming import Reclaimer
from liveroom.recorder import Recorder
from liveroom.resources import Resources, resources_of
from liveroom.room import Facts, Room
from liveroom.rows import NewCheckpoint, StoredParticipant, StoredRoom
from liveroom.store import Store

log = structlog.get_logger()

OPENED_AT_ONCE = 8
CHECKPOINTS_EVERY_SECONDS = 1.0
CHECKPOINTS_AT_ONCE = 8
CHECKPOINTS_PAUSE_SECONDS = 0.02
CONNECTIONS_MAX = 64
"""Of one person in one room."""


@dataclass(frozen=True)
class Services:
    """What a live room needs of the rest of the server.

    `data_folder` and `data_files` give a room's data; `judge` runs checks on a submission; `ended` is called once a
    room has ended, and answers whether its timeline was deleted.
    """

    data_folder: Callable[[StoredRoom], Awaitable[Path | None]]
    data_files: Callable[[StoredRoom], Awaitable[list[DataFile]]]
    judge: Callable[[StoredRoom, CheckKind, str], Awaitable[Judged]]
    ended: Callable[[str], Awaitable[bool]]


class Rooms:
    """The live rooms of this server; `practice` holds those of which nothing is kept."""

    def __init__(
        self,
        store: Store,
        pool: Pool,
        services: Services,
        *,
        limits: Limits,
        monotonic: Callable[[], int],
        wall: Callable[[], int],
        idle_seconds: float,
        practice_most: int = 8,
        room_bytes_most: int = BYTES_MOST,
        unsafe_kernels: bool = False,
        kernel_idle_minutes: int = 30,
    ) -> None:
        self.practice = PracticeRooms(
            pool,
            limits=limits,
            monotonic=monotonic,
            wall=wall,
            most=practice_most,
            unsafe_kernels=unsafe_kernels,
        )
        self._store = store
        self._pool = pool
        self._services = services
        self._limits = limits
        self._unsafe_kernels = unsafe_kernels
        self._room_bytes_most = room_bytes_most
        self._monotonic = monotonic
        self._wall = wall
        self._idle_seconds = idle_seconds
        self._recorder = Recorder(store)
        self._salt = Salts()
        self._hosts: dict[str, asyncio.Task[Host]] = {}
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._opening = asyncio.Semaphore(OPENED_AT_ONCE)
        self._background: set[asyncio.Task[None]] = set()
        self._preparing: set[asyncio.Task[None]] = set()
        self.reclaimer = Reclaimer(pool, store, self, idle_minutes=kernel_idle_minutes, monotonic=monotonic)
        self._janitors = [
            asyncio.create_task(self.reclaimer.sweep_for_ever()),
            asyncio.create_task(self._close_idle()),
            asyncio.create_task(self._keep_checkpoints()),
        ]

    async def host(self, room: str) -> Host:
        """The room's live host, opened from its log if need be; raises `RoomGone`."""
        opening = self._hosts.get(room)
        if opening is None:
            # Stored before the first await, so that two who come at once get one host.
            opening = self._hosts[room] = asyncio.create_task(self._open(room))
        try:
            return await asyncio.shield(opening)
        except Exception:  # whoever comes next tries again
            if self._hosts.get(room) is opening:
                del self._hosts[room]
            raise

    def live(self, room: str) -> Host | None:
        """The room's host if it is open now."""
        opening = self._hosts.get(room)
        if opening is None or not opening.done() or opening.cancelled() or opening.exception() is not None:
            return None
        return opening.result()

    def people_here(self, room: str) -> int:
        host = self.live(room)
        return 0 if host is None else host.room.people.number_here()

    def someone_waits(self, room: str) -> bool:
        """Whether somebody is in the room's lobby."""
        host = self.live(room)
        return host is not None and bool(host.room.people.waiting())

    async def join(
        self, room: str, token_hash: bytes, wire: Wire, *, speaks_text: bool
    ) -> tuple[Host, ConnectionId]:
        """Give the bearer of a participant's token a place; raises `BadToken`, `RoomGone` or `NotAllowed`."""
        if self.practice.has(room):
            return self.practice.join(room, token_hash, wire, speaks_text=speaks_text)
        participant, allowed = await self._admitted(room, token_hash)  # nobody else has a room opened
        while (host := self.live(room)) is None:
            await self.host(room)
            # Opening takes a while, in which a link may be withdrawn or an answer changed, and the room may have
            # been closed again for want of people: what counts is now.
            participant, allowed = await self._admitted(room, token_hash)
        if len(host.room.people.connections_of({participant.participant})) >= CONNECTIONS_MAX:
            raise TooMany("This person has too many tabs open in this room; close some of them.")
        self._introduce(host, participant)
        return host, host.join(participant.participant, wire, speaks_text=speaks_text, allowed=allowed)

    async def _admitted(self, room: str, token_hash: bytes) -> tuple[StoredParticipant, Allowed]:
        """Whose token this is, and what they allow."""
        participant = await self._store.participant_of_token(room, token_hash)
        if participant is None:
            if await self._store.room(room) is None:
                raise RoomGone("This room does not exist, or its data was deleted.")
            raise BadToken("This token is not good for the room any more; open your link again.")
        return participant, await self._allowed(room, participant)

    async def _allowed(self, room: str, participant: StoredParticipant) -> Allowed:
        """What is recorded of this person beyond edits and runs; a candidate who has not answered may not enter."""
        if participant.role != "candidate":
            return Allowed()
        consent = await self._store.consent(room)
        if consent is None:
            raise ConsentNeeded("Read and answer the notice first; open your link again.")
        return Allowed(metrics=consent.metrics, typing=consent.typing)

    def _introduce(self, host: Host, participant: StoredParticipant) -> None:
        host.room.people.know(participant.participant, participant.name, participant.role, participant.colour)

    async def end(self, room: str, by: str | None) -> None:
        host = await self.host(room)
        host.apply(lambda state, now: state.end(by, now))
        await host.settled()

    async def reopen(self, room: str, by: str | None) -> None:
        host = await self.host(room)
        host.apply(lambda state, now: state.reopen(by, now))
        await host.settled()

    async def change_role(self, room: str, participant: str, role: Role, by: str | None) -> None:
        """Let the room know of a role that the store has already."""
        host = await self.host(room)
        host.apply(lambda state, now: state.change_role(participant, role, by, now))
        await host.settled()

    async def keeps_waiting(self, room: StoredRoom, participant: str) -> bool:
        """Whether this candidate has not been let in yet."""
        if not room.lobby:
            return False
        if room.replay_deleted:
            return room.started_wall_us is None  # their arrival starts the room, and only the admitted arrive
        return (await self.host(room.id)).room.keeps_waiting(participant)

    async def revoke(self, room: str, participants: Collection[str], *, code: int, reason: str) -> None:
        """Close the sockets of these participants; all that came by them is recorded when this returns."""
        host = self.live(room)
        if host is not None:
            host.disconnect(frozenset(participants), code, reason)
            await host.settled()

    async def forget(self, room: str) -> None:
        """Let go of a room whose data is about to be deleted."""
        await self._let_go(room, "The room's data was deleted.")
        with contextlib.suppress(KernelError):  # a host that is gone keeps nothing either
            await self._pool.release(room)

    def practises_on(self, lease: str) -> bool:
        """Whether a practice room has the kernel that is leased under this name."""
        return self.practice.has_leased(lease)

    def kernel_died(self, room: str, reason: str) -> None:
        self.practice.kernel_died(room, reason)
        host = self.live(room)
        if host is not None:
            host.kernel_died(reason)

    def prepare(self, room: str) -> None:
        """Open the room ahead of its people, so that its data is made by the time they come."""
        self._in_background(self._prepare(room), self._preparing)

    def _in_background(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _prepare(self, room: str) -> None:
        with contextlib.suppress(RoomGone):  # deleted in the meantime
            await self.host(room)

    async def close(self) -> None:
        """End all hosts, with everything recorded. Kernels go on in their host."""
        # What is being prepared may wait for a kernel, for longer than a server that is told to end may take.
        for task in (*self._janitors, *self._preparing):
            task.cancel()
        await self.practice.close()
        await asyncio.gather(
            *self._janitors,
            *self._preparing,
            *self._background,
            *self._closing.values(),
            return_exceptions=True,
        )
        hosts = self._live_hosts()
        for _, host in hosts:
            host.disconnect_all(RESTARTED, "The server restarts; the page connects again.")
        for _, host in hosts:
            await self._close(host)
        await self._recorder.close()

    # --- opening and closing

    async def _open(self, room: str) -> Host:
        if (closing := self._closing.get(room)) is not None:
            await asyncio.wait({closing})  # one host a room: the next one opens when the last has written all
        async with self._opening:
            return await self._open_now(room)

    async def _open_now(self, room: str) -> Host:
        stored = await self._store.take_over(room)
        if stored is None:
            raise RoomGone("This room does not exist, or its data was deleted.")
        if stored.replay_deleted:
            raise RoomGone("The record of this room is deleted; its code can still be downloaded.")
        exercise = _exercise(stored)
        resources = resources_of(stored, exercise, self._limits)
        facts = await self._facts(stored, exercise, resources)
        # What is read from here on counts as kept, also if the last server was killed before its fsync.
        await self._store.sync()
        opened = await open_room(self._store, stored, facts, salt=self._salt)
        clock = RoomClock(
            made_wall_us=stored.made_wall_us,
            last_at_us=opened.last_at_us,
            wall=self._wall,
            monotonic=self._monotonic,
        )
        host = Host(
            opened.room,
            opened.log,
            clock,
            self._recorder,
            rebuild=partial(self._rebuild, stored, facts),
            judge=partial(self._services.judge, stored),
            ended=partial(self._ended, room),
        )
        data_folder = partial(self._services.data_folder, stored)
        host.seat_kernel(room, self._pool, resources, data=data_folder)
        host.checkpoint_seq = opened.checkpoint_seq
        fresh = opened.last_at_us < 0
        host.apply(lambda state, now: state.first_events(now) if fresh else state.recovered(now))
        await host.settled()
        return host

    async def _rebuild(self, stored: StoredRoom, facts: Facts) -> tuple[Room, Log]:
        opened = await open_room(self._store, stored, facts, salt=self._salt)
        return opened.room, opened.log

    async def _facts(self, stored: StoredRoom, exercise: Exercise | None, resources: Resources) -> Facts:
        try:
            data = await self._services.data_files(stored)
        except (LiveroomError, ExerciseError) as error:
            log.warning("a room's data could not be made", room=stored.id, error=str(error))
            data = []
        view = RoomView(
            room=stored.id,
            title=stored.title,
            kind=stored.kind,
            state=stored.state,
            made=stored.made,
            brief=stored.brief,
            data=data,
            has_visible_checks=exercise is not None,
            has_hidden_checks=exercise is not None,
            meeting_url=stored.meeting_url,
            guide=None if exercise is None else exercise.guide,
        )
        return Facts(
            view,
            stored.minutes,
            stored.history,
            stored.starter,
            stored.accommodation,
            stored.lobby,
            most_bytes=self._room_bytes_most,
            kept_bytes=await self._store.size(stored.id),
            limits=resources.shown(),
            unsafe_kernels=self._unsafe_kernels,
        )

    async def _ended(self, room: str) -> None:
        if await self._services.ended(room):
            # The host that asks cannot close itself: this is one of its tasks.
            self._in_background(self._drop(room), self._background)

    async def _drop(self, room: str) -> None:
        """Let go of a host whose log is not there any more; who comes next opens the room anew."""
        await self._let_go(room, "The interview is over.")

    async def _let_go(self, room: str, reason: str) -> None:
        opening = self._hosts.get(room)
        if opening is not None:
            host = await opening
            host.disconnect_all(GONE, reason)
            if self._hosts.get(room) is opening:
                self._begin_closing(room, host)
        if (closing := self._closing.get(room)) is not None:
            await asyncio.wait({closing})

    async def _close_idle(self) -> None:
        while True:
            await asyncio.sleep(self._idle_seconds / 2)
            closed = 0
            for room, host in self._live_hosts():
                if self.live(room) is host and host.idle_seconds() > self._idle_seconds:
                    await asyncio.wait({self._begin_closing(room, host)})
                    closed += 1
            if closed:
                # What is left of a room is in cycles, and a busy server has its collector look seldom: 2,000 rooms
                # would leave 33 MiB. It takes some 0.3 ms for each room that is open, and that once an idle time.
                gc.collect()

    def _begin_closing(self, room: str, host: Host) -> asyncio.Task[None]:
        """From here on whoever comes gets the host that opens next, once this one has written all."""
        del self._hosts[room]
        closing = self._closing[room] = asyncio.create_task(self._close(host))
        closing.add_done_callback(lambda _: self._closing.pop(room))
        return closing

    async def _close(self, host: Host) -> None:
        await host.settled()
        if host.behind() >= EVENTS_MIN:
            await self._checkpoint([host])
        await host.close()

    def _live_hosts(self) -> list[tuple[str, Host]]:
        return [(room, host) for room in self._hosts if (host := self.live(room)) is not None]

    # --- checkpoints

    async def _keep_checkpoints(self) -> None:
        """Write those that are due, a few at a time: nobody waits for any of them."""
        while True:
            await asyncio.sleep(CHECKPOINTS_EVERY_SECONDS)
            due = [host for _, host in self._live_hosts() if host.behind() >= EVENTS_MAX]
            for start in range(0, len(due), CHECKPOINTS_AT_ONCE):
                await self._checkpoint(due[start : start + CHECKPOINTS_AT_ONCE])
                await asyncio.sleep(CHECKPOINTS_PAUSE_SECONDS)

    async def _checkpoint(self, hosts: Sequence[Host]) -> None:
        """Write these rooms' checkpoints. One that has something on its way to the disk is left for the next time."""
        found = [(host, *taken) for host in hosts if (taken := host.checkpoint()) is not None]
        if not found:
            return
        states = await asyncio.to_thread(lambda: [encode(checkpoint) for _, _, checkpoint in found])
        try:
            await self._store.keep_checkpoints(
                [
                    NewCheckpoint(host.room.facts.view.room, host.epoch, head.seq, head.h, state)
                    for (host, head, _), state in zip(found, states, strict=True)
                ]
            )
        except LiveroomError as error:
            log.warning("checkpoints were not kept", error=error.sentence)
        for host, head, _ in found:
            host.checkpoint_seq = head.seq


def _exercise(stored: StoredRoom) -> Exercise | None:
    """The room's exercise; one that is not in the catalogue any more leaves an ordinary room."""
    if stored.exercise is None:
        return None
    try:
        return load(stored.exercise)
    except ExerciseError:
        return None
