"""Rows 2, 3, 6, 12 and 17: what a network does to a room, and what a room does while nothing happens."""

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from liveroom import frames
from tests.failures.conftest import FEW_KERNELS
from tests.support.network import network_to
from tests.support.record import exported
from tests.support.server import Server, serving
from tests.support.stock import stock_client
from tests.support.tampering import tampered
from tests.support.wire import WirePage, lasting_page_of, page_of, stock_of
from tests.support.yjs import presence

pytestmark = pytest.mark.asyncio(loop_scope="module")


# --- row 2: edits lost without a word while everybody looks connected


async def test_a_client_that_is_reset_in_the_middle_of_a_burst_costs_nobody_an_edit(
    server: Server, room: dict[str, Any]
) -> None:
    other = await server.make_room(candidate="Dana")
    server.consent(other)
    async with (
        page_of(server, room, "candidate") as cleo,
        page_of(server, room, "observer") as olaf,
        page_of(server, other, "candidate") as dana,
        page_of(server, other, "observer") as otto,
        network_to(server.port) as network,
    ):
        for turn in range(100):
            ivy = lasting_page_of(server, room, "interviewer", url=network.url, name=f"ivy-{turn}")
            await ivy.open()
            for letter in range(3):
                await cleo.write(f"c{turn}.{letter}\n")
                await dana.write(f"d{turn}.{letter}\n")
                with contextlib.suppress(ConnectionClosed):
                    await ivy.socket.send(frames.awareness(presence(ivy.client.id, turn, "Ivy")))
            network.reset_websockets()
            await olaf.until_text(f"c{turn}.2\n")
            await otto.until_text(f"d{turn}.2\n")
        for page in (cleo, dana):
            await page.until_saved(page.n)
    for made, typist, seen in ((room, "c", olaf), (other, "d", otto)):
        lines = [f"{typist}{turn}.{key}" for turn in range(100) for key in range(3)]
        assert str(seen.client).splitlines()[1:] == lines
        assert (await exported(server, made)).text == str(seen.client)


@pytest.mark.parametrize(
    ("beat_seconds", "patience_s"),
    [pytest.param(0.5, 5, id="shortened"), pytest.param(4, 10, id="in full", marks=pytest.mark.soak)],
)
async def test_a_connection_that_died_without_a_word_is_noticed(
    tmp_path: Path, beat_seconds: float, patience_s: float
) -> None:
    async with serving(tmp_path, *FEW_KERNELS, "--set", f"heartbeat_seconds={beat_seconds}") as server:
        made = await server.make_room(candidate="Cleo")
        async with network_to(server.port) as network, page_of(server, made, "interviewer") as ivy:
            olaf = lasting_page_of(server, made, "observer", url=network.url)
            await olaf.open()
            await until_here(ivy, "observer", 1)
            network.cut()
            async with asyncio.timeout(patience_s):
                await until_here(ivy, "observer", 0)
            olaf.abort()


async def until_here(page: WirePage, role: str, number: int) -> None:
    """Until so many tabs of this role are in the room, as this page is told."""
    here = -1
    while here != number:
        people = (await page.next("people-changed"))["people"]
        here = sum(person.get("here", 0) for person in people if person["role"] == role)


# --- row 3: edits made offline come too late, or with the next key


@pytest.mark.parametrize(
    "cut_s", [pytest.param(1, id="shortened"), pytest.param(60, id="in full", marks=pytest.mark.soak)]
)
async def test_after_a_cut_what_both_sides_typed_meets_without_another_key(
    server: Server, room: dict[str, Any], cut_s: float
) -> None:
    async with (
        page_of(server, room, "interviewer") as ivy,
        network_to(server.port) as network,
        stock_client(network.url, room["room"], room["tokens"]["owner"]) as ada,
    ):
        cleo = lasting_page_of(server, room, "candidate", url=network.url)
        await cleo.open()
        await cleo.until_saved(await cleo.write("before\n"))
        await ada.until_text("before\n")
        network.cut()
        began = time.monotonic()
        for line in range(5):
            await cleo.write(f"cleo {line}\n")
            await ada.insert(f"ada {line}\n")
            await ivy.until_saved(await ivy.write(f"ivy {line}\n"))
        heard = set(str(ivy.client).splitlines())
        assert not any(line.startswith(("cleo", "ada")) for line in heard)
        await asyncio.sleep(max(0, cut_s - (time.monotonic() - began)))
        cleo.abort()
        network.reset_websockets()
        network.mend()
        async with asyncio.timeout(2):
            await cleo.open()
            await cleo.until_all_saved()
            await cleo.until_text(*(f"ivy {line}\n" for line in range(5)))
        for line in range(5):
            await ada.until_text(f"cleo {line}\n")
            await cleo.until_text(f"ada {line}\n")
        await ivy.until_text("cleo 4\n", "ada 4\n")
        await ada.until_text_is(str(ivy.client))
        assert str(cleo.client) == str(ivy.client)
        assert len(str(cleo.client).splitlines()) == 17
        await cleo.close()
    record = await exported(server, room)
    assert record.text == str(ivy.client)
    assert [event.body["n"] for event in record.edits("page-candidate")] == [1, 2, 3, 4, 5, 6]


# --- row 6: one update is lost on the way, and hides all that follow


async def test_an_update_of_a_stock_client_that_was_lost_is_asked_for_again(
    server: Server, room: dict[str, Any]
) -> None:
    lost = 0

    def lose_the_third(frame: str | bytes) -> list[str | bytes]:
        nonlocal lost
        lost += frame[:2] == b"\x00\x02"
        return [] if frame[:2] == b"\x00\x02" and lost == 3 else [frame]

    async with (
        tampered(server.port, lose_the_third) as address,
        page_of(server, room, "candidate") as cleo,
        stock_client(address, room["room"], room["tokens"]["interviewer"]) as ivy,
    ):
        await ivy.until_text("# %%\n")
        for line in range(6):
            await ivy.insert(f"{line}\n")
            await asyncio.sleep(0.01)  # a frame each
        await cleo.until_text("5\n")
        assert str(cleo.client) == "# %%\n0\n1\n2\n3\n4\n5\n"
        assert lost > 3
    record = await exported(server, room)
    assert record.text == str(cleo.client)
    reasons = {event.body["reason"] for event in record.events if event.kind == "refused"}
    assert reasons <= {
        "The update leaves out earlier edits.",
        "The update builds on edits that are not here.",
    }
    assert reasons


async def test_a_frame_of_a_page_that_was_lost_is_sent_again_and_those_after_it_are_not_taken_before(
    server: Server, room: dict[str, Any]
) -> None:
    edits = 0

    def lose_the_third(frame: str | bytes) -> list[str | bytes]:
        nonlocal edits
        edits += isinstance(frame, str) and '"edit"' in frame
        return [] if isinstance(frame, str) and '"edit"' in frame and edits == 3 else [frame]

    async with tampered(server.port, lose_the_third) as address:
        cleo = lasting_page_of(server, room, "candidate", url=address)
        await cleo.open()
        for line in range(6):
            await cleo.write(f"{line}\n")
        assert (await cleo.closed())[0] == 1013
        await cleo.open()
        await cleo.until_all_saved()
        await cleo.close()
    record = await exported(server, room)
    assert record.text == "# %%\n0\n1\n2\n3\n4\n5\n"
    assert [event.body["n"] for event in record.edits("page-candidate")] == [1, 2, 3, 4, 5, 6]


async def test_frames_that_come_twice_count_once(server: Server, room: dict[str, Any]) -> None:
    def double(frame: str | bytes) -> list[str | bytes]:
        is_edit = frame[:2] == b"\x00\x02" if isinstance(frame, bytes) else '"edit"' in frame
        return [frame, frame] if is_edit else [frame]

    async with (
        tampered(server.port, double) as address,
        stock_client(address, room["room"], room["tokens"]["interviewer"]) as ivy,
    ):
        cleo = lasting_page_of(server, room, "candidate", url=address)
        await cleo.open()
        for line in range(3):
            await cleo.write(f"cleo {line}\n")
        await ivy.until_text("cleo 2\n")
        await ivy.insert("ivy\n")
        await cleo.until_text("ivy\n")
        await cleo.until_all_saved()
        await cleo.close()
    record = await exported(server, room)
    assert record.text == "# %%\ncleo 0\ncleo 1\ncleo 2\nivy\n" == str(cleo.client)
    assert len(record.edits()) == 5  # with the starter text


# --- row 12: carets of people who are gone, none of people who are here


async def test_a_caret_goes_with_its_connection_and_comes_back_with_the_same_clock(
    server: Server, room: dict[str, Any]
) -> None:
    async with stock_client(server.url, room["room"], room["tokens"]["interviewer"]) as ivy:
        await ivy.tell(name="Ivy")
        cleo = stock_of(server, room, "candidate")
        for _ in range(2):
            await cleo.open()
            await cleo.socket.send(frames.awareness(presence(cleo.client.id, 7, "Cleo")))
            await ivy.until_people(["Cleo", "Ivy"])
            cleo.abort()
            await ivy.until_people(["Ivy"], within_s=2)


async def test_who_comes_late_sees_everyone_at_once(server: Server, room: dict[str, Any]) -> None:
    roles = ("candidate", "interviewer", "owner")
    early = [stock_of(server, room, role) for role in roles]
    for client, name in zip(early, ("Cleo", "Ivy", "Ada"), strict=True):
        await client.open()
        await client.socket.send(frames.awareness(presence(client.client.id, 1, name)))
        await client.socket.send(frames.step_1(b"\x00"))
        await client.sync()
    async with stock_client(server.url, room["room"], room["tokens"]["observer"]) as olaf:
        await olaf.until(synced=True)
        await olaf.until_people(["", "Ada", "Cleo", "Ivy"], within_s=0.5)
    for client in early:
        await client.close()


# --- row 17: a client that hears nothing closes itself after 30 s


@pytest.mark.parametrize(
    ("pace", "idle_s"),
    [pytest.param(20, 180, id="shortened"), pytest.param(1, 180, id="in full", marks=pytest.mark.soak)],
)
async def test_a_stock_client_stays_while_nothing_happens_for_three_minutes(
    tmp_path: Path, pace: float, idle_s: float
) -> None:
    async with serving(tmp_path, *FEW_KERNELS, "--set", f"heartbeat_seconds={4 / pace}") as server:
        made = await server.make_room(candidate="Ben")
        token = made["tokens"]["interviewer"]
        async with stock_client(server.url, made["room"], token, pace=pace) as stock:
            await stock.until(synced=True)
            await stock.listen(idle_s / pace)
            assert stock.statuses == ["connected"]
            await stock.insert("still here\n")
            async with page_of(server, made, "owner") as ada:
                await ada.until_text("still here\n")
