"""Rows 15 and 16: the same text everywhere, at every instant, whatever is typed and however long it goes on."""

import random
from pathlib import Path
from typing import Any

import pytest

from keystroke.timeline import Event
from liveroom import frames
from liveroom.messages import EditOrigin, Saved, Welcome
from liveroom.replay import decode_events, text_at
from liveroom.updates import utf16_length
from tests.support.live import site
from tests.support.record import exported
from tests.support.server import Server
from tests.support.stock import StockClient, stock_client
from tests.support.wire import WirePage, lasting_page_of, page_of, stock_of
from tests.support.yjs import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

PIECES = (
    "x",
    "é",
    "e\u0301",
    "漢字",
    "🌴",
    "👩\u200d🔬",
    "🇫🇷",
    "\u200b",
    "\n",
    "\t",
    "𝒳 = 1\n",
    "אב",
    "\ufeff",
    "\u2028",
)


# --- row 15: positions that drift apart over what takes more than one unit


async def test_at_two_hundred_instants_everyone_and_the_record_have_the_same_text(
    server: Server, room: dict[str, Any]
) -> None:
    chance = random.Random(15)
    async with (
        stock_client(server.url, room["room"], room["tokens"]["interviewer"]) as ivy,
        page_of(server, room, "candidate") as cleo,
    ):
        await ivy.until_text("# %%\n")
        texts = ["# %%\n"]
        for _ in range(200):
            texts.append(await change(chance, texts[-1], ivy if chance.random() < 0.6 else cleo))
            await ivy.until_text_is(texts[-1])
            await cleo.until(lambda: str(cleo.client) == texts[-1])
        code = server.get(f"/api/rooms/{room['room']}/code", token=room["tokens"]["interviewer"])
        assert code.decode() == texts[-1]
    edits = (await exported(server, room)).edits()
    assert [text_of(edits[: at + 1]) for at in range(len(edits))] == texts


async def change(chance: random.Random, text: str, by: StockClient | WirePage) -> str:
    """Insert or delete somewhere, by Yjs in Node or by yrs; returns the text that has to come of it."""
    at = chance.randrange(len(text) + 1)
    if chance.random() < 0.35 and at < len(text):
        end = min(len(text), at + chance.randrange(1, 6))
        if isinstance(by, StockClient):
            await by.delete(utf16_length(text[:at]), utf16_length(text[at:end]))
        else:
            start = len(text[:at].encode())
            await by.edit(by.client.delete(start, start + len(text[at:end].encode())))
        return text[:at] + text[end:]
    new = "".join(chance.choices(PIECES, k=chance.randrange(1, 5)))
    if isinstance(by, StockClient):
        await by.insert(new, at=utf16_length(text[:at]))
    else:
        await by.write(new, at=len(text[:at].encode()))
    return text[:at] + new + text[at:]


def text_of(edits: list[Event]) -> str:
    return text_at(edits, edits[-1].at_us)["main"]


async def test_a_carriage_return_never_enters(server: Server, room: dict[str, Any]) -> None:
    async with page_of(server, room, "interviewer") as ivy:
        stock = stock_of(server, room, "candidate")
        await stock.open()
        await stock.socket.send(frames.update(stock.client.insert(0, "x = 1\r\n")))
        code, reason = await stock.closed()
        assert code == 4400
        assert "carriage return" in reason
        page = lasting_page_of(server, room, "candidate")
        await page.open()
        await page.write("x = 1\r\n")
        assert "carriage return" in (await page.next("refused"))["reason"]
        await page.close()
        await ivy.until_saved(await ivy.write("x = 1\n"))
    assert (await exported(server, room)).text == "# %%\nx = 1\n"


# --- row 16: a long history


async def test_a_history_with_a_big_paste_plays_back_to_the_live_text(mortal: Server) -> None:
    made = await mortal.make_room(candidate="Cleo")
    mortal.consent(made)
    number = 1_000
    async with page_of(mortal, made, "candidate") as cleo, page_of(mortal, made, "observer") as olaf:
        typing = Typing(cleo.client)
        for at in range(number):
            update, origin = typing.edit(big_paste=at == number // 2)
            await cleo.edit(update, origin=origin)
        await cleo.until_saved(cleo.n)
        text = str(cleo.client)
        await olaf.until(lambda: str(olaf.client) == text)
    record = await exported(mortal, made)
    assert len(record.edits("page-candidate")) == number
    assert record.text == text
    await mortal.kill()
    await mortal.start()
    async with page_of(mortal, made, "observer", name="later") as olaf:
        assert str(olaf.client) == text


@pytest.mark.soak
@pytest.mark.parametrize("number", [43_000, 200_000])
async def test_a_long_history_plays_back_to_the_live_text(tmp_path: Path, number: int) -> None:
    """In this process, where nobody is slowed for typing five hours in one minute; the store is a real one."""
    async with site(tmp_path) as here:
        cleo = await here.page("Cleo")
        typing = Typing(cleo.client)
        await cleo.next(Welcome)
        for at in range(number):
            update, origin = typing.edit(big_paste=at == number // 2)
            n = cleo.edit(update, origin)
            if at % 500 == 499:
                while (await cleo.next(Saved)).n < n:
                    pass
        text = str(cleo.client)
        await here.rooms.close()
        here.rooms = here.serve()
        olaf = await here.page("Olaf")
        assert str(olaf.client) == text
        events = decode_events(row.line for row in await here.store.events("room-1"))
        assert sum(event.body.get("page") == cleo.name for event in events) == number
        assert text_at(events, events[-1].at_us)["main"] == text


class Typing:
    """Letters at a caret that jumps now and then, a backspace or a block deleted; once a paste of 0.6 MB."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._chance = random.Random(16)
        self._caret = 0

    def edit(self, *, big_paste: bool) -> tuple[bytes, EditOrigin]:
        chance, length = self._chance, len(self._client.text)
        if chance.random() < 0.05 or self._caret > length:
            self._caret = chance.randrange(length + 1)
        at = self._caret
        if big_paste:
            return self._client.insert(at, "0123456789abcde\n" * 37_500), "pasted"
        if chance.random() < 0.12 and at < length:
            end = min(length, at + (40 if chance.random() < 0.1 else 1))
            return self._client.delete(at, end), "deleted"
        self._caret += 1
        return self._client.insert(at, chance.choice("abcdefgh =()\n")), "typed"
