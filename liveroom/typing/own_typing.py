"""The candidate's own side of the comparison: the question, the first look, and the note beside it."""

from liveroom.api import OwnTyping, TypingReview
from liveroom.errors import Conflict
from liveroom.report import starts_at
from liveroom.rows import StoredReview
from liveroom.times import spoken_or_none
from liveroom.typing import unlocking
from liveroom.typing.comparison import NOT_RUN, NOT_RUN_YET
from liveroom.typing.sessions import Sessions, events_of

_NOTHING = "There is no comparison of your typing in this room, so there is nothing to write beside it."


async def own_typing_of(
    sessions: Sessions, room: str, *, now_wall_us: int, sees_replay: bool = False
) -> OwnTyping:
    """What the candidate is asked or shown now. `sees_replay`: this site lets candidates open their replay."""
    standing = await sessions.standing(room, now_wall_us=now_wall_us)
    ended_wall_us = standing.room.ended_wall_us
    if standing.state == "none" or ended_wall_us is None:
        return OwnTyping("none", NOT_RUN, TypingReview())
    return OwnTyping(
        standing.state,
        NOT_RUN_YET if standing.state == "ask" else await sessions.compare(standing),
        candidates_part(standing.review),
        opens=spoken_or_none(unlocking.opens_wall_us(ended_wall_us)),
        opened=spoken_or_none(standing.review.opened_wall_us),
        start_us=starts_at(await events_of(sessions.store, room)),
        replay=sees_replay,
    )


async def answer_situation(sessions: Sessions, room: str, *, differed: bool, now_wall_us: int) -> None:
    """Keep the one answer. It comes before the result is seen, so that nothing that is seen can change it."""
    state = (await sessions.standing(room, now_wall_us=now_wall_us)).state
    if state == "none":
        raise Conflict(_NOTHING)
    if state != "ask" or not await sessions.store.answer_situation(room, differed=differed):
        raise Conflict("The question is closed; write in your note what the answer leaves out.")


async def write_note(sessions: Sessions, room: str, text: str, *, now_wall_us: int) -> None:
    """Keep the candidate's note and let the panel see the comparison."""
    state = (await sessions.standing(room, now_wall_us=now_wall_us)).state
    if state == "none":
        raise Conflict(_NOTHING)
    if state == "ask":
        raise Conflict("Say first whether your set-up or situation was different; then write your note.")
    if not await sessions.store.keep_candidate_note(room, text, now_wall_us=now_wall_us):
        raise Conflict("The panel has opened the comparison, so the note beside it stays as they read it.")


def candidates_part(review: StoredReview) -> TypingReview:
    """What the candidate said and wrote."""
    return TypingReview(
        review.situation_differed, review.candidate_note, spoken_or_none(review.noted_wall_us)
    )
