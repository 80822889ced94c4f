"""What people in a room, or after it, ask for: its end, its code and files, the replay, the timeline."""

import asyncio

import msgspec
from starlette.responses import FileResponse, Response

from liveroom.api import ChangeRole, Ok, Replay
from liveroom.audience import may_see
from liveroom.errors import BadRequest, Conflict, NotAllowed, NotFound
from liveroom.export import timeline_lines
from liveroom.files import zipped
from liveroom.materials import data_file
from liveroom.messages import Role
from liveroom.replay import NO_REPLAY, NoReplay
from liveroom.review import replay_of
from liveroom.web.attachments import SEALED, attachment, name_of
from liveroom.web.endpoint import MANAGERS, PANEL_ROLES, Call, Download, Endpoint
from liveroom.web.lobby import check_let_in

CHANGING_ROLES: tuple[Role, ...] = ("interviewer", "observer")
CANDIDATE: tuple[Role, ...] = ("candidate",)


async def end(call: Call) -> Ok:
    """End the interview; the candidate of a take-home submits it so."""
    room = await call.room()
    call.allow(*MANAGERS, *(CANDIDATE if room.kind == "take-home" else ()))
    await check_let_in(call)
    if room.state == "ended":
        raise Conflict("The room has ended already.")
    await call.parts.rooms.end(room.id, _by(call))
    return Ok()


async def reopen(call: Call) -> Ok:
    """Let an ended room go on; the timeline records it."""
    call.allow(*MANAGERS)
    room = await call.room()
    if room.state != "ended":
        raise Conflict("The room has not ended.")
    if room.replay_deleted:
        raise Conflict("The record of this room is deleted, so it cannot go on; make a new room.")
    await call.parts.store.ask_again(room.id)
    await call.parts.rooms.reopen(room.id, _by(call))
    return Ok()


async def change_role(call: Call, asked: ChangeRole) -> Ok:
    """Make an interviewer of an observer, or the other way round; their pages learn of it at once."""
    call.allow(*MANAGERS)
    room, store = await call.room(), call.parts.store
    if room.replay_deleted:
        raise Conflict("The record of this room is deleted, so its people stay as they were.")
    participant = str(call.request.path_params["participant"])
    found = [one for one in await store.participants(room.id) if one.participant == participant]
    if not found:
        raise NotFound("This room has no such participant; reload the page.")
    if found[0].role not in CHANGING_ROLES:
        raise NotAllowed("Only interviewers and observers can change places.")
    if participant == _by(call):
        raise NotAllowed("Ask another interviewer or the owner to change your own role.")
    if found[0].role != asked.role:
        await store.set_role(room.id, participant, asked.role)
        await call.parts.rooms.change_role(room.id, participant, asked.role, _by(call))
    return Ok()


async def code(call: Call) -> Response:
    """The room's text as it is now, or as it was at the end; a zip where there are several files."""
    room = await call.room()
    await check_let_in(call)
    if room.replay_deleted:
        files = await call.parts.store.final_files(room.id)
    else:
        files = (await call.parts.rooms.host(room.id)).room.document.texts()
    if len(files) > 1:
        return attachment(await asyncio.to_thread(zipped, files), f"{name_of(room)}.zip", "application/zip")
    text = next(iter(files.values()), "")
    return attachment(text.encode("utf-8", "replace"), f"{name_of(room)}.py", "text/x-python; charset=utf-8")


async def data(call: Call) -> Response:
    """One of the files that the kernel sees at `data/`."""
    room = await call.room()
    await check_let_in(call)
    folder = await call.parts.materials.data_folder(room)
    name = str(call.request.path_params["name"])
    path = None if folder is None else await asyncio.to_thread(data_file, folder, name)
    if path is None:
        raise NotFound("This room has no such file; the list beside the brief names those it has.")
    return FileResponse(path, filename=name, media_type="application/octet-stream", headers=SEALED)


async def blob(call: Call) -> Response:
    """An output that was too large for a frame."""
    sha256, practice = str(call.request.path_params["sha256"]), call.parts.rooms.practice
    if practice.has(call.room_id):
        found = practice.blob(call.room_id, sha256)
    else:
        found = await call.parts.store.blob(call.room_id, sha256)
    role, participant = _seen_as(call)
    if found is None or not may_see(found.audience, role=role, participant=participant):
        raise NotFound("This room has no such output.")
    await check_let_in(call)
    return attachment(found.content, f"output-{found.sha256[:8]}", found.mime)


async def show_replay(call: Call) -> Replay:
    """The whole room, played back, as the caller may see it."""
    call.allow(*PANEL_ROLES, *(CANDIDATE if call.parts.settings.candidate_sees_replay else ()))
    room = await call.room()
    await check_let_in(call)
    if room.replay_deleted:
        raise NoReplay(NO_REPLAY)
    host = await call.parts.rooms.host(room.id)
    view = msgspec.structs.replace(host.room.facts.view, state=room.state)
    role, participant = _seen_as(call)
    return await replay_of(call.parts.store, view, role=role, participant=participant)


async def export(call: Call) -> Response:
    """The timeline as JSON lines with its hash chain; the candidate's own copy withholds the panel's lines."""
    kind = call.request.query_params.get("as", "timeline")
    if kind != "timeline":
        raise BadRequest(f"A room cannot be exported as {kind!r}; there is: timeline.")
    call.allow("owner", "candidate")
    room = await call.room()
    await check_let_in(call)
    if room.replay_deleted:
        raise NoReplay(NO_REPLAY)
    role, participant = _seen_as(call)
    rows = await call.parts.store.events(room.id)
    lines = await asyncio.to_thread(
        lambda: b"".join(timeline_lines(room.header, rows, role=role, participant=participant))
    )
    return attachment(lines, f"{name_of(room)}-{room.id}.jsonl", "application/jsonl")


def _seen_as(call: Call) -> tuple[Role, str]:
    """Role and id of whoever asks. The owner's session or API token is nobody in the room, and sees as its owner."""
    return ("owner", "") if call.is_owner else (call.me.role, call.me.participant)


def _by(call: Call) -> str | None:
    return None if call.participant is None else call.participant.participant


ENDPOINTS = [
    Endpoint("POST", "/api/rooms/{room}/end", "owner or participant", end, Ok),
    Endpoint("POST", "/api/rooms/{room}/reopen", "owner or participant", reopen, Ok),
    Endpoint(
        "POST",
        "/api/rooms/{room}/participants/{participant}/role",
        "owner or participant",
        change_role,
        Ok,
        ChangeRole,
    ),
    Endpoint(
        "GET", "/api/rooms/{room}/code", "owner or participant", code, Download("application/octet-stream")
    ),
    Endpoint(
        "GET",
        "/api/rooms/{room}/data/{name}",
        "owner or participant",
        data,
        Download("application/octet-stream"),
    ),
    Endpoint(
        "GET",
        "/api/rooms/{room}/blobs/{sha256}",
        "owner or participant",
        blob,
        Download("application/octet-stream"),
    ),
    Endpoint("GET", "/api/rooms/{room}/replay", "owner or participant", show_replay, Replay),
    Endpoint(
        "GET",
        "/api/rooms/{room}/export",
        "owner or participant",
        export,
        Download("application/jsonl"),
        query=("as",),
    ),
]
