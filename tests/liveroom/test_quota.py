"""A room keeps so much and no more: first outputs stop, with a sentence, and a quarter later what people write."""

from dataclasses import replace
from pathlib import Path

import pytest

from kernels.outputs import Finished, Stream
from kernels.scripted import ScriptedKernel
from liveroom.messages import (
    Caret,
    Focus,
    Keys,
    OutputAdded,
    Refused,
    RunFinished,
    RunRequested,
    StreamOutput,
    WriteNote,
)
from liveroom.quota import MIB, Quota
from liveroom.room import Room
from liveroom.rows import Batch, BlobRow
from liveroom.settings import Settings
from liveroom.store import Store
from tests.support.rooms import ROLES, Table, facts, told
from tests.support.site import running_site
from tests.support.stored import chained, stored_room
from tests.support.wire import WirePage


def test_outputs_stop_at_the_limit_and_everything_a_quarter_later() -> None:
    quota = Quota(400 * MIB, 400 * MIB - 1)
    assert quota.outputs_stop is None
    quota.kept += 1
    assert quota.outputs_stop is not None
    assert "400 MiB" in quota.outputs_stop
    quota.kept = 500 * MIB - 1
    assert quota.everything_stops is None
    quota.kept += 1
    assert quota.everything_stops is not None


def test_a_room_knows_what_it_held_when_it_was_opened() -> None:
    room = Room(replace(facts(), most_bytes=MIB, kept_bytes=MIB))
    assert room.quota.outputs_stop


def printed(table: Table, run: str, *texts: str) -> list[OutputAdded]:
    return [
        m
        for text in texts
        for m in told(table.room.kernel.output(run, Stream("stdout", text), 0), OutputAdded)
    ]


def test_a_run_past_the_limit_says_so_once_and_goes_on_unseen() -> None:
    table = Table()
    candidate = table.page("p3")
    table.run(candidate, "print()")
    assert len(printed(table, "run-1", "a")) == 1
    table.room.quota.kept = table.facts.most_bytes
    cut = printed(table, "run-1", "b", "c", "d")
    assert [type(one.output) for one in cut] == [StreamOutput]
    assert isinstance(cut[0].output, StreamOutput)
    assert cut[0].output.text.startswith("[This room holds the 512 MiB")
    assert told(table.room.kernel.output("run-1", Finished("ok", 1, 0.0), 0), RunFinished)[0].state == "ok"
    assert told(table.write(candidate, "x"), Refused) == []
    assert told(table.run(candidate, "again"), RunRequested)
    assert len(printed(table, "run-2", "e", "f")) == 1, "each run says it"


def test_a_full_room_takes_nothing_more_and_says_why() -> None:
    table = Table()
    interviewer, candidate = table.page("p1"), table.page("p3")
    table.room.quota.kept = 2 * table.facts.most_bytes
    n = table.next_n
    for effects in (
        table.write(candidate, "x"),
        table.run(interviewer, "1"),
        table.send(interviewer, WriteNote("n1", "x")),
    ):
        assert told(effects, Refused)[0].reason.startswith("This room is full: it holds more than 512 MiB.")
    assert table.send(interviewer, Caret("main", 0, 0)) == []
    other = table.page("p3")
    keys = Keys(f"page{other}", n(other), [(0, "down", "KeyI", 0)])
    focus = Focus(f"page{other}", n(other), 0, False)
    for message in (keys, focus):
        refused = told(table.send(other, message), Refused)[0]
        assert (refused.n, "is full" in refused.reason) == (message.n, True)


def test_a_room_that_is_built_anew_counts_on() -> None:
    table = Table()
    table.page("p1")
    table.room.quota.kept = table.facts.most_bytes
    anew = Room(table.facts)
    for participant, role in ROLES.items():
        anew.people.know(participant, participant.upper(), role, "#123456")
    anew.adopt(table.room)
    assert anew.quota.outputs_stop


@pytest.mark.asyncio
async def test_the_store_knows_what_a_room_holds(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    room = stored_room()
    await store.add_room(room, [], [])
    assert await store.size(room.id) == 0
    owned = await store.take_over(room.id)
    assert owned is not None
    rows = chained(room, (1, None, "room", "all", {}), (2, None, "kernel", "all", {"state": "é"}))
    batch = Batch(room.id, owned.epoch, rows, [BlobRow(room.id, "0" * 64, "image/png", "all", b"\0" * 1000)])
    await store.append([batch])
    assert await store.size(room.id) == batch.size == sum(len(row.line) for row in rows) + 1000
    await store.close()


@pytest.mark.asyncio
async def test_prints_cannot_fill_the_disk(tmp_path: Path) -> None:
    flood = {"flood": [Stream("stdout", "x" * 10_000 + "\n")] * 30}
    few = Settings(room_mib_most=1)
    async with running_site(tmp_path, few, kernel=lambda: ScriptedKernel(flood)) as site:
        made = await site.new_room()
        ivy = WirePage(site.base_url, made["room"], made["tokens"]["interviewer"], page="page-ivy")
        async with ivy:
            for _ in range(8):
                await ivy.run("flood")
                await ivy.next("run-finished")
            shown = [frame["output"] for frame in ivy.heard if frame["type"] == "output-added"]
            assert [output["text"][:23] for output in shown[-2:]] == ["[This room holds the 1 "] * 2
            await ivy.until_saved(await ivy.write("still edited"))
        assert MIB <= await site.parts.store.size(made["room"]) < 1.5 * MIB
    async with running_site(tmp_path, few) as again:
        ivy = WirePage(again.base_url, made["room"], made["tokens"]["interviewer"], page="page-again")
        async with ivy:
            await ivy.run("1")
            assert "[This room holds the 1 MiB" in (await ivy.next("output-added"))["output"]["text"]
