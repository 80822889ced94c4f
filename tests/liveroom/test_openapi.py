"""The description and the routes are one list, and the replies are what it says."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from liveroom import api
from liveroom.openapi import describe
from liveroom.web.endpoint import Endpoint
from liveroom.web.routes import ENDPOINTS
from tests.support.site import TestSite, running_site
from tests.support.wire import WirePage

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"


def described() -> set[tuple[str, str]]:
    paths = describe(ENDPOINTS)["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


@pytest.mark.asyncio
async def test_every_route_is_described_and_every_description_has_a_route(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        app = Starlette(routes=[endpoint.route(site.parts) for endpoint in ENDPOINTS])
        routes = {
            (method, route.path.replace(":path}", "}"))
            for route in app.routes
            if isinstance(route, Route)
            for method in (route.methods or set()) - {"HEAD"}
        }
        served = (await site.call("GET", "/api/openapi.json")).json
        assert routes == described()
        assert served == msgspec.json.decode(msgspec.json.encode(describe(ENDPOINTS)))


def test_every_reference_in_the_description_is_to_a_schema_of_it() -> None:
    document = describe(ENDPOINTS)
    schemas = document["components"]["schemas"]

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    assert {reference.rpartition("/")[2] for reference in references(document)} <= set(schemas)
    assert "Problem" in schemas


def test_every_route_says_what_it_is_for_and_is_in_the_reference() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    for endpoint in ENDPOINTS:
        assert endpoint.handle.__doc__, endpoint.path
        assert f"`{endpoint.method} {endpoint.template}`" in text, endpoint.path


@pytest.mark.asyncio
async def test_replies_are_of_the_described_shapes(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room(exercise=None)
        await site.give_consent(made)
        async with WirePage(site.base_url, made["room"], made["tokens"]["interviewer"], page="page-1") as ivy:
            await ivy.run("x")  # so that there is a kernel with files
            await ivy.next("run-finished")
            for endpoint in ENDPOINTS:
                if endpoint.method == "GET" and not isinstance(endpoint.reply, _DOWNLOAD):
                    await _check(site, endpoint, made)


async def _check(site: TestSite, endpoint: Endpoint, made: Any) -> None:
    role = "candidate" if endpoint.path.endswith(("/kept", "/consent", "/typing")) else "interviewer"
    token = site.api_token if "owner" in endpoint.who else made["tokens"][role]
    reply = await site.call("GET", endpoint.path.replace("{room}", made["room"]), token=token)
    assert reply.status == 200, (endpoint.path, reply.content)
    msgspec.json.decode(reply.content, type=endpoint.reply)


_DOWNLOAD = type(next(e.reply for e in ENDPOINTS if e.path.endswith("/code")))


def test_a_problem_is_what_every_failure_says() -> None:
    operation = describe(ENDPOINTS)["paths"]["/api/rooms"]["post"]
    schema = operation["responses"]["default"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": f"#/components/schemas/{api.Problem.__name__}"}
