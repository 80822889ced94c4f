"""What the kernel host and its clients say to each other: length-prefixed msgpack, every frame bounded."""

import asyncio
import struct
from typing import Annotated, Literal

import msgspec

from kernels.kernel import DEFAULT_LIMITS, Limits
from kernels.outputs import AnyOutput, Finished

VERSION = 1
FRAME_BYTES_MAX = 16 * 1024 * 1024
SOURCE_BYTES_MAX = 1024 * 1024

RoomName = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Frame(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Hello(_Frame, frozen=True, tag="hello"):
    """The client's first frame."""

    version: int


class Lease(_Frame, frozen=True, tag="lease"):
    """Ask for the room's kernel. `attach` wants the one there is, and no new one."""

    id: int
    room: RoomName
    limits: Limits = DEFAULT_LIMITS
    data: str | None = None
    attach: bool = False


class Run(_Frame, frozen=True, tag="run"):
    """Run a cell. Answered by `Shown`s with the same id, then one `Ended`."""

    id: int
    room: RoomName
    source: Annotated[str, msgspec.Meta(max_length=SOURCE_BYTES_MAX)]


class Interrupt(_Frame, frozen=True, tag="interrupt"):
    id: int
    room: RoomName


class Restart(_Frame, frozen=True, tag="restart"):
    id: int
    room: RoomName


class Release(_Frame, frozen=True, tag="release"):
    id: int
    room: RoomName


class Welcome(_Frame, frozen=True, tag="welcome"):
    """The host's answer to `Hello`; it closes after it if the versions differ."""

    version: int
    pid: int


class Done(_Frame, frozen=True, tag="done"):
    id: int


class Refused(_Frame, frozen=True, tag="refused"):
    id: int
    why: Literal["busy", "unavailable", "lost"]
    sentence: str


class Shown(_Frame, frozen=True, tag="shown"):
    id: int
    output: AnyOutput


class Ended(_Frame, frozen=True, tag="ended"):
    id: int
    finished: Finished


class Death(_Frame, frozen=True, tag="death"):
    """A kernel died while nothing ran on it."""

    room: RoomName
    reason: str


ToHost = Hello | Lease | Run | Interrupt | Restart | Release
FromHost = Welcome | Done | Refused | Shown | Ended | Death

_encoder = msgspec.msgpack.Encoder()
_to_host = msgspec.msgpack.Decoder(ToHost)
_from_host = msgspec.msgpack.Decoder(FromHost)


class BadFrame(Exception):
    """The other end does not speak this protocol."""


def encode(frame: ToHost | FromHost) -> bytes:
    body = _encoder.encode(frame)
    return struct.pack("!I", len(body)) + body


async def read_to_host(reader: asyncio.StreamReader) -> ToHost | None:
    """The client's next frame; None when it has gone. Raises BadFrame."""
    body = await _read(reader)
    try:
        return None if body is None else _to_host.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(str(error)) from error


async def read_from_host(reader: asyncio.StreamReader) -> FromHost | None:
    """The host's next frame; None when it has gone. Raises BadFrame."""
    body = await _read(reader)
    try:
        return None if body is None else _from_host.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(str(error)) from error


async def _read(reader: asyncio.StreamReader) -> bytes | None:
    try:
        (size,) = struct.unpack("!I", await reader.readexactly(4))
        if size > FRAME_BYTES_MAX:
            raise BadFrame(f"a frame of {size} bytes is too large")
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, OSError):
        return None
