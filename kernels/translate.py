"""From a kernel's messages, whatever they hold, to bounded outputs."""

import json

import msgspec

from kernels.outputs import (
    DISPLAY_CHARS_MAX,
    MESSAGE_CHARS_MAX,
    MIMES,
    NAME_CHARS_MAX,
    STREAM_CHARS_MAX,
    TRACEBACK_CHARS_MAX,
    TRACEBACK_LINES_MAX,
    AnyOutput,
    Asked,
    Cleared,
    Display,
    Failure,
    Stream,
)

_OVERHEAD = 256  # what even an empty output costs those who keep it
_UNDECODABLE = (msgspec.DecodeError, ValueError, RecursionError)
_CHARS_PER_MIB = 1024 * 1024


class _Stream(msgspec.Struct):
    text: str
    name: str = "stdout"


class _Transient(msgspec.Struct, frozen=True):
    display_id: str | None = None


class _Display(msgspec.Struct):
    data: dict[str, msgspec.Raw]  # read only for the forms that we show
    transient: _Transient = _Transient()


class ErrorContent(msgspec.Struct):
    """What `error` messages and failed replies share."""

    ename: str = ""
    evalue: str = ""
    traceback: list[str] = []


class _Clear(msgspec.Struct):
    wait: bool = False


class _InputRequest(msgspec.Struct):
    prompt: str = ""
    password: bool = False


class Translator:
    """One run's messages to outputs, until its budget is spent; then one note, and silence."""

    def __init__(self, budget_mib: float) -> None:
        self._budget_mib = budget_mib
        self._left = int(budget_mib * _CHARS_PER_MIB)
        self._exhausted = False

    def translate(self, kind: str, content: bytes) -> list[AnyOutput]:
        """The outputs of one iopub message; none for kinds that show nothing or contents that make no sense."""
        if kind not in (
            "stream",
            "display_data",
            "execute_result",
            "update_display_data",
            "error",
            "clear_output",
        ):
            return []
        if self._exhausted and kind != "error":
            return []
        try:
            outputs = _read_repaired(kind, content)
        except _UNDECODABLE:
            return []
        if kind == "error":
            return outputs  # bounded by itself, and people need to see it
        return self._within_budget(outputs)

    def _within_budget(self, outputs: list[AnyOutput]) -> list[AnyOutput]:
        kept: list[AnyOutput] = []
        for output in outputs:
            self._left -= _size(output)
            if self._left < 0:
                self._exhausted = True
                note = f"\n[output stops here: a run may show {self._budget_mib:g} MiB]\n"
                return [*kept, Stream("stderr", note)]
            kept.append(output)
        return kept


def read_question(content: bytes) -> Asked:
    """What `input()` asks; a prompt that makes no sense is none."""
    try:
        request = msgspec.json.decode(content, type=_InputRequest)
    except _UNDECODABLE:
        return Asked("")
    return Asked(request.prompt[:MESSAGE_CHARS_MAX], request.password)


def read_failure(content: bytes) -> Failure | None:
    """The failure that a reply tells of, for when the message itself was lost."""
    try:
        return _failure(msgspec.json.decode(content, type=ErrorContent))
    except _UNDECODABLE:
        return None


def _read_repaired(kind: str, content: bytes) -> list[AnyOutput]:
    """Honest kernels, too, send text that is not quite Unicode: a printed half of a surrogate pair."""
    try:
        return _read(kind, content)
    except _UNDECODABLE:
        repaired = json.dumps(json.loads(content.decode(errors="replace")), ensure_ascii=False)
        return _read(kind, repaired.encode(errors="replace"))


def _read(kind: str, content: bytes) -> list[AnyOutput]:
    if kind == "stream":
        stream = msgspec.json.decode(content, type=_Stream)
        text = stream.text
        pieces = (text[at : at + STREAM_CHARS_MAX] for at in range(0, len(text), STREAM_CHARS_MAX))
        return [Stream("stderr" if stream.name == "stderr" else "stdout", piece) for piece in pieces]
    if kind == "clear_output":
        return [Cleared(msgspec.json.decode(content, type=_Clear).wait)]
    if kind == "error":
        return [_failure(msgspec.json.decode(content, type=ErrorContent))]
    display = msgspec.json.decode(content, type=_Display)
    data = _parts(display.data)
    if not data:
        return []
    slot = display.transient.display_id
    return [
        Display(
            data,
            result=kind == "execute_result",
            slot=None if slot is None else slot[:NAME_CHARS_MAX],
            update=kind == "update_display_data",
        )
    ]


def _parts(data: dict[str, msgspec.Raw]) -> dict[str, str]:
    """The forms that we show, the smallest first as long as they fit together."""
    found = {mime: _part(mime, data[mime]) for mime in MIMES & data.keys()}
    kept: dict[str, str] = {}
    room = DISPLAY_CHARS_MAX
    for mime, text in sorted(found.items(), key=lambda item: len(item[1])):
        if len(text) <= room:
            kept[mime] = text
            room -= len(text)
    if len(kept) < len(found) and "text/plain" not in kept:
        kept["text/plain"] = "[too large to show]"
    return kept


def _part(mime: str, raw: msgspec.Raw) -> str:
    if mime == "application/json":
        return bytes(raw).decode()
    value = msgspec.json.decode(raw, type=str | list[str])
    return value if isinstance(value, str) else "".join(value)


def _failure(error: ErrorContent) -> Failure:
    lines: list[str] = []
    room = TRACEBACK_CHARS_MAX
    for line in reversed(error.traceback[-TRACEBACK_LINES_MAX:]):  # its end says what happened
        if room <= 0:
            break
        lines.append(line[:room])
        room -= len(line)
    name = error.ename[:NAME_CHARS_MAX]
    return Failure(name, error.evalue[:MESSAGE_CHARS_MAX], lines[::-1])


def _size(output: AnyOutput) -> int:
    match output:
        case Stream(text=text):
            return _OVERHEAD + len(text)
        case Display(data=data):
            return _OVERHEAD + sum(len(text) for text in data.values())
    return _OVERHEAD
