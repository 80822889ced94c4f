"""A network between a page and the server that can be broken: blocked for websockets, cut without a word, or reset."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_BLOCKED = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Network:
    """Relays to the server. A websocket has a connection of its own, told by its first line."""

    def __init__(self, server_port: int) -> None:
        self.port = 0
        self._server_port = server_port
        self._lets_websockets = True
        self._whole = asyncio.Event()
        self._whole.set()
        self._websockets: dict[asyncio.StreamWriter, asyncio.StreamWriter] = {}
        """The browser's side to the server's."""

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

    def cut(self) -> None:
        """From here on nothing passes, and neither side is told: a cable is out, a laptop's lid is closed."""
        self._whole.clear()

    def mend(self) -> None:
        """What was sent meanwhile passes first, as TCP sends it again; new connections open."""
        self._whole.set()

    def reset_websockets(self) -> None:
        """Send both sides of each an RST, in the middle of whatever they say."""
        for pair in list(self._websockets.items()):
            for writer in pair:
                peer: socket.socket = writer.get_extra_info("socket")
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
                writer.transport.abort()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            first = await reader.readline()
            await self._whole.wait()
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
            self._websockets[writer] = to_server
        to_server.write(first)
        try:
            await asyncio.gather(self._pour(reader, to_server), self._pour(from_server, writer))
        finally:
            self._websockets.pop(writer, None)
            to_server.close()

    async def _pour(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Until either side ends; then neither may wait for the other."""
        try:
            with contextlib.suppress(ConnectionError):
                while some := await source.read(65536):
                    await self._whole.wait()
                    sink.write(some)
                    await sink.drain()
            await self._whole.wait()  # nobody hears through a cut that the other side has left
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
        network.mend()
        listener.close()
