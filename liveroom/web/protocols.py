"""uvicorn's protocols with what we need beside: a way to abort a websocket, and the owner's unix socket."""

import os
import socket
import struct
from asyncio import Transport
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from liveroom.web.auth import OWNER_EXTENSION

ABORT_EXTENSION = "liveroom.abort"

_CREDENTIALS = struct.Struct("3i")


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Puts `transport.abort` into the scope: a reader that has stopped cannot be closed in any other way."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if scope := getattr(self, "scope", None):
            scope["extensions"][ABORT_EXTENSION] = self.transport.abort


class HttpProtocol(HttpToolsProtocol):
    """A request through the data folder's socket, from the same user or root, is the owner's."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = transport.get_extra_info("socket")
        if peer is None or peer.family != socket.AF_UNIX:
            return
        if peer_uid(peer) in (0, os.geteuid()):
            self.app = cast(Any, as_owner(self.app))
        else:
            transport.abort()


def peer_uid(peer: socket.socket) -> int:
    """The user on the other side of a unix socket."""
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _pid, uid, _gid = _CREDENTIALS.unpack(credentials)
    return int(uid)


def as_owner(app: Any) -> ASGIApp:
    """The application as the owner meets it."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        extensions = {**scope.get("extensions", {}), OWNER_EXTENSION: {}}
        await app({**scope, "extensions": extensions}, receive, send)

    return call
