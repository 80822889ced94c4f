"""The host's side of reading a room's work folder: asks the room's supervisor, trusts no answer's size or shape."""

import asyncio
import socket
from typing import Any

import msgspec

from kernels import launch, workfolder
from kernels.errors import KernelLost, NoSuchFile
from kernels.outputs import FILES_MAX, WorkFile

_SECONDS = workfolder.SECONDS_MAX + 1.0
_CHUNK = 256 * 1024
_files = msgspec.json.Decoder(list[WorkFile])


async def list_files(sealed: launch.Sealed) -> list[WorkFile]:
    """Raises KernelLost if the room is over or its work folder takes too long to look through."""
    status, content = await _ask(sealed, {"do": "list"})
    try:
        return _files.decode(content)[:FILES_MAX] if status == workfolder.OK else []
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []


async def read_piece(sealed: launch.Sealed, path: str, offset: int) -> bytes:
    """At most PIECE_BYTES_MAX bytes from `offset` on; none is the end. Raises NoSuchFile or KernelLost."""
    if "\0" in path:
        raise NoSuchFile("A file's name cannot hold a zero byte.")
    status, content = await _ask(sealed, {"do": "read", "path": path, "offset": offset})
    if status != workfolder.OK:
        why = content.decode(errors="replace").lower()
        raise NoSuchFile(f"The work folder's {path} cannot be read: {why}. List the files again.")
    return content


async def _ask(sealed: launch.Sealed, command: dict[str, Any]) -> tuple[bytes, bytes]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    try:
        with theirs:
            await sealed.tell(command, theirs.fileno())
        async with asyncio.timeout(_SECONDS):
            answer = await _read_all(ours)
    except (TimeoutError, OSError):
        answer = b""
    finally:
        ours.close()
    if not answer:
        raise KernelLost("The work folder cannot be read any more; restart the kernel if it does not answer.")
    return answer[:1], answer[1:]


async def _read_all(connection: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    answer = bytearray()
    while len(answer) <= workfolder.PIECE_BYTES_MAX + 1 and (
        chunk := await loop.sock_recv(connection, _CHUNK)
    ):
        answer += chunk
    return bytes(answer[: workfolder.PIECE_BYTES_MAX + 1])
