"""The owner's list of rooms: how each stands and what is to be done next. Pure."""

from collections.abc import Callable, Sequence

from liveroom.api import RoomSummary
from liveroom.retention import deletes_on
from liveroom.rows import StoredRoom
from liveroom.timebox import minutes_given
from liveroom.times import iso


def summaries(
    rooms: Sequence[StoredRoom], *, people_here: Callable[[str], int], retention_days: int
) -> list[RoomSummary]:
    """Every room, in the order given."""
    continued_by = {room.continues: room.id for room in rooms if room.continues is not None}
    return [
        RoomSummary(
            room=room.id,
            title=room.title,
            kind=room.kind,
            state=room.state,
            candidate=room.candidate_name,
            candidate_id=room.candidate_id,
            made=room.made,
            minutes=minutes_given(room.minutes, room.accommodation),
            next_step=next_step(room, people_here=people_here(room.id), is_continued=room.id in continued_by),
            people_here=people_here(room.id),
            started=None if room.started_wall_us is None else iso(room.started_wall_us),
            ended=None if room.ended_wall_us is None else iso(room.ended_wall_us),
            deletes_on=deletes_on(room, retention_days).isoformat(),
            continues=room.continues,
            continued_by=continued_by.get(room.id),
            replay=not room.replay_deleted,
        )
        for room in rooms
    ]


def next_step(room: StoredRoom, *, people_here: int, is_continued: bool) -> str:
    """One sentence: what to do now."""
    name = room.candidate_name
    match room.state, room.kind:
        case "waiting", "take-home":
            return f"Send {name} the candidate link; the clock starts when they begin."
        case "waiting", _:
            return f"Send {name} the candidate link, and open the room when it is time."
        case "open", "take-home":
            return f"{name} is working on it; nothing to do until it is submitted."
        case "open", _ if people_here:
            return "The interview is on; open the room."
        case "open", _:
            return "Nobody is in the room now; open it to go on, or end it."
        case _, "take-home" if not is_continued:
            return f"Make the live room that continues it with {name}."
        case _ if room.replay_deleted:
            return "Read the report and download the code."
        case _ if room.continues is not None:
            return "Watch the replay and read the report with the comparison of typing."
        case _:
            return "Watch the replay and read the report."
