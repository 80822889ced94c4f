"""A wire between a transport and a room: turns, pauses, signs of life, and how it ends."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from liveroom import frames, websocket
from liveroom.host import Host
from liveroom.web import wire as wires
from liveroom.web.wire import Wire
from liveroom.websocket import BINARY, CLOSE, PING, PONG, TEXT
from tests.bench.client import masked
from tests.support.live import unframed
from tests.support.site import DEFAULTS, running_site
from tests.support.wire import WirePage

pytestmark = pytest.mark.asyncio


class Transport:
    """A transport that keeps what is written, and has nobody at its other end."""

    def __init__(self) -> None:
        self.written: list[tuple[int, bytes]] = []
        self.reading = True
        self.ended = ""

    def write(self, data: bytes) -> None:
        while data:
            size = 2 + (data[1] if data[1] < 126 else 2 + int.from_bytes(data[2:4]))
            self.written.append(unframed(data[:size]))
            data = data[size:]

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return bool(self.ended)

    def close(self) -> None:
        self.ended = self.ended or "closed"

    def abort(self) -> None:
        self.ended = self.ended or "aborted"


def carried(
    take: Callable[[str | bytes], None] | None = None, *, beat_seconds: float = 60.0
) -> tuple[Wire, Transport, list[str | bytes]]:
    """A wire that carries, its transport, and what it has handed on."""
    transport, taken = Transport(), list[str | bytes]()
    wire = Wire(transport, beat_seconds=beat_seconds)  # type: ignore[arg-type]
    wire._take = take or taken.append
    wire._go_on()
    return wire, transport, taken


async def test_nothing_is_read_before_it_is_carried_and_nothing_of_it_is_lost() -> None:
    transport, taken = Transport(), list[str | bytes]()
    wire = Wire(transport)  # type: ignore[arg-type]
    assert not transport.reading
    wire.received(masked(BINARY, b"early"))
    carrying = asyncio.create_task(wire.carry(taken.append))
    await asyncio.sleep(0)
    wire.received(masked(TEXT, b"later"))
    assert (taken, transport.reading) == ([b"early", "later"], True)
    wire.lost()
    await carrying


async def test_frames_that_came_together_leave_the_others_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "TURN_SECONDS", 0.0)
    wire, transport, taken = carried()
    wire.received(b"".join(masked(BINARY, b"%d" % at) for at in range(100)))
    turns: list[int] = []
    while not turns or turns[-1] < 100:
        turns.append(len(taken))
        assert len(turns) < 200
        await asyncio.sleep(0)
    assert taken == [b"%d" % at for at in range(100)]
    assert len(turns) > 90, "one frame a turn, and somebody else in between"
    assert transport.reading


async def test_a_pause_stops_reading_and_keeps_what_is_here() -> None:
    wire, transport, taken = carried()
    wire.pause(0.02)
    wire.received(masked(BINARY, b"a") + masked(BINARY, b"b"))
    assert (taken, transport.reading) == ([], False)
    async with asyncio.timeout(5):
        while len(taken) < 2:
            await asyncio.sleep(0.005)
    assert (taken, transport.reading) == ([b"a", b"b"], True)


async def test_a_pause_in_the_middle_of_a_turn_ends_the_turn() -> None:
    taken: list[str | bytes] = []

    def take(frame: str | bytes) -> None:
        taken.append(frame)
        wire.pause(30)

    wire, transport, _ = carried(take)
    wire.received(masked(BINARY, b"a") + masked(BINARY, b"b"))
    assert (taken, transport.reading) == ([b"a"], False)


async def test_a_ping_is_answered_with_what_it_holds() -> None:
    wire, transport, taken = carried()
    wire.received(masked(PING, b"here?"))
    assert (transport.written, taken) == ([(PONG, b"here?")], [])


async def test_a_close_is_answered_and_ends_the_transport() -> None:
    wire, transport, _ = carried()
    wire.received(masked(CLOSE, (1000).to_bytes(2)))
    assert transport.written == [(CLOSE, (1000).to_bytes(2))]
    assert transport.ended == "closed"


async def test_our_close_waits_for_theirs_takes_nothing_more_and_then_ends() -> None:
    wire, transport, taken = carried()
    wire.close(4410, "Over.")
    wire.close(1013, "Again.")
    wire.received(masked(BINARY, b"too late"))
    assert (transport.written, taken, transport.ended) == ([(CLOSE, (4410).to_bytes(2) + b"Over.")], [], "")
    wire.received(masked(CLOSE, (4410).to_bytes(2)))
    assert transport.ended == "closed"


async def test_one_who_does_not_answer_a_close_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "CLOSING_SECONDS", 0.01)
    wire, transport, _ = carried()
    wire.close(4410, "Over.")
    async with asyncio.timeout(5):
        while not transport.ended:
            await asyncio.sleep(0.005)
    assert transport.ended == "aborted"


async def test_bad_bytes_close_with_their_code_and_the_rest_is_read_away() -> None:
    wire, transport, taken = carried()
    wire.received(b"\xff\xff\xff")
    wire.received(masked(BINARY, b"x"))
    ((opcode, payload),) = transport.written
    assert (opcode, payload[:2], taken, transport.reading) == (CLOSE, (4400).to_bytes(2), [], True)


async def test_a_frame_that_is_too_large_closes_with_4413() -> None:
    wire, transport, _ = carried()
    wire.received(masked(BINARY, bytes(wires.FRAME_BYTES_MAX + 1)))
    assert transport.written[0][1][:2] == (4413).to_bytes(2)


async def test_a_mistake_of_ours_ends_one_connection_with_1011() -> None:
    def fail(frame: str | bytes) -> None:
        raise ZeroDivisionError

    wire, transport, _ = carried(fail)
    wire.received(masked(BINARY, b"x"))
    assert transport.written[0][1][:2] == (1011).to_bytes(2)


async def test_a_reader_who_stops_is_told_last_and_gets_nothing_of_what_waited() -> None:
    wire, transport, _ = carried()
    wire.pause_writing()
    for _ in range(5):
        wire.put(websocket.frame(BINARY, bytes(1_000_000)))
    assert transport.written == []
    wire.resume_writing()
    ((opcode, payload),) = transport.written
    assert (opcode, payload[:2]) == (CLOSE, (1013).to_bytes(2))


async def test_a_beat_asks_for_a_sign_of_life_and_speaks_where_nothing_else_was_said() -> None:
    wire, transport, _ = carried()
    wire._beat()
    assert transport.written == [(PING, b"")], "it was new, which counts as having spoken"
    wire.received(masked(PONG, b""))
    wire._beat()
    assert transport.written[1:] == [(PING, b""), (BINARY, frames.KEEP_ALIVE)]
    wire.put(websocket.frame(TEXT, b"news"))
    wire.received(masked(PONG, b""))
    wire._beat()
    assert transport.written[3:] == [(TEXT, b"news"), (PING, b"")]


async def test_one_who_gives_no_sign_between_two_beats_is_cut_off() -> None:
    wire, transport, _ = carried()
    wire._beat()
    assert not transport.is_closing()
    wire._beat()
    assert transport.ended == "aborted"


async def test_nobody_is_cut_off_because_the_server_itself_stood_still() -> None:
    wire, transport, _ = carried()
    wire._beat()
    wire._next_beat -= 100.0  # it should have been then
    wire._beat()
    assert not transport.ended


async def test_nobody_is_cut_off_while_their_room_opens() -> None:
    transport = Transport()
    wire = Wire(transport)  # type: ignore[arg-type]
    for _ in range(3):
        wire._beat()
    assert not transport.ended
    wire.lost()


async def test_nobody_is_cut_off_for_what_we_did_not_read() -> None:
    wire, transport, _ = carried()
    wire._beat()
    wire.pause(600)
    wire._beat()
    assert not transport.ended
    wire.lost()


async def test_nobody_is_cut_off_while_their_room_is_still_being_opened() -> None:
    transport = Transport()
    wire = Wire(transport, beat_seconds=60.0)  # type: ignore[arg-type]
    wire._beat()
    wire._beat()
    assert not transport.ended
    assert transport.written == [(PING, b""), (PING, b""), (BINARY, frames.KEEP_ALIVE)]
    wire.lost()


async def test_a_room_that_takes_many_beats_to_open_welcomes_who_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_site(tmp_path, msgspec.structs.replace(DEFAULTS, heartbeat_seconds=0.1)) as site:
        made, rooms, ready = await site.new_room(), site.parts.rooms, asyncio.Event()
        opens = rooms._open

        async def slowly(room: str) -> Host:
            await ready.wait()  # as while its data is made
            return await opens(room)

        await rooms.forget(made["room"])  # it may have been opened ahead of whoever comes
        monkeypatch.setattr(rooms, "_open", slowly)
        ivy = WirePage(site.base_url, made["room"], made["tokens"]["interviewer"], page="page-1")
        await ivy.connect()
        await ivy.hello()
        for _ in range(3):
            await ivy.receive()
        ready.set()
        assert (await ivy.next("welcome"))["room"]["room"] == made["room"]
        await ivy.close()
