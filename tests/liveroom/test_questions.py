"""`input()` and what pages ask the kernel, end to end: a server, its socket, and a kernel that follows a script."""

import json
from pathlib import Path
from typing import Any

import pytest

from kernels.outputs import Asked, Completion, Inspection, Match, Stream, Variable
from kernels.scripted import UNSTOPPABLE, Script, ScriptedKernel
from tests.support.site import TestSite, running_site
from tests.support.wire import WirePage

pytestmark = pytest.mark.asyncio

SECRET = "swordfish-of-the-candidate"
SCRIPT: Script = {
    "name": [Stream("stdout", "before\n"), Asked("Name? "), Stream("stdout", "after\n")],
    "secret": [Asked("Password: ", hidden=True)],
}


def kernel() -> ScriptedKernel:
    made = ScriptedKernel(SCRIPT, deaf=frozenset({"deaf"}))
    made.completion = Completion([Match("tensor", "function")], 6, 8)
    made.inspection = Inspection("tensor(data)")
    made.names = [Variable("x", "int", summary="1")]
    return made


def page(site: TestSite, made: dict[str, Any], role: str) -> WirePage:
    return WirePage(site.base_url, made["room"], made["tokens"][role], page=f"page-{role}")


async def test_a_question_is_asked_in_the_room_and_answered_once(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        await site.give_consent(made)
        async with page(site, made, "candidate") as cleo, page(site, made, "interviewer") as ivy:
            await cleo.run("name")
            for one in (cleo, ivy):
                asked = await one.next("question-asked")
                assert (asked["run"], asked["question"]) == ("run-1", {"question": 1, "prompt": "Name? "})
            async with page(site, made, "observer") as olaf:
                assert olaf.welcome["runs"][0]["question"]["prompt"] == "Name? "
            await ivy.send({"type": "answer-question", "run": "run-1", "question": 1, "text": "Ada"})
            answered = (await cleo.next("output-added"))["output"]
            assert answered == {
                "type": "input",
                "prompt": "Name? ",
                "by": ivy.welcome["you"],
                "answer": "Ada",
            }
            assert (await cleo.next("output-added"))["output"]["text"] == "after\n"
            assert (await cleo.next("run-finished"))["state"] == "ok"
            assert site.pool.kernels[made["room"]].answers == ["Ada"]
        replay = (await site.owner("GET", f"/api/rooms/{made['room']}/replay")).json["frames"]
        kinds = [frame["message"]["type"] for frame in replay]
        assert kinds.index("question-asked") < kinds.index("run-finished")
        outputs = [f["message"]["output"] for f in replay if f["message"]["type"] == "output-added"]
        assert answered in outputs
        export = (await site.owner("GET", f"/api/rooms/{made['room']}/export")).content.decode()
        lines = [json.loads(line) for line in export.splitlines()[1:]]
        assert [line[5]["prompt"] for line in lines if line[3] == "question"] == ["Name? "]


async def test_a_hidden_answer_is_nowhere_but_in_the_kernel(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        await site.give_consent(made)
        async with page(site, made, "candidate") as cleo, page(site, made, "interviewer") as ivy:
            await cleo.run("secret")
            await cleo.next("question-asked")
            await cleo.send({"type": "answer-question", "run": "run-1", "question": 1, "text": SECRET})
            for one in (cleo, ivy):
                await one.next("run-finished")
                assert SECRET not in json.dumps(one.heard)
            shown = next(m["output"] for m in ivy.heard if m["type"] == "output-added")
            assert shown == {"type": "input", "prompt": "Password: ", "by": cleo.welcome["you"]}
        assert site.pool.kernels[made["room"]].answers == [SECRET]
        assert SECRET.encode() not in (await site.owner("GET", f"/api/rooms/{made['room']}/replay")).content
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]
    assert SECRET not in "".join(capfd.readouterr())


async def test_what_a_page_asks_is_answered_to_it_alone_and_kept_nowhere(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        await site.give_consent(made)
        async with page(site, made, "candidate") as cleo, page(site, made, "interviewer") as ivy:
            await cleo.run("x")
            await cleo.next("run-finished")
            await cleo.send({"type": "complete", "ask": 1, "source": "torch.te", "cursor": 8})
            assert await cleo.next("completed", "unanswered") == {
                "type": "completed",
                "ask": 1,
                "start": 6,
                "end": 8,
                "matches": [{"text": "tensor", "kind": "function"}],
            }
            await cleo.send({"type": "inspect", "ask": 2, "source": "torch.tensor", "cursor": 8})
            assert (await cleo.next("inspected"))["text"] == "tensor(data)"
            await cleo.send({"type": "list-variables", "ask": 3})
            assert (await cleo.next("variables-listed"))["variables"] == [
                {"name": "x", "kind": "int", "summary": "1"}
            ]
            await cleo.run("last")
            await ivy.next("run-finished")
            await ivy.next("run-finished")
            assert not {"completed", "inspected", "variables-listed"} & {m["type"] for m in ivy.heard}
        export = (await site.owner("GET", f"/api/rooms/{made['room']}/export")).content
        assert b"torch.te" not in export


async def test_a_question_to_a_kernel_that_is_not_there_starts_none(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        async with page(site, made, "observer") as olaf:
            await olaf.send({"type": "list-variables", "ask": 9})
            unanswered = await olaf.next("unanswered")
            assert (unanswered["ask"], unanswered["reason"]) == (
                9,
                "There is no kernel now; run a cell to start one.",
            )
            assert not site.pool.kernels


async def test_the_second_interrupt_says_in_the_room_what_will_help(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        await site.give_consent(made)
        async with page(site, made, "candidate") as cleo, page(site, made, "interviewer") as ivy:
            await cleo.run("deaf")
            await ivy.next("output-added")
            for _ in range(2):
                await cleo.send({"type": "interrupt-run"})
            while "reason" not in (changed := await ivy.next("kernel-changed")):
                pass
            assert (changed["state"], changed["reason"]) == ("busy", UNSTOPPABLE)
            await ivy.send({"type": "restart-kernel"})
            assert (await ivy.next("run-finished"))["state"] == "died"
