"""What stands before every route: headers on every reply, and no orders from other sites' pages."""

import asyncio
import logging
import os
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from liveroom.settings import Settings
from liveroom.web.protocols import peer_uid
from liveroom.web.security import is_foreign, page_policy
from tests.support.site import Reply, TestSite, running_site

pytestmark = pytest.mark.asyncio

INDEX = '<!doctype html><meta name="csp-nonce" content="__NONCE__"><style nonce="__NONCE__"></style>'


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[TestSite]:
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text(INDEX)
    (page / "icon.svg").write_text("<svg/>")
    (page / "assets" / "main-1a2b.js").write_text("export {}")
    async with running_site(tmp_path / "data", page=page) as running:
        yield running


def assert_guarded(reply: Reply) -> None:
    expected = {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    assert {name: reply.headers.get(name) for name in expected} == expected
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert "permissions-policy" in reply.headers


async def test_every_reply_is_guarded(site: TestSite) -> None:
    for path in ["/", "/icon.svg", "/api/site", "/api/rooms", "/no-such", "/healthz"]:
        assert_guarded(await site.call("GET", path))


async def test_a_mistake_of_ours_is_a_guarded_sentence_too(
    site: TestSite, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: object) -> None:
        raise ZeroDivisionError

    object.__setattr__(site.parts.store, "rooms", fails)
    with caplog.at_level(logging.CRITICAL, logger="uvicorn.error"):
        reply = await site.owner("GET", "/api/rooms")
    assert (reply.status, reply.json["code"]) == (500, "failed")
    assert "ZeroDivision" not in reply.content.decode()
    assert_guarded(reply)


async def test_every_view_is_the_page_with_a_nonce_of_its_own(site: TestSite) -> None:
    views = ["/", "/join", "/sign-in", "/room/r1", "/room/r1/replay", "/room/r1/report", "/room/r1/thanks"]
    nonces = set()
    for path in views:
        reply = await site.call("GET", path)
        assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
        (nonce,) = set(re.findall(r'"([\w-]{24})"', reply.content.decode()))
        assert f"'nonce-{nonce}'" in reply.headers["content-security-policy"]
        nonces.add(nonce)
    assert len(nonces) == len(views)


async def test_the_pages_policy_allows_no_script_but_its_own() -> None:
    policy = dict(part.split(" ", 1) for part in page_policy("N", "example.org:8000").split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self' 'nonce-N'"
    assert policy["connect-src"] == "'self' ws://example.org:8000 wss://example.org:8000"
    assert (policy["frame-src"], policy["object-src"], policy["base-uri"]) == ("'none'",) * 3


async def test_a_host_header_cannot_write_into_the_policy() -> None:
    assert "evil" not in page_policy("N", "a; script-src evil")


async def test_hashed_assets_are_kept_for_ever_and_others_are_asked_for_again(site: TestSite) -> None:
    asset = await site.call("GET", "/assets/main-1a2b.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in (await site.call("GET", "/icon.svg")).headers.get("cache-control", "")
    assert (await site.call("GET", "/api/site")).headers["cache-control"] == "no-store"
    assert (await site.call("GET", "/assets/../../liveroom.db")).status == 404


async def test_without_a_built_page_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        reply = await site.call("GET", "/")
        assert reply.status == 503
        assert b"make setup" in reply.content


@pytest.mark.parametrize(
    ("headers", "public_url", "foreign"),
    [
        ({}, None, False),
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, None, False),
        ({"origin": "http://localhost:5173", "host": "localhost:8000"}, None, True),
        ({"origin": "https://evil.example", "host": "localhost:8000"}, None, True),
        ({"origin": "null", "host": "localhost:8000"}, None, True),
        ({"sec-fetch-site": "cross-site"}, None, True),
        ({"sec-fetch-site": "same-site"}, None, True),
        ({"sec-fetch-site": "same-origin"}, None, False),
        ({"origin": "https://our.example", "host": "127.0.0.1:8000"}, "https://our.example", False),
        ({"origin": "http://our.example", "host": "our.example"}, "https://our.example", True),
    ],
)
async def test_other_sites_are_told_by_what_browsers_say(
    headers: dict[str, str], public_url: str | None, foreign: bool
) -> None:
    assert is_foreign(headers, public_url) is foreign


async def test_another_sites_page_can_change_nothing(site: TestSite) -> None:
    reply = await site.call(
        "POST", "/api/sign-out", token=site.api_token, headers={"Origin": "https://evil.example"}
    )
    assert (reply.status, reply.json["code"]) == (403, "other-site")
    assert_guarded(reply)


async def test_another_sites_page_cannot_open_a_room(site: TestSite) -> None:
    url = f"ws://127.0.0.1:{site.port}/ws/room?token=x"
    async with connect(url, origin="https://evil.example") as ws:  # type: ignore[arg-type]
        with pytest.raises(ConnectionClosed) as closed:
            await ws.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403


async def test_a_revoked_links_sockets_close_within_a_second(site: TestSite) -> None:
    made = await site.new_room()
    token = made["tokens"]["interviewer"]
    url = f"ws://127.0.0.1:{site.port}/ws/{made['room']}?token={token}"
    details = (await site.owner("GET", f"/api/rooms/{made['room']}")).json
    serial = next(one["serial"] for one in details["links"] if one["role"] == "interviewer")
    async with connect(url) as ws:
        await ws.recv()
        await site.owner("POST", f"/api/rooms/{made['room']}/links/{serial}/revoke")
        async with asyncio.timeout(1):
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await ws.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_behind_tls_the_cookie_is_secure_and_links_begin_with_the_public_address(
    tmp_path: Path,
) -> None:
    settings = Settings(public_url="https://interviews.example.org")
    async with running_site(tmp_path, settings) as site:
        url = (await site.owner("POST", "/api/sign-in-links")).json["url"]
        assert url.startswith("https://interviews.example.org/sign-in#")
        body = {"token": url.partition("#")[2]}
        own = {"Origin": "https://interviews.example.org"}
        cookie = (await site.call("POST", "/api/sign-in", body, headers=own)).headers["set-cookie"]
        assert cookie.startswith("__Host-liveroom=")
        assert "; Secure" in cookie
        made = await site.new_room()
        assert made["links"]["candidate"].startswith("https://interviews.example.org/join#")


async def test_the_access_log_has_no_query(tmp_path: Path) -> None:
    async with running_site(tmp_path, Settings(access_log=True)) as site:
        with structlog.testing.capture_logs() as lines:
            await site.call("GET", "/api/site?token=secret")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/site", 200)
    assert "secret" not in str(lines)


async def test_the_access_log_tells_nothing_of_what_a_candidate_agreed_to(tmp_path: Path) -> None:
    async with running_site(tmp_path, Settings(access_log=True)) as site:
        made = await site.new_room()
        with structlog.testing.capture_logs() as lines:
            for path in ("consent", "withdraw-typing", "typing", "typing/situation", "typing/note", "kept"):
                await site.call("GET", f"/api/rooms/{made['room']}/{path}")
    assert [line["path"].rpartition("/")[2] for line in lines if line["event"] == "request"] == ["kept"]


async def test_the_other_side_of_a_unix_socket_is_known() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert peer_uid(ours) == os.geteuid()
