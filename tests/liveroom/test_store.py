"""What the store keeps survives, belongs to one owner, and is refused in words when it cannot be kept."""

import asyncio
import dataclasses
import os
import resource
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from liveroom import tables
from liveroom.errors import DataFolderInUse, DataFolderUnusable, Fenced, StoreFailed
from liveroom.store import Batch, BlobRow, Store, StoredConsent
from tests.support.stored import MADE_US, chained, digest, link, newcomer, stored_room

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "data")
    yield opened
    await opened.close()


async def test_a_room_comes_back_as_it_was_made(store: Store) -> None:
    room = stored_room()
    people = await store.add_room(room, [link()], [newcomer(token=digest("t1"), link_serial="serial-1")])
    assert await store.room("room-1") == room
    assert await store.rooms() == [room]
    assert await store.links("room-1") == [link()]
    assert await store.participants("room-1") == people
    assert [person.participant for person in people] == ["p1"]
    assert await store.room("no-such-room") is None


async def test_a_candidate_of_two_rooms_is_one_candidate(store: Store) -> None:
    await store.add_room(stored_room("take-home"), [], [])
    await store.add_room(stored_room("live", continues="take-home"), [], [])
    assert [candidate.name for candidate in await store.candidates()] == ["Ada"]


async def test_events_and_blobs_outlive_the_process(tmp_path: Path) -> None:
    room = stored_room()
    rows = chained(room, (5, "p1", "run", "all", {"source": "print('é')"}), (9, None, "ended", "all", {}))
    blob = BlobRow("room-1", "ab" * 32, "image/png", "all", b"\x89PNG")
    store = await Store.open(tmp_path)
    await store.add_room(room, [], [])
    await store.append([Batch("room-1", 0, rows, [blob, blob])])
    await store.sync()
    await store.close()

    store = await Store.open(tmp_path)
    assert await store.events("room-1") == rows
    assert await store.events("room-1", since_seq=1) == rows[1:]
    assert await store.events("room-1", chain=1) == []
    assert await store.blob("room-1", "ab" * 32) == blob
    assert await store.blob("another-room", "ab" * 32) is None
    await store.add_room(stored_room("room-2"), [], [])
    await store.close()


async def test_content_shown_to_the_panel_and_then_to_all_is_everyones(store: Store) -> None:
    await store.add_room(stored_room(), [], [])
    private = BlobRow("room-1", "cd" * 32, "image/png", "panel", b"x")
    shown = dataclasses.replace(private, audience="all")
    await store.append([Batch("room-1", 0, blobs=[private])])
    await store.append([Batch("room-1", 0, blobs=[shown])])
    assert await store.blob("room-1", "cd" * 32) == shown


async def test_taking_a_room_over_fences_its_former_owner(store: Store) -> None:
    room = stored_room()
    await store.add_room(room, [], [])
    await store.add_room(stored_room("room-2"), [], [])
    taken = await store.take_over("room-1")
    assert taken == dataclasses.replace(room, epoch=1)
    rows = chained(room, (1, None, "room", "all", {}))
    other = chained(stored_room("room-2"), (1, None, "room", "all", {}))
    with pytest.raises(Fenced) as refusal:
        await store.append([Batch("room-2", 0, other), Batch("room-1", 0, rows)])
    assert refusal.value.room == "room-1"
    assert await store.events("room-2") == []
    await store.append([Batch("room-1", 1, rows)])
    assert await store.events("room-1") == rows
    assert await store.take_over("no-such-room") is None


async def test_the_state_of_a_room_follows_its_batches(store: Store) -> None:
    room = stored_room()
    await store.add_room(room, [], [])
    first, second, third = chained(
        room, (5, "p3", "join", "all", {}), (8, "p1", "ended", "all", {}), (11, "p1", "reopened", "all", {})
    )
    await store.append([Batch("room-1", 0, [first], state="open")])
    started = dataclasses.replace(room, state="open", started_wall_us=MADE_US + 5)
    assert await store.room("room-1") == started
    await store.append([Batch("room-1", 0, [second], state="ended")])
    assert await store.room("room-1") == dataclasses.replace(
        started, state="ended", ended_wall_us=MADE_US + 8
    )
    await store.append([Batch("room-1", 0, [third], state="open")])
    assert await store.room("room-1") == started


async def test_two_tokens_of_one_participant_both_hold(store: Store) -> None:
    newcomers = [newcomer("Ada", "candidate", token=digest("first"), link_serial="serial-1")]
    (ada,) = await store.add_room(stored_room(), [link(role="candidate")], newcomers)
    await store.add_token("room-1", "p1", link_serial="serial-1", token_hash=digest("second"))
    assert await store.participant_of_token("room-1", digest("first")) == ada
    assert await store.participant_of_token("room-1", digest("second")) == ada
    assert await store.participant_of_token("room-2", digest("first")) is None
    assert await store.participant_of_token("room-1", digest("third")) is None


async def test_a_revoked_link_takes_its_tokens_with_it_and_no_others(store: Store) -> None:
    people = [
        newcomer("Ben", token=digest("by link"), link_serial="serial-1"),
        newcomer("Owner", "owner", token=digest("by session")),
    ]
    _, owner = await store.add_room(stored_room(), [link()], people)
    cleo = await store.add_participant(
        "room-1", newcomer("Cleo", token=digest("later"), link_serial="serial-1")
    )
    assert cleo.participant == "p3"
    assert await store.revoke_link("serial-1") == ["p1", "p3"]
    assert await store.participant_of_token("room-1", digest("by link")) is None
    assert await store.participant_of_token("room-1", digest("later")) is None
    assert await store.participant_of_token("room-1", digest("by session")) == owner
    assert await store.link("serial-1") == dataclasses.replace(link(), revoked=True)


async def test_a_later_answer_replaces_the_earlier_one(store: Store) -> None:
    await store.add_room(stored_room(), [], [])
    assert await store.consent("room-1") is None
    yes = StoredConsent("room-1", True, True, True, "the notice", "hash", 5)
    await store.set_consent(yes)
    no = dataclasses.replace(yes, typing=False, at_wall_us=9)
    await store.set_consent(no)
    assert await store.consent("room-1") == no


async def test_a_sign_in_is_good_once_and_for_its_time(store: Store) -> None:
    await store.grant(digest("a"), "sign-in", now_us=0, expires_wall_us=10)
    assert not await store.take_grant(digest("a"), "session", now_us=5)
    assert await store.take_grant(digest("a"), "sign-in", now_us=9)
    assert not await store.take_grant(digest("a"), "sign-in", now_us=9)
    await store.grant(digest("b"), "sign-in", now_us=0, expires_wall_us=10)
    assert not await store.take_grant(digest("b"), "sign-in", now_us=10)


async def test_a_session_ends_when_it_expires_and_an_api_token_does_not(store: Store) -> None:
    await store.grant(digest("s"), "session", now_us=0, expires_wall_us=10)
    await store.grant(digest("t"), "api", now_us=0, expires_wall_us=None)
    assert await store.granted(digest("s"), "session", now_us=9)
    assert not await store.granted(digest("s"), "session", now_us=10)
    assert not await store.granted(digest("s"), "api", now_us=9)
    assert await store.granted(digest("t"), "api", now_us=10**18)


async def test_a_second_opening_of_the_data_folder_is_refused(store: Store) -> None:
    with pytest.raises(DataFolderInUse, match="in use by another liveroom"):
        await Store.open(store.database.folder)


async def test_a_folder_with_any_name_will_do(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "50% off? #1")
    await store.add_room(stored_room(), [], [])
    await store.close()
    assert (tmp_path / "50% off? #1" / "liveroom.db").stat().st_size > 4096


async def test_nobody_else_may_read_the_data_folder(store: Store) -> None:
    folder = store.database.folder
    await store.add_room(stored_room(), [], [])
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}, modes


async def test_a_data_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderUnusable, match="cannot be written"):
        await Store.open(tmp_path / "data")


async def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    async with store.database.writing() as db:
        await db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await store.close()
    with pytest.raises(DataFolderUnusable, match="later version"):
        await Store.open(tmp_path)


async def test_a_full_disk_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk's: SQLite meets both at the same place."""
    room = stored_room()
    store = await Store.open(tmp_path)
    await store.add_room(room, [], [])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    body: dict[str, object] = {"text": "x" * 2_000_000}
    rows = chained(room, (1, "p1", "output", "all", body))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        with pytest.raises(StoreFailed, match="nothing was kept"):
            await store.append([Batch("room-1", 0, rows)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert await store.events("room-1") == []
    await store.append([Batch("room-1", 0, rows)])
    assert await store.events("room-1") == rows
    await store.close()


async def test_what_was_synced_survives_a_kill(tmp_path: Path) -> None:
    script = """
import asyncio, os, sys
from pathlib import Path
from liveroom.store import Batch, Store
from tests.support.stored import chained, stored_room

async def main():
    store = await Store.open(Path(sys.argv[1]))
    room = stored_room()
    await store.add_room(room, [], [])
    await store.append([Batch("room-1", 0, chained(room, (1, None, "room", "all", {})))])
    await store.sync()
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""
    root = Path(__file__).parents[2]
    child = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script, str(tmp_path)], cwd=root, check=False
    )
    assert child.returncode == -9
    store = await Store.open(tmp_path)
    assert [row.kind for row in await store.events("room-1")] == ["room"]
    await store.close()


async def test_the_disk_is_waited_for_on_the_log_that_is_in_use(store: Store) -> None:
    await store.add_room(stored_room(), [], [])
    await store.sync()
    await store.database.scrub()
    await store.sync()
    assert store.database._wal is not None
    inode = os.fstat(store.database._wal).st_ino
    assert (store.database.folder / "liveroom.db-wal").stat().st_ino == inode


async def test_a_scrub_leaves_nothing_of_what_was_deleted(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    await store.add_room(stored_room(brief="canary " * 2000), [], [])
    async with store.database.writing() as db:
        await db.execute(text("DELETE FROM room"))
    await store.database.scrub()
    assert (tmp_path / "liveroom.db-wal").read_bytes() == b""
    await store.close()
    assert b"canary" not in (tmp_path / "liveroom.db").read_bytes()


async def test_the_migrations_build_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    await store.close()
    engine = create_engine(f"sqlite:///{tmp_path / 'liveroom.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", str(Path(tables.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == tables.REVISION
