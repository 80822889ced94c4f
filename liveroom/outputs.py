"""What a run puts out, as frames carry it and late joiners find it. Pure."""

import base64
import binascii
import hashlib
import itertools
from collections.abc import Iterator
from typing import Literal

from kernels.outputs import Display, Failure, Stream
from liveroom.effects import Effect, Keep
from liveroom.messages import (
    INLINE_BYTES_MAX,
    Blob,
    DisplayOutput,
    FailureOutput,
    InputOutput,
    Output,
    Part,
    SlottedOutput,
    StreamOutput,
)

PROMPT_CHARS_MAX = INLINE_BYTES_MAX // 8

FORM_CHARS = 200
"""What an output costs beside its text."""

BINARY_MIMES = ("image/png", "image/jpeg", "image/gif")


def joined(outputs: list[SlottedOutput]) -> list[SlottedOutput]:
    """Outputs as one who joins finds them: what was printed in pieces is whole again."""
    whole: list[SlottedOutput] = []
    for name, group in itertools.groupby(outputs, key=_stream_name):
        if name is None:
            whole += group
        else:
            text = "".join(o.output.text for o in group if isinstance(o.output, StreamOutput))
            whole.append(SlottedOutput(StreamOutput(name, text)))
    return whole


def _stream_name(slotted: SlottedOutput) -> Literal["stdout", "stderr"] | None:
    return slotted.output.name if isinstance(slotted.output, StreamOutput) else None


def chars_of(output: Output) -> int:
    """How much of what one who joins can be sent it takes."""
    match output:
        case StreamOutput(text=text):
            return len(text)
        case DisplayOutput(parts=parts):
            return sum(len(part.text or part.mime) for part in parts) + FORM_CHARS
        case FailureOutput(message=message, traceback=traceback):
            return len(message) + sum(map(len, traceback)) + FORM_CHARS
        case InputOutput(prompt=prompt, answer=answer):
            return len(prompt) + len(answer or "") + FORM_CHARS


def on_the_wire(item: Stream | Display | Failure) -> Iterator[tuple[Output, list[Effect]]]:
    """An output as frames carry it, with the blobs that have to be kept first."""
    match item:
        case Stream(name=name, text=text):
            step = INLINE_BYTES_MAX if text.isascii() else INLINE_BYTES_MAX // 4
            for start in range(0, len(text), step):
                yield StreamOutput(name, text[start : start + step]), []
        case Display(data=data, result=result):
            parts, kept = [], []
            for mime, text in data.items():
                part, keep = _part(mime, text)
                parts.append(part)
                kept += keep
            yield DisplayOutput(parts, result), list(kept)
        case Failure(name=name, message=message, traceback=traceback):
            yield FailureOutput(name, message[: INLINE_BYTES_MAX // 8], _last_lines(traceback)), []


def _part(mime: str, text: str) -> tuple[Part, list[Keep]]:
    if len(text) <= INLINE_BYTES_MAX and len(text.encode()) <= INLINE_BYTES_MAX:
        return Part(mime, text), []
    content = text.encode()
    if mime in BINARY_MIMES:
        try:
            content = base64.b64decode(text)
        except binascii.Error:
            return Part("text/plain", "The run showed a picture that could not be read."), []
    digest = hashlib.sha256(content).hexdigest()
    return Part(mime, blob=Blob(digest, len(content))), [Keep(digest, mime, content)]


def _last_lines(lines: list[str]) -> list[str]:
    """The end of a traceback, which says most, within what a frame may hold."""
    kept: list[str] = []
    room = INLINE_BYTES_MAX // 2
    for line in reversed(lines):
        room -= len(line.encode())
        if room < 0:
            kept.append("[earlier lines are left out]")
            break
        kept.append(line)
    return kept[::-1]
