"""Rows 1, 5 and 9: the server ends under its rooms, and comes back to what is on its disk."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.support.record import exported
from tests.support.server import Server
from tests.support.stock import stock_client
from tests.support.wire import lasting_page_of, page_of, stock_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

STARTER = "# %%\n"


def database(server: Server) -> sqlite3.Connection:
    """The database of a server that is not running."""
    return sqlite3.connect(server.folder / "liveroom.db")


async def agreed_room(server: Server) -> dict[str, Any]:
    made = await server.make_room(candidate="Cleo")
    server.consent(made)
    return made


# --- row 1: content twice, after a restart or a reconnect


@pytest.mark.parametrize("ends", ["killed", "stopped"])
async def test_pages_and_stock_clients_come_back_to_one_text_after_the_server_was(
    mortal: Server, ends: str
) -> None:
    made = await agreed_room(mortal)
    cleo = lasting_page_of(mortal, made, "candidate")
    await cleo.open()
    async with stock_client(mortal.url, made["room"], made["tokens"]["interviewer"]) as ivy:
        await cleo.until_saved(await cleo.write("x = 1\n"))
        await ivy.until_text("x = 1\n")
        await ivy.insert("y = 2\n")
        await cleo.until_text("y = 2\n")
        await (mortal.kill() if ends == "killed" else mortal.stop())
        await cleo.write("z = 3\n")  # nobody hears it
        await ivy.insert("w = 4\n")
        await mortal.start()
        await cleo.open()
        await cleo.until_all_saved()
        await cleo.until_text("w = 4\n")
        await ivy.until_text_is(str(cleo.client))
        text = str(cleo.client)
    assert sorted(text.removeprefix(STARTER).splitlines()) == ["w = 4", "x = 1", "y = 2", "z = 3"]
    assert text.count("# %%") == 1
    assert cleo.kept == []
    record = await exported(mortal, made)
    assert record.text == text
    assert [e.body["origin"] for e in record.edits() if e.participant is None] == ["command"]
    await cleo.close()


async def test_a_room_whose_record_is_gone_begins_anew_and_no_old_text_is_merged_into_it(
    mortal: Server,
) -> None:
    made = await agreed_room(mortal)
    cleo, ivy = lasting_page_of(mortal, made, "candidate"), stock_of(mortal, made, "interviewer")
    await cleo.open()
    await ivy.open()
    await cleo.until_saved(await cleo.write("x = 1\n"))
    await ivy.until_text("x = 1\n")
    await mortal.kill()
    with closing(database(mortal)) as db, db:
        db.execute("DELETE FROM event WHERE room = ?", (made["room"],))
    await mortal.start()
    await cleo.open()
    assert str(cleo.client) == STARTER
    assert cleo.kept == [f"{STARTER}x = 1\n"]
    await ivy.connect()
    assert (await ivy.closed())[0] == 4409
    await cleo.until_saved(await cleo.write("again\n"))
    record = await exported(mortal, made)
    assert record.text == f"{STARTER}again\n"
    await cleo.close()


async def test_eight_who_come_at_once_to_a_new_room_find_the_starter_text_once(
    server: Server, room: dict[str, Any]
) -> None:
    pages = [page_of(server, room, "interviewer", name=f"page-{i}") for i in range(8)]
    await asyncio.gather(*(page.open() for page in pages))
    assert {str(page.client) for page in pages} == {STARTER}
    await asyncio.gather(*(page.close() for page in pages))


# --- row 5: a record that cannot be read is never taken for an empty one


DAMAGES = (
    "UPDATE event SET line = x'ff00' WHERE room = ? AND seq = ?",
    "UPDATE event SET line = CAST(replace(line, 'typed', 'pasted') AS BLOB) WHERE room = ? AND seq = ?",
    "DELETE FROM event WHERE room = ? AND seq = ?",
)


async def test_a_room_whose_record_is_damaged_is_refused_with_a_sentence_and_loses_nothing(
    mortal: Server,
) -> None:
    fine, *rooms = [await agreed_room(mortal) for _ in range(1 + len(DAMAGES))]
    texts = []
    for made in rooms:
        async with page_of(mortal, made, "candidate") as cleo:
            for line in range(5):
                await cleo.until_saved(await cleo.write(f"{line}\n"))
            texts.append(str(cleo.client))
    await mortal.stop()
    with closing(database(mortal)) as db, db:
        rows = db.execute("SELECT * FROM event").fetchall()
        third_edit = "SELECT seq FROM event WHERE room = ? AND kind = 'edit' ORDER BY seq LIMIT 1 OFFSET 2"
        for made, damage in zip(rooms, DAMAGES, strict=True):
            (seq,) = db.execute(third_edit, (made["room"],)).fetchone()
            assert db.execute(damage, (made["room"], seq)).rowcount == 1
    await mortal.start()
    for made in rooms:
        for client in (page_of(mortal, made, "candidate"), stock_of(mortal, made, "interviewer")):
            await client.connect()
            code, reason = await client.closed()
            assert code == 1011
            assert "is damaged at event" in reason
            assert not client.binary
    async with page_of(mortal, fine, "candidate") as cleo:
        await cleo.until_saved(await cleo.write("fine"))
    await mortal.stop()
    with closing(database(mortal)) as db, db:
        (left,) = db.execute("SELECT count(*) FROM event WHERE room <> ?", (fine["room"],)).fetchone()
        assert left == sum(row[0] != fine["room"] for row in rows) - 1, "what can still be read stays"
        places = ",".join("?" * len(rows[0]))
        db.executemany(f"INSERT OR REPLACE INTO event VALUES ({places})", rows)
    await mortal.start()
    for made, text in zip(rooms, texts, strict=True):
        async with page_of(mortal, made, "candidate") as cleo:
            assert str(cleo.client) == text
        assert (await exported(mortal, made)).text == text


async def test_a_database_that_cannot_be_read_ends_the_start_with_a_sentence_and_stays_as_it_is(
    mortal: Server,
) -> None:
    made = await agreed_room(mortal)
    async with page_of(mortal, made, "candidate") as cleo:
        await cleo.until_saved(await cleo.write("kept"))
    await mortal.stop()
    path = mortal.folder / "liveroom.db"
    whole = path.read_bytes()
    damaged = b"not a database" + whole[14:]
    path.write_bytes(damaged)
    code, _, errors = await mortal.command("serve", "--port", str(mortal.port))
    assert code != 0
    (sentence,) = errors.strip().splitlines()
    assert "could not be used" in sentence
    assert path.read_bytes() == damaged
    path.write_bytes(whole)
    await mortal.start()
    async with page_of(mortal, made, "candidate") as cleo:
        assert str(cleo.client).endswith("kept")


# --- row 9: the last edits, when everything ends at once


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_what_was_seen_or_acknowledged_is_recorded_when_the_server_ends_within_5_ms(
    mortal: Server, number: signal.Signals
) -> None:
    made = await agreed_room(mortal)
    cleo = lasting_page_of(mortal, made, "candidate", name="cleo")
    ivy = page_of(mortal, made, "interviewer", name="ivy")
    await cleo.open()
    await ivy.open()
    for letter in range(40):
        await cleo.write(f"{letter}\n")
    closing_cleo = asyncio.create_task(cleo.close())
    await asyncio.sleep(0.004)
    os.kill(mortal.pid, number)
    await asyncio.gather(ivy.until_lost(), cleo.until_lost(), closing_cleo)
    await mortal.stop()
    await mortal.start()
    record = await exported(mortal, made)
    numbers = [event.body["n"] for event in record.edits("cleo")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= cleo.saved
    assert set(str(ivy.client).splitlines()) <= set(record.text.splitlines())
    await cleo.open()
    await cleo.until_all_saved()
    await cleo.close()
    record = await exported(mortal, made)
    assert record.text.removeprefix(STARTER).splitlines() == [str(letter) for letter in range(40)]
