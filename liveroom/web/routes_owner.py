"""The owner's routes: the dashboard's rooms, their links, and candidates."""

import asyncio
from collections import defaultdict

from exercises.loader import catalogue
from liveroom.api import (
    CandidateSummary,
    Entered,
    ExerciseSummary,
    Forgotten,
    Link,
    NewLink,
    NewRoom,
    NewToken,
    Ok,
    RoomDetails,
    RoomMade,
    RoomSummary,
    SignInLink,
)
from liveroom.close_codes import BAD_TOKEN
from liveroom.dashboard import summaries
from liveroom.errors import BadRequest, NotFound
from liveroom.forget import forget_candidate
from liveroom.making import make_room, new_link
from liveroom.rows import NewParticipant, StoredLink
from liveroom.tokens import digest, new_token
from liveroom.web.endpoint import Call, Endpoint

NEW_ROOM_BYTES_MAX = 64 * 1024 * 1024


async def list_exercises(_call: Call) -> list[ExerciseSummary]:
    """The catalogue of exercises."""
    found = await asyncio.to_thread(catalogue)
    return [ExerciseSummary(one.slug, one.title, one.summary, one.minutes) for one in found]


async def list_rooms(call: Call) -> list[RoomSummary]:
    """Every room, the newest first, each with what to do next."""
    parts = call.parts
    return summaries(
        await parts.store.rooms(),
        people_here=parts.rooms.people_here,
        someone_waits=parts.rooms.someone_waits,
        retention_days=parts.settings.retention_days,
    )


async def create_room(call: Call, asked: NewRoom) -> RoomMade:
    """Make a room; the reply holds a link and a participant's token for each role."""
    parts = call.parts
    made = await make_room(
        asked, store=parts.store, folder=parts.folder, settings=parts.settings, wall=parts.wall
    )
    parts.prepare(made.room.id)
    links = {link.role: f"{parts.base_url}/join#{parts.invites.token(link)}" for link in made.links}
    return RoomMade(made.room.id, links, made.tokens)


async def show_room(call: Call) -> RoomDetails:
    """A room with all its links."""
    room = await call.room()
    summary = next(found for found in await list_rooms(call) if found.room == room.id)
    return RoomDetails(summary, await _links(call))


async def create_link(call: Call, asked: NewLink) -> Link:
    """One more link to the room."""
    if asked.role == "owner":
        raise BadRequest("The owner enters by signing in; make a link for another role.")
    room = await call.room()
    days = asked.days or call.parts.settings.link_days
    link = new_link(room.id, asked.role, days=days, now_wall_us=call.parts.wall())
    await call.parts.store.add_link(link)
    return _shown(call, link)


async def revoke_link(call: Call) -> Ok:
    """End a link and everyone's token that came by it; their sockets close."""
    parts = call.parts
    serial = str(call.request.path_params["serial"])
    link = await parts.store.link(serial)
    if link is None or link.room != call.room_id:
        raise NotFound("This room has no such link; reload the list of links.")
    participants = await parts.store.revoke_link(serial)
    reason = f"This link was withdrawn. Ask {parts.settings.contact} for a new one."
    await parts.rooms.revoke(link.room, participants, code=BAD_TOKEN, reason=reason)
    return Ok()


async def enter_room(call: Call) -> Entered:
    """Enter the room as its owner."""
    room, store, token = await call.room(), call.parts.store, new_token()
    people = await store.participants(room.id)
    owner = next((person for person in people if person.role == "owner"), None)
    if owner is None:
        newcomer = NewParticipant(call.parts.settings.owner_name, "owner", None, digest(token))
        owner = await store.add_participant(room.id, newcomer)
    else:
        await store.add_token(room.id, owner.participant, link_serial=None, token_hash=digest(token))
    return Entered(room.id, owner.participant, "owner", token)


async def list_candidates(call: Call) -> list[CandidateSummary]:
    """Everybody of whom there is data, with their rooms."""
    rooms = defaultdict(list)
    for room in await call.parts.store.rooms():
        rooms[room.candidate_id].append(room.id)
    candidates = await call.parts.store.candidates()
    return [CandidateSummary(one.id, one.name, rooms[one.id]) for one in candidates]


async def forget(call: Call) -> Forgotten:
    """Delete everything of a candidate, for good."""
    parts = call.parts
    return await forget_candidate(
        parts.store,
        parts.folder,
        str(call.request.path_params["candidate"]),
        close=parts.rooms.forget,
        now_wall_us=parts.wall(),
    )


async def create_token(call: Call) -> NewToken:
    """A bearer token for programs; it is shown this once."""
    return NewToken(await call.parts.sign_in.api_token())


async def create_sign_in_link(call: Call) -> SignInLink:
    """A one-use address that signs the owner in, for ten minutes."""
    return SignInLink(await call.parts.sign_in.link(call.parts.base_url))


def _shown(call: Call, link: StoredLink) -> Link:
    return call.parts.invites.shown(link, base_url=call.parts.base_url, now_wall_us=call.parts.wall())


async def _links(call: Call) -> list[Link]:
    return [_shown(call, link) for link in await call.parts.store.links(call.room_id)]


ENDPOINTS = [
    Endpoint("GET", "/api/exercises", "owner", list_exercises, list[ExerciseSummary]),
    Endpoint("GET", "/api/rooms", "owner", list_rooms, list[RoomSummary]),
    Endpoint(
        "POST", "/api/rooms", "owner", create_room, RoomMade, NewRoom, body_bytes_max=NEW_ROOM_BYTES_MAX
    ),
    Endpoint("GET", "/api/rooms/{room}", "owner", show_room, RoomDetails),
    Endpoint("POST", "/api/rooms/{room}/links", "owner", create_link, Link, NewLink),
    Endpoint("POST", "/api/rooms/{room}/links/{serial}/revoke", "owner", revoke_link, Ok),
    Endpoint("POST", "/api/rooms/{room}/enter", "owner", enter_room, Entered),
    Endpoint("GET", "/api/candidates", "owner", list_candidates, list[CandidateSummary]),
    Endpoint("POST", "/api/candidates/{candidate}/forget", "owner", forget, Forgotten),
    Endpoint("POST", "/api/tokens", "owner", create_token, NewToken),
    Endpoint("POST", "/api/sign-in-links", "owner", create_sign_in_link, SignInLink),
]
