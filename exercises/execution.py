"""What exercises need of a kernel: something that runs a source and tells what came of it."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "error", "died", "timed-out", "interrupted"]


@dataclass(frozen=True, slots=True)
class Executed:
    """How a source ended. `error` is a sentence or the last line of a traceback, None when all went well."""

    status: Status
    stdout: str
    error: str | None = None


Execute = Callable[[str], Awaitable[Executed]]
"""Runs one source on one kernel. Whoever makes it bounds its time and its output."""

LENGTH_DIGITS_MAX = 8


def new_marker() -> str:
    """A mark that nothing printed so far can contain."""
    return secrets.token_hex(16)


def framed(stdout: str, marker: str) -> str | None:
    """The text a harness wrote behind its marker, or None where it is absent, cut short or not ASCII."""
    _, found, rest = stdout.partition(f"\n{marker} ")
    length, _, body = rest.partition("\n")
    if not found or not (length.isascii() and length.isdigit()) or len(length) > LENGTH_DIGITS_MAX:
        return None
    text, end = body[: int(length)], body[int(length) :]
    whole = len(text) == int(length) and end.startswith(f"\n{marker}")
    return text if whole and text.isascii() else None
