"""What a panel opens after a room is gathered from the store, and tells nothing that it should not."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from liveroom.api import Fact, Report, ReviewNote, TypingReview
from liveroom.errors import Conflict, RoomGone
from liveroom.forget import delete_replay, withdraw_typing
from liveroom.messages import NoteChanged, PeopleChanged, RoomView
from liveroom.replay import NoReplay
from liveroom.review import replay_of, report_of, write_review
from liveroom.rows import StoredReview, StoredView
from liveroom.store import Store
from liveroom.times import DAY_US
from liveroom.typing.comparison import NOT_RUN_YET
from liveroom.typing.own_typing import answer_situation, write_note
from liveroom.typing.sessions import Sessions, events_of
from tests.support.held import HOUR_US, held
from tests.support.stored import MADE, MADE_US
from tests.support.typist import recordings

pytestmark = pytest.mark.asyncio

ENDED_US = MADE_US + 2 * HOUR_US
UNLOCKED_US = ENDED_US + 3 * DAY_US


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path)
    yield opened
    await opened.close()


def view(room: str) -> RoomView:
    return RoomView(room, "Pair programming", "live", "ended", MADE, "Talk.", [], guide="Listen.")


async def read(store: Store, room: str = "live", *, now_us: int = UNLOCKED_US, who: str = "Ben") -> Report:
    return await report_of(Sessions(store), room, who=who, now_wall_us=now_us)


async def a_pair(store: Store, *, at_home: bool = True, live: bool = True) -> None:
    await held(store, "take-home", hour=0, kind="take-home", typing=at_home)
    await held(store, "live", hour=1, continues="take-home", typing=live)


# The replay


async def test_a_replay_has_the_notes_among_the_events(store: Store) -> None:
    await held(store, "live", hour=0)
    found = await replay_of(store, view("live"), role="interviewer", participant="p1")
    assert [(frame.at_us, type(frame.message)) for frame in found.frames] == [
        (0, PeopleChanged),
        (5, NoteChanged),
        (1_000_000, PeopleChanged),
    ]
    candidates = await replay_of(store, view("live"), role="candidate", participant="p3")
    assert NoteChanged not in [type(frame.message) for frame in candidates.frames]


async def test_a_deleted_replay_is_not_to_be_had(store: Store) -> None:
    await held(store, "live", hour=0, replay=False)
    await delete_replay(store, "live")
    with pytest.raises(NoReplay):
        await replay_of(store, view("live"), role="owner", participant="p4")


# The report


async def test_a_report_links_the_take_home_and_compares_with_it(store: Store) -> None:
    await a_pair(store)
    found = await read(store)
    assert found.take_home == "take-home"
    assert found.comparison.status == "insufficient_data"
    assert (found.comparison.n_profile, found.comparison.n_questioned) == (0, 0)
    assert found.facts[:2] == [
        Fact("Began", "2 February 2026, 03:40 UTC"),
        Fact("Ended", "2 February 2026, 04:40 UTC"),
    ]


async def test_until_it_is_unlocked_every_room_reads_alike(store: Store) -> None:
    await a_pair(store)
    await held(store, "declined", hour=1, continues="take-home", typing=False)
    await held(store, "alone", hour=1, candidate_id="candidate-2")
    await held(store, "goes-on", hour=1, continues="take-home", state="open", ended_wall_us=None)
    found = [
        await read(store, room, now_us=ENDED_US + DAY_US)
        for room in ("take-home", "live", "declined", "alone", "goes-on")
    ]
    assert [(one.comparison, one.review) for one in found] == [(NOT_RUN_YET, TypingReview())] * 5
    assert (await read(store, "goes-on", now_us=UNLOCKED_US)).comparison == NOT_RUN_YET
    assert await store.typing_views("live") == []


CAUSES = ("declined", "declined-at-home", "withdrew", "withdrew-at-home", "no-take-home")
"""A site that does not ask keeps a no, too."""


@pytest.mark.parametrize("now_us", [ENDED_US, UNLOCKED_US - 1, UNLOCKED_US])
async def test_why_there_is_no_comparison_cannot_be_told_by_a_byte(tmp_path: Path, now_us: int) -> None:
    reports = set()
    for cause in CAUSES:
        store = await Store.open(tmp_path / cause)
        try:
            await held(store, "take-home", hour=0, kind="take-home", typing=cause != "declined-at-home")
            continues = None if cause == "no-take-home" else "take-home"
            candidate = "candidate-2" if cause == "no-take-home" else "candidate-1"
            await held(
                store, "live", hour=1, typing=cause != "declined", continues=continues, candidate_id=candidate
            )
            if cause.startswith("withdrew"):
                await answer_situation(Sessions(store), "live", differed=True, now_wall_us=ENDED_US)
                await write_note(Sessions(store), "live", "A new keyboard.", now_wall_us=ENDED_US)
                await withdraw_typing(store, "take-home" if "at-home" in cause else "live")
            content = msgspec.json.encode(await read(store, now_us=now_us))
            reports.add(
                content.replace(b'"takeHome":"take-home",', b"").replace(b',"takeHome":"take-home"', b"")
            )
        finally:
            await store.close()
    (content,) = reports
    assert (b"not-run-yet" in content) == (now_us < UNLOCKED_US)


async def test_a_note_opens_the_comparison_before_its_time(store: Store) -> None:
    await a_pair(store)
    now_us = ENDED_US + HOUR_US
    await answer_situation(Sessions(store), "live", differed=True, now_wall_us=now_us)
    assert (await read(store, now_us=now_us)).comparison.status == "not-run-yet"
    await write_note(Sessions(store), "live", "A new keyboard.", now_wall_us=now_us)
    found = await read(store, now_us=now_us)
    assert found.comparison.status == "insufficient_data"
    assert found.review == TypingReview(True, "A new keyboard.", "2 February 2026, 05:40 UTC")


async def test_every_view_of_a_comparison_is_recorded_and_none_of_a_room_without(store: Store) -> None:
    await a_pair(store)
    await read(store, "take-home")
    await read(store, who="Ben (interviewer)")
    await read(store, who="the owner", now_us=UNLOCKED_US + 1)
    assert await store.typing_views("live") == [
        StoredView(UNLOCKED_US, "Ben (interviewer)"),
        StoredView(UNLOCKED_US + 1, "the owner"),
    ]
    assert (await store.typing_review("live")).opened_wall_us == UNLOCKED_US
    assert await store.typing_views("take-home") == []


@pytest.mark.parametrize("way", ["read", "reviewed", "answered"])
async def test_a_room_that_is_forgotten_meanwhile_is_gone_and_no_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    await a_pair(store)
    reads = store.typing_review

    async def forgotten_after(room: str) -> StoredReview:
        found = await reads(room)
        await store.delete_room(room)
        return found

    monkeypatch.setattr(store, "typing_review", forgotten_after)
    sessions = Sessions(store)
    with pytest.raises(RoomGone):
        match way:
            case "read":
                await read(store)
            case "reviewed":
                await write_review(sessions, "live", ReviewNote("Ada", "Hm."), now_wall_us=UNLOCKED_US)
            case _:
                await answer_situation(sessions, "live", differed=True, now_wall_us=ENDED_US)


async def test_what_a_report_is_read_from_holds_no_keys(store: Store) -> None:
    await held(store, "live", hour=0, keys=recordings()["v053"][:1])
    assert "keys" in {row.kind for row in await store.events("live")}
    assert {event.kind for event in await events_of(store, "live")} == {"participant", "join"}


async def test_a_reviewers_note_stands_in_the_report_and_a_later_one_in_its_place(store: Store) -> None:
    await a_pair(store)
    for note in ("Asked about it.", "Asked again; a new laptop."):
        await write_review(Sessions(store), "live", ReviewNote("Ada Lovelace", note), now_wall_us=UNLOCKED_US)
    assert (await read(store)).review == TypingReview(
        reviewer="Ada Lovelace",
        reviewer_note="Asked again; a new laptop.",
        reviewed="5 February 2026, 04:40 UTC",
    )


async def test_nothing_is_written_about_a_comparison_that_is_locked(store: Store) -> None:
    await a_pair(store, live=False)
    with pytest.raises(Conflict, match="three days"):
        await write_review(Sessions(store), "live", ReviewNote("Ada", "Well."), now_wall_us=UNLOCKED_US - 1)
    await write_review(Sessions(store), "live", ReviewNote("Ada", "Well."), now_wall_us=UNLOCKED_US)
    assert (await read(store)).review.reviewer_note == "Well."


async def test_typing_is_never_compared_across_candidates(store: Store) -> None:
    await held(store, "take-home", hour=0, kind="take-home", candidate_id="candidate-2")
    await held(store, "live", hour=1, continues="take-home")
    found = await read(store)
    assert found.take_home is None
    assert found.comparison.status == "not-run"


async def test_a_report_without_a_replay_has_the_times_alone(store: Store) -> None:
    await held(store, "live", hour=0, replay=False)
    await delete_replay(store, "live")
    found = await read(store)
    assert not found.replay
    assert [fact.label for fact in found.facts] == ["Began", "Ended", "Time box", "Process metrics"]


async def test_a_room_that_is_gone_has_no_report(store: Store) -> None:
    with pytest.raises(RoomGone):
        await read(store, "gone")
