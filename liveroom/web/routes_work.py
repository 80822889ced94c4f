"""The candidate's own files: what the room's kernel has in its work folder, listed and downloaded while it lives."""

from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from kernels.outputs import WorkFile as KernelFile
from liveroom.api import WorkFile
from liveroom.errors import NoKernel, RoomGone
from liveroom.host import Host
from liveroom.materials import safe_name
from liveroom.times import iso
from liveroom.web.endpoint import Call, Download, Endpoint
from liveroom.web.lobby import check_let_in
from liveroom.web.security import CONTENT_POLICY

LATEST_SECONDS = 253_402_300_799
"""The end of the year 9999. Programs may date their files as they like."""


async def work(call: Call) -> list[WorkFile]:
    """The files of the kernel's work folder, `data/` left out."""
    host = await _host(call)
    return [_shown(file) for file in await host.kernel.files()]


async def work_file(call: Call) -> Response:
    """One of these files, as it is now."""
    host = await _host(call)
    path = str(call.request.path_params["path"])
    pieces = host.read_file(path)
    first = await anext(pieces, b"")  # what is wrong with it is known before the reply begins
    name = safe_name(path.rpartition("/")[2])
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": CONTENT_POLICY,
    }
    return StreamingResponse(_all(first, pieces), headers=headers, media_type="application/octet-stream")


async def _host(call: Call) -> Host:
    """The open room. One that nobody has open has no kernel to speak of."""
    rooms = call.parts.rooms
    if rooms.practice.has(call.room_id):
        if call.participant is None:
            raise RoomGone("A practice room is for the one person in it.")
        return rooms.practice.host(call.room_id)
    await call.room()
    await check_let_in(call)
    host = rooms.live(call.room_id)
    if host is None:
        raise NoKernel("Nobody has the room open, so there is no kernel with files; enter it and run a cell.")
    return host


async def _all(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


def _shown(file: KernelFile) -> WorkFile:
    seconds = file.modified if 0 <= file.modified <= LATEST_SECONDS else 0
    return WorkFile(file.path, file.size, iso(int(seconds) * 1_000_000))


ENDPOINTS = [
    Endpoint("GET", "/api/rooms/{room}/work", "owner or participant", work, list[WorkFile]),
    Endpoint(
        "GET",
        "/api/rooms/{room}/work/{path:path}",
        "owner or participant",
        work_file,
        Download("application/octet-stream"),
    ),
]
