"""A network between a page and the server that can be broken: a relay of all, of all but websockets, or of nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_BLOCKED = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Network:
    """Relays to the server. A websocket has a connection of its own, told by its first line."""

    def __init__(self, server_port: int) -> None:
        self.port = 0
        self._server_port = server_port
        self._lets_websockets = True
        self._websockets: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def block_websockets(self) -> None:
        """End those that are open, refuse new ones."""
        self._lets_websockets = False
        for writer in self._websockets:
            writer.transport.abort()

    def let_websockets_pass(self) -> None:
        self._lets_websockets = True

    def fall_silent(self) -> None:
        """Nothing arrives any more, and nobody is told so; what is on the way comes once it flows again."""
        self._flows.clear()

    def flow_again(self) -> None:
        self._flows.set()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            first = await reader.readline()
            is_websocket = first.startswith(b"GET /ws/")
            if is_websocket and not self._lets_websockets:
                writer.write(_BLOCKED)
                await writer.drain()
            elif first:
                await self._connect(first, reader, writer, keep=is_websocket)
        writer.close()

    async def _connect(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, keep: bool
    ) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        if keep:
            self._websockets.add(writer)
        to_server.write(first)
        try:
            await asyncio.gather(self._pour(reader, to_server), self._pour(from_server, writer))
        finally:
            self._websockets.discard(writer)
            to_server.close()

    async def _pour(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Until either side ends; then neither may wait for the other."""
        try:
            while some := await source.read(65536):
                await self._flows.wait()
                sink.write(some)
                await sink.drain()
        finally:
            sink.close()


@asynccontextmanager
async def network_to(server_port: int) -> AsyncIterator[Network]:
    network = Network(server_port)
    listener = await asyncio.start_server(network.relay, "127.0.0.1", 0)
    network.port = listener.sockets[0].getsockname()[1]
    try:
        yield network
    finally:
        listener.close()
