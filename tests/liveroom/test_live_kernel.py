"""What people expect of a notebook, through a real server and a real sealed kernel; and what losing its host costs."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.server import Server, kernel_hosts, serving
from tests.support.wire import WirePage
from tests.support.wire import page_of as page

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "swordfish-of-the-candidate"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with serving(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def room(server: Server) -> dict[str, Any]:
    made = await server.make_room(candidate="Cleo")
    server.consent(made)
    return made


async def answer(one: WirePage, prompt: str, text: str) -> dict[str, Any]:
    """Answer what the room's run asks by this prompt, and see what is shown of it."""
    while (asked := await one.next("question-asked"))["question"]["prompt"] != prompt:
        pass
    number = asked["question"]["question"]
    await one.send({"type": "answer-question", "run": asked["run"], "question": number, "text": text})
    while (output := (await one.next("output-added"))["output"]).get("prompt") != prompt:
        pass
    return dict(output)


async def test_input_is_answered_in_the_room_and_a_hidden_answer_by_the_kernel_alone(
    server: Server, room: dict[str, Any]
) -> None:
    source = (
        "from getpass import getpass\nname, word = input('Name? '), getpass('Word? ')\nprint(name, len(word))"
    )
    async with page(server, room, "candidate") as cleo, page(server, room, "interviewer") as ivy:
        await cleo.run(source)
        assert await answer(ivy, "Name? ", "Ada") == {
            "type": "input",
            "prompt": "Name? ",
            "by": ivy.welcome["you"],
            "answer": "Ada",
        }
        hidden = {"type": "input", "prompt": "Word? ", "by": cleo.welcome["you"]}
        assert await answer(cleo, "Word? ", SECRET) == hidden
        while (output := (await ivy.next("output-added"))["output"])["type"] != "stream":
            pass
        assert output["text"] == f"Ada {len(SECRET)}\n"
        assert (await ivy.next("run-finished"))["state"] == "ok"
        assert SECRET not in json.dumps([cleo.heard, ivy.heard])
    assert not [path for path in kept(server.folder) if SECRET.encode() in path.read_bytes()]
    assert SECRET not in "".join(server.printed)


def kept(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return files


async def test_the_live_kernel_completes_inspects_and_lists(server: Server, room: dict[str, Any]) -> None:
    async with page(server, room, "candidate") as cleo:
        await cleo.run("import torch\nweights = torch.ones(2, 3)")
        assert (await cleo.next("run-finished"))["state"] == "ok"
        await cleo.send({"type": "complete", "ask": 1, "source": "weights.resh", "cursor": 12})
        completed = await cleo.next("completed", "unanswered")
        assert "reshape" in [match["text"].rpartition(".")[2] for match in completed["matches"]], completed
        await cleo.send({"type": "inspect", "ask": 2, "source": "torch.ones", "cursor": 10})
        assert "size" in (await cleo.next("inspected"))["text"]
        async with page(server, room, "observer") as olaf:
            await olaf.send({"type": "list-variables", "ask": 3})
            listed = (await olaf.next("variables-listed"))["variables"]
        (weights,) = [variable for variable in listed if variable["name"] == "weights"]
        assert (weights["kind"], weights["shape"]) == ("Tensor", "(2, 3)")


async def test_what_code_writes_can_be_downloaded(server: Server, room: dict[str, Any]) -> None:
    path, token = f"/api/rooms/{room['room']}/work", room["tokens"]["candidate"]
    async with page(server, room, "candidate") as cleo:
        await cleo.run("import os\nos.mkdir('out')\nopen('out/a.bin', 'wb').write(bytes(range(256)) * 4096)")
        assert (await cleo.next("run-finished"))["state"] == "ok"
        listed = json.loads(await asyncio.to_thread(server.get, path, token=token))
        assert [(file["path"], file["size"]) for file in listed] == [("out/a.bin", 2**20)]
        content = await asyncio.to_thread(server.get, f"{path}/out/a.bin", token=token)
        assert content == bytes(range(256)) * 4096


async def test_the_loss_of_the_host_costs_variables_and_nothing_else(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", "--set", "kernels_warm=0") as server:
        made = await server.make_room(candidate="Cleo")
        server.consent(made)
        async with page(server, made, "candidate") as cleo, page(server, made, "interviewer") as ivy:
            await cleo.until_saved(await cleo.write("x = 1\n"))
            await cleo.run("input('Still there? ')")
            asked = await ivy.next("question-asked")
            for host in kernel_hosts(server.folder):
                os.kill(host, signal.SIGKILL)
            assert (await ivy.next("run-finished"))["state"] == "died"
            while (changed := await ivy.next("kernel-changed"))["state"] != "lost":
                pass
            assert "kernel host was lost" in changed["reason"]
            assert changed["fresh"]
            late = {"type": "answer-question", "run": asked["run"], "question": 1, "text": "yes"}
            await ivy.send(late)
            async with page(server, made, "observer") as olaf:
                assert "x = 1" in str(olaf.client)
                (run,) = olaf.welcome["runs"]
                assert (run["state"], run.get("question")) == ("died", None)
                assert olaf.welcome["kernel"] == "lost"
            await cleo.send({"type": "restart-kernel"})
            while (await cleo.next("kernel-changed"))["state"] != "ready":
                pass
            await cleo.run("print('back')")
            while (await cleo.next("output-added"))["output"].get("text") != "back\n":
                pass


async def test_a_kernel_without_a_sandbox_is_had_by_asking_and_the_room_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", "--unsafe-kernels", "--set", "kernels_warm=0") as server:
        assert any("WITHOUT a sandbox" in line for line in server.printed)
        made = await server.make_room(candidate="Cleo")
        async with page(server, made, "interviewer") as ivy:
            assert ivy.welcome["unsafeKernels"] is True
            await ivy.run(f"print(__import__('os').path.exists({str(tmp_path)!r}))")
            while (output := (await ivy.next("output-added"))["output"])["type"] != "stream":
                pass
            assert output["text"] == "True\n"
