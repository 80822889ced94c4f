"""An export verifies, whoever it is for and whatever was withheld from it."""

from hypothesis import given
from hypothesis import strategies as st

from keystroke import timeline
from keystroke.timeline import Verified, read, verify
from liveroom.export import timeline_lines
from liveroom.messages import Role
from liveroom.rows import EventRow
from tests.support.stored import chained, stored_room

ROOM = stored_room()
ROWS = chained(
    ROOM,
    (1, None, "room", "all", {"title": "Übung"}),
    (2, "p1", "checks", "panel", {"which": "hidden", "results": [{"reason": "secret reason"}]}),
    (3, "p3", "keys", "all", {"page": "x", "n": 1, "keys": [[5, "down", "KeyA", 0]]}),
    (4, "p3", "edit", "all", {"origin": "typed", "ops": [["main", 0, 0, "a"]], "update": ""}),
)


def exported(rows: list[EventRow], role: Role, participant: str) -> list[bytes]:
    return [*timeline_lines(ROOM.header, rows, role=role, participant=participant)]


def test_the_owner_gets_every_event_as_it_was_stored() -> None:
    lines = exported(ROWS, "owner", "p4")
    assert verify(lines) == Verified(4, ROWS[-1].h)
    assert [event.kind for event in read(lines).events] == ["room", "checks", "keys", "edit"]
    assert lines[1].startswith(ROWS[0].line[:-1])


def test_the_candidates_copy_has_the_panels_lines_redacted_and_verifies_alike() -> None:
    lines = exported(ROWS, "candidate", "p3")
    copy = read(lines)
    assert copy.redacted == [2]
    assert [event.kind for event in copy.events] == ["room", "keys", "edit"]
    assert b"secret reason" not in b"".join(lines)
    assert verify(lines) == verify(exported(ROWS, "owner", "p4"))


def test_withdrawn_events_are_redacted_for_everyone() -> None:
    keys = ROWS[2]
    withdrawn = keys._replace(line=b"", salt=b"", leaf=timeline.leaf(keys.salt, keys.line))
    lines = exported([*ROWS[:2], withdrawn, ROWS[3]], "owner", "p4")
    assert read(lines).redacted == [3]
    assert b"KeyA" not in b"".join(lines)
    assert verify(lines) == Verified(4, ROWS[-1].h)


def test_an_empty_room_exports_its_header() -> None:
    assert exported([], "owner", "p4") == [ROOM.header + b"\n"]


@given(st.lists(st.tuples(st.sampled_from(["all", "panel", "p2", "p3"]), st.text(max_size=20)), max_size=12))
def test_a_copy_holds_just_what_its_reader_may_see(entries: list[tuple[str, str]]) -> None:
    bodies: list[tuple[int, str | None, str, str, dict[str, object]]] = [
        (at, "p1", "note", audience, {"text": text}) for at, (audience, text) in enumerate(entries)
    ]
    lines = exported(chained(ROOM, *bodies), "candidate", "p3")
    assert isinstance(verify(lines), Verified)
    seen = [(event.audience, event.body["text"]) for event in read(lines).events]
    assert seen == [(audience, text) for audience, text in entries if audience in ("all", "p3")]
