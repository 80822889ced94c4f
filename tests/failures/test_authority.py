"""Rows 13, 14 and 18: who may write, under whose name, and whose text an undo takes back."""

import asyncio
import json
from typing import Any

import pytest

from liveroom import frames
from tests.support.record import exported
from tests.support.server import Server
from tests.support.stock import stock_client
from tests.support.wire import lasting_page_of, page_of, stock_of
from tests.support.yjs import presence

pytestmark = pytest.mark.asyncio(loop_scope="module")


# --- row 13: rights that are taken away, tokens that are not good


async def test_who_is_thrown_out_is_out_within_a_second_and_what_they_wrote_before_stays(
    server: Server, room: dict[str, Any]
) -> None:
    token = await server.owner_token()
    links = json.loads(server.get(f"/api/rooms/{room['room']}", token=token))["links"]
    serial = next(link["serial"] for link in links if link["role"] == "candidate")
    cleo, stock = lasting_page_of(server, room, "candidate"), stock_of(server, room, "candidate")
    await cleo.open()
    await stock.open()
    async with page_of(server, room, "interviewer") as ivy:
        await cleo.until_saved(await cleo.write("before\n"))
        revoke = f"/api/rooms/{room['room']}/links/{serial}/revoke"
        await asyncio.to_thread(server.post, revoke, {}, token=token)
        async with asyncio.timeout(1):
            assert [(await one.closed())[0] for one in (cleo, stock)] == [4401, 4401]
        for one in (cleo, stock):
            await one.connect()
            assert (await one.closed())[0] == 4401
        await ivy.until_text("before\n")
        await ivy.until_saved(await ivy.write("after\n"))
    assert (await exported(server, room)).text == "# %%\nbefore\nafter\n"


async def test_a_token_that_is_not_good_spoils_nothing_for_the_one_that_is(
    server: Server, room: dict[str, Any]
) -> None:
    stranger = page_of(server, room | {"tokens": {"owner": "unknown"}}, "owner")
    await stranger.connect()
    assert (await stranger.closed())[0] == 4401
    async with page_of(server, room, "owner") as ada:
        await ada.until_saved(await ada.write("x"))


async def test_what_an_observer_writes_is_refused_and_nobody_hears_of_it(
    server: Server, room: dict[str, Any]
) -> None:
    async with page_of(server, room, "interviewer") as ivy:
        page, stock = lasting_page_of(server, room, "observer"), stock_of(server, room, "observer")
        await page.open()
        await stock.open()
        await page.write("not mine to write\n")
        assert "watch" in (await page.next("refused"))["reason"]
        await page.sync()
        assert str(page.client) == "# %%\n", "it began again from the room's text"
        await stock.socket.send(frames.update(stock.client.insert(0, "nor mine\n")))
        code, reason = await stock.closed()
        assert (code, "watch" in reason) == (4403, True)
        await ivy.until_saved(await ivy.write("mine\n"))
        await page.until_text("mine\n")
        assert not any(b"to write" in frame or b"nor mine" in frame for frame in ivy.binary)
        await page.close()
    assert (await exported(server, room)).text == "# %%\nmine\n"


async def test_a_candidate_may_not_come_back_once_the_room_has_ended(
    server: Server, room: dict[str, Any]
) -> None:
    async with page_of(server, room, "interviewer") as ivy:
        cleo = lasting_page_of(server, room, "candidate")
        await cleo.open()
        await ivy.send({"type": "end-room"})
        assert (await cleo.closed())[0] == 4410
        await cleo.connect()
        assert (await cleo.closed())[0] == 4410
        await ivy.write("too late\n")
        assert "ended" in (await ivy.next("refused"))["reason"]
    assert (await exported(server, room)).text == "# %%\n"


# --- row 14: words put into somebody else's mouth


@pytest.mark.parametrize("speaks", ["liveroom.1", "plain Yjs"])
async def test_edits_under_anothers_id_are_refused_and_the_panel_can_see_that_they_were_tried(
    server: Server, room: dict[str, Any], speaks: str
) -> None:
    async with page_of(server, room, "interviewer") as ivy:
        await ivy.until_saved(await ivy.write("mine"))
        forged = ivy.client.insert(9, " and forged")
        if speaks == "liveroom.1":
            forger = lasting_page_of(server, room, "candidate")
            await forger.open()
            await forger.edit(forged)
            assert "somebody else's id" in (await forger.next("refused"))["reason"]
        else:
            forger_ = stock_of(server, room, "candidate")
            await forger_.open()
            await forger_.socket.send(frames.update(forged))
            assert (await forger_.closed())[0] == 4403
        async with page_of(server, room, "observer") as olaf:
            assert str(olaf.client) == "# %%\nmine"
    record = await exported(server, room)
    (tried,) = [event for event in record.events if event.kind == "refused"]
    assert (tried.participant, tried.audience) == ("p3", "panel")
    assert record.text == "# %%\nmine"


async def test_presence_under_anothers_id_is_not_passed_on(server: Server, room: dict[str, Any]) -> None:
    async with (
        stock_client(server.url, room["room"], room["tokens"]["owner"]) as ada,
        page_of(server, room, "interviewer") as ivy,
        page_of(server, room, "candidate") as cleo,
    ):
        await ivy.socket.send(frames.awareness(presence(ivy.client.id, 1, "Ivy")))
        await ada.until_people(["", "Ivy"])
        await cleo.socket.send(frames.awareness(presence(ivy.client.id, 9, "a liar")))
        await cleo.socket.send(frames.awareness(presence(cleo.client.id, 1, "Cleo")))
        await ada.until_people(["", "Cleo", "Ivy"])


async def test_each_edit_is_recorded_under_the_person_whose_connection_it_came_by(
    server: Server, room: dict[str, Any]
) -> None:
    people = {"p1": "interviewer", "p3": "candidate"}
    async with (
        page_of(server, room, "interviewer") as ivy,
        stock_client(server.url, room["room"], room["tokens"]["candidate"]) as cleo,
    ):
        await cleo.until_text("# %%\n")
        for turn in range(10):
            await ivy.until_saved(await ivy.write(f"interviewer {turn}\n"))
            await cleo.until_text(f"interviewer {turn}\n")
            await cleo.insert(f"candidate {turn}\n", at=5)
            await ivy.until_text(f"candidate {turn}\n")
    record = await exported(server, room)
    for event in record.edits()[1:]:
        (op,) = event.body["ops"]
        assert event.participant is not None
        assert op[3].startswith(people[event.participant])


# --- row 18: an undo that takes back somebody else's text


async def test_an_undo_takes_back_ones_own_text_and_leaves_what_others_wrote_in_the_middle_of_it(
    server: Server, room: dict[str, Any]
) -> None:
    async with (
        stock_client(server.url, room["room"], room["tokens"]["interviewer"]) as ivy,
        page_of(server, room, "candidate") as cleo,
    ):
        await ivy.until_text("# %%\n")
        await ivy.insert("ivy begins and ivy ends\n")
        await cleo.until_text("ivy ends\n")
        middle = len("# %%\nivy begins")
        await cleo.until_saved(await cleo.write(" (cleo)", at=middle))
        await ivy.until_text("(cleo)")
        await ivy.tell(undo=True)
        await cleo.until(lambda: "ivy" not in str(cleo.client))
        assert str(cleo.client) == "# %%\n (cleo)"
        await ivy.until_text_is("# %%\n (cleo)")
    assert (await exported(server, room)).text == "# %%\n (cleo)"
