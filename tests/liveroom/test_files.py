"""Several files in a room: what they may be called, who makes them, and that pages write into their texts alone."""

import io
import zipfile
from typing import Any

import pytest
from pycrdt import Doc, Map, Text

from keystroke import timeline
from liveroom import lib0
from liveroom.close_codes import BAD_FRAME
from liveroom.document import CHARS_MAX, Document, TooLarge
from liveroom.effects import Close, Effect, Record, Relay
from liveroom.errors import BadRequest
from liveroom.files import FILES_MAX, MAIN_PATH, sound_path, zipped
from liveroom.messages import (
    AddFile,
    DeleteFile,
    EndRoom,
    FilesChanged,
    FileView,
    FromClient,
    Hello,
    Refused,
    RenameFile,
    StartOver,
    Welcome,
)
from liveroom.replay import decode_events, last_files
from liveroom.updates import KEEPER, BadUpdate, Forged, parse
from tests.support.rooms import Table, of, records, told
from tests.support.yjs import Client

MAIN = FileView("main", MAIN_PATH)


def asked(table: Table, connection: Any, message: FromClient) -> list[Effect]:
    return table.did(table.room.receive(connection, message, table.now))


def added(table: Table, connection: Any, path: str, text: str = "") -> str:
    """Make a file and let every client have it; its id."""
    effects = asked(table, connection, AddFile(path, text))
    for relay in of(effects, Relay):
        for client in table.clients.values():
            client.apply(parse_sync(relay.frame))
    return told(effects, FilesChanged)[0].file


def parse_sync(frame: bytes) -> bytes:
    reader = lib0.Reader(frame)
    reader.uint(), reader.uint()
    return reader.buffer()


def text_of(client: Client, file: str) -> Text:
    found: Text = client.doc.get("files", type=Map)[file]
    return found


def typed_into(client: Client, file: str, at: int, text: str) -> bytes:
    text_of(client, file).insert(at, text)
    return client.take()[-1]


def last_files_of(table: Table) -> dict[str, str]:
    rows = [e for e in table.log if isinstance(e, Record)]
    lines = [_line(seq, record) for seq, record in enumerate(rows, start=1)]
    return last_files(decode_events(lines))


def _line(seq: int, record: Record) -> bytes:
    body = dict(record.body)
    return timeline.line(seq, record.at_us, record.participant, record.kind, record.audience, body)


# --- making, renaming, deleting


def test_a_file_is_recorded_relayed_and_told_to_everyone() -> None:
    table = Table(starter="# %%\n")
    candidate = table.page("p3")
    effects = asked(table, candidate, AddFile("lib/model.py"))
    assert records(effects) == ["file", "edit"]
    assert [e.participant for e in of(effects, Record)] == ["p3", None], "the ids are the server's own"
    file = told(effects, FilesChanged)[0].file
    assert told(effects, FilesChanged)[0].files == [MAIN, FileView(file, "lib/model.py")]
    assert of(effects, Relay)[0].but is None, "who asked has to have it too"


def test_a_file_may_begin_with_a_text_that_everybody_may_change() -> None:
    table = Table()
    candidate, interviewer = table.page("p3"), table.page("p1")
    file = added(table, candidate, "a.py", "x = 1\r\ny = 2\r")
    assert table.room.document.texts() == {MAIN_PATH: "", "a.py": "x = 1\ny = 2\n"}
    client = table.clients[interviewer]
    del text_of(client, file)[0:6]
    table.edit(interviewer, client.take()[-1])
    table.edit(interviewer, typed_into(client, file, 0, "é"))
    assert table.room.document.texts()["a.py"] == "éy = 2\n"


def test_edits_of_a_file_are_told_by_its_id_in_utf_16_units() -> None:
    table = Table()
    candidate = table.page("p3")
    file = added(table, candidate, "a.py", "🌴")
    effects = table.edit(candidate, typed_into(table.clients[candidate], file, 4, "b"))
    assert of(effects, Record)[0].body["ops"] == [(file, 2, 0, "b")]


def test_a_renamed_file_keeps_its_id_and_its_text() -> None:
    table = Table()
    candidate = table.page("p3")
    file = added(table, candidate, "a.py", "x")
    assert told(asked(table, candidate, RenameFile(file, " b.py ")), FilesChanged)[0].files == [
        MAIN,
        FileView(file, "b.py"),
    ]
    asked(table, candidate, RenameFile("main", "notebook.py"))
    assert table.room.document.texts() == {"notebook.py": "", "b.py": "x"}


def test_a_deleted_file_is_gone_and_its_id_is_not_used_again() -> None:
    table = Table()
    candidate = table.page("p3")
    file = added(table, candidate, "a.py", "x = 1")
    effects = asked(table, candidate, DeleteFile(file))
    assert of(effects, Record)[0].body == {"file": file, "path": None}
    assert of(effects, Record)[1].body["ops"] == [(file, 0, 5, "")]
    assert table.room.document.files() == [MAIN]
    assert added(table, candidate, "a.py") != file


@pytest.mark.parametrize("text", ["x", ""])
def test_what_somebody_types_into_a_file_that_is_being_deleted_starts_nobody_over(text: str) -> None:
    table = Table()
    candidate, interviewer = table.page("p3"), table.page("p1")
    file = added(table, interviewer, "a.py", text)
    added(table, interviewer, "b.py")
    into_text = typed_into(table.clients[candidate], file, len(text), "y")
    asked(table, interviewer, DeleteFile(file))
    assert not told(table.edit(candidate, into_text), StartOver)
    assert not told(table.write(candidate, "z"), StartOver)
    assert table.room.document.texts() == {MAIN_PATH: "z", "b.py": ""}


def test_the_first_file_stays() -> None:
    table = Table()
    candidate = table.page("p3")
    refused = told(asked(table, candidate, DeleteFile("main")), Refused)
    assert refused == [Refused("main.py is the room's first file and stays; delete its text instead.")]


def test_a_file_that_is_gone_can_be_changed_no_more() -> None:
    table = Table()
    candidate = table.page("p3")
    file = added(table, candidate, "a.py")
    asked(table, candidate, DeleteFile(file))
    for message in (DeleteFile(file), RenameFile(file, "b.py"), RenameFile("f999", "b.py")):
        assert told(asked(table, candidate, message), Refused)


@pytest.mark.parametrize("connection", ["p2", "p1 after the end"])
def test_who_may_not_write_may_not_change_files(connection: str) -> None:
    table = Table()
    page = table.page(connection[:2])
    if "end" in connection:
        asked(table, page, EndRoom())
    assert told(asked(table, page, AddFile("a.py")), Refused)
    assert table.room.document.files() == [MAIN]


def test_a_room_has_so_many_files_and_no_more() -> None:
    table = Table()
    candidate = table.page("p3")
    for number in range(FILES_MAX - 1):
        assert told(asked(table, candidate, AddFile(f"{number}.py")), FilesChanged)
    assert told(asked(table, candidate, AddFile("one-more.py")), Refused)


def test_the_size_limit_counts_all_files_together() -> None:
    document = Document()
    document.seed("x" * (CHARS_MAX - 10))
    document.add_file("a.py", "y" * 10)
    with pytest.raises(TooLarge):
        document.add_file("b.py", "z")
    client = Client()
    client.apply(document.missing(b"\x00"))
    update = typed_into(client, document.files()[1].file, 0, "z")
    with pytest.raises(TooLarge):
        document.receive(update, parse(update), writers=frozenset({client.id}), may_edit=True)


@pytest.mark.parametrize(
    "path",
    ["", " ", "/a.py", "a//b.py", "../a.py", "a/./b.py", "a\\b.py", "a\x00b", "a\nb", "x" * 121, "con:1"],
)
def test_a_path_that_is_no_file_everywhere_is_refused(path: str) -> None:
    with pytest.raises(BadRequest):
        sound_path(path, taken=())


def test_two_files_differ_by_more_than_case() -> None:
    assert sound_path("Model.py", taken=["a.py"]) == "Model.py"
    with pytest.raises(BadRequest, match="already"):
        sound_path("MODEL.py", taken=["model.py"])


# --- after a restart, and as others see it


def test_files_survive_a_restart() -> None:
    table = Table(starter="# %%\n")
    candidate = table.page("p3")
    file = added(table, candidate, "a.py", "x")
    gone = added(table, candidate, "gone.py", "y")
    asked(table, candidate, DeleteFile(gone))
    table.edit(candidate, typed_into(table.clients[candidate], file, 1, "z"))
    rebuilt = table.rebuilt()
    assert rebuilt.document.files() == [MAIN, FileView(file, "a.py")]
    assert rebuilt.document.texts() == {MAIN_PATH: "# %%\n", "a.py": "xz"} == last_files_of(table)
    table.room = rebuilt
    page = table.page("p3", page="again")
    assert told(table.log, Welcome)[-1].files == [MAIN, FileView(file, "a.py")]
    assert told(asked(table, page, AddFile("b.py")), FilesChanged)[0].file not in (file, gone)


def test_a_stock_client_finds_every_text_by_its_path() -> None:
    table = Table(starter="# %%\n")
    file = added(table, table.page("p3"), "a.py", "x")
    stock = table.clients[table.stock("p1")]
    assert dict(stock.doc.get("paths", type=Map).items()) == {"main": MAIN_PATH, file: "a.py"}
    assert str(text_of(stock, file)) == "x"


def test_files_leave_as_a_zip_by_their_paths() -> None:
    archive = zipfile.ZipFile(io.BytesIO(zipped({"main.py": "x", "lib/é.py": "y"})))
    assert {name: archive.read(name) for name in archive.namelist()} == {"main.py": b"x", "lib/é.py": b"y"}


# --- pages write into texts alone


def with_a_file() -> tuple[Document, str, Client]:
    document = Document()
    document.seed("print(1)\n")
    file = document.add_file("a.py", "x = 1").file
    client = Client()
    client.apply(document.missing(b"\x00"))
    return document, file, client


def refused(document: Document, client: Client, update: bytes) -> BadUpdate:
    before = document.missing(b"\x00")
    with pytest.raises(BadUpdate) as raised:
        document.receive(update, parse(update), writers=frozenset({client.id}), may_edit=True)
    assert document.missing(b"\x00") == before
    return raised.value


def test_a_page_cannot_make_a_file() -> None:
    document, _, client = with_a_file()
    client.doc.get("files", type=Map)["f9"] = Text("mine")
    refused(document, client, client.take()[-1])


def test_a_page_cannot_rename_a_file() -> None:
    document, file, client = with_a_file()
    client.doc.get("paths", type=Map)[file] = "other.py"  # hangs on the path that is there
    refused(document, client, client.take()[-1])
    client.doc.get("paths", type=Map)["new"] = "other.py"  # hangs on nothing
    refused(document, client, client.take()[-1])


def test_a_page_cannot_delete_a_file_nor_its_name() -> None:
    for root in ("files", "paths"):
        document, file, client = with_a_file()
        del client.doc.get(root, type=Map)[file]
        update = client.take()[-1]
        assert isinstance(refused(document, client, update), Forged)


def test_a_page_cannot_write_under_the_keepers_id() -> None:
    document, file, client = with_a_file()
    keeper: Doc[Any] = Doc(client_id=KEEPER)
    keeper.apply_update(client.whole())
    before = keeper.get_state()
    keeper.get("files", type=Map)[file].insert(0, "z")
    assert isinstance(refused(document, client, keeper.get_update(before)), Forged)


def test_a_page_cannot_take_the_keepers_id() -> None:
    table = Table()
    candidate = table.page("p3")
    hello = Hello("page1", KEEPER)
    assert [close.code for close in of(table.room.receive(candidate, hello, 0), Close)] == [BAD_FRAME]


def test_a_page_cannot_write_into_a_text_that_is_no_files() -> None:
    document, _, client = with_a_file()
    nowhere = (
        b"\x01\x01" + lib0.uint(client.id) + b"\x00\x04\x00\x01\x63\x01x\x00"
    )  # a text that begins at 1:99
    refused(document, client, nowhere)
    beside = b"\x01\x01" + lib0.uint(client.id) + b"\x00\x04\x00\x01\x00\x01x\x00"  # 1:0 names the main file
    refused(document, client, beside)
    after = (
        b"\x01\x01" + lib0.uint(client.id) + b"\x00\x84\x01\x00\x01x\x00"
    )  # follows 1:0, and so is in its map
    refused(document, client, after)


def test_a_stock_client_may_repeat_all_that_there_is() -> None:
    document, file, client = with_a_file()
    document.rename_file(file, "b.py")
    other = document.add_file("c.py", "z").file
    document.delete_file(other)
    client.apply(document.missing(b"\x00"))
    whole = client.whole()
    for may_edit in (True, False):
        change = document.receive(whole, parse(whole), writers=frozenset({client.id}), may_edit=may_edit)
        assert not change.added


def test_an_edit_that_hangs_on_two_texts_leaves_server_and_client_alike() -> None:
    document, file, client = with_a_file()
    server = _first_id(document)
    # Its left neighbour is the last character of the main text, its right one the first of the other file.
    left, right = lib0.uint(server) + lib0.uint(8), lib0.uint(server) + lib0.uint(9)
    update = b"\x01\x01" + lib0.uint(client.id) + b"\x00\xc4" + left + right + b"\x01q\x00"
    document.receive(update, parse(update), writers=frozenset({client.id}), may_edit=True)
    client.apply(update)
    assert document.texts() == {MAIN_PATH: str(client), "a.py": str(text_of(client, file))}
    assert document.texts()[MAIN_PATH] == "print(1)\nq"


def _first_id(document: Document) -> int:
    return next(client for client in document.clients() if client != KEEPER)
