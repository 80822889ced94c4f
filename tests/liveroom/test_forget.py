"""What is deleted is gone from every file of the data folder, and what stays is whole."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from kernels.errors import KernelsUnavailable
from keystroke.timeline import Verified, read, verify
from liveroom.errors import Fenced, NotFound, StoreFailed
from liveroom.export import timeline_lines
from liveroom.forget import delete_replay, forget_candidate, forget_room, withdraw_typing
from liveroom.rows import Batch, BlobRow, StoredConsent
from liveroom.store import Store
from tests.support.stored import MADE_US, chained, digest, link, newcomer, stored_room

pytestmark = pytest.mark.asyncio

CANARY = "canary-of-the-candidate"
NOW_US = MADE_US + 86_400_000_000


class Closed(list[str]):
    """The rooms whose live side was closed."""

    async def __call__(self, room: str) -> None:
        self.append(room)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path)
    yield opened
    await opened.close()


async def a_room(store: Store, room: str, *, candidate_id: str = "candidate-1", **consent: bool) -> None:
    """An ended room full of canaries, in which the candidate typed two edits and a batch of keys."""
    stored = stored_room(room, candidate_id=candidate_id, state="ended", brief=CANARY, title=CANARY)
    person = newcomer(CANARY, "candidate", token=digest(room), link_serial=f"serial-{room}")
    await store.add_room(stored, [link(f"serial-{room}", room=room)], [person])
    typed = {"origin": "typed", "update": ""}
    rows = chained(
        stored,
        (1, None, "edit", "all", {**typed, "ops": [["main", 0, 0, "x = 1\n"]]}),
        (2, "p1", "keys", "all", {"page": CANARY, "n": 1, "keys": [[5, "down", "KeyA", 0]]}),
        (3, "p1", "edit", "all", {**typed, "ops": [["main", 6, 0, f"# {CANARY}\n"]]}),
    )
    blob = BlobRow(room, "ab" * 32, "text/plain", "all", CANARY.encode())
    await store.append([Batch(room, 0, rows, [blob])])
    answer = {"replay": True, "metrics": True, "typing": True} | consent
    await store.set_consent(
        StoredConsent(room=room, text=CANARY, text_hash="00", at_wall_us=MADE_US, **answer)
    )


def uploaded(folder: Path, room: str) -> Path:
    file = folder / "rooms" / room / "data" / "train.csv"
    file.parent.mkdir(parents=True)
    file.write_text(CANARY)
    return file


@asynccontextmanager
async def a_long_read(store: Store) -> AsyncIterator[None]:
    """Sees the database as it is now for as long as it lasts, which keeps the log from being emptied."""
    async with store.database.reading() as db:
        await db.exec_driver_sql("BEGIN")
        await db.exec_driver_sql("SELECT count(*) FROM event")
        yield


def canaries(folder: Path) -> list[str]:
    """The files of the folder in which the canary is still alive."""
    return holding(folder, CANARY.encode())


def holding(folder: Path, content: bytes) -> list[str]:
    found = [path for path in folder.rglob("*") if path.is_file() and content in path.read_bytes()]
    return sorted(path.name for path in found)


async def test_a_forgotten_candidate_is_in_no_file_any_more(store: Store, tmp_path: Path) -> None:
    await a_room(store, "take-home")
    await a_room(store, "live")
    uploaded(tmp_path, "live")
    assert canaries(tmp_path) == ["liveroom.db-wal", "train.csv"]
    closed = Closed()
    forgotten = await forget_candidate(store, tmp_path, "candidate-1", close=closed, now_wall_us=NOW_US)
    assert (forgotten.rooms, forgotten.events) == (2, 6)
    assert forgotten.note.startswith("2 rooms and 6 events were deleted for good.")
    assert sorted(closed) == ["live", "take-home"]
    assert canaries(tmp_path) == []
    assert not (tmp_path / "rooms" / "live").exists()
    assert await store.rooms() == []
    assert await store.candidates() == []


async def test_other_candidates_keep_everything(store: Store, tmp_path: Path) -> None:
    await a_room(store, "hers")
    await a_room(store, "his", candidate_id="candidate-2")
    file = uploaded(tmp_path, "his")
    await forget_candidate(store, tmp_path, "candidate-1", close=Closed(), now_wall_us=NOW_US)
    assert [room.id for room in await store.rooms()] == ["his"]
    assert len(await store.events("his")) == 3
    assert await store.blob("his", "ab" * 32) is not None
    assert file.exists()


async def test_forgetting_again_finds_the_tombstone(store: Store, tmp_path: Path) -> None:
    await a_room(store, "live")
    first = await forget_candidate(store, tmp_path, "candidate-1", close=Closed(), now_wall_us=NOW_US)
    again = await forget_candidate(store, tmp_path, "candidate-1", close=Closed(), now_wall_us=NOW_US + 1)
    assert again == first


async def test_a_candidate_who_never_was_cannot_be_forgotten(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no candidate nobody"):
        await forget_candidate(store, tmp_path, "nobody", close=Closed(), now_wall_us=NOW_US)


async def test_a_kernel_host_that_is_gone_does_not_keep_anybody_from_being_forgotten(
    store: Store, tmp_path: Path
) -> None:
    async def close(room: str) -> None:
        raise KernelsUnavailable("No kernel host answers.")

    await a_room(store, "live")
    await forget_candidate(store, tmp_path, "candidate-1", close=close, now_wall_us=NOW_US)
    assert canaries(tmp_path) == []


async def test_a_reader_in_the_way_is_waited_for(store: Store, tmp_path: Path) -> None:
    await a_room(store, "live")
    async with a_long_read(store):
        forgetting = asyncio.create_task(
            forget_candidate(store, tmp_path, "candidate-1", close=Closed(), now_wall_us=NOW_US)
        )
        done, _ = await asyncio.wait([forgetting], timeout=0.3)
        assert not done
    await forgetting
    assert canaries(tmp_path) == []


async def test_a_reader_that_stays_is_told_of_and_a_second_time_mends_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liveroom.database._SCRUB_TRIES", 1)
    await a_room(store, "live")
    async with a_long_read(store):
        with pytest.raises(StoreFailed, match="ask for the deletion again"):
            await forget_candidate(store, tmp_path, "candidate-1", close=Closed(), now_wall_us=NOW_US)
    assert canaries(tmp_path) != []
    await forget_candidate(store, tmp_path, "candidate-1", close=Closed(), now_wall_us=NOW_US)
    assert canaries(tmp_path) == []


async def test_with_the_last_room_the_candidate_goes(store: Store, tmp_path: Path) -> None:
    await a_room(store, "take-home")
    await a_room(store, "live")
    await forget_room(store, tmp_path, "take-home", close=Closed(), now_wall_us=NOW_US)
    assert [candidate.id for candidate in await store.candidates()] == ["candidate-1"]
    await forget_room(store, tmp_path, "live", close=Closed(), now_wall_us=NOW_US)
    assert await store.candidates() == []
    assert canaries(tmp_path) == []


async def test_a_room_that_continued_a_deleted_one_stands_alone(store: Store, tmp_path: Path) -> None:
    await a_room(store, "take-home")
    await store.add_room(stored_room("live", continues="take-home"), [], [])
    await forget_room(store, tmp_path, "take-home", close=Closed(), now_wall_us=NOW_US)
    live = await store.room("live")
    assert live is not None
    assert live.continues is None


async def test_a_declined_replay_goes_and_the_last_files_stay(store: Store) -> None:
    await a_room(store, "live", replay=False)
    assert await delete_replay(store, "live")
    room = await store.room("live")
    assert room is not None
    assert room.replay_deleted
    assert room.history != "history-1"
    assert await store.events("live") == []
    assert await store.blob("live", "ab" * 32) is None
    assert await store.final_files("live") == {"main.py": f"x = 1\n# {CANARY}\n"}


async def test_what_the_old_host_still_writes_is_refused(store: Store) -> None:
    await a_room(store, "live", replay=False)
    await delete_replay(store, "live")
    late = chained(stored_room("live"), (4, "p1", "leave", "all", {"connection": 1}))
    with pytest.raises(Fenced):
        await store.append([Batch("live", 0, late)])


@pytest.mark.parametrize("state", ["waiting", "open", "ended"])
async def test_an_allowed_replay_and_a_room_under_way_are_left_alone(store: Store, state: str) -> None:
    await store.add_room(stored_room("live", state=state), [], [])
    answer = StoredConsent("live", state == "ended", True, True, "text", "00", MADE_US)
    await store.set_consent(answer)
    assert not await delete_replay(store, "live")
    room = await store.room("live")
    assert room is not None
    assert not room.replay_deleted


async def test_withdrawn_keys_are_gone_and_the_chain_goes_on(store: Store, tmp_path: Path) -> None:
    await a_room(store, "live")
    before = await store.events("live")
    assert await withdraw_typing(store, "live") == 1
    rows = await store.events("live")
    assert [row.h for row in rows] == [row.h for row in before]
    assert [row.seq for row in rows if row.leaf is not None] == [2]
    assert holding(tmp_path, b"KeyA") == []
    header = stored_room("live").header
    lines = [*timeline_lines(header, rows, role="owner", participant="p2")]
    assert verify(lines) == Verified(3, before[-1].h)
    assert [event.kind for event in read(lines).events] == ["edit", "edit"]


async def test_what_withdrawn_keys_were_typed_on_is_gone_too(store: Store) -> None:
    stored = stored_room("live")
    await store.add_room(stored, [], [])
    set_up = {"page": "x", "n": 1, "client_at_us": 5, "tick_us": None, "isolated": True, "platform": "mac"}
    set_up |= {"browser": "safari", "layout": None, "touch": False}
    await store.append([Batch("live", 0, chained(stored, (1, "p1", "set-up", "all", set_up)))])
    assert await withdraw_typing(store, "live") == 1
    assert [row.leaf is not None for row in await store.events("live")] == [True]


async def test_a_withdrawal_takes_the_consent_back(store: Store) -> None:
    await a_room(store, "live")
    before = await store.consent("live")
    await withdraw_typing(store, "live")
    assert before is not None
    assert await store.consent("live") == dataclasses.replace(before, typing=False)
    assert await withdraw_typing(store, "live") == 0
