"""What a panel opens after a room is gathered from the store, and tells nothing that it should not."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from liveroom.api import Fact
from liveroom.errors import RoomGone
from liveroom.forget import delete_replay, withdraw_typing
from liveroom.messages import NoteChanged, PeopleChanged, RoomView
from liveroom.replay import NoReplay
from liveroom.review import replay_of, report_of
from liveroom.rows import Batch, StoredConsent
from liveroom.store import Store
from tests.support.stored import MADE, MADE_US, chained, stored_room

pytestmark = pytest.mark.asyncio

CLEO = {"participant": "p3", "name": "Cleo", "role": "candidate", "colour": "#445566"}


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path)
    yield opened
    await opened.close()


async def held(
    store: Store, room: str, *, replay: bool = True, typing: bool = True, **fields: object
) -> None:
    """An ended room in which the candidate pressed one key and an interviewer wrote a note."""
    ended_us = MADE_US + 3_600_000_000
    fields |= {"state": "ended", "started_wall_us": MADE_US, "ended_wall_us": ended_us}
    stored = dataclasses.replace(stored_room(room), **fields)  # type: ignore[arg-type]
    await store.add_room(stored, [], [])
    await store.set_consent(StoredConsent(room, replay, True, typing, "text", "00", MADE_US))
    keys = {"page": "x", "n": 1, "keys": [[5_000_000, "down", "KeyA", 0]]}
    rows = chained(stored, (1, "p3", "participant", "all", {**CLEO}), (9, "p3", "keys", "all", keys))
    note = {"note": "n1", "text": "Calm.", "at_us": 5}
    notes = [row._replace(chain=1) for row in chained(stored, (5, "p1", "note", "panel", note))]
    await store.append([Batch(room, 0, rows + notes)])


def view(room: str) -> RoomView:
    return RoomView(room, "Pair programming", "live", "ended", MADE, "Talk.", [], guide="Listen.")


async def test_a_replay_has_the_notes_among_the_events(store: Store) -> None:
    await held(store, "live")
    found = await replay_of(store, view("live"), role="interviewer", participant="p1")
    assert [(frame.at_us, type(frame.message)) for frame in found.frames] == [
        (1, PeopleChanged),
        (5, NoteChanged),
    ]
    candidates = await replay_of(store, view("live"), role="candidate", participant="p3")
    assert [type(frame.message) for frame in candidates.frames] == [PeopleChanged]


async def test_a_deleted_replay_is_not_to_be_had(store: Store) -> None:
    await held(store, "live", replay=False)
    await delete_replay(store, "live")
    with pytest.raises(NoReplay):
        await replay_of(store, view("live"), role="owner", participant="p4")


async def test_a_report_links_the_take_home_and_compares_with_it(store: Store) -> None:
    await held(store, "take-home", kind="take-home")
    await held(store, "live", continues="take-home")
    found = await report_of(store, "live")
    assert found.take_home == "take-home"
    assert found.comparison.status == "insufficient_data"
    assert (found.comparison.n_profile, found.comparison.n_questioned) == (1, 1)
    assert found.facts[:2] == [
        Fact("Began", "2 February 2026, 02:40 UTC"),
        Fact("Ended", "2 February 2026, 03:40 UTC"),
    ]


async def test_whatever_the_cause_a_comparison_that_was_not_run_reads_the_same(store: Store) -> None:
    await held(store, "take-home", kind="take-home")
    await held(store, "declined", continues="take-home", typing=False)
    await held(store, "alone")
    await held(store, "no-replay", continues="take-home", replay=False)
    await delete_replay(store, "no-replay")
    await held(store, "declined-at-home", kind="take-home", typing=False)
    await held(store, "live", continues="declined-at-home")
    rooms = ("declined", "alone", "no-replay", "live")
    comparisons = [(await report_of(store, room)).comparison for room in rooms]
    assert {comparison.status for comparison in comparisons} == {"not-run"}
    assert len({repr(comparison) for comparison in comparisons}) == 1


async def test_withdrawn_typing_is_not_compared(store: Store) -> None:
    await held(store, "take-home", kind="take-home")
    await held(store, "live", continues="take-home")
    await withdraw_typing(store, "take-home")
    assert (await report_of(store, "live")).comparison.status == "not-run"


async def test_typing_is_never_compared_across_candidates(store: Store) -> None:
    await held(store, "take-home", kind="take-home", candidate_id="candidate-2")
    await held(store, "live", continues="take-home")
    found = await report_of(store, "live")
    assert found.take_home is None
    assert found.comparison.status == "not-run"


async def test_a_report_without_a_replay_has_the_times_alone(store: Store) -> None:
    await held(store, "live", replay=False)
    await delete_replay(store, "live")
    found = await report_of(store, "live")
    assert not found.replay
    assert [fact.label for fact in found.facts] == ["Began", "Ended", "Time box", "Process metrics"]


async def test_a_room_that_is_gone_has_no_report(store: Store) -> None:
    with pytest.raises(RoomGone):
        await report_of(store, "gone")
