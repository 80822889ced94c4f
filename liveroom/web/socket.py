"""The room's socket: carries frames between a browser and the room's host."""

import asyncio
import contextlib
from functools import partial

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from liveroom.close_codes import BAD_FRAME, BAD_TOKEN, GONE, NOT_ALLOWED, TRY_AGAIN
from liveroom.effects import ConnectionId
from liveroom.errors import BadToken, LiveroomError, NotAllowed, RoomGone
from liveroom.host import Host
from liveroom.messages import SUBPROTOCOL
from liveroom.outbox import Closing, Outbox
from liveroom.rooms import Rooms
from liveroom.tokens import digest
from liveroom.web.protocols import ABORT_EXTENSION

log = structlog.get_logger()

CLOSING_SECONDS = 2.0


async def endpoint(websocket: WebSocket) -> None:
    """`/ws/{room}?token=`: plain y-protocols, and `liveroom.1`'s text frames for those who ask for it."""
    rooms: Rooms = websocket.app.state.rooms
    speaks_text = SUBPROTOCOL in websocket.scope["subprotocols"]
    # Accepted before it is refused: a refusal before is HTTP 403, which stock clients retry for ever.
    await websocket.accept(subprotocol=SUBPROTOCOL if speaks_text else None)
    token = websocket.query_params.get("token", "")
    try:
        host, connection, outbox = await rooms.join(
            websocket.path_params["room"],
            digest(token),
            speaks_text=speaks_text,
        )
    except LiveroomError as error:
        await websocket.close(_close_code(error), _reason(error.sentence))
        return
    outbox.when_full = partial(_abort_later, websocket)
    sender = asyncio.create_task(_send_all(websocket, outbox))
    receiver = asyncio.create_task(_receive_all(websocket, host, connection, speaks_text=speaks_text))
    try:
        await asyncio.wait({sender, receiver}, return_when=asyncio.FIRST_COMPLETED)
        if receiver.done() and not sender.done() and outbox.closing:
            # A frame that closed its connection: what was said before, and why, still has to go out.
            await asyncio.wait({sender}, timeout=CLOSING_SECONDS)
    finally:
        host.leave(connection)
        for task in (sender, receiver):
            task.cancel()
        for result in await asyncio.gather(sender, receiver, return_exceptions=True):
            if isinstance(result, Exception):
                log.error("a connection failed", exc_info=result)


async def _receive_all(
    websocket: WebSocket, host: Host, connection: ConnectionId, *, speaks_text: bool
) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text, content = message.get("text"), message.get("bytes")
        if content is not None:
            host.receive(connection, content)
        elif text is not None and speaks_text:
            host.receive(connection, text)
        else:
            host.refuse(connection, BAD_FRAME, "This connection takes binary frames only.")
        # Frames that have come already are given without a pause, and everybody else would wait for the last.
        await asyncio.sleep(0)


async def _send_all(websocket: WebSocket, outbox: Outbox) -> None:
    """Send what is in the outbox until it closes."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the other side was faster
        while not isinstance(item := await outbox.next(), Closing):
            if isinstance(item, str):
                await websocket.send_text(item)
            else:
                await websocket.send_bytes(item)
        await websocket.close(item.code, _reason(item.reason))


def _abort_later(websocket: WebSocket) -> None:
    """A reader that has stopped cannot be closed, for the closing waits behind what it does not read: abort it."""
    abort = websocket.scope.get("extensions", {}).get(ABORT_EXTENSION)
    if abort is not None:
        asyncio.get_running_loop().call_later(CLOSING_SECONDS, abort)


def _close_code(error: LiveroomError) -> int:
    match error:
        case BadToken():
            return BAD_TOKEN
        case NotAllowed():
            return NOT_ALLOWED
        case RoomGone():
            return GONE
        case _:
            return TRY_AGAIN


def _reason(sentence: str) -> str:
    """A close frame holds 123 bytes of reason."""
    return sentence.encode()[:120].decode(errors="ignore")
