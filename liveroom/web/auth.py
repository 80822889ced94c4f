"""Who is calling: the owner by session, API token or the data folder's socket; a participant by their token."""

from starlette.requests import HTTPConnection

from liveroom.errors import BadToken, SignInNeeded
from liveroom.store import StoredParticipant
from liveroom.tokens import digest
from liveroom.web.parts import Parts

OWNER_EXTENSION = "liveroom.owner"
"""In a scope's extensions where the connection itself proves the owner."""


def cookie_name(parts: Parts) -> str:
    """Behind TLS the name itself makes browsers insist on Secure, Path=/ and no Domain."""
    return "__Host-liveroom" if parts.is_secure else "liveroom_session"


def bearer(request: HTTPConnection) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


async def participant(request: HTTPConnection, parts: Parts) -> StoredParticipant | None:
    """The participant of the path's room whose token the request carries."""
    room, token = request.path_params.get("room"), bearer(request)
    if room is None or token is None:
        return None
    if parts.rooms.practice.has(room):
        return parts.rooms.practice.participant(room, digest(token))
    return await parts.store.participant_of_token(room, digest(token))


async def is_owner(request: HTTPConnection, parts: Parts) -> bool:
    if OWNER_EXTENSION in request.scope.get("extensions", {}):
        return True
    if (token := bearer(request)) is not None:
        return await parts.sign_in.is_api_token(token)
    session = request.cookies.get(cookie_name(parts))
    return session is not None and await parts.sign_in.is_session(session)


def refusal(request: HTTPConnection, *, owner_would_do: bool) -> SignInNeeded | BadToken:
    """Why nobody who may do this was found."""
    if bearer(request) is not None:
        return BadToken("This token is not good here any more; open your link again.")
    if owner_would_do:
        return SignInNeeded(
            "Sign in first: run `liveroom sign-in` on the server and open the link it prints."
        )
    return BadToken("Open your link again; this tab has no token for the room.")
