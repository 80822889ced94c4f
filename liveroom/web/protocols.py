"""uvicorn's protocols with what we need beside: websockets that are ours once open, and the owner's unix socket."""

import os
import socket
import struct
from asyncio import Transport
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from liveroom.web.auth import OWNER_EXTENSION
from liveroom.web.wire import BEAT_SECONDS, Wire

WIRE_EXTENSION = "liveroom.wire"

_CREDENTIALS = struct.Struct("3i")


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's until the handshake is done; from there on every byte is the wire's, which the scope then holds.

    Through ASGI each frame would cost two tasks' turns, four dictionaries and a parser written in generators.
    """

    wire: Wire | None = None

    def start_keepalive(self) -> None:
        """uvicorn calls this when it has written the handshake's answer."""
        self.wire = Wire(self.transport, beat_seconds=self.config.ws_ping_interval or BEAT_SECONDS)
        self.scope["extensions"][WIRE_EXTENSION] = cast(Any, self.wire)

    def send_receive_event_to_app(self) -> None:
        """A frame that came ahead of the handshake's answer, which no browser sends: nobody would read it."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.wire is None:
            super().data_received(data)
        else:
            self.wire.received(data)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.wire is not None:
            self.wire.pause_writing()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.wire is not None:
            self.wire.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.wire is not None:
            self.wire.lost()

    def shutdown(self) -> None:
        if self.wire is None:
            super().shutdown()
        else:
            self.wire.close(1012, "The server restarts.")


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
