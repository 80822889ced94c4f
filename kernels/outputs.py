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
MATCHES_MAX = 200
INSPECTION_CHARS_MAX = 16_384
VARIABLES_MAX = 500
FILES_MAX = 500


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


class Asked(Output, frozen=True, tag="asked"):
    """The run waits for somebody's answer to `input()`, or, hidden, to `getpass()`; `Kernel.answer` gives it."""

    prompt: Annotated[str, Meta(max_length=MESSAGE_CHARS_MAX)]
    hidden: bool = False


AnyOutput = Stream | Display | Failure | Cleared | Asked

Status = Literal["ok", "error", "interrupted", "died", "timed-out"]


class Finished(Output, frozen=True, tag="finished"):
    """The last item of every run. `reason` is a sentence for a person where the status needs one."""

    status: Status
    execution_count: Annotated[int, Meta(ge=0, lt=2**31)] | None
    seconds: Annotated[float, Meta(ge=0)]
    reason: Annotated[str, Meta(max_length=MESSAGE_CHARS_MAX)] | None = None


# --- answers to questions about the live kernel


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to complete. `kind` is jedi's word for it (function, module, instance, ...) or empty."""

    text: Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
    kind: Annotated[str, Meta(max_length=NAME_CHARS_MAX)] = ""


class Completion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand in place of the source from `start` to `end`, in code points, the best first."""

    matches: Annotated[list[Match], Meta(max_length=MATCHES_MAX)]
    start: Annotated[int, Meta(ge=0)]
    end: Annotated[int, Meta(ge=0)]


class Inspection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the kernel knows of a name: signature, documentation. ANSI codes are kept. Empty: it knows nothing."""

    text: Annotated[str, Meta(max_length=INSPECTION_CHARS_MAX)]


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the candidate's own names. `shape` and `dtype` are empty where the value has none."""

    name: Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
    kind: Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
    shape: Annotated[str, Meta(max_length=NAME_CHARS_MAX)] = ""
    dtype: Annotated[str, Meta(max_length=NAME_CHARS_MAX)] = ""
    summary: Annotated[str, Meta(max_length=NAME_CHARS_MAX)] = ""


class WorkFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One regular file of the candidate's private work folder; `path` is relative to it."""

    path: Annotated[str, Meta(min_length=1, max_length=1024)]
    size: Annotated[int, Meta(ge=0)]
    modified: Annotated[float, Meta(ge=0)]
    """Seconds since the epoch."""
