"""A profile is made of the candidate's earlier rooms, where they allowed it, and of no others."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from liveroom.forget import delete_replay
from liveroom.store import Store
from liveroom.times import DAY_US
from liveroom.typing.sessions import Sessions
from tests.support.held import held
from tests.support.stored import MADE_US
from tests.support.typist import recordings

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path)
    yield opened
    await opened.close()


async def profile(store: Store, room: str) -> list[str]:
    standing = await Sessions(store).standing(room, now_wall_us=MADE_US + DAY_US)
    return [other.id for other in standing.profile]


async def test_a_profile_is_the_room_that_is_continued_and_then_every_earlier_one(store: Store) -> None:
    await held(store, "first", hour=0, kind="take-home")
    await held(store, "second", hour=1, kind="take-home")
    await held(store, "live", hour=2, continues="second")
    await held(store, "later", hour=3, continues="second")
    assert await profile(store, "live") == ["second", "first"]
    assert await profile(store, "later") == ["second", "first", "live"]
    assert await profile(store, "first") == []


async def test_a_room_that_ended_after_this_one_began_is_no_part_of_it(store: Store) -> None:
    await held(store, "take-home", hour=0, kind="take-home", ended_wall_us=MADE_US + DAY_US)
    await held(store, "open", hour=0, kind="take-home", state="open", ended_wall_us=None)
    await held(store, "live", hour=1, continues="take-home")
    assert await profile(store, "live") == []


async def test_nor_is_one_where_typing_was_declined_or_whose_replay_is_gone(store: Store) -> None:
    await held(store, "declined", hour=0, kind="take-home", typing=False)
    await held(store, "no-replay", hour=0, kind="take-home", replay=False)
    await delete_replay(store, "no-replay")
    await held(store, "others", hour=0, kind="take-home", candidate_id="candidate-2")
    await held(store, "live", hour=1, continues="declined")
    assert await profile(store, "live") == []


async def test_of_a_page_that_tells_keys_without_end_the_first_are_compared(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = recordings()["v053"]
    await held(store, "take-home", hour=0, kind="take-home", keys=typed[:3])
    await held(store, "live", hour=1, continues="take-home", keys=typed[3:])
    sessions = Sessions(store)
    standing = await sessions.standing("live", now_wall_us=MADE_US + DAY_US)
    assert ((await sessions.compare(standing)).n_profile or 0) > 1_000
    monkeypatch.setattr("liveroom.typing.sessions.TYPING_BYTES_MAX", 20_000)
    cut = (await sessions.compare(standing)).n_profile
    assert cut is not None
    assert 200 < cut < 600


async def test_where_typing_was_declined_in_the_room_itself_there_is_nothing(store: Store) -> None:
    await held(store, "take-home", hour=0, kind="take-home")
    await held(store, "live", hour=1, continues="take-home", typing=False)
    assert await profile(store, "live") == []
