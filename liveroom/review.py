"""What a panel opens after a room, gathered from the store: the replay and the report."""

import asyncio

import msgspec

from liveroom.api import Replay, Report, ReviewNote, TypingComparison, TypingReview
from liveroom.errors import Conflict
from liveroom.messages import Role, RoomView
from liveroom.replay import replay
from liveroom.report import Subject, report
from liveroom.store import Store, StoredRoom
from liveroom.timebox import minutes_given
from liveroom.times import spoken_or_none
from liveroom.typing.comparison import NOT_RUN, NOT_RUN_YET
from liveroom.typing.own_typing import candidates_part
from liveroom.typing.sessions import Sessions, Standing, events_of, room_of


async def replay_of(store: Store, view: RoomView, *, role: Role, participant: str) -> Replay:
    """The room's replay as this participant may see it; raises NoReplay where it was deleted."""
    room = await room_of(store, view.room)
    timeline = await events_of(store, room.id)
    notes = await events_of(store, room.id, chain=1)
    return await asyncio.to_thread(
        replay, view, timeline, notes, role=role, participant=participant, deleted=room.replay_deleted
    )


async def report_of(sessions: Sessions, room: str, *, who: str, now_wall_us: int) -> Report:
    """The room's report, and a line in the store if it showed `who` a comparison."""
    standing = await sessions.standing(room, now_wall_us=now_wall_us)
    if standing.profile and not standing.is_locked:
        await sessions.store.record_typing_view(room, who, now_wall_us=now_wall_us)
        # Read again, now that the candidate's note stays as it is.
        standing = await sessions.standing(room, now_wall_us=now_wall_us)
    comparison, review = await _typing(sessions, standing)
    consent = await sessions.store.consent(room)
    return await asyncio.to_thread(
        report,
        await _subject(sessions.store, standing.room),
        await events_of(sessions.store, room),
        comparison,
        review,
        metrics_allowed=consent is not None and consent.metrics,
    )


async def report_to_export(sessions: Sessions, room: str, *, who: str, now_wall_us: int) -> Report:
    """The report, if somebody put their name and a note to it; what leaves the server has been read by a person."""
    standing = await sessions.standing(room, now_wall_us=now_wall_us)
    if standing.is_locked or standing.review.reviewer is None:
        raise Conflict("A report is exported with a reviewer's name and note; write one on the report first.")
    return await report_of(sessions, room, who=who, now_wall_us=now_wall_us)


async def write_review(sessions: Sessions, room: str, review: ReviewNote, *, now_wall_us: int) -> None:
    """Keep a named person's note in place of the last, also of a report that has no comparison."""
    if (await sessions.standing(room, now_wall_us=now_wall_us)).is_locked:
        raise Conflict(
            "The comparison of typing is not run yet, so there is nothing to write about it. "
            "It opens three days after the room's end at the latest."
        )
    await sessions.store.keep_reviewer_note(room, review.reviewer, review.note, now_wall_us=now_wall_us)


async def _typing(sessions: Sessions, standing: Standing) -> tuple[TypingComparison, TypingReview]:
    if standing.is_locked:
        return NOT_RUN_YET, TypingReview()
    comparison, beside = NOT_RUN, TypingReview()
    if standing.profile:
        comparison, beside = await sessions.compare(standing), candidates_part(standing.review)
    review = msgspec.structs.replace(
        beside,
        reviewer=standing.review.reviewer,
        reviewer_note=standing.review.reviewer_note,
        reviewed=spoken_or_none(standing.review.reviewed_wall_us),
    )
    return comparison, review


async def _subject(store: Store, room: StoredRoom) -> Subject:
    take_home = None if room.continues is None else await store.room(room.continues)
    return Subject(
        room.id,
        room.title,
        room.kind,
        room.candidate_name,
        minutes_given(room.minutes, room.accommodation),
        began=spoken_or_none(room.started_wall_us),
        ended=spoken_or_none(room.ended_wall_us),
        take_home=room.continues
        if take_home is not None and take_home.candidate_id == room.candidate_id
        else None,
        has_replay=not room.replay_deleted,
    )
