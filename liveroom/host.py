"""Performs one live room's effects: records them, tells connections, drives the kernel.

Order is what makes an acknowledgement true. A message is checked and applied at once; what it changes is written
before anyone hears of it, and acknowledged once it is on disk. If it cannot be written, the room is built anew from
its log before anyone is answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from liveroom import frames
from liveroom.checkpoints import Checkpoint
from liveroom.checks import Judged
from liveroom.close_codes import BAD_FRAME, TOO_LARGE, TRY_AGAIN
from liveroom.effects import (
    Acknowledge,
    Close,
    ConnectionId,
    Effect,
    Interrupt,
    Judge,
    Keep,
    Mark,
    PrepareKernel,
    Record,
    Relay,
    ReleaseKernel,
    Restart,
    Send,
    StartRun,
    Tell,
)
from liveroom.errors import Fenced, LiveroomError
from liveroom.log import Head, Log, RoomClock
from liveroom.messages import (
    BadMessage,
    CheckKind,
    FromServer,
    Refused,
    RoomState,
    Saved,
    StartOver,
    decode,
    encode,
)
from liveroom.outbox import Outbox
from liveroom.people import Allowed
from liveroom.recorder import MISTAKE, Recorder
from liveroom.room import Room
from liveroom.seat import KernelSeat

log = structlog.get_logger()

FRAME_BYTES_MAX = 1024 * 1024
KEEP_ALIVE_SECONDS = 15.0

Judgement = Callable[[CheckKind, str], Awaitable[Judged]]
"""`(which, submission)` to what came of it."""


class Host:
    """One live room. Everything happens on the event loop's thread; `rooms.py` makes hosts."""

    def __init__(
        self,
        room: Room,
        timeline: Log,
        clock: RoomClock,
        recorder: Recorder,
        *,
        rebuild: Callable[[], Awaitable[tuple[Room, Log]]],
        judge: Judgement,
        ended: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self.room = room
        self._log = timeline
        self._clock = clock
        self._recorder = recorder
        self._rebuild = rebuild
        self._judge = judge
        self._ended = ended
        self._seat: KernelSeat | None = None
        self._outboxes: dict[ConnectionId, Outbox] = {}
        self._pending: list[Effect] = []
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._next_connection = 1
        self.checkpoint_seq = 0
        self.last_left_us = clock.now()
        self._spawn(self._perform())
        self._spawn(self._keep_alive())
        self._set_alarm()  # a room opened from its log may have nothing to do before

    def seat_kernel(self, seat: KernelSeat) -> None:
        """Give the room its side of the kernel; once, before the first effect."""
        self._seat = seat

    # --- what connections call

    def join(self, participant: str, *, speaks_text: bool, allowed: Allowed) -> tuple[ConnectionId, Outbox]:
        """Take a connection in; its outbox closes by itself when the room wants it gone."""
        connection = ConnectionId(self._next_connection)
        self._next_connection += 1
        outbox = self._outboxes[connection] = Outbox()
        now = self._clock.now()
        self.do(self.room.join(connection, participant, speaks_text=speaks_text, allowed=allowed, now=now))
        return connection, outbox

    def receive(self, connection: ConnectionId, frame: str | bytes) -> None:
        """Take one frame. Whatever is wrong with it stays between the room and its sender."""
        now = self._clock.now()
        if len(frame) > FRAME_BYTES_MAX:
            self.do([Close(connection, TOO_LARGE, "The frame is larger than 1 MiB.")])
        elif isinstance(frame, bytes):
            self.do(self.room.receive_binary(connection, frame, now))
        else:
            try:
                message = decode(frame)
            except BadMessage:
                self.do([Close(connection, BAD_FRAME, "The frame is not a message of this protocol.")])
            else:
                self.do(self.room.receive(connection, message, now))

    def refuse(self, connection: ConnectionId, code: int, reason: str) -> None:
        """Close a connection that does not keep to its protocol."""
        self.do([Close(connection, code, reason)])

    def leave(self, connection: ConnectionId) -> None:
        if self._outboxes.pop(connection, None) is not None:
            self.last_left_us = self._clock.now()
            self.do(self.room.leave(connection, self.last_left_us))

    # --- what the server calls

    def apply(self, change: Callable[[Room, int], list[Effect]]) -> None:
        """Change the room from outside a connection."""
        self.do(change(self.room, self._clock.now()))

    def disconnect(self, participants: frozenset[str], code: int, reason: str) -> None:
        for connection in self.room.people.connections_of(participants):
            self._close(connection, code, reason)

    def disconnect_all(self, code: int, reason: str) -> None:
        for connection in list(self._outboxes):
            self._close(connection, code, reason)

    def kernel_died(self, reason: str) -> None:
        if self._seat is not None:
            self._seat.died(reason)

    def idle_seconds(self) -> float:
        """How long nobody has been here and nothing has run."""
        if self._outboxes or not self.room.runs.idle or self.room.alarm_at_us() is not None:
            return 0.0
        return (self._clock.now() - self.last_left_us) / 1_000_000

    def checkpoint(self) -> tuple[Head, Checkpoint] | None:
        """What the room's typing comes to, and after which event; None while something waits to be written."""
        return (self._log.head, self.room.checkpoint()) if self._idle.is_set() else None

    def behind(self) -> int:
        """How many events were written since the room's last checkpoint."""
        return self._log.head.seq - self.checkpoint_seq

    @property
    def epoch(self) -> int:
        return self._log.epoch

    async def settled(self) -> None:
        """Return once every effect so far is performed."""
        while self._pending or not self._idle.is_set():
            await self._idle.wait()
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop; connections are closed by whoever asked for it."""
        await self.settled()
        if self._alarm is not None:
            self._alarm.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- effects

    def do(self, effects: list[Effect]) -> None:
        """Queue effects behind those that wait already."""
        if effects:
            self._pending += effects
            self._idle.clear()
            self._wake.set()

    async def _perform(self) -> None:
        while True:
            if not self._pending:
                self._idle.set()
                await self._wake.wait()
            self._wake.clear()
            effects, self._pending = self._pending, []
            try:
                await self._keep(effects)
            except Fenced:
                # Another owner has the room: whatever this one still wants to say is not true any more.
                self._pending.clear()
                self.disconnect_all(TRY_AGAIN, "The room has moved; the page connects again.")
                self._pending.clear()
                continue
            except LiveroomError as error:
                await self._start_over(effects, error)
                continue
            except Exception as error:
                # Nobody would hear of anything any more if this task ended.
                log.error("a room failed", room=self.room.facts.view.room, exc_info=error)
                await self._start_over(effects, LiveroomError(MISTAKE))
                continue
            for effect in effects:
                self._perform_one(effect)
            self._set_alarm()

    async def _keep(self, effects: list[Effect]) -> None:
        """Write all that these effects record, before any of the others is performed."""
        records = [e for e in effects if isinstance(e, Record)]
        keeps = [e for e in effects if isinstance(e, Keep)]
        marks: list[RoomState] = [e.state for e in effects if isinstance(e, Mark)]
        if not records and not keeps:
            return
        batch, heads = self._log.batch(records, keeps)
        if marks:
            batch = replace(batch, state=marks[-1])
        await self._recorder.write(batch)
        self._log.advance(heads)

    def _perform_one(self, effect: Effect) -> None:
        match effect:
            case Tell(message=message, audience=audience, to=to):
                self._tell(message, self.room.people.pages_that_see(audience) if to is None else [to])
            case Relay(frame=frame, but=but):
                for connection in self.room.people.everyone_but(but):
                    self._put(connection, frame)
            case Send(frame=frame, to=to):
                self._put(to, frame)
            case Acknowledge(to=to, page=page, n=n):
                self._recorder.when_durable(lambda: self._saved(to, page, n))
            case Close(connection=connection, code=code, reason=reason):
                self._close(connection, code, reason)
            case Mark(state="ended"):
                self._spawn(self._ended())
            case Judge(round=name, which=which, submission=submission):
                self._spawn(self._run_judge(name, which, submission))
            case PrepareKernel() | StartRun() | Interrupt() | Restart() | ReleaseKernel():
                self._drive(effect)
            case Record() | Keep() | Mark():
                pass  # kept already

    def _drive(self, effect: PrepareKernel | StartRun | Interrupt | Restart | ReleaseKernel) -> None:
        seat = self._seat
        if seat is None:
            return
        match effect:
            case PrepareKernel():
                self._spawn(seat.prepare())
            case StartRun(run=run, source=source):
                self._spawn(seat.run(run, source))
            case Interrupt():
                self._spawn(seat.interrupt())
            case Restart():
                self._spawn(seat.restart())
            case ReleaseKernel():
                self._spawn(seat.release())

    def _tell(self, message: FromServer, to: list[ConnectionId]) -> None:
        if to:
            frame = encode(message)
            for connection in to:
                self._put(connection, frame)

    def _saved(self, to: ConnectionId, page: str, n: int) -> None:
        self.room.durable(page, n)
        self._put(to, encode(Saved(page, n)))

    def _put(self, connection: ConnectionId, frame: str | bytes) -> None:
        outbox = self._outboxes.get(connection)
        if outbox is not None:
            outbox.put(frame)

    def _close(self, connection: ConnectionId, code: int, reason: str) -> None:
        outbox = self._outboxes.get(connection)
        if outbox is not None:
            outbox.close(code, reason)
            self.leave(connection)

    async def _run_judge(self, name: str, which: CheckKind, submission: str) -> None:
        judged = await self._judge(which, submission)
        self.apply(lambda room, now: room.judged(name, judged.results, judged.problem, now))

    # --- when something could not be kept

    async def _start_over(self, failed: list[Effect], error: LiveroomError) -> None:
        """Build the room anew from its log; tell the pages whose frames are not in it to start from the room's text."""
        log.error("could not record", room=self.room.facts.view.room, error=error.sentence)
        while True:
            try:
                room, timeline = await self._rebuild()
                break
            except LiveroomError:
                await asyncio.sleep(1)
        lost = failed + self._pending
        self._pending = []
        speaks_text = room.adopt(self.room)
        self.room, self._log = room, timeline
        for connection in self._outboxes:
            if connection not in speaks_text:
                self._put_close(connection)
        for effect in lost:
            if isinstance(effect, Acknowledge):
                self._answer(effect, error)
        for connection in speaks_text:
            self._tell(StartOver(error.sentence, room.facts.history), [connection])

    def _answer(self, asked: Acknowledge, error: LiveroomError) -> None:
        """A frame of a batch that failed is refused, unless it was a resend of what the log has."""
        if self.room.has(asked.page, asked.n):
            self._perform_one(asked)
        else:
            self._tell(Refused(error.sentence, asked.page, asked.n), [asked.to])

    def _put_close(self, connection: ConnectionId) -> None:
        # A stock client comes back with all that it has, and by then the disk may take it.
        self._outboxes[connection].close(TRY_AGAIN, "The edit could not be kept.")

    # --- time

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        at_us = self.room.alarm_at_us()
        if at_us is not None:
            delay = max(0.0, (at_us - self._clock.now()) / 1_000_000)
            self._alarm = asyncio.get_running_loop().call_later(
                delay, lambda: self.apply(lambda room, now: room.tick(now))
            )

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            for connection in self.room.people.everyone_but(None):
                self._put(connection, frames.KEEP_ALIVE)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended_task)

    def _ended_task(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of a room failed", room=self.room.facts.view.room, exc_info=error)
