"""What a room's typing comes to at one event, so that opening it need not read every key again. Pure.

A checkpoint is an index: the events say the same, and whatever is wrong with it, the room is folded from them alone.
It holds what the many events of `tables.TYPING` come to; the few others are folded one by one, as ever.
"""

import zlib

import msgspec

VERSION = 1

EVENTS_MAX = 250
"""A room's log may be this much longer than its checkpoint before the next one is written."""

EVENTS_MIN = 100
"""Fewer than this are read as fast as a checkpoint is."""


class BadCheckpoint(ValueError):
    """It cannot be used, and the log can."""


class Checkpoint(msgspec.Struct, frozen=True, array_like=True):
    """`document` is a Yjs update; `writers` has whoever wrote under each client id, or None for the server itself.

    `pages` has each page's participant and the highest `n` that is recorded of it.
    """

    document: bytes
    writers: dict[int, str | None]
    pages: dict[str, tuple[str, int]]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[int, Checkpoint])


def encode(checkpoint: Checkpoint) -> bytes:
    """As it is stored. The compression is quick rather than good, and its checksum tells what a disk has spoilt."""
    return zlib.compress(_encoder.encode((VERSION, checkpoint)), level=1)


def decode(state: bytes) -> Checkpoint:
    """Raises `BadCheckpoint` for what this version did not write, or what is damaged."""
    try:
        version, checkpoint = _decoder.decode(zlib.decompress(state))
    except (zlib.error, msgspec.DecodeError) as error:
        raise BadCheckpoint(str(error)) from error
    if version != VERSION:
        raise BadCheckpoint(f"It is of version {version}, and this is {VERSION}.")
    return checkpoint
