"""What the kernel host and its clients say to each other: length-prefixed msgpack, every frame bounded."""

import asyncio
import struct
from typing import Annotated, Literal

import msgspec

from kernels.kernel import DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, Leased, Limits
from kernels.outputs import AnyOutput, Completion, Finished, Inspection, Variable, WorkFile

VERSION = 2
FRAME_BYTES_MAX = 16 * 1024 * 1024
SOURCE_BYTES_MAX = 1024 * 1024
PIECE_BYTES_MAX = 4 * 1024 * 1024
PATH_CHARS_MAX = 1024

RoomName = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
EnvironmentName = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]

Why = Literal["busy", "unavailable", "lost", "occupied", "no-file"]


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
    environment: EnvironmentName = DEFAULT_ENVIRONMENT


class Run(_Frame, frozen=True, tag="run"):
    """Run a cell. Answered by `Shown`s with the same id, then one `Ended`."""

    id: int
    room: RoomName
    source: Annotated[str, msgspec.Meta(max_length=SOURCE_BYTES_MAX)]


class Answer(_Frame, frozen=True, tag="answer"):
    """Answer what the room's run asked for."""

    id: int
    room: RoomName
    text: Annotated[str, msgspec.Meta(max_length=SOURCE_BYTES_MAX)]


class Interrupt(_Frame, frozen=True, tag="interrupt"):
    """Answered by `Done`, with a sentence where one is needed."""

    id: int
    room: RoomName


class Restart(_Frame, frozen=True, tag="restart"):
    id: int
    room: RoomName


class Release(_Frame, frozen=True, tag="release"):
    id: int
    room: RoomName


class Complete(_Frame, frozen=True, tag="complete"):
    """Answered by `Completed`, as `Inspect` is by `Inspected`, `ListVariables` by `VariablesListed`, and so on."""

    id: int
    room: RoomName
    source: Annotated[str, msgspec.Meta(max_length=SOURCE_BYTES_MAX)]
    cursor: Annotated[int, msgspec.Meta(ge=0)]


class Inspect(_Frame, frozen=True, tag="inspect"):
    id: int
    room: RoomName
    source: Annotated[str, msgspec.Meta(max_length=SOURCE_BYTES_MAX)]
    cursor: Annotated[int, msgspec.Meta(ge=0)]


class ListVariables(_Frame, frozen=True, tag="list-variables"):
    id: int
    room: RoomName


class ListFiles(_Frame, frozen=True, tag="list-files"):
    id: int
    room: RoomName


class ReadFile(_Frame, frozen=True, tag="read-file"):
    """One piece of a file, of at most PIECE_BYTES_MAX bytes; one of no bytes is the end."""

    id: int
    room: RoomName
    path: Annotated[str, msgspec.Meta(min_length=1, max_length=PATH_CHARS_MAX)]
    offset: Annotated[int, msgspec.Meta(ge=0)]


class ListLeases(_Frame, frozen=True, tag="list-leases"):
    id: int


class Welcome(_Frame, frozen=True, tag="welcome"):
    """The host's answer to `Hello`; it closes after it if the versions differ."""

    version: int
    pid: int


class Done(_Frame, frozen=True, tag="done"):
    id: int
    sentence: str | None = None


class Completed(_Frame, frozen=True, tag="completed"):
    id: int
    completion: Completion


class Inspected(_Frame, frozen=True, tag="inspected"):
    id: int
    inspection: Inspection


class VariablesListed(_Frame, frozen=True, tag="variables-listed"):
    id: int
    variables: list[Variable]


class FilesListed(_Frame, frozen=True, tag="files-listed"):
    id: int
    files: list[WorkFile]


class FileRead(_Frame, frozen=True, tag="file-read"):
    id: int
    content: Annotated[bytes, msgspec.Meta(max_length=PIECE_BYTES_MAX)]


class LeasesListed(_Frame, frozen=True, tag="leases-listed"):
    id: int
    leases: list[Leased]


class Refused(_Frame, frozen=True, tag="refused"):
    id: int
    why: Why
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


Request = (
    Lease
    | Answer
    | Interrupt
    | Restart
    | Release
    | Complete
    | Inspect
    | ListVariables
    | ListFiles
    | ReadFile
    | ListLeases
)
ToHost = Hello | Run | Request
Reply = Done | Completed | Inspected | VariablesListed | FilesListed | FileRead | LeasesListed
FromHost = Welcome | Reply | Refused | Shown | Ended | Death

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
