"""The `liveroom` command: with a server running, without one, and when something is wrong."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from click.testing import CliRunner, Result

from kernels.doctor import Report
from keystroke import timeline
from liveroom.cli import main
from liveroom.store import Store
from tests.support.held import held
from tests.support.stored import MADE_US, chained, stored_room

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "liveroom.cli"]


@dataclass
class Running:
    process: subprocess.Popen[str]
    folder: Path
    url: str
    said: list[str]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Running]:
    """`liveroom serve` in a process of its own, up. Its kernel host, which has nothing to run, ends with it."""
    quick = [
        "--set",
        f"kernel_environment={folder.parent / 'no-kernels'}",
        "--set",
        "kernels_linger_seconds=1",
    ]
    command = [*COMMAND, "serve", "--port", "0", "--data", str(folder), *quick, *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ()
    )
    assert process.stdout is not None
    try:
        said = [process.stdout.readline(), process.stdout.readline()]
        assert "liveroom serves" in said[0], process.stderr and process.stderr.read()
        yield Running(process, folder, said[0].split()[-1], said)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def environ() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}


def liveroom(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def ok(*arguments: str | Path) -> str:
    result = liveroom(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: str | Path) -> str:
    """The one sentence on stderr."""
    result = liveroom(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("served") / "data") as running:
        yield running


# Without a server


def test_rooms_are_made_exported_verified_and_forgotten_without_a_server(
    folder: Path, tmp_path: Path
) -> None:
    made = json.loads(ok("room", "new", "--candidate", "Ada", "--data", folder, "--json"))
    assert set(made) == {"room", "links", "tokens"}
    assert set(made["tokens"]) == {"owner", "interviewer", "observer", "candidate"}
    assert made["links"]["candidate"].startswith("http://127.0.0.1:8000/join#")
    file = tmp_path / "room.jsonl"
    ok("export", made["room"], "--as", "timeline", "-o", file, "--data", folder)
    assert timeline.read(file.read_bytes().splitlines()).header.room == made["room"]
    assert "Verified: 0 events" in ok("verify", file)
    assert "1 room and 0 events were deleted" in ok("forget", "Ada", "--data", folder)
    assert "does not exist" in refused("export", made["room"], "--data", folder)


def test_tokens_and_sign_in_links_are_printed_alone(folder: Path) -> None:
    assert re.fullmatch(r"[\w-]{43}\n", ok("token", "new", "--data", folder))
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in#[\w-]{43}\n", ok("sign-in", "--data", folder))


def test_a_room_is_printed_for_people_too(folder: Path) -> None:
    output = ok("room", "new", "--candidate", "Ada", "--exercise", "category-encoder", "--data", folder)
    assert [line.split()[0] for line in output.splitlines()] == [
        "Room",
        "interviewer",
        "observer",
        "candidate",
    ]


def test_a_room_may_have_a_lobby_and_more_time(folder: Path) -> None:
    extras = ["--lobby", "--accommodation", "25", "--minutes", "60"]
    made = json.loads(ok("room", "new", "--candidate", "Ada", *extras, "--data", folder, "--json"))
    database = sqlite3.connect(folder / "liveroom.db")
    row = database.execute("SELECT lobby, accommodation, minutes FROM room WHERE id = ?", [made["room"]])
    assert row.fetchone() == (1, 25, 60)
    database.close()


def test_a_room_may_ask_for_a_kernel_of_its_own_kind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEROOM_KERNEL_ENVIRONMENTS", "sklearn=/opt/sklearn")
    extras = ["--environment", "sklearn", "--memory-mib", "512", "--run-seconds", "2.5"]
    made = json.loads(ok("room", "new", "--candidate", "Ada", *extras, "--data", folder, "--json"))
    database = sqlite3.connect(folder / "liveroom.db")
    row = database.execute(
        "SELECT environment, memory_mib, run_seconds FROM room WHERE id = ?", [made["room"]]
    )
    assert row.fetchone() == ("sklearn", 512, 2.5)
    database.close()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--colour"], "No such option '--colour'"),
        (["colour"], "No such command 'colour'"),
        (["serve", "--port", "80000"], "80000 is not in the range"),
        (["room", "new", "--candidate", "Ada", "--kind", "chat"], "'chat' is not one of 'live', 'take-home'"),
        (["export"], "Missing argument 'ROOM'"),
    ],
)
def test_a_wrong_use_is_one_sentence_that_names_the_help(arguments: list[str], sentence: str) -> None:
    result = liveroom(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert result.stderr.endswith("--help` shows what there is.\n")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["room", "new", "--candidate", "Ada", "--exercise", "no-such"], "There is no exercise"),
        (["room", "new", "--candidate", "Ada", "--lobby", "--kind", "take-home"], "A take-home has no lobby"),
        (["room", "new", "--candidate", "Ada", "--with", "no-such"], "There is no room no-such"),
        (["room", "new", "--candidate", ""], "The room cannot be made"),
        (["room", "new", "--candidate", "Ada", "--environment", "jax"], "no kernel environment 'jax'"),
        (["serve", "--set", "colour=red"], "There is no setting colour"),
        (["serve", "--port", "0", "--public-url", "example.org"], "give the address people type"),
        (["exercises", "check", "no-such"], "There is no exercise 'no-such'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(folder: Path, arguments: list[str], sentence: str) -> None:
    assert sentence in refused(*arguments, "--data", folder)


@pytest.mark.parametrize("arguments", [["export", "room-1"], ["forget", "Ada"]])
def test_a_data_folder_that_is_not_there_is_not_made(folder: Path, arguments: list[str]) -> None:
    assert "no liveroom data in" in refused(*arguments, "--data", folder)
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refused("serve", "--data", tmp_path / "file" / "data")


def test_an_id_cannot_reach_another_route(folder: Path) -> None:
    ok("token", "new", "--data", folder)
    assert "cannot be an id" in refused("export", "../candidates?", "--data", folder)


def test_two_candidates_of_one_name_are_told_apart_by_id(folder: Path) -> None:
    for _ in range(2):
        ok("room", "new", "--candidate", "Ada", "--data", folder)
    sentence = refused("forget", "Ada", "--data", folder)
    first, second = re.findall(r"c-[0-9a-f]{12}", sentence)
    assert "1 room" in ok("forget", first, "--data", folder)
    assert "1 room" in ok("forget", second, "--data", folder)
    assert "There is no candidate Ada" in refused("forget", "Ada", "--data", folder)


# Files


def run_event(at_us: int) -> tuple[int, str | None, str, str, dict[str, object]]:
    return at_us, "p1", "run", "all", {"source": f"x = {at_us}"}


def test_one_flipped_byte_is_found_and_named(tmp_path: Path) -> None:
    room = stored_room()
    rows = chained(room, *[run_event(at) for at in range(1, 6)])
    lines = [room.header, *(timeline.export_line(row.line, row.salt, row.h) for row in rows)]
    file = tmp_path / "room.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    assert "Verified: 5 events" in ok("verify", file)
    file.write_bytes(file.read_bytes().replace(b"x = 3", b"x = 4"))
    assert "Event 3 on line 4 does not follow" in refused("verify", file)


def test_timelines_in_files_are_compared_without_a_server(tmp_path: Path) -> None:
    room = stored_room()
    keys = [[1000 * at, way, "KeyA", 0] for at in range(20) for way in ("down", "up")]
    rows = chained(room, (1, "p1", "keys", "all", {"page": "x", "n": 1, "keys": keys}))
    file = tmp_path / "typed.jsonl"
    file.write_bytes(
        room.header + b"\n" + timeline.export_line(rows[0].line, rows[0].salt, rows[0].h) + b"\n"
    )
    result = json.loads(ok("compare", "--profile", file, "--questioned", file, "--json"))
    assert (result["log10_lr"], result["status"]) == (None, "insufficient_data")
    assert result["reasons"]
    assert "Insufficient data" in ok("compare", "--profile", file, "--questioned", file)
    assert "neither a file nor a room" in refused(
        "compare", "--profile", file, "--questioned", tmp_path / "no"
    )
    twice = ok("compare", "--profile", file, file, "--questioned", file, "--json")
    assert json.loads(twice)["n_profile"] == 2 * result["n_profile"] > 0
    assert twice == ok("compare", "--profile", file, "--profile", file, "--questioned", file, "--json")


def test_the_doctor_describes_each_environment_and_fails_if_one_is_ill(folder: Path) -> None:
    well = msgspec.json.decode(ok("doctor", "--data", folder, "--json"), type=dict[str, Report])
    assert [(name, report.ok) for name, report in well.items()] == [("default", True)]
    ill = liveroom("doctor", "--data", folder, "--set", f"kernel_environments=other={folder}/nothing")
    assert ill.exit_code == 1
    first, _, second = ill.stdout.partition("\n\n\n")
    assert first.startswith("Environment default\n\n")
    assert first.endswith("A sealed kernel starts here.")
    assert f"The kernels' Python {folder}/nothing/bin/python is not there." in second


def test_packages_are_added_to_an_environment_that_there_is(folder: Path) -> None:
    assert ok("environment", "list", "--data", folder).startswith("default: ")
    sentence = refused("environment", "add", "--name", "other", "einops", "--data", folder)
    assert sentence == "There is no environment other; there are: default.\n"


def test_a_report_is_written_as_a_page_or_as_json_once_somebody_put_their_name_to_it(
    folder: Path, tmp_path: Path
) -> None:
    async def fill() -> None:
        store = await Store.open(folder)
        await held(store, "live", hour=0)
        await store.close()

    async def review() -> None:
        store = await Store.open(folder)
        await store.keep_reviewer_note("live", "Ada Lovelace", "Read.", now_wall_us=MADE_US)
        await store.close()

    asyncio.run(fill())
    assert "reviewer's name and note" in refused("export", "live", "--as", "report", "--data", folder)
    asyncio.run(review())
    file = tmp_path / "report.html"
    assert ok("export", "live", "--as", "report", "-o", file, "--data", folder) == ""
    assert "Ada Lovelace" in file.read_text(encoding="utf-8")
    assert json.loads(ok("export", "live", "--as", "report-json", "--data", folder))["room"] == "live"


def test_a_population_that_cannot_be_used_ends_the_start_in_one_sentence(
    folder: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "own.json"
    for content in (None, "{}"):
        if content is not None:
            missing.write_text(content)
        said = refused("serve", "--port", "0", "--data", folder, "--set", f"population={missing}")
        assert said.startswith("The setting population cannot be used:")


def test_every_command_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        inner = getattr(command, "commands", {"": command})
        for inner_name, leaf in inner.items():
            whole = f"liveroom {name} {inner_name}".strip()
            line = next((line for line in text.splitlines() if line.startswith(f"| `{whole}")), None)
            assert line is not None, whole
            for option in leaf.params:
                long = [name for name in option.opts if name.startswith("--")]
                assert all(name in line or name in ("--data", "--set", "--output") for name in long), (
                    whole,
                    long,
                )


# With a server


def test_the_server_prints_a_sign_in_link_that_works(folder: Path) -> None:
    with serving(folder) as running:
        link = running.said[1].split()[-1]
        assert link.startswith(f"{running.url}/sign-in#")
        assert running.process.stdout is not None
        assert "lead to this machine alone" in running.process.stdout.readline()
        address = urlsplit(link)
        connection = http.client.HTTPConnection(address.netloc, timeout=20)
        connection.request("POST", "/api/sign-in", json.dumps({"token": address.fragment}))
        response = connection.getresponse()
        assert response.status == 200
        assert "liveroom_session=" in response.headers["set-cookie"]
        connection.close()


def test_commands_reach_the_running_server(server: Running) -> None:
    data: list[str | Path] = ["--data", server.folder]
    made = json.loads(ok("room", "new", "--candidate", "Ada", *data, "--json"))
    assert made["links"]["observer"].startswith(f"{server.url}/join#")
    token = ok("token", "new", *data).strip()
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    connection.request("GET", "/api/rooms", headers={"Authorization": f"Bearer {token}"})
    assert made["room"] in connection.getresponse().read().decode()
    connection.close()
    assert made["room"] in ok("export", made["room"], *data)
    result = json.loads(
        ok("compare", "--profile", made["room"], "--questioned", made["room"], *data, "--json")
    )
    assert result["status"] == "not-run-yet"
    assert "1 room" in ok("forget", "Ada", *data)


def test_the_control_socket_is_for_this_user_alone(server: Running) -> None:
    assert (server.folder / "server.sock").stat().st_mode & 0o777 == 0o600


def test_a_second_server_on_the_same_data_is_refused(server: Running) -> None:
    assert "in use by another liveroom" in refused("serve", "--port", "0", "--data", server.folder)


def test_a_port_in_use_is_one_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"Port {port} on 127.0.0.1 is in use" in refused("serve", "--port", port, "--data", folder)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly(folder: Path, number: signal.Signals) -> None:
    with serving(folder) as running:
        ok("room", "new", "--candidate", "Ada", "--data", folder)
        running.process.send_signal(number)
        assert running.process.wait(timeout=20) == 0
    assert not (folder / "server.sock").exists()
    assert not (folder / "liveroom.db-wal").exists()
    # Without a server, links begin with the address that it last had.
    assert ok("sign-in", "--data", folder).startswith(running.url)


def test_after_a_kill_the_next_server_starts(folder: Path) -> None:
    with serving(folder) as running:
        made = json.loads(ok("room", "new", "--candidate", "Ada", "--data", folder, "--json"))
        running.process.kill()
        running.process.wait(timeout=20)
    with serving(folder):
        assert made["room"] in ok("export", made["room"], "--data", folder)
