"""A room under everything that can happen to it, for Hypothesis: clients edit, their frames are left out, doubled and
swapped, they go and come back, and the server ends and goes on from what it has kept.
"""

import asyncio
import base64
import json
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from liveroom import frames
from tests.support.record import Exported
from tests.support.yjs import Client

T = TypeVar("T")
Frame = str | bytes
WAIT_SECONDS = 20.0

RETURNED = {1006, 1012, 1013}
"""Codes after which a client comes back. No other may ever come here, for all of these clients are honest."""

texts = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\r\0"), min_size=0, max_size=6
)


class Closed(Exception):
    """The server closed the connection, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Link(Protocol):
    """One connection: frames go in at once, and what came out is asked for."""

    def send(self, frame: Frame) -> None: ...

    async def heard(self) -> list[Frame]:
        """What has come since; raises `Closed` once that is all there will be."""

    async def leave(self) -> None:
        """Without a goodbye."""


class World(Protocol):
    """A server that can end and begin again, with one room on it."""

    async def connect(self, role: str, *, speaks_text: bool) -> Link: ...

    async def restart(self, *, kill: bool) -> None: ...

    async def record(self) -> Exported:
        """The room's timeline; its chain holds."""

    async def close(self) -> None: ...


class Somebody:
    """A page, or a stock client, with its document. Frames wait in `outgoing` until the network takes them."""

    def __init__(self, role: str, *, page: str | None) -> None:
        self.role, self.page = role, page
        self.client = Client()
        self.link: Link | None = None
        self.outgoing: list[Frame] = []
        self.waiting: dict[int, str] = {}
        self._deletions: set[int] = set()
        self.saved = self.n = 0
        self.asked = self.answered = 0  # how often for the room's text, on this link

    async def come(self, world: World) -> None:
        await self.go()
        self.link = await world.connect(self.role, speaks_text=self.page is not None)
        if self.page is not None:
            following = min(self.waiting, default=self.n + 1)
            hello = {"type": "hello", "page": self.page, "client": self.client.id, "next": following}
            self.link.send(json.dumps(hello))
        self.asked = self.answered = 0
        self.ask()

    def ask(self) -> None:
        """For what the room has and this document lacks."""
        assert self.link is not None
        self.asked += 1
        self.link.send(frames.step_1(self.client.doc.get_state()))

    async def go(self) -> None:
        """What is on its way in either direction is lost."""
        if self.link is not None:
            link, self.link = self.link, None
            self.outgoing.clear()
            await link.leave()

    def edited(self, update: bytes, origin: str) -> None:
        if self.page is None:
            self.outgoing.append(frames.update(update))
            return
        if origin == "deleted":
            self._deletions.add(self.n + 1)
        self._count({"type": "edit", "origin": origin, "update": base64.b64encode(update).decode()})

    def pasted(self) -> None:
        """A page tells that text came by the clipboard: unlike an edit, Yjs would not notice if it came twice."""
        if self.page is not None:
            self._count({"type": "paste", "chars": 1, "lines": 1})

    def _count(self, frame: dict[str, Any]) -> None:
        self.n += 1
        self.waiting[self.n] = json.dumps(frame | {"page": self.page, "n": self.n, "clientAtUs": 0})
        self.outgoing.append(self.waiting[self.n])

    def missing(self, record: Exported, *, up_to: int) -> set[int]:
        """Which of the page's frames are not recorded, but for deletions of what somebody else had deleted."""
        recorded = {event.body["n"] for event in record.events if event.body.get("page") == self.page}
        return set(range(1, up_to + 1)) - recorded - self._deletions

    def deliver(self, number: int) -> None:
        passed, self.outgoing = self.outgoing[:number], self.outgoing[number:]
        for frame in passed:
            if self.link is not None:
                self.link.send(frame)

    async def hear(self) -> None:
        """Take what has come; a connection that was closed is left."""
        if self.link is None:
            return
        try:
            for frame in await self.link.heard():
                self._take(frame)
        except Closed as closed:
            assert closed.code in RETURNED, f"{self.role} was closed with {closed.code}"
            await self.go()

    def _take(self, frame: Frame) -> None:
        assert self.link is not None
        if isinstance(frame, str):
            self._take_text(json.loads(frame))
            return
        read = frames.read(frame)
        if read.kind in ("step-2", "update"):
            self.client.apply(read.content)
            self.answered += read.kind == "step-2"
        elif read.kind == "step-1" and self.page is None:
            self.link.send(frames.step_2(self.client.doc.get_update(read.content)))

    def _take_text(self, message: dict[str, Any]) -> None:
        assert message["type"] not in ("refused", "start-over"), message
        if message["type"] == "saved":
            self.saved = max(self.saved, message["n"])
        elif message["type"] == "welcome":
            self.saved = max(self.saved, message["saved"])
            self.outgoing = [self.waiting[n] for n in sorted(self.waiting) if n > message["saved"]]
        self.waiting = {n: frame for n, frame in self.waiting.items() if n > self.saved}


PEOPLE = (("candidate", "cleo"), ("interviewer", "ivy"), ("candidate", None), ("interviewer", None))


class RoomMachine(RuleBasedStateMachine):
    """`make_world` is a world for each example. Every insertion carries a character that nothing else has."""

    def __init__(self, make_world: Callable[[], Coroutine[Any, Any, World]]) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._world = self._run(make_world())
        self.people = [Somebody(role, page=page) for role, page in PEOPLE]
        self._marks = 0
        self._deleted: set[str] = set()
        for one in self.people:
            self._run(one.come(self._world))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(asyncio.wait_for(work, WAIT_SECONDS))

    # --- what people do

    who = st.integers(0, len(PEOPLE) - 1)

    @rule(who=who, text=texts, at=st.floats(0, 1))
    def insert(self, who: int, text: str, at: float) -> None:
        one, mark = self.people[who], chr(0xE000 + self._marks)
        self._marks += 1
        one.edited(one.client.insert(_place(one.client, at), mark + text), "typed")

    @rule(who=who, at=st.floats(0, 1))
    def paste(self, who: int, at: float) -> None:
        self.people[who].pasted()
        self.insert(who, "0123456789 🌴\n" * 300, at)

    @rule(who=who, at=st.floats(0, 1), length=st.integers(1, 30))
    def delete(self, who: int, at: float, length: int) -> None:
        one = self.people[who]
        start = _place(one.client, at)
        gone = str(one.client).encode()[start:].decode()[:length]
        if gone:
            self._deleted.update(gone)
            one.edited(one.client.delete(start, start + len(gone.encode())), "deleted")

    # --- what the network does

    @rule(who=who, number=st.integers(1, 5))
    def deliver(self, who: int, number: int) -> None:
        self.people[who].deliver(number)

    @rule(who=who, at=st.integers(0, 4))
    def leave_out(self, who: int, at: int) -> None:
        del self.people[who].outgoing[at : at + 1]

    @rule(who=who, at=st.integers(0, 4))
    def double(self, who: int, at: int) -> None:
        outgoing = self.people[who].outgoing
        outgoing[at:at] = outgoing[at : at + 1]

    @rule(who=who, at=st.integers(0, 4))
    def swap(self, who: int, at: int) -> None:
        outgoing = self.people[who].outgoing
        outgoing[at : at + 2] = reversed(outgoing[at : at + 2])

    @rule(who=who)
    def hear(self, who: int) -> None:
        self._run(self.people[who].hear())

    @rule()
    def pass_a_moment(self) -> None:
        self._run(asyncio.sleep(0.003))

    # --- who goes, and what comes back

    @rule(who=who)
    def go(self, who: int) -> None:
        self._run(self.people[who].go())

    @rule(who=who)
    def come_back(self, who: int) -> None:
        self._run(self.people[who].come(self._world))

    @rule(kill=st.booleans())
    def restart(self, kill: bool) -> None:
        self._run(self._world.restart(kill=kill))
        for one in self.people:
            self._run(one.go())

    # --- what has to hold

    @rule()
    def all_meet(self) -> None:
        self._run(self._meet())
        record = self._run(self._world.record())
        record.check()
        for one in self.people:
            assert str(one.client) == record.text, f"{one.role} has another text"
            if one.page is not None:
                assert one.missing(record, up_to=one.n) == set(), "a frame of the page is missing"
        for mark in map(chr, range(0xE000, 0xE000 + self._marks)):
            times = record.text.count(mark)
            assert times <= 1, "doubled"
            assert times == 1 or mark in self._deleted, "lost"

    @rule()
    def what_was_acknowledged_is_recorded(self) -> None:
        for one in self.people:
            self._run(one.hear())
        record = self._run(self._world.record())
        for one in self.people:
            if one.page is not None:
                assert one.missing(record, up_to=one.saved) == set(), "an acknowledged frame is missing"

    async def _meet(self) -> None:
        """Everybody comes back on a network that passes everything, until nothing is on its way any more."""
        for one in self.people:
            await one.come(self._world)
        for _ in range(2):  # the second time, whoever was first has what the last one brought
            for one in self.people:
                await self._until_synced(one)

    async def _until_synced(self, one: Somebody) -> None:
        if one.link is not None:
            one.ask()
        while one.link is None or one.answered < one.asked or one.waiting or one.outgoing:
            if one.link is None:
                await one.come(self._world)
            one.deliver(len(one.outgoing))
            await one.hear()
            await asyncio.sleep(0.001)

    def teardown(self) -> None:
        try:
            self.all_meet()
        finally:
            for one in self.people:
                self._run(one.go())
            self._run(self._world.close())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


def _place(client: Client, at: float) -> int:
    """A byte offset between two characters."""
    text = str(client)
    return len(text[: round(at * len(text))].encode())
