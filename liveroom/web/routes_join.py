"""How people come in: the owner's sign-in, and everybody else's links and consent."""

import dataclasses

import msgspec
from starlette.responses import Response

from liveroom.api import (
    Consent,
    ConsentNotice,
    Entered,
    Invitation,
    JoinByLink,
    LookAtLink,
    Ok,
    SignIn,
    Site,
    WhatWasKept,
)
from liveroom.close_codes import RESTARTED
from liveroom.consent import answered, notice, what_was_kept
from liveroom.errors import BadRequest
from liveroom.forget import withdraw_typing
from liveroom.retention import deletes_on
from liveroom.rows import NewParticipant, StoredLink, StoredRoom
from liveroom.sign_in import SESSION_DAYS
from liveroom.timebox import minutes_given
from liveroom.tokens import digest, new_token
from liveroom.web import auth
from liveroom.web.endpoint import Call, Endpoint, room_of


async def site(call: Call) -> Site:
    """What every page may know of this server."""
    settings = call.parts.settings
    signed_in = await auth.is_owner(call.request, call.parts)
    return Site(
        settings.organisation,
        settings.contact,
        settings.retention_days,
        signed_in,
        warning=call.parts.warning if signed_in else None,
        unsafe_kernels=settings.unsafe_kernels,
    )


async def sign_in(call: Call, asked: SignIn) -> Response:
    """Exchange a one-use token for a session cookie."""
    token = await call.parts.sign_in.session(asked.token)
    response = _ok()
    response.set_cookie(
        auth.cookie_name(call.parts),
        token,
        max_age=SESSION_DAYS * 86_400,
        httponly=True,
        samesite="lax",
        secure=call.parts.is_secure,
    )
    return response


async def sign_out(call: Call) -> Response:
    """End the session."""
    name = auth.cookie_name(call.parts)
    if (token := call.request.cookies.get(name)) is not None:
        await call.parts.sign_in.sign_out(token)
    response = _ok()
    response.delete_cookie(name, secure=call.parts.is_secure, httponly=True, samesite="lax")
    return response


async def look(call: Call, asked: LookAtLink) -> Invitation:
    """What a link leads to; nothing is recorded by looking."""
    link, room = await _open(call, asked.link)
    settings = call.parts.settings
    unanswered = link.role == "candidate" and await call.parts.store.consent(room.id) is None
    return Invitation(
        link.role,
        room.title,
        room.kind,
        room.state,
        minutes_given(room.minutes, room.accommodation),
        settings.organisation,
        settings.contact,
        needs_name=link.role != "candidate",
        meeting_url=room.meeting_url,
        notice=notice(settings, room.kind) if unanswered else None,
    )


async def join(call: Call, asked: JoinByLink) -> Entered:
    """Become a participant by a link; the candidate's link always gives the room's one candidate."""
    link, room = await _open(call, asked.link)
    store, token = call.parts.store, new_token()
    if link.role == "candidate":
        people = await store.participants(room.id)
        candidate = next(person for person in people if person.role == "candidate")
        await store.add_token(
            room.id, candidate.participant, link_serial=link.serial, token_hash=digest(token)
        )
        unanswered = await store.consent(room.id) is None
        return Entered(room.id, candidate.participant, "candidate", token, consent_needed=unanswered)
    name = " ".join((asked.name or "").split())
    if not name:
        raise BadRequest("Type your name, as the others will see it.")
    newcomer = NewParticipant(name, link.role, link.serial, digest(token))
    joined = await store.add_participant(room.id, newcomer)
    return Entered(room.id, joined.participant, joined.role, token)


async def practise(call: Call, asked: LookAtLink) -> Entered:
    """A practice room for whoever has a link that opens: one's own, with a kernel, and nothing of it is kept."""
    link, _ = await _open(call, asked.link)
    opened = await call.parts.rooms.practice.open(link.serial)
    me = opened.participant
    return Entered(opened.room, me.participant, me.role, opened.token)


async def consent_notice(call: Call) -> ConsentNotice:
    """The notice that the candidate answers, for programs that hold a token and no link."""
    call.allow("candidate")
    return notice(call.parts.settings, (await call.room()).kind)


async def consent(call: Call, answer: Consent) -> Ok:
    """The candidate's answer to the notice. A later one replaces it; typing that is withdrawn is deleted."""
    call.allow("candidate")
    room, store = await call.room(), call.parts.store
    former = await store.consent(room.id)
    now = call.parts.wall()
    given = answered(room.id, notice(call.parts.settings, room.kind), answer, at_wall_us=now)
    await store.set_consent(given)
    if former is not None and dataclasses.replace(former, at_wall_us=now) != given:
        await _connect_again(call)
    if former is not None and former.typing and not given.typing:
        await withdraw_typing(store, room.id)
    return Ok()


async def kept(call: Call) -> WhatWasKept:
    """What is kept of the candidate, for how long, and how to have it deleted."""
    call.allow("candidate")
    room, settings = await call.room(), call.parts.settings
    answer = await call.parts.store.consent(room.id)
    return WhatWasKept(
        settings.organisation,
        settings.contact,
        room.title,
        room.kind,
        what_was_kept(answer),
        deletes_on(room, settings.retention_days).isoformat(),
        f"Write to {settings.contact} and name this room, {room.id}: everything of you is then deleted at once.",
        typing_kept=answer is not None and answer.typing,
    )


async def withdraw(call: Call) -> Ok:
    """The candidate takes the typing comparison back: the key events are deleted, the rest stays."""
    call.allow("candidate")
    room, store = await call.room(), call.parts.store
    given = await store.consent(room.id)
    if given is not None:
        await store.set_consent(dataclasses.replace(given, typing=False))
        await _connect_again(call)
    await withdraw_typing(store, room.id)
    return Ok()


async def _connect_again(call: Call) -> None:
    """What is recorded of a connection was settled when it opened: a changed answer holds from the next one on.

    Deleting comes after this, so that no key press arrives behind it.
    """
    reason = "Your choices have changed; the page connects again."
    await call.parts.rooms.revoke(call.room_id, [call.me.participant], code=RESTARTED, reason=reason)


async def _open(call: Call, token: str) -> tuple[StoredLink, StoredRoom]:
    """The link and its room; raises which of unknown, expired and revoked it is."""
    parts = call.parts
    link = await parts.store.link(parts.invites.serial(token))
    checked = parts.invites.check(token, link, now_wall_us=parts.wall())
    return checked, await room_of(parts, checked.room)


def _ok() -> Response:
    return Response(msgspec.json.encode(Ok()), media_type="application/json")


ENDPOINTS = [
    Endpoint("GET", "/api/site", "anyone", site, Site),
    Endpoint("POST", "/api/sign-in", "anyone", sign_in, Ok, SignIn, rate="20/minute"),
    Endpoint("POST", "/api/sign-out", "anyone", sign_out, Ok),
    Endpoint("POST", "/api/join/look", "anyone", look, Invitation, LookAtLink, rate="120/minute"),
    Endpoint("POST", "/api/join", "anyone", join, Entered, JoinByLink, rate="120/minute"),
    Endpoint("POST", "/api/practice", "anyone", practise, Entered, LookAtLink, rate="20/minute"),
    Endpoint("GET", "/api/rooms/{room}/consent", "participant", consent_notice, ConsentNotice),
    Endpoint("POST", "/api/rooms/{room}/consent", "participant", consent, Ok, Consent),
    Endpoint("POST", "/api/rooms/{room}/withdraw-typing", "participant", withdraw, Ok),
    Endpoint("GET", "/api/rooms/{room}/kept", "participant", kept, WhatWasKept),
]
