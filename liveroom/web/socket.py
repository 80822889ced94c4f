"""The room's socket: lets a person in, and joins their wire to the room's host."""

from starlette.websockets import WebSocket

from liveroom.close_codes import BAD_FRAME, BAD_TOKEN, DAMAGED, GONE, NOT_ALLOWED, TRY_AGAIN
from liveroom.errors import BadToken, LiveroomError, NotAllowed, RoomDamaged, RoomGone
from liveroom.messages import SUBPROTOCOL
from liveroom.rooms import Rooms
from liveroom.tokens import digest
from liveroom.web.protocols import WIRE_EXTENSION
from liveroom.web.wire import Wire


async def endpoint(websocket: WebSocket) -> None:
    """`/ws/{room}?token=`: plain y-protocols, and `liveroom.1`'s text frames for those who ask for it."""
    rooms: Rooms = websocket.app.state.rooms
    speaks_text = SUBPROTOCOL in websocket.scope["subprotocols"]
    # Accepted before it is refused: a refusal before is HTTP 403, which stock clients retry for ever.
    await websocket.accept(subprotocol=SUBPROTOCOL if speaks_text else None)
    wire: Wire = websocket.scope["extensions"][WIRE_EXTENSION]
    token = websocket.query_params.get("token", "")
    try:
        host, connection = await rooms.join(
            websocket.path_params["room"], digest(token), wire, speaks_text=speaks_text
        )
    except LiveroomError as error:
        wire.close(_close_code(error), error.sentence)
        await wire.carry(lambda frame: None)
        return

    def take(frame: str | bytes) -> None:
        if speaks_text or isinstance(frame, bytes):
            host.receive(connection, frame)
        else:
            wire.close(BAD_FRAME, "This connection takes binary frames only.")

    try:
        await wire.carry(take)
    finally:
        host.leave(connection)


def _close_code(error: LiveroomError) -> int:
    match error:
        case BadToken():
            return BAD_TOKEN
        case NotAllowed():
            return NOT_ALLOWED
        case RoomGone():
            return GONE
        case RoomDamaged():
            return DAMAGED
        case _:
            return TRY_AGAIN
