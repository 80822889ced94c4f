"""A live room on a real store: what is kept, when it is acknowledged, and what happens when it cannot be kept."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete

from kernels.outputs import Stream
from kernels.scripted import ScriptedKernel, ScriptedPool
from keystroke import timeline
from liveroom import frames, tables
from liveroom.errors import BadToken, ConsentNeeded, RoomGone, StoreFailed
from liveroom.export import timeline_lines
from liveroom.messages import (
    ChecksChanged,
    Keys,
    OutputAdded,
    PeopleChanged,
    Refused,
    RunChecks,
    RunFinished,
    Saved,
    StartOver,
    StreamOutput,
    Welcome,
)
from liveroom.replay import decode_events
from liveroom.rows import Batch
from liveroom.store import Store
from liveroom.tokens import digest
from tests.support.live import Ear, Site, add_room, site
from tests.support.yjs import Client

pytestmark = pytest.mark.asyncio


async def kinds(store: Store) -> list[str]:
    return [row.kind for row in await store.events("room-1")]


async def test_a_saved_edit_is_in_the_store(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        cleo = await here.page("Cleo")
        n = cleo.write("x = 1\n")
        assert await cleo.next(Saved) == Saved("page-Cleo", n)
        kept = decode_events(row.line for row in await here.store.events("room-1") if row.kind == "edit")
        assert kept[-1].body["ops"] == [["main", 0, 0, "x = 1\n"]]


async def test_what_one_types_reaches_the_other_and_a_late_joiner(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        cleo, ivy = await here.page("Cleo"), await here.page("Ivy")
        cleo.write("x")
        await cleo.next(Saved)
        ivy.write("y")
        await ivy.next(Saved)
        assert sum(frame.startswith(b"\x00\x02") for frame in ivy.frames) == 1
        olaf = await here.page("Olaf")
        assert str(olaf.client) == str(here.rooms.live("room-1").room.document)  # type: ignore[union-attr]


async def test_everyone_sees_the_same_outputs(tmp_path: Path) -> None:
    kernel = ScriptedKernel({"print(1)": [Stream("stdout", "1\n")]})
    async with site(tmp_path, pool=ScriptedPool(lambda: kernel)) as here:
        cleo, ivy = await here.page("Cleo"), await here.page("Ivy")
        cleo.run("print(1)")
        for page in (cleo, ivy):
            assert (await page.next(OutputAdded)).output == StreamOutput("stdout", "1\n")
            assert (await page.next(RunFinished)).state == "ok"
        olaf = await here.page("Olaf")
        run = (await olaf.next(Welcome)).runs[0]
        assert (run.by, run.source, run.outputs[0].output) == (
            "p3",
            "print(1)",
            StreamOutput("stdout", "1\n"),
        )


@pytest.mark.parametrize("update", ["é", "AAE", "A A=", "AAE=AAE="])
async def test_an_edit_that_is_no_base64_is_refused_and_the_page_starts_over(
    tmp_path: Path, update: str
) -> None:
    async with site(tmp_path) as here:
        cleo = await here.page("Cleo")
        cleo.host.receive(
            cleo.connection,
            json.dumps(
                {
                    "type": "edit",
                    "page": cleo.name,
                    "n": 1,
                    "clientAtUs": 0,
                    "origin": "typed",
                    "update": update,
                }
            ),
        )
        assert (await cleo.next(Refused)).n == 1
        await cleo.next(StartOver)


async def test_a_room_goes_on_after_a_restart_and_its_time_never_runs_backwards(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        cleo = await here.page("Cleo")
        cleo.write("kept")
        await cleo.next(Saved)
        await here.rooms.close()
        here.rooms = here.serve(wall=lambda: 0)  # a clock that was set back meanwhile
        again = await here.page("Cleo", page="page-2")
        again.write("also ")
        await again.next(Saved)
        assert str(again.client) == "also kept# %%\nprint(1)\n"
        rows = await here.store.events("room-1")
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert [row.at_us for row in rows] == sorted(row.at_us for row in rows)


async def test_the_chain_of_what_was_recorded_verifies(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        cleo = await here.page("Cleo")
        for _ in range(5):
            cleo.write("x")
        while (await cleo.next(Saved)).n < 5:
            pass
        room = await here.store.room("room-1")
        assert room is not None
        lines = timeline_lines(room.header, await here.store.events("room-1"), role="owner", participant="p0")
        assert isinstance(timeline.verify(lines), timeline.Verified)


class FullDisk:
    """A store whose disk is full while `full` is set; all else goes to the real one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = False

    def append_now(self, batches: Sequence[Batch]) -> None:
        if self.full:
            raise StoreFailed("The disk is full.")
        self._store.append_now(batches)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


async def test_a_full_disk_refuses_edits_and_acknowledges_nothing_that_it_did_not_keep(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as here:
        await here.rooms.close()
        disk = FullDisk(here.store)
        here.store = disk  # type: ignore[assignment]
        here.rooms = here.serve()
        cleo, ivy = await here.page("Cleo"), await here.page("Ivy")
        cleo.write("kept ")
        await cleo.next(Saved)
        disk.full = True
        refused = cleo.write("lost ")
        assert await cleo.next(Refused) == Refused("The disk is full.", "page-Cleo", refused)
        assert (await cleo.next(StartOver)).reason == "The disk is full."
        assert str(cleo.host.room.document).startswith("kept #")
        disk.full = False
        before = len(ivy.frames)
        ivy.hello()
        n = ivy.write("later ")
        assert (await ivy.next(Saved)).n == n
        assert str(cleo.host.room.document).startswith("later kept")
        assert not any(b"lost" in frame for frame in ivy.frames[:before])


async def test_nobody_gets_in_without_a_token_that_holds(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        with pytest.raises(BadToken):
            await here.page("nobody")
        with pytest.raises(RoomGone):
            await here.page("Ivy", room="room-9")
        await here.store.revoke_link("room-1-link")
        with pytest.raises(BadToken):
            await here.page("Ivy")


async def test_a_candidate_who_has_not_answered_may_not_enter_and_leaves_no_trace(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    stored = Site(store, ScriptedPool())
    await add_room(store)
    async with store.database.writing() as db:
        await db.execute(delete(tables.consent))
    with pytest.raises(ConsentNeeded):
        await stored.page("Cleo")
    await stored.page("Ivy")
    rows = await store.events("room-1")
    assert "p3" not in {row.participant for row in rows}
    await stored.rooms.close()
    await store.close()


async def test_a_revoked_person_is_closed_and_the_others_stay(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        cleo, ivy = await here.page("Cleo"), await here.page("Ivy")
        await here.rooms.revoke("room-1", ["p1"], code=4401, reason="Your link was revoked.")
        assert (await asyncio.wait_for(ivy.closing(), 1)).code == 4401
        people = (await cleo.next(PeopleChanged)).people
        assert [p.here for p in people if p.participant == "p3"] == [1]


async def test_what_a_revoked_person_sent_before_is_recorded_when_the_revocation_is_done(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as here:
        cleo = await here.page("Cleo")
        await cleo.next(Welcome)
        cleo.send(Keys(cleo.name, 1, [(5, "down", "KeyA", 0)]))
        await here.rooms.revoke("room-1", ["p3"], code=1012, reason="The choices have changed.")
        assert "keys" in await kinds(here.store)


async def test_two_who_come_at_once_share_one_host(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        pages = await asyncio.gather(*(here.page("Ivy", page=f"page-{i}") for i in range(8)))
        assert len({id(page.host) for page in pages}) == 1
        assert (await kinds(here.store)).count("room") == 1


async def test_checks_are_judged_on_the_text_as_it_is(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        ivy = await here.page("Ivy")
        ivy.send(RunChecks("visible"))
        assert "no such checks" in (await ivy.next(Refused)).reason
        host = ivy.host
        view = msgspec.structs.replace(host.room.facts.view, has_visible_checks=True)
        host.room.facts = replace(host.room.facts, view=view)
        ivy.send(RunChecks("visible"))
        assert (await ivy.next(ChecksChanged)).round.results is None
        results = (await ivy.next(ChecksChanged)).round.results
        assert results is not None
        assert results[0].sentence == "visible of '# %%\\nprint(1)\\n'"


async def test_ending_closes_the_candidate_releases_the_kernel_and_says_so_once(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        cleo = await here.page("Cleo")
        cleo.run("1")
        await cleo.next(RunFinished)
        assert "room-1" in here.pool.leased
        await here.rooms.end("room-1", "p1")
        assert (await cleo.closing()).code == 4410
        stored = await here.store.room("room-1")
        assert stored is not None
        assert (stored.state, here.ended) == ("ended", ["room-1"])
        assert "room-1" not in here.pool.leased
        await here.rooms.reopen("room-1", "p1")
        again = await here.page("Cleo", page="page-2")
        assert (await again.next(Welcome)).room.state == "open"


async def test_a_forgotten_room_lets_go_of_everyone(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        ivy = await here.page("Ivy")
        await here.rooms.forget("room-1")
        assert (await ivy.closing()).code == 4404
        assert here.rooms.live("room-1") is None


async def test_tokens_are_looked_up_by_their_digest(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        person = await here.store.participant_of_token("room-1", digest("Cleo"))
        assert person is not None
        assert person.role == "candidate"


async def test_what_a_stock_client_writes_is_on_disk_soon_though_nobody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = asyncio.Event()
    sync = Store.sync

    async def noticed(self: Store) -> None:
        await sync(self)
        synced.set()

    async with site(tmp_path) as here:
        ear, client = Ear(), Client()
        host, connection = await here.rooms.join("room-1", digest("Ivy"), ear, speaks_text=False)
        await host.settled()
        client.apply(host.room.document.missing(b"\x00"))
        monkeypatch.setattr(Store, "sync", noticed)
        synced.clear()
        host.receive(connection, frames.update(client.insert(0, "x")))
        await asyncio.wait_for(synced.wait(), 5)
