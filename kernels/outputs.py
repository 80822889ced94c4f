"""What a run can show: bounded, validated values, safe to store and to relay."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MIMES = frozenset(
    {
        "text/plain",
        "text/html",
        "text/markdown",
        "text/latex",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/svg+xml",
        "application/json",
    }
)

STREAM_CHARS_MAX = 65_536
DISPLAY_CHARS_MAX = 3 * 1024 * 1024  # of all parts of one display together
NAME_CHARS_MAX = 256
MESSAGE_CHARS_MAX = 8_192
TRACEBACK_LINES_MAX = 200
TRACEBACK_CHARS_MAX = 65_536


class Output(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """The shared shape of outputs: a field named `type` tells them apart."""


class Stream(Output, frozen=True, tag="stream"):
    """Text that the run printed. ANSI codes are kept."""

    name: Literal["stdout", "stderr"]
    text: Annotated[str, Meta(max_length=STREAM_CHARS_MAX)]


class Display(Output, frozen=True, tag="display"):
    """One thing in several forms, mime -> text; binary forms are base64. Only the forms in `MIMES` pass.

    `result` marks the value of a cell's last line. `slot` names a display that later ones may `update`.
    """

    data: Annotated[
        dict[str, Annotated[str, Meta(max_length=DISPLAY_CHARS_MAX)]], Meta(max_length=len(MIMES))
    ]
    result: bool = False
    slot: Annotated[str, Meta(max_length=NAME_CHARS_MAX)] | None = None
    update: bool = False


class Failure(Output, frozen=True, tag="failure"):
    """The exception that ended the run. ANSI codes are kept in the traceback."""

    name: Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
    message: Annotated[str, Meta(max_length=MESSAGE_CHARS_MAX)]
    traceback: Annotated[
        list[Annotated[str, Meta(max_length=TRACEBACK_CHARS_MAX)]], Meta(max_length=TRACEBACK_LINES_MAX)
    ]


class Cleared(Output, frozen=True, tag="cleared"):
    """The run asked to clear its outputs; with `wait`, only once the next one is there."""

    wait: bool


AnyOutput = Stream | Display | Failure | Cleared

Status = Literal["ok", "error", "interrupted", "died", "timed-out"]


class Finished(Output, frozen=True, tag="finished"):
    """The last item of every run. `reason` is a sentence for a person where the status needs one."""

    status: Status
    execution_count: Annotated[int, Meta(ge=0, lt=2**31)] | None
    seconds: Annotated[float, Meta(ge=0)]
    reason: Annotated[str, Meta(max_length=MESSAGE_CHARS_MAX)] | None = None
