"""Binary frames: y-protocols' sync and awareness messages, read and written."""

from typing import Literal, NamedTuple

from liveroom import lib0
from liveroom.lib0 import Reader, Truncated

KEEP_ALIVE = b"\x01\x01\x00"
"""An awareness update of nobody. A stock client closes itself after 30 s without an application frame."""

_SYNC, _AWARENESS, _AUTH, _QUERY_AWARENESS = 0, 1, 2, 3
_KINDS: dict[int, Literal["step-1", "step-2", "update"]] = {0: "step-1", 1: "step-2", 2: "update"}


class BadFrame(ValueError):
    """Bytes that are not a frame of this protocol."""


class Frame(NamedTuple):
    """One binary frame; `content` is a state vector, an update or an awareness update by `kind`."""

    kind: Literal["step-1", "step-2", "update", "awareness", "query-awareness", "ignored"]
    content: bytes = b""


def read(data: bytes) -> Frame:
    """Read one binary frame; raises `BadFrame`."""
    reader = Reader(data)
    try:
        message = reader.uint()
        if message == _QUERY_AWARENESS:
            return Frame("query-awareness")
        if message == _AUTH:
            return Frame("ignored")
        if message == _AWARENESS:
            frame = Frame("awareness", reader.buffer())
        elif message == _SYNC:
            kind = _KINDS.get(reader.uint())
            if kind is None:
                raise BadFrame("The frame is of an unknown sync kind.")
            frame = Frame(kind, reader.buffer())
        else:
            raise BadFrame("The frame is of an unknown kind.")
    except Truncated as error:
        raise BadFrame(str(error)) from error
    if not reader.done:
        raise BadFrame("The frame has bytes after its end.")
    return frame


def step_1(vector: bytes) -> bytes:
    return b"\x00\x00" + lib0.buffer(vector)


def step_2(update: bytes) -> bytes:
    return b"\x00\x01" + lib0.buffer(update)


def update(content: bytes) -> bytes:
    return b"\x00\x02" + lib0.buffer(content)


def awareness(content: bytes) -> bytes:
    return b"\x01" + lib0.buffer(content)
