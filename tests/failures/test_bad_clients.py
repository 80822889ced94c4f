"""Rows 7 and 11: one client sends what it should not, or reads nothing, and nobody else notices."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from liveroom import frames
from tests.support.record import exported
from tests.support.server import Server
from tests.support.wire import WirePage, lasting_page_of, page_of, stock_of
from tests.support.yjs import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEBI = 1024 * 1024
CLOSED_FOR_IT = {4400, 4403, 4409, 4413, 1007, 1009, 1013}


@asynccontextmanager
async def typing_goes_on(server: Server, made: dict[str, Any], *, role: str) -> AsyncIterator[None]:
    """Somebody types and somebody watches; all of it arrives, in order, on the connections they began with."""
    typist, watcher = page_of(server, made, role), page_of(server, made, "observer")
    await typist.open()
    await watcher.open()
    over = asyncio.Event()

    async def type_on() -> int:
        lines = 0
        while lines < 5 or not over.is_set():
            n = await typist.write(f"{role}-{lines}\n")
            lines += 1
            await watcher.until_text(f"{role}-{lines - 1}\n")
            await typist.until_saved(n)
            await asyncio.sleep(0.01)
        return lines

    typing = asyncio.create_task(type_on())
    try:
        yield
    finally:
        over.set()
        lines = await typing
    mine = [line for line in str(watcher.client).splitlines() if line.startswith(role)]
    assert mine == [f"{role}-{line}" for line in range(lines)]
    await typist.close()
    await watcher.close()


def hostile_frames(seed: int, number: int) -> list[str | bytes]:
    """Garbage, truncated, empty, of unknown kinds, far too large; mutations of what honest clients send."""
    chance = random.Random(seed)
    client = Client("x = 1\n")
    honest: list[str | bytes] = [
        frames.update(client.whole()),
        frames.step_2(client.whole()),
        frames.step_1(client.doc.get_state()),
        frames.awareness(b"\x01\x07\x01\x02{}"),
        json.dumps(
            {"type": "edit", "page": "bad", "n": 1, "clientAtUs": 0, "origin": "typed", "update": "AAA="}
        ),
        json.dumps({"type": "caret", "file": "main", "anchor": 0, "head": 0}),
    ]
    made: list[str | bytes] = [
        b"",
        "",
        b"\x64",
        "null",
        '{"type":"nonsense"}',
        b"\x00" * (10 * MEBI),
        "x" * MEBI * 2,
    ]
    while len(made) < number:
        frame = chance.choice(honest)
        at = chance.randrange(len(frame))
        if isinstance(frame, str):
            made.append(frame[:at] if chance.random() < 0.5 else frame[:at] + "\x00" + frame[at + 1 :])
        elif chance.random() < 0.3:
            made.append(chance.randbytes(chance.randrange(1, 60)))
        elif chance.random() < 0.5:
            made.append(frame[:at])
        else:
            made.append(frame[:at] + chance.randbytes(1) + frame[at + 1 :])
    return made


async def test_hostile_frames_close_their_sender_or_nobody(server: Server, room: dict[str, Any]) -> None:
    other = await server.make_room(candidate="Dana")
    server.consent(other)
    async with (
        typing_goes_on(server, room, role="interviewer"),
        typing_goes_on(server, other, role="interviewer"),
    ):
        for at, frame in enumerate(hostile_frames(seed=18, number=120)):
            bad = (
                stock_of(server, room, "candidate")
                if at % 2
                else page_of(server, room, "candidate", name="bad")
            )
            await bad.open()
            with contextlib.suppress(ConnectionClosed):
                await bad.socket.send(frame)
                await bad.socket.send(frames.step_1(b"\x00"))
            assert await end_of(bad) in CLOSED_FOR_IT | {None}
            await bad.close()
    assert "interviewer-0" in (await exported(server, room)).text


async def end_of(bad: WirePage) -> int | None:
    """The code with which it was closed, or None if it was served another time."""
    try:
        await bad.sync()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    return None


async def test_a_client_that_breaks_off_in_the_middle_of_a_frame_is_alone_in_it(
    server: Server, room: dict[str, Any]
) -> None:
    async with typing_goes_on(server, room, role="interviewer"):
        for _ in range(20):
            bad = stock_of(server, room, "candidate")
            await bad.open()
            half = b"\x82\xfe\x40\x00" + b"mask" + b"\x00" * 100  # announces 16 KiB
            bad.socket.transport.write(half)
            await asyncio.sleep(0)
            bad.abort()


async def test_a_client_that_goes_while_it_is_sent_a_long_text_is_alone_in_it(
    server: Server, room: dict[str, Any]
) -> None:
    async with page_of(server, room, "owner") as ada:
        await ada.until_saved(await ada.write("# long\n" * 50_000))
        async with typing_goes_on(server, room, role="interviewer"):
            for _ in range(20):
                bad = stock_of(server, room, "candidate")
                await bad.connect()
                await bad.socket.send(frames.step_1(b"\x00"))
                bad.abort()


# --- row 11: a reader that has stopped


async def test_a_stopped_reader_is_closed_and_costs_little_memory_and_nobody_else(
    server: Server, room: dict[str, Any]
) -> None:
    async with (
        page_of(server, room, "interviewer") as ivy,
        page_of(server, room, "owner") as ada,
    ):
        await paste_and_delete(ivy, ada, times=10)  # what the room itself takes
        olaf = lasting_page_of(server, room, "observer")
        await olaf.open()
        olaf.stop_reading()
        before = server.rss_mib()
        await paste_and_delete(ivy, ada, times=75)
        rise = server.rss_mib() - before
        olaf.read_on()
        await olaf.until_lost()
        while not any(gone_from(message, "observer") for message in ada.heard):
            await ada.next("people-changed")
        await olaf.open()
        assert str(olaf.client) == str(ivy.client)
        await olaf.close()
    print(f"a stopped reader cost {rise:.1f} MiB")
    assert rise < STOPPED_READER_MIB


STOPPED_READER_MIB = 10
"""An outbox is 2 MiB of what others caused; the rest is what a paste needs on its way."""


async def paste_and_delete(writer: WirePage, reader: WirePage, *, times: int) -> None:
    """Pastes of 0.7 MB, each deleted before the next; the reader keeps up."""
    text = "0123456\n" * 87_500
    for _ in range(times):
        start = len(writer.client.text)
        await writer.write(text)
        await writer.until_saved(await writer.edit(writer.client.delete(start, start + len(text))))
        await reader.socket.send(frames.step_1(reader.client.doc.get_state()))
        await reader.sync()


def gone_from(message: dict[str, Any], role: str) -> bool:
    return message["type"] == "people-changed" and any(
        person["role"] == role and not person.get("here") for person in message["people"]
    )
