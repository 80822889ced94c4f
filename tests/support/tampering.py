"""A relay that reads what clients say on the websocket, and leaves out, doubles or changes what a test picks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

Tamper = Callable[[str | bytes], list[str | bytes]]
"""What becomes of one frame of a client's: none, itself, or several."""


@asynccontextmanager
async def tampered(server_port: int, tamper: Tamper) -> AsyncIterator[str]:
    """The address of a server in front of the real one. Close codes pass, in both directions."""

    async def relay(client: ServerConnection) -> None:
        assert client.request is not None
        protocols = [client.subprotocol] if client.subprotocol else None
        address = f"ws://127.0.0.1:{server_port}{client.request.path}"
        async with connect(
            address, subprotocols=protocols, compression=None, max_size=None, proxy=None
        ) as server:
            up = asyncio.create_task(_pass_on(client, server, tamper))
            down = asyncio.create_task(_pass_on(server, client, lambda frame: [frame]))
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)

    speaks = [Subprotocol("liveroom.1")]
    async with serve(
        relay, "127.0.0.1", 0, subprotocols=speaks, select_subprotocol=_same, compression=None, max_size=None
    ) as listener:
        port: int = next(iter(listener.sockets)).getsockname()[1]
        yield f"http://127.0.0.1:{port}"


def _same(_connection: ServerConnection, offered: object) -> Subprotocol | None:
    return Subprotocol("liveroom.1") if offered else None


async def _pass_on(
    source: ClientConnection | ServerConnection, sink: ClientConnection | ServerConnection, tamper: Tamper
) -> None:
    try:
        async for frame in source:
            for passed in tamper(frame):
                await sink.send(passed)
    except ConnectionClosed:
        pass
    closed = source.protocol.close_rcvd
    with contextlib.suppress(ConnectionClosed):
        await sink.close(
            closed.code if closed and closed.code != 1005 else 1000, closed.reason if closed else ""
        )
