"""One route of the API: who may call it, what goes in and what comes out. openapi.py reads the same list."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from liveroom.errors import BadRequest, NotAllowed, RoomGone, TooLarge
from liveroom.messages import Role
from liveroom.store import StoredParticipant, StoredRoom
from liveroom.web import auth
from liveroom.web.parts import Parts

Who = Literal["anyone", "owner", "participant", "owner or participant"]
BODY_BYTES_MAX = 64 * 1024
MANAGERS: tuple[Role, ...] = ("owner", "interviewer")
PANEL_ROLES: tuple[Role, ...] = (*MANAGERS, "observer")


@dataclass(frozen=True)
class Call:
    """One request, with who makes it. `participant` is of the path's room."""

    request: Request
    parts: Parts
    is_owner: bool
    participant: StoredParticipant | None

    @property
    def me(self) -> StoredParticipant:
        assert self.participant is not None
        return self.participant

    @property
    def room_id(self) -> str:
        return str(self.request.path_params["room"])

    async def room(self) -> StoredRoom:
        return await room_of(self.parts, self.room_id)

    def allow(self, *roles: Role) -> None:
        """The owner's session may always; of participants only these roles."""
        if not self.is_owner and self.me.role not in roles:
            raise NotAllowed("Your role in this room does not include this.")


@dataclass(frozen=True)
class Download:
    """A reply that is not JSON."""

    media_type: str


@dataclass(frozen=True)
class Endpoint:
    """The handler's docstring is the summary. `rate` limits attempts from one address."""

    method: Literal["GET", "POST"]
    path: str
    who: Who
    handle: Callable[..., Awaitable[Any]]
    reply: Any
    body: type[msgspec.Struct] | None = None
    body_bytes_max: int = BODY_BYTES_MAX
    rate: str | None = None
    query: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """The path as people write it; in `path` a name may say that it takes slashes, too."""
        return self.path.replace(":path}", "}")

    def route(self, parts: Parts) -> Route:
        async def serve(request: Request) -> Response:
            return await _serve(self, parts, request)

        return Route(self.path, serve, methods=[self.method])


async def room_of(parts: Parts, room: str) -> StoredRoom:
    stored = await parts.store.room(room)
    if stored is None:
        raise RoomGone("This room does not exist, or its data was deleted.")
    return stored


async def _serve(endpoint: Endpoint, parts: Parts, request: Request) -> Response:
    if endpoint.rate is not None:
        address = request.client.host if request.client else "local"
        await parts.limiter.count(endpoint.rate, endpoint.path, address)
    call = await _identify(endpoint.who, parts, request)
    arguments: list[object] = [call]
    if endpoint.body is not None:
        arguments.append(await _body(request, endpoint.body, endpoint.body_bytes_max))
    answer = await endpoint.handle(*arguments)
    if isinstance(answer, Response):
        return answer
    return Response(msgspec.json.encode(answer), media_type="application/json")


async def _identify(who: Who, parts: Parts, request: Request) -> Call:
    participant, is_owner = None, False
    if "participant" in who:
        participant = await auth.participant(request, parts)
    if participant is None and "owner" in who:
        is_owner = await auth.is_owner(request, parts)
    if who != "anyone" and participant is None and not is_owner:
        raise auth.refusal(request, owner_would_do="owner" in who)
    return Call(request, parts, is_owner, participant)


async def _body(request: Request, kind: type[msgspec.Struct], bytes_max: int) -> msgspec.Struct:
    too_large = TooLarge(f"The request is larger than {bytes_max // 1024} KiB; make it smaller.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > bytes_max:
        raise too_large
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > bytes_max:
                raise too_large
    except ClientDisconnect as error:
        raise BadRequest("The request was cut off; send it again.") from error
    try:
        return msgspec.json.decode(received, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadRequest(
            f"The request's body is not a {kind.__name__} ({error}); /api/openapi.json describes it."
        ) from error
