"""The socket as clients meet it: a real server in its own process, spoken to over loopback."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from websockets.asyncio.client import connect

from liveroom import frames
from tests.bench.client import BINARY, Client
from tests.support.server import Server, command, end_kernel_host, free_port, serving
from tests.support.wire import WirePage
from tests.support.wire import page_of as page
from tests.support.wire import stock_of as stock

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEBI = 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with serving(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def room(server: Server) -> dict[str, Any]:
    made = await server.make_room(candidate="Cleo")
    server.consent(made)
    return made


async def test_two_pages_share_a_text_and_hear_that_it_is_saved(server: Server, room: dict[str, Any]) -> None:
    async with page(server, room, "candidate") as cleo, page(server, room, "interviewer") as ivy:
        await cleo.until_saved(await cleo.write("x = 1\n"))
        await ivy.until_saved(await ivy.write("y = 2\n"))
        for one in (cleo, ivy):
            await one.until_text("x = 1\n", "y = 2\n")
        assert str(cleo.client) == str(ivy.client)
        assert {p["role"] for p in ivy.welcome["people"]} == {"candidate", "interviewer"}


async def test_a_stock_client_joins_by_token_and_types_both_ways(
    server: Server, room: dict[str, Any]
) -> None:
    async with page(server, room, "interviewer") as ivy, stock(server, room, "candidate") as cleo:
        await ivy.until_saved(await ivy.write("one"))
        await cleo.socket.send(frames.update(cleo.client.insert(0, "two ")))
        await ivy.until_text("two")
        assert str(ivy.client) == "two # %%\none"
        assert not cleo.heard, "a stock client never gets a text frame"


async def test_what_was_acknowledged_survives_kill_9_and_the_room_goes_on(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", port=free_port())
    await server.start()
    try:
        made = await server.make_room(candidate="Cleo")
        server.consent(made)
        cleo = page(server, made, "candidate")
        await cleo.open()
        for _ in range(200):
            await cleo.write("x")
        while cleo.saved < 50:
            await cleo.next("saved")
        await server.kill()
        acknowledged = cleo.saved
        await server.start()
        again = page(server, made, "candidate", name="page-again")
        await again.open()
        kept = str(again.client).count("x")
        assert acknowledged <= kept <= 200
        n = await again.write("y")
        await again.until_saved(n)
        # The page that typed all this comes back and resends what was not acknowledged: once, not twice.
        cleo.n = kept
        await cleo.open()
        assert cleo.welcome["saved"] == kept
        await cleo.close()
        await again.close()
        exported = tmp_path / "room.jsonl"
        await server.command("export", made["room"], "--as", "timeline", "-o", str(exported))
        code, out, errors = await command("verify", str(exported))
        assert code == 0, out + errors
        events = [json.loads(line) for line in exported.read_text().splitlines()[1:]]
        assert [event[0] for event in events] == list(range(1, len(events) + 1))
        assert (
            sum(event[3] == "edit" and event[5].get("page") == "page-candidate" for event in events) == kept
        )
    finally:
        await server.stop()
        end_kernel_host(tmp_path / "data")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        pytest.param("not json", 4400, id="garbage"),
        pytest.param('{"type":"edit"', 4400, id="truncated"),
        pytest.param('{"type":"unheard-of"}', 4400, id="unknown"),
        pytest.param('{"type":"extend-time","minutes":18446744073709551616}', 4400, id="number"),
        pytest.param("[" * 50_000, 4400, id="nested"),
        pytest.param("x" * (MEBI + 1), 4413, id="oversized"),
        pytest.param(b"\x00\x02\xff\xff\xff", 4400, id="bad binary"),
        pytest.param(b"\x64", 4400, id="unknown binary"),
        pytest.param(b"\x00" * (MEBI + 1), 4413, id="oversized binary"),
    ],
)
async def test_a_bad_frame_closes_its_sender_and_the_room_goes_on(
    server: Server, room: dict[str, Any], frame: str | bytes, code: int
) -> None:
    async with page(server, room, "interviewer") as ivy:
        bad = page(server, room, "candidate")
        await bad.open()
        await bad.socket.send(frame)
        assert (await bad.closed())[0] == code
        await ivy.until_saved(await ivy.write("still here"))


async def test_text_where_binary_belongs_closes_a_stock_client(server: Server, room: dict[str, Any]) -> None:
    async with page(server, room, "interviewer") as ivy:
        client = stock(server, room, "candidate")
        await client.open()
        await client.socket.send("hello")
        assert (await client.closed())[0] == 4400
        await ivy.until_saved(await ivy.write("still here"))


async def test_a_forged_update_closes_its_sender_alone(server: Server, room: dict[str, Any]) -> None:
    async with page(server, room, "interviewer") as ivy:
        await ivy.until_saved(await ivy.write("mine"))
        forger = stock(server, room, "candidate")
        await forger.open()
        await forger.socket.send(frames.update(ivy.client.insert(9, " and forged")))
        assert (await forger.closed())[0] == 4403
        check = page(server, room, "interviewer", name="page-check")
        await check.open()
        assert str(check.client) == "# %%\nmine"
        await check.close()


async def test_an_observer_cannot_write(server: Server, room: dict[str, Any]) -> None:
    async with page(server, room, "observer") as olaf, page(server, room, "interviewer") as ivy:
        await olaf.write("x")
        assert (await olaf.next("refused"))["n"] == 1
        await olaf.next("start-over")
        await ivy.until_saved(await ivy.write("y"))
        assert str(ivy.client) == "# %%\ny"


@pytest.mark.parametrize("token", ["", "unknown", "x" * 5000])
async def test_a_token_that_nobody_was_given_is_closed_within_a_second(
    server: Server, room: dict[str, Any], token: str
) -> None:
    stranger = WirePage(server.url, room["room"], token, page="p")
    stranger._socket = await connect(stranger.address, subprotocols=["liveroom.1"], proxy=None)  # type: ignore[list-item]
    code, reason = await asyncio.wait_for(stranger.closed(), 1)
    assert code == 4401
    assert reason.endswith(".")


async def test_a_room_that_does_not_exist_closes_with_4404(server: Server, room: dict[str, Any]) -> None:
    stranger = WirePage(server.url, "nowhere", "token", page="p")
    stranger._socket = await connect(stranger.address, proxy=None)
    assert (await asyncio.wait_for(stranger.closed(), 1))[0] == 4404


async def test_before_consent_the_candidate_may_not_enter_and_nothing_of_them_exists(server: Server) -> None:
    made = await server.make_room(candidate="Cleo")
    for client in (page(server, made, "candidate"), stock(server, made, "candidate")):
        client._socket = await connect(client.address, proxy=None)
        assert (await asyncio.wait_for(client.closed(), 1))[0] == 4403
    async with page(server, made, "interviewer"):
        pass
    exported = server.get(f"/api/rooms/{made['room']}/export?as=timeline", token=await server.owner_token())
    assert b'"p3"' not in exported


async def test_a_revoked_link_closes_its_sockets_within_a_second(
    server: Server, room: dict[str, Any]
) -> None:
    token = await server.owner_token()
    links = json.loads(server.get(f"/api/rooms/{room['room']}", token=token))["links"]
    serial = next(link["serial"] for link in links if link["role"] == "candidate")
    async with page(server, room, "candidate") as cleo, page(server, room, "interviewer") as ivy:
        server.post(f"/api/rooms/{room['room']}/links/{serial}/revoke", {}, token=token)
        assert (await asyncio.wait_for(cleo.closed(), 1))[0] == 4401
        await ivy.until_saved(await ivy.write("still here"))


async def test_private_things_never_reach_the_candidates_socket(server: Server) -> None:
    made = await server.make_room(candidate="Cleo", exercise="category-encoder")
    server.consent(made)
    async with page(server, made, "candidate") as cleo, page(server, made, "interviewer") as ivy:
        await ivy.send({"type": "write-note", "note": "n1", "text": "canary-of-the-note"})
        await ivy.next("note-changed")
        await ivy.send({"type": "run-checks", "which": "hidden"})
        while not (changed := await ivy.next("checks-changed"))["round"].get("results"):
            assert "problem" not in changed["round"], changed
        assert ivy.welcome["room"]["guide"]
        await cleo.until_saved(await cleo.write("# done\n"))
        heard = json.dumps(cleo.heard) + json.dumps(cleo.welcome)
    assert "canary-of-the-note" not in heard
    assert "checks-changed" not in heard
    assert "guide" not in cleo.welcome["room"]


async def test_a_cell_runs_on_a_sealed_kernel_and_everyone_sees_it(
    server: Server, room: dict[str, Any]
) -> None:
    source = "import torch, pandas as pd, os\nprint(int(torch.ones(3).sum()), os.getcwd())\npd.DataFrame({'a': [1]})"
    async with page(server, room, "candidate") as cleo, page(server, room, "interviewer") as ivy:
        await cleo.run(source)
        for one in (cleo, ivy):
            finished = await one.next("run-finished")
            assert (finished["state"], finished["executionCount"]) == ("ok", 1)
        outputs = [m["output"] for m in ivy.heard if m["type"] == "output-added"]
        assert outputs[0]["text"].startswith("3 ")
        assert any(part["mime"] == "text/html" for part in outputs[-1]["parts"])
        await cleo.run("raise ValueError('no')")
        assert (await ivy.next("run-finished"))["state"] == "error"
    async with page(server, room, "observer") as olaf:
        first, second = olaf.welcome["runs"]
        assert (first["source"], first["by"]) == (source, cleo.welcome["you"])
        assert second["outputs"][0]["output"]["name"] == "ValueError"


async def test_both_cells_of_a_practice_room_run_on_a_sealed_kernel(
    server: Server, room: dict[str, Any]
) -> None:
    link = room["links"]["candidate"].partition("#")[2]
    entered = server.post("/api/practice", {"link": link}, token="")
    async with WirePage(server.url, entered["room"], entered["token"], page="page-practice") as cleo:
        shown = []
        for cell in str(cleo.client).split("# %%")[1:]:
            await cleo.run(f"# %%{cell}")
            while (frame := await cleo.next("output-added", "run-finished"))["type"] == "output-added":
                shown.append(frame["output"])
            assert frame["state"] == "ok", shown
        assert shown[0]["text"].startswith("torch ")
        assert any(part["mime"] == "image/png" for part in shown[-1]["parts"])
        await cleo.run("print('practice' + '-canary')")
        assert (await cleo.next("output-added"))["output"]["text"] == "practice-canary\n"
        files = [path for path in server.folder.rglob("*") if path.is_file()]
        assert files
        assert not [path for path in files if b"practice-canary" in path.read_bytes()]


async def test_a_restarted_server_finds_the_kernel_with_its_variables(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", port=free_port())
    await server.start()
    try:
        made = await server.make_room(candidate="Cleo")
        async with page(server, made, "interviewer") as ivy:
            await ivy.run("kept = 41")
            await ivy.next("run-finished")
        await server.kill()
        await server.start()
        async with page(server, made, "interviewer", name="again") as ivy:
            await ivy.run("print(kept + 1)")
            assert (await ivy.next("output-added"))["output"]["text"] == "42\n"
    finally:
        await server.stop()
        end_kernel_host(tmp_path / "data")


def plain(server: Server, made: dict[str, Any], role: str) -> Client:
    return Client(f"{server.url.replace('http', 'ws')}/ws/{made['room']}?token={made['tokens'][role]}")


async def test_a_reader_who_stops_is_closed_and_costs_nobody_else(
    server: Server, room: dict[str, Any]
) -> None:
    async with (
        page(server, room, "interviewer") as ivy,
        page(server, room, "observer") as olaf,
        plain(server, room, "candidate") as stopped,
    ):
        stopped.send(BINARY, b"\x00\x00\x01\x00")
        await stopped.until(stopped.binary, b"\x00\x01")
        stopped.transport.pause_reading()
        reading = asyncio.create_task(olaf.until_text("still here"))
        pasted = "x" * 500_000
        for _ in range(40):  # far more than sockets and outbox hold together
            await ivy.until_saved(await ivy.write(pasted, at=0))
            await ivy.until_saved(await ivy.edit(ivy.client.delete(0, len(pasted))))
        await ivy.until_saved(await ivy.write("still here"))
        await reading
        stopped.transport.resume_reading()
        async with asyncio.timeout(10):
            while stopped.closed is None:
                await stopped.news()
        assert stopped.closed.startswith(("1013", "lost"))
        assert sum(len(payload) for _, payload in stopped.binary) < 20 * len(pasted)


async def test_clients_that_are_cut_off_in_the_middle_of_a_burst_leave_the_others_whole(
    server: Server, room: dict[str, Any]
) -> None:
    async with page(server, room, "interviewer") as ivy, page(server, room, "observer") as olaf:
        for at in range(20):
            async with plain(server, room, "candidate") as client:
                client.send(BINARY, b"\x00\x00\x01\x00")
                await client.until(client.binary, b"\x00\x01")
                for _ in range(5):
                    await ivy.write(f"{at} ")
                # A close that lingers for no time is a reset.
                cut_off = client.transport.get_extra_info("socket")
                cut_off.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await ivy.write("after ")
        await ivy.until_saved(await ivy.write("the end"))
        await olaf.until_text("the end")
        assert str(olaf.client) == str(ivy.client)
        assert str(ivy.client).count("after ") == 20


async def test_an_idle_client_hears_something_at_every_beat_and_one_that_is_gone_is_noticed(
    tmp_path: Path,
) -> None:
    async with serving(
        tmp_path / "data", "--set", "heartbeat_seconds=0.5", "--set", "kernels_warm=0"
    ) as quick:
        made = await quick.make_room(candidate="Cleo")
        async with page(quick, made, "interviewer") as ivy, plain(quick, made, "observer") as gone:
            await ivy.until_people(2)
            gone.transport.pause_reading()  # it answers no ping, and sends nothing else
            await ivy.until_people(1)
            ivy.binary.clear()
            await ivy.until_binary(frames.KEEP_ALIVE, times=3)
