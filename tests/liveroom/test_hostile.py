"""Attacks that worked once: by a candidate, by an observer, by what a kernel prints, and by a mistake of ours."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from kernels.outputs import Display, Finished, Stream
from liveroom import lib0, outbox
from liveroom.document import Document, ReadOnly, TooLarge
from liveroom.effects import ConnectionId
from liveroom.errors import BadToken, LiveroomError, TooMany
from liveroom.host import Host
from liveroom.messages import Place, Refused, Saved, Welcome, encode
from liveroom.presence import Presence
from liveroom.recorder import MISTAKE, Recorder
from liveroom.rooms import CONNECTIONS_MAX, Rooms
from liveroom.rows import Batch
from liveroom.runs import Runs
from liveroom.store import Store
from liveroom.tokens import digest
from liveroom.updates import BadUpdate, Gapped, Overlapping, parse
from liveroom.web.security import is_foreign
from tests.support.live import Ear, site
from tests.support.rooms import Table
from tests.support.server import serving
from tests.support.yjs import Client

HERE, THERE = Place("main", "AAE=", 0), ConnectionId(1)
PATIENCE_SECONDS = 5.0  # far above what these cost now, far below what they cost once


def update(client: int, structs: Sequence[bytes], deletes: Sequence[tuple[int, int]] = ()) -> bytes:
    """A Yjs update written by hand: structs of one client from clock 0, and ranges of it to delete."""
    parts = [b"\x00"]
    if structs:
        parts = [b"\x01", lib0.uint(len(structs)), lib0.uint(client), b"\x00", *structs]
    if not deletes:
        return b"".join([*parts, b"\x00"])
    ranges = b"".join(lib0.uint(clock) + lib0.uint(length) for clock, length in deletes)
    return b"".join([*parts, b"\x01", lib0.uint(client), lib0.uint(len(deletes)), ranges])


def at_the_start(text: str) -> bytes:
    """A piece of text that hangs on nothing, so that it has to be put in order among all others like it."""
    return b"\x04\x01" + lib0.buffer(b"content") + lib0.buffer(text.encode())


def take(document: Document, content: bytes, *, client: int, may_edit: bool = True) -> None:
    document.receive(content, parse(content), writers=frozenset({client}), may_edit=may_edit)


# --- the text


@pytest.mark.parametrize("length", [2**32 - 1, 2**32 + 5, 2**53 - 1])
@pytest.mark.parametrize("struct", [b"\x00", b"\x01\x01" + lib0.buffer(b"content")])
def test_an_update_that_would_wrap_the_documents_clock_is_refused(struct: bytes, length: int) -> None:
    with pytest.raises(BadUpdate, match="more than a document can count"):
        parse(update(7, [struct + lib0.uint(length)]))


@pytest.mark.parametrize("empty", [b"\x01\x00\x07\x01\x00", b"\x00\x01\x07\x00", b"\x00\x01\x07\x01\x00\x00"])
def test_an_update_that_names_a_client_for_nothing_is_refused(empty: bytes) -> None:
    """yrs panics over the first, and Yjs throws over the last when it is asked for its state."""
    with pytest.raises(BadUpdate, match=r"holds nothing of it|empty range"):
        parse(empty)


def test_a_resend_that_hangs_on_what_is_not_there_is_refused() -> None:
    document, client = Document(), Client("abc")
    take(document, client.whole(), client=client.id)
    resent = update(client.id, [b"\x84" + lib0.uint(client.id) + lib0.uint(99) + lib0.buffer(b"abc")])
    with pytest.raises(Gapped):
        take(document, resent, client=client.id)


def test_a_struct_of_which_the_first_part_is_here_is_refused() -> None:
    """yrs would put in another part of a text that is not ASCII, or none, and count it wrongly."""
    document, client = Document(), Client("é漢")
    take(document, client.whole(), client=client.id)
    longer = update(client.id, [b"\x04\x01" + lib0.buffer(b"content") + lib0.buffer("é漢字".encode())])
    with pytest.raises(Overlapping):
        take(document, longer, client=client.id)
    assert str(document) == "é漢"


@pytest.mark.parametrize("restored", [False, True])
def test_a_character_of_two_units_is_not_parted(restored: bool) -> None:
    """Yjs would show two replacement characters, and count from there on in another way than the record."""
    document, client = Document(), Client("a🌴b")
    if restored:
        document.restore(client.whole())
        document.restored()
    else:
        take(document, client.whole(), client=client.id)
    palm = [lib0.uint(client.id) + lib0.uint(clock) for clock in (1, 2)]
    x = lib0.buffer(b"X")
    for parting in (
        update(9, [b"\xc4" + palm[0] + palm[1] + x]),
        update(9, [b"\x84" + palm[0] + x]),
        update(9, [b"\x44" + palm[1] + x]),
        update(client.id, [], [(0, 2)]),
        update(client.id, [], [(2, 2)]),
    ):
        with pytest.raises(BadUpdate, match="part a character"):
            take(document, parting, client=9)
    take(document, update(9, [b"\x84" + palm[1] + x]), client=9)
    take(document, update(client.id, [], [(1, 2)]), client=9)
    assert str(document) == "aXb"


def test_pieces_that_would_have_to_be_sorted_for_minutes_are_refused() -> None:
    document = Document()
    for client in range(5):
        take(document, update(client, [at_the_start("a")] * 900), client=client)
    began = time.monotonic()
    with pytest.raises(TooLarge, match="too many pieces"):
        take(document, update(9, [at_the_start("b")] * 20_000), client=9)
    assert time.monotonic() - began < PATIENCE_SECONDS


def test_a_text_cannot_be_cut_into_a_hundred_thousand_pieces_at_once() -> None:
    document, client = Document(), Client("x" * 500_000)
    take(document, client.whole(), client=client.id)
    began = time.monotonic()
    with pytest.raises(TooLarge, match="too many pieces"):
        take(document, update(client.id, [], [(at, 1) for at in range(0, 400_000, 2)]), client=client.id)
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert str(document) == "x" * 500_000


def test_replacing_every_word_of_a_long_text_is_no_attack() -> None:
    document, client = Document(), Client("name = 1\n" * 1000)
    take(document, client.whole(), client=client.id)
    with client.doc.transaction():
        for at in range(9 * 999, -1, -9):
            client.delete(at, at + 4)
            client.insert(at, "words")
    take(document, client.whole(), client=client.id)
    assert str(document) == "words = 1\n" * 1000


def test_deletions_that_are_told_again_are_free_for_those_who_watch_too() -> None:
    document, client = Document(), Client("x" * 40_000)
    take(document, client.whole(), client=client.id)
    for first in range(0, 40_000, 2000):
        gone = update(client.id, [], [(at, 1) for at in range(first, first + 2000, 2)])
        client.apply(gone)
        take(document, gone, client=client.id)
    began = time.monotonic()
    take(document, client.whole(), client=1, may_edit=False)
    take(document, client.whole(), client=client.id)
    assert time.monotonic() - began < PATIENCE_SECONDS
    with pytest.raises(ReadOnly):
        take(document, update(client.id, [], [(1, 1)]), client=1, may_edit=False)


# --- presence


@pytest.mark.parametrize("state", ["{{{", '"a word"', "[1]", '{"a":' + "[" * 2000 + "]" * 2000 + "}"])
def test_presence_that_pages_could_not_read_is_dropped(state: str) -> None:
    presence = Presence()
    junk = b"\x01\x05\x01" + lib0.buffer(state.encode())
    presence.receive(THERE, junk, owns=lambda _: True)
    assert not list(presence.due(0))
    assert presence.everyone() == b"\x00"


def test_presence_cannot_use_up_the_clock_that_its_end_needs() -> None:
    presence = Presence()
    last = b"\x01\x05" + lib0.uint(2**53 - 1) + lib0.buffer(b"{}")
    presence.receive(THERE, last, owns=lambda _: True)
    assert not list(presence.due(0))
    assert presence.leave(THERE) is None


# --- runs and what they put out


def ran(runs: Runs, outputs: Iterator[Stream | Display], *, source: str = "1") -> None:
    view, _ = runs.request(by="p1", source=source, place=HERE, at_us=0)
    runs.start_next(0)
    for output in outputs:
        runs.output(view.run, output, 0)
    runs.finished(view.run, Finished("ok", 1, 0.0), 0)


def test_one_can_join_a_room_however_much_its_runs_have_printed() -> None:
    table = Table()
    for _ in range(6):
        ran(table.room.runs, (Stream("stdout", "\x1b" * 65_536) for _ in range(128)))
    for _ in range(40):
        ran(table.room.runs, iter(()), source="#" * 200_000)
    table.page("p2")
    welcome = next(m for m in table.heard_by("p2", table.log) if isinstance(m, Welcome))
    assert len(encode(welcome)) < outbox.ASKED_BYTES_MAX
    assert [run.run for run in welcome.runs][-1] == "run-46"


def test_one_who_joins_finds_the_latest_of_a_long_output_and_is_told_that_it_is_not_all() -> None:
    runs = Runs()
    ran(runs, (Stream("stdout", f"{line:07}\n" * 2048) for line in range(400)))
    first, last = runs.views()[0].outputs
    assert "left out" in cast(Any, first.output).text
    assert cast(Any, last.output).text.endswith("0000399\n")


def test_thirty_thousand_displays_of_their_own_are_kept_without_searching_among_them() -> None:
    began = time.monotonic()
    ran(Runs(), (Display({"text/plain": ""}, slot=f"slot-{at}") for at in range(30_000)))
    assert time.monotonic() - began < PATIENCE_SECONDS


def test_a_queue_of_enormous_cells_is_full_early() -> None:
    runs = Runs()
    while not runs.full:
        runs.request(by="p1", source="#" * 200_000, place=HERE, at_us=0)
    assert len(runs.views()) == 6


# --- the socket


@pytest.mark.asyncio
async def test_one_person_cannot_take_all_the_servers_sockets(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for _ in range(CONNECTIONS_MAX):
            await here.rooms.join("room-1", digest("Cleo"), Ear(), speaks_text=True)
        with pytest.raises(TooMany, match="too many tabs"):
            await here.rooms.join("room-1", digest("Cleo"), Ear(), speaks_text=True)
        await here.page("Ivy")


@pytest.mark.asyncio
async def test_a_link_withdrawn_while_the_room_opens_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, reached = asyncio.Event(), asyncio.Event()
    open_room = Rooms._open

    async def slowly(self: Rooms, room: str) -> Host:
        reached.set()
        await opened.wait()
        return await open_room(self, room)

    monkeypatch.setattr(Rooms, "_open", slowly)
    async with site(tmp_path) as here:
        joining = asyncio.create_task(here.rooms.join("room-1", digest("Ivy"), Ear(), speaks_text=True))
        await reached.wait()
        await here.store.revoke_link("room-1-link")
        opened.set()
        with pytest.raises(BadToken):
            await joining


@pytest.mark.parametrize(
    "origin", ["", "null", "http://[", "http://evil.example", "http://evil.example@room.example:8000"]
)
def test_whatever_an_origin_looks_like_it_is_ours_or_foreign(origin: str) -> None:
    assert is_foreign({"origin": origin, "host": "room.example:8000"}, None)
    assert not is_foreign({"origin": "http://room.example:8000", "host": "room.example:8000"}, None)


# --- mistakes of ours


@pytest.mark.asyncio
async def test_a_room_survives_a_mistake_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(tmp_path) as here:
        cleo = await here.page("Cleo")
        cleo.write("kept")
        await cleo.next(Saved)
        kept = str((await here.rooms.host("room-1")).room.document)

        def fail(self: Store, batches: Sequence[Batch]) -> None:
            raise OverflowError("a mistake")

        with monkeypatch.context() as patched:
            patched.setattr(Store, "append_now", fail)
            cleo.write("lost")
            assert "its log says why" in (await cleo.next(Refused)).reason
        ivy = await here.page("Ivy")
        await ivy.next(Welcome)
        assert str((await here.rooms.host("room-1")).room.document) == kept
        n = ivy.write("more")
        assert (await ivy.next(Saved)).n == n


@pytest.mark.asyncio
async def test_a_mistake_in_one_room_fails_none_of_those_written_with_it() -> None:
    class Picky:
        """A store that one room's batches are too much for."""

        busy = False

        async def free(self) -> None:
            """Nobody else writes."""

        def append_now(self, batches: Sequence[Batch]) -> None:
            if any(batch.room == "bad" for batch in batches):
                raise OverflowError("a mistake")

        async def sync(self) -> None:
            """It is on disk."""

    told: dict[str, str] = {}

    class Writing:
        def __init__(self, room: str) -> None:
            self.room = room

        def batch(self) -> Batch:
            if self.room == "worse":
                raise ZeroDivisionError
            return Batch(self.room, 1)

        def kept(self) -> None:
            told[self.room] = "kept"

        def failed(self, error: LiveroomError) -> None:
            told[self.room] = error.sentence

    recorder = Recorder(Picky())
    for room in ("good", "bad", "worse", "fine"):
        recorder.enlist(Writing(room))
    await recorder.close()
    assert told == {"good": "kept", "bad": MISTAKE, "worse": MISTAKE, "fine": "kept"}


# --- over HTTP


def status(url: str, token: str, *, body: bytes | None = None) -> int:
    request = urllib.request.Request(url, data=body, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.asyncio
async def test_before_consent_no_route_gives_the_candidate_anything_of_the_room(tmp_path: Path) -> None:
    async with serving(tmp_path, "--set", "candidate_sees_replay=true", "--set", "kernels_warm=0") as server:
        made = await server.make_room(candidate="Cleo", kind="take-home")
        base, token = f"{server.url}/api/rooms/{made['room']}", made["tokens"]["candidate"]

        def asked() -> dict[str, int]:
            routes = {"export": None, "replay": None, "code": None, "data/any.csv": None, "end": b""}
            return {name: status(f"{base}/{name}", token, body=body) for name, body in routes.items()}

        assert set((await asyncio.to_thread(asked)).values()) == {403}
        server.consent(made)
        assert await asyncio.to_thread(asked) == {
            "export": 200, "replay": 200, "code": 200, "data/any.csv": 404, "end": 200,
        }  # fmt: skip
        too_long = json.dumps({"candidate": "Cleo", "kind": "live", "exercise": "a" * 3000}).encode()
        owner = await server.owner_token()
        assert await asyncio.to_thread(status, f"{server.url}/api/rooms", owner, body=too_long) == 400
