"""What one message may hold: at the limit it is taken, one past it there is a sentence and the socket stays."""

from collections.abc import Callable

import msgspec
import pytest

from liveroom.effects import Close, ConnectionId, Effect
from liveroom.messages import (
    FILE_CHARS_MAX,
    NOTE_CHARS_MAX,
    PATH_CHARS_MAX,
    SOURCE_CHARS_MAX,
    AddFile,
    FilesChanged,
    FromClient,
    FromServer,
    NoteChanged,
    Refused,
    RenameFile,
    RequestRun,
    RunRequested,
    WriteNote,
    decode,
)
from tests.support.rooms import START, Table, of, told


def sent(table: Table, connection: ConnectionId, message: FromClient) -> list[Effect]:
    """As it arrives: what decoding refuses ends the socket, and is no sentence."""
    return table.send(connection, decode(msgspec.json.encode(message)))


@pytest.mark.parametrize(
    ("most", "make", "granted"),
    [
        (SOURCE_CHARS_MAX, lambda text: RequestRun("page1", 1, 0, text, START), RunRequested),
        (FILE_CHARS_MAX, lambda text: AddFile("a.py", text), FilesChanged),
        (PATH_CHARS_MAX, lambda text: AddFile(text), FilesChanged),
        (PATH_CHARS_MAX, lambda text: RenameFile("main", text), FilesChanged),
        (NOTE_CHARS_MAX, lambda text: WriteNote("n1", text), NoteChanged),
    ],
    ids=["source", "a new file's text", "a new file's path", "another path", "a note"],
)
def test_limits_have_sentences_at_their_edges(
    most: int, make: Callable[[str], FromClient], granted: type[FromServer]
) -> None:
    table = Table()
    interviewer = table.page("p1")
    past = sent(table, interviewer, make("x" * (most + 1)))
    refused = told(past, Refused)
    assert len(refused) == 1
    assert f"{most:,} characters" in refused[0].reason
    assert not of(past, Close)
    table = Table()
    interviewer = table.page("p1")
    assert told(sent(table, interviewer, make("x" * most)), granted)


def test_a_refused_run_names_its_frame_and_the_next_is_taken() -> None:
    table = Table()
    candidate = table.page("p3")
    refused = told(table.run(candidate, "x" * (SOURCE_CHARS_MAX + 1)), Refused)[0]
    assert (refused.page, refused.n) == ("page1", 1)
    assert told(table.run(candidate, "x"), RunRequested)
