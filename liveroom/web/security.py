"""What stands before every route: which pages may call, which headers every reply carries, and the access log."""

import re
import secrets
import time
from collections.abc import Iterator, Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from liveroom.web.errors import problem

log = structlog.get_logger()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_ALLOWED_CLOSE = 4403
NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
CONTENT_POLICY = f"{NO_PAGE_POLICY}; sandbox"

HEADERS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": (
        "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), "
        "clipboard-read=(self), clipboard-write=(self)"
    ),
}

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]+)?|\[[0-9a-fA-F:]+\](:[0-9]+)?")


def page_policy(nonce: str, host: str) -> str:
    """The policy of the page itself. `host` is named for browsers whose 'self' leaves websockets out."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            f"connect-src 'self'{sockets}",
            "font-src 'self'",
            "manifest-src 'self'",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def new_nonce() -> str:
    return secrets.token_urlsafe(18)


def is_foreign(headers: Mapping[str, str], public_url: str | None) -> bool:
    """Whether a page of another site sent this. Programs that are no browser send neither header."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if public_url is not None and origin == public_url:
        return False
    # Where a public address is set it is the only one; otherwise the address that the browser itself used.
    return public_url is not None or origin.partition("://")[2] != headers.get("host")


class Shield:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, *, public_url: str | None, access_log: bool) -> None:
        self._app = app
        self._public_url = public_url
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_foreign(Headers(scope=scope), self._public_url):
            socket = WebSocket(scope, receive, send)
            await socket.accept()
            await socket.close(NOT_ALLOWED_CLOSE, "A page of another site may not open this.")
            return
        await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        status = 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _defaults(scope["path"]):
                    headers.setdefault(name, value)
            await send(message)

        try:
            if scope["method"] not in SAFE_METHODS and is_foreign(Headers(scope=scope), self._public_url):
                refusal = problem(403, "other-site", "A page of another site may not do this.")
                await refusal(scope, receive, guarded)
            else:
                await self._app(scope, receive, guarded)
        finally:
            if self._access_log and not _TELLS_A_CHOICE.fullmatch(scope["path"]):
                # The path alone: a query may hold a token.
                took_ms = round((time.monotonic() - began) * 1000, 1)
                log.info("request", method=scope["method"], path=scope["path"], status=status, ms=took_ms)


_TELLS_A_CHOICE = re.compile(r"/api/rooms/[^/]+/(consent|withdraw-typing|typing(/situation|/note)?)")
"""What a candidate asks, and how long it takes, tells whether they agreed, declined or took it back: no log does."""


def _defaults(path: str) -> Iterator[tuple[str, str]]:
    yield from HEADERS.items()
    yield "content-security-policy", NO_PAGE_POLICY
    if path.startswith("/api/"):
        yield "cache-control", "no-store"
