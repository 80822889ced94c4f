"""Every size limit at its edge: what just fits is taken, one more is refused with a sentence."""

import base64
import json
from typing import Any

import pytest

from liveroom import frames, lib0
from liveroom.document import CHARS_MAX
from liveroom.files import FILES_MAX
from liveroom.making import STARTER_CHARS_MAX
from liveroom.messages import (
    FILE_CHARS_MAX,
    KEYS_PER_BATCH_MAX,
    NOTE_CHARS_MAX,
    PATH_CHARS_MAX,
    SOURCE_CHARS_MAX,
)
from liveroom.presence import STATE_CHARS_MAX
from liveroom.web.endpoint import BODY_BYTES_MAX
from liveroom.web.wire import FRAME_BYTES_MAX
from tests.support.record import exported
from tests.support.server import Server
from tests.support.stock import stock_client
from tests.support.wire import LastingPage, lasting_page_of, page_of, stock_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

STARTER = "# %%\n"


async def fill(page: LastingPage, chars: int) -> None:
    """Bring the document to exactly so many characters, by pastes that fit into a frame."""
    while (room := chars - len(str(page.client))) > 0:
        await page.until_saved(await page.write("x" * min(room, 700_000)))


async def test_a_document_holds_a_million_characters_and_not_one_more(
    server: Server, room: dict[str, Any]
) -> None:
    cleo = lasting_page_of(server, room, "candidate")
    await cleo.open()
    await fill(cleo, CHARS_MAX)
    await cleo.write("y")
    assert "1,000,000 characters" in (await cleo.next("refused"))["reason"]
    await cleo.sync()
    assert len(str(cleo.client)) == CHARS_MAX
    assert len(cleo.kept[0]) == CHARS_MAX + 1, "the page keeps what it could not send"
    stock = stock_of(server, room, "interviewer")
    await stock.open()
    await stock.socket.send(frames.update(stock.client.insert(0, "y")))
    code, reason = await stock.closed()
    assert (code, "1,000,000 characters" in reason) == (4413, True)
    await cleo.until_saved(await cleo.edit(cleo.client.delete(0, 1)))
    await cleo.until_saved(await cleo.write("z"))
    await cleo.close()
    assert len((await exported(server, room)).text) == CHARS_MAX


@pytest.mark.parametrize("speaks", ["text", "binary"])
async def test_a_frame_has_a_mebibyte_and_not_a_byte_more(
    server: Server, room: dict[str, Any], speaks: str
) -> None:
    page = page_of(server, room, "candidate")
    await page.open()
    for size in (FRAME_BYTES_MAX, FRAME_BYTES_MAX + 1):
        if speaks == "text":
            caret = json.dumps({"type": "caret", "file": "main", "anchor": 0, "head": 0})
            await page.socket.send(caret + " " * (size - len(caret)))
        else:
            await page.socket.send(b"\x02" + b"\x00" * (size - 1))  # an auth message, which is ignored
        if size == FRAME_BYTES_MAX:
            await page.until_saved(await page.write("taken"))
    code, reason = await page.closed()
    assert (code, reason) == (4413, "The frame is larger than 1 MiB.")


async def test_a_paste_that_just_fits_into_a_frame_is_taken_in_one_piece(
    server: Server, room: dict[str, Any]
) -> None:
    async with page_of(server, room, "candidate") as cleo, page_of(server, room, "observer") as olaf:
        around = len(json.dumps(edit_of(cleo, b"", n=1)))
        largest = (FRAME_BYTES_MAX - around) // 4 * 3
        update = cleo.client.insert(len(STARTER), "p" * (largest - 40))
        assert FRAME_BYTES_MAX - 100 < len(json.dumps(edit_of(cleo, update, n=1))) <= FRAME_BYTES_MAX
        await cleo.until_saved(await cleo.edit(update, origin="pasted"))
        await olaf.until_text("p" * (largest - 40))


def edit_of(page: Any, update: bytes, *, n: int) -> dict[str, Any]:
    encoded = base64.b64encode(update).decode()
    edit = {"type": "edit", "page": page.page, "n": n, "clientAtUs": 0, "origin": "pasted"}
    return edit | {"update": encoded}


def run_of(source: str, *, n: int, position: str = "AAE=") -> dict[str, Any]:
    place = {"file": "main", "position": position, "offset": 0}
    return {
        "type": "request-run",
        "page": "page-interviewer",
        "n": n,
        "clientAtUs": 0,
        "source": source,
        "place": place,
    }


async def test_a_run_and_a_note_that_are_too_long_are_refused_with_a_sentence(
    server: Server, room: dict[str, Any]
) -> None:
    async with page_of(server, room, "interviewer") as ivy:
        await ivy.send(run_of("#" * SOURCE_CHARS_MAX, n=1))
        await ivy.next("run-requested")
        await ivy.send(run_of("#" * (SOURCE_CHARS_MAX + 1), n=2))
        refused = await ivy.next("refused")
        assert (refused["n"], "200,000 characters" in refused["reason"]) == (2, True)
        await ivy.send({"type": "write-note", "note": "n1", "text": "n" * NOTE_CHARS_MAX})
        await ivy.next("note-changed")
        await ivy.send({"type": "write-note", "note": "n2", "text": "n" * (NOTE_CHARS_MAX + 1)})
        assert "20,000 characters" in (await ivy.next("refused"))["reason"]
        ivy.n = 2
        await ivy.until_saved(await ivy.write("the page goes on"))


TOO_LONG = {
    "the name of a page": lambda more: {
        "type": "hello", "page": "p" * (32 + more) if more else "page-interviewer", "client": 5, "next": 1,
    },
    "the position of a run": lambda more: run_of("", n=1, position="A" * (512 + 4 * more)),
    "minutes more": lambda more: {"type": "extend-time", "minutes": 240 + more},
}  # fmt: skip


@pytest.mark.parametrize("frame", TOO_LONG.values(), ids=TOO_LONG.keys())
async def test_what_is_too_long_in_a_frame_closes_its_sender_with_4400(
    server: Server, room: dict[str, Any], frame: Any
) -> None:
    ivy = page_of(server, room, "interviewer")
    await ivy.open()
    await ivy.send(frame(0))
    await ivy.until_saved(await later_edit(ivy, frame(0)))
    await ivy.send(frame(1))
    code, reason = await ivy.closed()
    assert (code, reason) == (4400, "The frame is not a message of this protocol.")
    async with page_of(server, room, "owner") as ada:
        await ada.until_saved(await ada.write("the room goes on"))


TOO_MUCH = {
    "the source of a run": lambda more: {
        "type": "request-run", "page": "page-interviewer", "n": 1, "clientAtUs": 0,
        "source": "#" * (SOURCE_CHARS_MAX + more), "place": {"file": "main", "position": "AAE=", "offset": 0},
    },
    "a note": lambda more: {"type": "write-note", "note": "n1", "text": "n" * (NOTE_CHARS_MAX + more)},
    "the text of a new file": lambda more: {
        "type": "add-file", "path": f"{more}.py", "text": "f" * (FILE_CHARS_MAX + more),
    },
}  # fmt: skip


@pytest.mark.parametrize("frame", TOO_MUCH.values(), ids=TOO_MUCH.keys())
async def test_what_a_person_wrote_too_much_of_is_refused_in_a_sentence(
    server: Server, room: dict[str, Any], frame: Any
) -> None:
    async with page_of(server, room, "interviewer") as ivy:
        await ivy.send(frame(0))
        await ivy.until_saved(await later_edit(ivy, frame(0)))
        assert not [heard for heard in ivy.heard if heard["type"] == "refused"]
        await ivy.send(frame(1) | ({"n": ivy.n + 1} if "n" in frame(1) else {}))
        assert "at most" in (await ivy.next("refused"))["reason"]


async def later_edit(page: Any, sent: dict[str, Any]) -> int:
    """One more edit, numbered behind the frame that was sent if that was counted."""
    page.n = sent.get("n", page.n)
    return int(await page.write("x"))


@pytest.mark.parametrize("more", [0, 1])
async def test_a_batch_of_keys_has_its_most(server: Server, room: dict[str, Any], more: int) -> None:
    cleo = page_of(server, room, "candidate")
    await cleo.open()
    keys = [[at, "down" if at % 2 else "up", "KeyA", 0] for at in range(KEYS_PER_BATCH_MAX + more)]
    await cleo.send({"type": "keys", "page": cleo.page, "n": 1, "keys": keys})
    if more:
        assert (await cleo.closed())[0] == 4400
    else:
        await cleo.until_saved(1)
        await cleo.close()


async def test_a_state_of_presence_that_is_too_long_is_not_passed_on(
    server: Server, room: dict[str, Any]
) -> None:
    async with (
        stock_client(server.url, room["room"], room["tokens"]["owner"]) as ada,
        page_of(server, room, "candidate") as cleo,
    ):
        around = len('{"user":{"name":""}}')
        for clock, length in ((1, STATE_CHARS_MAX - around), (2, STATE_CHARS_MAX - around + 1)):
            state = json.dumps({"user": {"name": "x" * length}}, separators=(",", ":")).encode()
            update = b"\x01" + lib0.uint(cleo.client.id) + lib0.uint(clock) + lib0.buffer(state)
            await cleo.socket.send(frames.awareness(update))
        await cleo.until_saved(await cleo.write("then"))
        await ada.until_text("then")
        assert await ada.people() == ["", "x" * (STATE_CHARS_MAX - around)]


async def test_files_have_their_most_in_number_and_name(server: Server, room: dict[str, Any]) -> None:
    async with page_of(server, room, "interviewer") as ivy:
        for at in range(1, FILES_MAX):
            name = "n" * PATH_CHARS_MAX if at == 1 else f"file{at}.py"
            await ivy.send({"type": "add-file", "path": name})
            await ivy.next("files-changed")
        await ivy.send({"type": "add-file", "path": "one-too-many.py"})
        assert f"at most {FILES_MAX} files" in (await ivy.next("refused"))["reason"]
        await ivy.send({"type": "rename-file", "file": "main", "path": "n" * (PATH_CHARS_MAX + 1)})
        assert f"1 to {PATH_CHARS_MAX} characters" in (await ivy.next("refused"))["reason"]


async def test_a_request_over_http_has_its_most(server: Server) -> None:
    asked = json.dumps({"link": "unknown"}).encode()
    for more, status in ((0, 404), (1, 413)):
        body = asked.ljust(BODY_BYTES_MAX + more)
        found, problem = server.answer("/api/join/look", body, token="")
        assert found == status
    assert "64 KiB" in problem["error"]


async def test_an_uploaded_starter_has_its_most(server: Server) -> None:
    token = await server.owner_token()
    for chars, status in ((STARTER_CHARS_MAX, 200), (STARTER_CHARS_MAX + 1, 400)):
        upload = {"name": "start.py", "content": base64.b64encode(b"#" * chars).decode()}
        body = json.dumps({"candidate": "Cleo", "kind": "live", "uploads": [upload]}).encode()
        found, made = server.answer("/api/rooms", body, token=token)
        assert found == status, made
        if status == 200:
            async with page_of(server, made, "interviewer") as ivy:
                assert str(ivy.client) == "#" * STARTER_CHARS_MAX
    assert "200,000 characters" in made["error"]
