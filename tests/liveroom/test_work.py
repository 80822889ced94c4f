"""The candidate's own files over HTTP: for those in the room, while there is a kernel, and never as a page."""

from pathlib import Path
from typing import Any

import pytest

from kernels.errors import KernelsUnavailable
from kernels.outputs import WorkFile
from kernels.scripted import ScriptedKernel
from tests.support.site import Reply, TestSite, running_site
from tests.support.wire import WirePage

pytestmark = pytest.mark.asyncio

PAGE = b"<script>alert(1)</script>"


def kernel() -> ScriptedKernel:
    made = ScriptedKernel()
    made.work = {"model.pt": b"\x00\x01" * 500, "out/plot.html": PAGE, "empty": b"", 'a"; x: y.csv': b"1"}
    return made


def page(site: TestSite, made: Any, role: str) -> WirePage:
    return WirePage(site.base_url, made["room"], made["tokens"][role], page=f"page-{role}")


async def read(site: TestSite, room: str, path: str, token: str) -> Reply:
    return await site.call("GET", f"/api/rooms/{room}/work{path}", token=token)


async def test_the_files_are_listed_and_downloaded_by_everyone_in_the_room(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        await site.give_consent(made)
        async with page(site, made, "candidate") as cleo:
            await cleo.run("x")
            await cleo.next("run-finished")
            for role in ("interviewer", "observer", "candidate"):
                token = made["tokens"][role]
                listed = (await read(site, made["room"], "", token)).json
                assert {"path": "model.pt", "size": 1000, "modified": "1970-01-01T00:00:00Z"} in listed
                assert (await read(site, made["room"], "/model.pt", token)).content == b"\x00\x01" * 500
            assert (await site.owner("GET", f"/api/rooms/{made['room']}/work/empty")).content == b""


async def test_a_file_is_a_download_whatever_it_holds_or_is_called(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        token = made["tokens"]["interviewer"]
        async with page(site, made, "interviewer") as ivy:
            await ivy.run("x")
            await ivy.next("run-finished")
            for path in ("/out/plot.html", "/out%2Fplot.html"):
                reply = await read(site, made["room"], path, token)
                assert reply.content == PAGE
                assert reply.headers["content-type"] == "application/octet-stream"
                assert reply.headers["content-disposition"] == 'attachment; filename="plot.html"'
                assert reply.headers["x-content-type-options"] == "nosniff"
                assert "sandbox" in reply.headers["content-security-policy"]
            odd = await read(site, made["room"], "/a%22;%20x%3A%20y.csv", token)
            assert odd.headers["content-disposition"] == 'attachment; filename="a_x_y.csv"'


async def test_what_cannot_be_had_says_why(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made, other = await site.new_room(), await site.new_room()
        await site.give_consent(made)
        token = made["tokens"]["interviewer"]
        closed = await read(site, made["room"], "", token)
        assert (closed.status, closed.json["code"]) == (409, "no-kernel")
        async with page(site, made, "observer"):
            none = await read(site, made["room"], "/model.pt", token)
            assert (none.status, none.json["code"]) == (409, "no-kernel")
        async with page(site, made, "interviewer") as ivy:
            await ivy.run("x")
            await ivy.next("run-finished")
            for path in ("/no.pt", "/../liveroom.db", "/..%2Fliveroom.db", "/%00"):
                missing = await read(site, made["room"], path, token)
                assert (missing.status, missing.json["code"]) == (404, "not-found")
            assert (await read(site, made["room"], "", other["tokens"]["interviewer"])).status == 401
            assert (await site.call("GET", f"/api/rooms/{made['room']}/work")).status == 401
            assert (await site.owner("GET", "/api/rooms/nowhere/work")).status == 404


async def test_a_candidate_has_no_file_before_the_notice_is_answered(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        async with page(site, made, "interviewer") as ivy:
            await ivy.run("x")
            await ivy.next("run-finished")
            refused = await read(site, made["room"], "", made["tokens"]["candidate"])
            assert (refused.status, refused.json["code"]) == (403, "consent-needed")


class Gone(ScriptedKernel):
    """Its host does not answer."""

    async def files(self) -> list[WorkFile]:
        raise KernelsUnavailable("No kernel host answers; start it.")


async def test_a_host_that_does_not_answer_is_told_as_such(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=Gone) as site:
        made = await site.new_room()
        async with page(site, made, "interviewer") as ivy:
            await ivy.run("x")
            await ivy.next("run-finished")
            reply = await read(site, made["room"], "", made["tokens"]["interviewer"])
            assert (reply.status, reply.json["error"]) == (503, "No kernel host answers; start it.")


class Undated(ScriptedKernel):
    """A program may date its files as it likes."""

    async def files(self) -> list[WorkFile]:
        return [WorkFile("a", 1, 1e300), WorkFile("b", 1, float("nan"))]


async def test_an_impossible_date_is_no_error(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=Undated) as site:
        made = await site.new_room()
        async with page(site, made, "interviewer") as ivy:
            await ivy.run("x")
            await ivy.next("run-finished")
            listed = (await read(site, made["room"], "", made["tokens"]["interviewer"])).json
            assert [file["modified"] for file in listed] == ["1970-01-01T00:00:00Z"] * 2


async def test_a_practice_room_has_its_files_for_the_one_in_it(tmp_path: Path) -> None:
    async with running_site(tmp_path, kernel=kernel) as site:
        made = await site.new_room()
        link = made["links"]["candidate"].partition("#")[2]
        entered = (await site.call("POST", "/api/practice", {"link": link})).json
        async with WirePage(site.base_url, entered["room"], entered["token"], page="page-1") as me:
            await me.run("x")
            await me.next("run-finished")
            assert (await read(site, entered["room"], "/out/plot.html", entered["token"])).content == PAGE
            assert (await site.owner("GET", f"/api/rooms/{entered['room']}/work")).status == 404
            assert (await read(site, entered["room"], "", made["tokens"]["candidate"])).status == 401
