"""Performs one live room's effects: records them, tells connections, drives the kernel.

Order is what makes an acknowledgement true. A message is checked and applied at once; what it changes is written
before anyone hears of it, and acknowledged once it is on disk. If it cannot be written, the room is built anew from
its log before anyone is answered.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol

import structlog

from kernels.kernel import Kernel, Pool
from liveroom import websocket
from liveroom.asking import Asking
from liveroom.audience import ALL
from liveroom.checkpoints import Checkpoint
from liveroom.checks import Judged
from liveroom.close_codes import BAD_FRAME, TRY_AGAIN
from liveroom.effects import (
    Acknowledge,
    Answer,
    Ask,
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
from liveroom.errors import Fenced, LiveroomError, NoKernel
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
from liveroom.people import Allowed
from liveroom.recorder import Recorder
from liveroom.resources import Resources
from liveroom.room import Room
from liveroom.rows import Batch
from liveroom.seat import KernelSeat

log = structlog.get_logger()

Judgement = Callable[[CheckKind, str], Awaitable[Judged]]
"""`(which, submission)` to what came of it."""


class Wire(Protocol):
    """The other end of a connection. Frames are `websocket.frame`'s; `asked` marks answers to what it asked."""

    def put(self, frame: bytes, *, asked: bool = False) -> None: ...

    def close(self, code: int, reason: str) -> None: ...

    def pause(self, seconds: float) -> None: ...


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
        self._asking = Asking(lambda: self.kernel, lambda to, reply: self._tell(reply, ALL, to), self._spawn)
        self._wires: dict[ConnectionId, Wire] = {}
        self._pending: list[Effect] = []
        self._performing: list[Effect] = []
        self._heads: dict[int, Head] | None = None  # of the chains, once what is being written is kept
        self._size = 0  # in bytes, of what is being written
        self._starting_over = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at_us: int | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._next_connection = 1
        self.checkpoint_seq = 0
        self.last_left_us = clock.now()
        self._set_alarm()  # a room opened from its log may have nothing to do before

    def seat_kernel(
        self, lease: str, pool: Pool, resources: Resources, *, data: Callable[[], Awaitable[Path | None]]
    ) -> None:
        """Give the room its side of the kernel, which is leased under that name; once, before the first effect."""
        self._seat = KernelSeat(
            lease,
            pool,
            resources,
            data=data,
            say=lambda kernel, reason, fresh: self.apply(
                lambda room, now: room.kernel.changed(kernel, now, reason=reason, fresh=fresh)
            ),
            put=lambda run, item: self.apply(lambda room, now: room.kernel.output(run, item, now)),
            advise=lambda sentence: self.apply(
                lambda room, now: room.kernel.answered_interrupt(sentence, now)
            ),
        )

    # --- what connections call

    def join(self, participant: str, wire: Wire, *, speaks_text: bool, allowed: Allowed) -> ConnectionId:
        """Take a connection in; its wire is closed when the room wants it gone."""
        connection = ConnectionId(self._next_connection)
        self._next_connection += 1
        self._wires[connection] = wire
        now = self._clock.now()
        self.do(self.room.join(connection, participant, speaks_text=speaks_text, allowed=allowed, now=now))
        return connection

    def receive(self, connection: ConnectionId, frame: str | bytes) -> None:
        """Take one frame. Whatever is wrong with it stays between the room and its sender, who waits if too fast."""
        now = self._clock.now()
        wait_us, told = self.room.paced(connection, len(frame), now)
        self.do(told)
        if isinstance(frame, bytes):
            self.do(self.room.receive_binary(connection, frame, now))
        else:
            try:
                message = decode(frame)
            except BadMessage:
                self.do([Close(connection, BAD_FRAME, "The frame is not a message of this protocol.")])
            else:
                self.do(self.room.receive(connection, message, now))
        if wait_us and (wire := self._wires.get(connection)) is not None:
            wire.pause(wait_us / 1_000_000)

    def leave(self, connection: ConnectionId) -> None:
        if self._wires.pop(connection, None) is not None:
            self.last_left_us = self._clock.now()
            self._asking.forget(connection)
            self.do(self.room.leave(connection, self.last_left_us))

    # --- what the server calls

    def apply(self, change: Callable[[Room, int], list[Effect]]) -> None:
        """Change the room from outside a connection."""
        self.do(change(self.room, self._clock.now()))

    def disconnect(self, participants: frozenset[str], code: int, reason: str) -> None:
        for connection in self.room.people.connections_of(participants):
            self._close(connection, code, reason)

    def disconnect_all(self, code: int, reason: str) -> None:
        for connection in list(self._wires):
            self._close(connection, code, reason)

    def kernel_died(self, reason: str) -> None:
        if self._seat is not None:
            self._seat.died(reason)

    @property
    def kernel(self) -> Kernel:
        """The room's living kernel. Raises NoKernel."""
        if self._seat is None:
            raise NoKernel("This room has no kernel.")
        return self._seat.living()

    def read_file(self, path: str) -> AsyncGenerator[bytes]:
        """A file of the kernel's work folder, in pieces. Raises NoKernel, or what the kernel says."""
        if self._seat is None:
            raise NoKernel("This room has no kernel.")
        return self._seat.read_file(path)

    def empty_us(self) -> int | None:
        """How long nobody has been here, not even in the lobby; None while somebody is."""
        return None if self._wires else self._clock.now() - self.last_left_us

    def reclaim_kernel(self, notice: str) -> None:
        """End the kernel unless somebody has come in the meantime."""
        if not self._wires:
            self.apply(lambda room, now: room.kernel.reclaim(notice, now))

    def idle_seconds(self) -> float:
        """How long nobody has been here and nothing has run."""
        if self._wires or not self.room.runs.idle or self.room.alarm_at_us() is not None:
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
        await self._idle.wait()

    async def close(self) -> None:
        """Stop; connections are closed by whoever asked for it."""
        await self.settled()
        if self._alarm is not None:
            self._alarm.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.room.document.close()

    # --- effects

    def do(self, effects: list[Effect]) -> None:
        """Queue effects behind those that wait already; they are performed with the recorder's next group."""
        if effects:
            self._pending += effects
            self._idle.clear()
            if not self._starting_over:
                self._recorder.enlist(self)
        else:
            self._set_alarm()  # what was held back is due at its time, though nothing follows

    def batch(self) -> Batch | None:
        """All that the waiting effects record, for the recorder: it is written before any of them is performed."""
        self._performing, self._pending, self._heads = self._pending, [], None
        records: list[Record] = []
        keeps: list[Keep] = []
        state: RoomState | None = None
        for effect in self._performing:
            if isinstance(effect, Record):
                records.append(effect)
            elif isinstance(effect, Keep):
                keeps.append(effect)
            elif isinstance(effect, Mark):
                state = effect.state
        if not records and not keeps:
            return None
        batch, self._heads = self._log.batch(records, keeps, state)
        self._size = batch.size
        return batch

    def kept(self) -> None:
        """The recorder says that the batch is written."""
        if self._heads is not None:
            self._log.advance(self._heads)
            self.room.quota.kept += self._size
        for effect in self._performing:
            self._perform(effect)
        self._performing = []
        self._set_alarm()
        if not self._pending:
            self._idle.set()

    def failed(self, error: LiveroomError) -> None:
        """The recorder says that nothing of the batch is kept."""
        failed, self._performing = self._performing, []
        if isinstance(error, Fenced):
            # Another owner has the room: whatever this one still wants to say is not true any more.
            self.disconnect_all(TRY_AGAIN, "The room has moved; the page connects again.")
            self._pending.clear()
            self._idle.set()
            return
        self._starting_over = True
        self._spawn(self._start_over(failed, error))

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Record() | Keep():
                pass  # kept already
            case Tell(message=message, audience=audience, to=to):
                self._tell(message, audience, to)
            case Relay(frame=frame, but=but):
                encoded = websocket.frame(websocket.BINARY, frame)
                for connection in self.room.people.everyone_but(but):
                    self._put(connection, encoded)
            case Send(frame=frame, to=to):
                self._put(to, websocket.frame(websocket.BINARY, frame), asked=True)
            case Acknowledge(to=to, page=page, n=n):
                self._recorder.when_durable(lambda: self._saved(to, page, n))
            case Close(connection=connection, code=code, reason=reason):
                self._close(connection, code, reason)
            case Mark(state="ended"):
                self._spawn(self._ended())
            case Judge(round=name, which=which, submission=submission):
                self._spawn(self._run_judge(name, which, submission))
            case Ask(by=by, asked=asked):
                self._asking.take(by, asked)
            case PrepareKernel() | StartRun() | Answer() | Interrupt() | Restart() | ReleaseKernel():
                self._drive(effect)
            case Mark():
                pass  # kept with the batch

    def _drive(self, effect: PrepareKernel | StartRun | Answer | Interrupt | Restart | ReleaseKernel) -> None:
        seat = self._seat
        if seat is None:
            return
        match effect:
            case PrepareKernel():
                self._spawn(seat.prepare())
            case StartRun(run=run, source=source):
                self._spawn(seat.run(run, source))
            case Answer(text=text):
                self._spawn(seat.answer(text))
            case Interrupt():
                self._spawn(seat.interrupt())
            case Restart():
                self._spawn(seat.restart())
            case ReleaseKernel():
                self._spawn(seat.release())

    def _tell(self, message: FromServer, audience: str, to: ConnectionId | None) -> None:
        connections = self.room.people.pages_that_see(audience) if to is None else [to]
        if connections:
            encoded = websocket.frame(websocket.TEXT, encode(message))
            for connection in connections:
                self._put(connection, encoded, asked=to is not None)

    def _saved(self, to: ConnectionId, page: str, n: int) -> None:
        self.room.durable(page, n)
        self._tell(Saved(page, n), ALL, to)

    def _put(self, connection: ConnectionId, encoded: bytes, *, asked: bool = False) -> None:
        wire = self._wires.get(connection)
        if wire is not None:
            wire.put(encoded, asked=asked)

    def _close(self, connection: ConnectionId, code: int, reason: str) -> None:
        wire = self._wires.get(connection)
        if wire is not None:
            wire.close(code, reason)
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
        self.room.document.close()
        self.room, self._log = room, timeline
        for connection, wire in self._wires.items():
            if connection not in speaks_text:
                # A stock client comes back with all that it has, and by then the disk may take it.
                wire.close(TRY_AGAIN, "The edit could not be kept.")
        for effect in lost:
            if isinstance(effect, Acknowledge):
                self._answer(effect, error)
        for connection in speaks_text:
            self._tell(StartOver(error.sentence, room.facts.history), ALL, connection)
        self._starting_over = False
        self._set_alarm()
        if self._pending:
            self._recorder.enlist(self)
        else:
            self._idle.set()

    def _answer(self, asked: Acknowledge, error: LiveroomError) -> None:
        """A frame of a batch that failed is refused, unless it was a resend of what the log has."""
        if self.room.has(asked.page, asked.n):
            self._perform(asked)
        else:
            self._tell(Refused(error.sentence, asked.page, asked.n), ALL, asked.to)

    # --- time

    def _set_alarm(self) -> None:
        at_us = self.room.alarm_at_us()
        if at_us == self._alarm_at_us:
            return
        self._alarm_at_us = at_us
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if at_us is not None:
            delay = max(0.0, (at_us - self._clock.now()) / 1_000_000)
            self._alarm = asyncio.get_running_loop().call_later(delay, self._ring)

    def _ring(self) -> None:
        self._alarm_at_us = None  # a timer may fire a little early, and is then set again
        self.apply(lambda room, now: room.tick(now))
        self._set_alarm()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended_task)

    def _ended_task(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of a room failed", room=self.room.facts.view.room, exc_info=error)
