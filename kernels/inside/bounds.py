"""Bounds every message of the kernel at its source, so that what is printed in good faith is not dropped whole."""

from typing import Any

STREAM_CHARS = 1024 * 1024
PART_CHARS = 3 * 1024 * 1024
TRACEBACK_CHARS = 1024 * 1024  # 1,000 frames, where a recursion ends, are a quarter of it
MESSAGE_CHARS = 8_192
MATCHES = 200
NAME_CHARS = 256
INSPECTION_CHARS = 16_384
_TYPES = "_jupyter_types_experimental"


def bounded_serialize(serialize: Any) -> Any:
    def bounded(self: Any, msg: dict[str, Any], ident: Any = None) -> Any:
        content = msg.get("content")
        if isinstance(content, dict):
            msg = {**msg, "content": bound(msg.get("header", {}).get("msg_type", ""), content)}
        return serialize(self, msg, ident)

    return bounded


def bound(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """The same content with every long part shortened, and a note where something was left out."""
    if kind == "stream":
        return {**content, "text": _cut(content.get("text", ""), STREAM_CHARS)}
    if kind in ("display_data", "execute_result", "update_display_data"):
        return {**content, "data": _bound_parts(content.get("data", {}))}
    if kind == "input_request":
        return {**content, "prompt": _cut(str(content.get("prompt", "")), MESSAGE_CHARS)}
    if kind == "error" or content.get("status") == "error":
        return {
            **content,
            "evalue": _cut(str(content.get("evalue", "")), MESSAGE_CHARS),
            "traceback": _bound_lines(content.get("traceback", [])),
        }
    return content


def bound_completion(content: dict[str, Any]) -> dict[str, Any]:
    """The first matches, private ones last, each with its kind; a match is left out rather than cut."""
    kinds = {typed["text"]: typed["type"] for typed in content.get("metadata", {}).get(_TYPES, [])}
    short = [match for match in content["matches"] if len(match) <= NAME_CHARS]
    matches = sorted(short, key=lambda match: match.rpartition(".")[2].startswith("_"))[:MATCHES]
    typed = [{"text": match, "type": kinds[match]} for match in matches if match in kinds]
    return {**content, "matches": matches, "metadata": {_TYPES: typed}}


def bound_inspection(content: dict[str, Any]) -> dict[str, Any]:
    """The plain text alone, so much of it as people read."""
    plain = content.get("data", {}).get("text/plain")
    data = {} if plain is None else {"text/plain": _cut(plain, INSPECTION_CHARS)}
    return {**content, "data": data}


def _bound_parts(data: dict[str, Any]) -> dict[str, Any]:
    kept, left_out = {}, []
    for mime, part in data.items():
        if isinstance(part, (str, bytes)) and len(part) > PART_CHARS:
            left_out.append(f"{mime} of {len(part):,} characters")
        else:
            kept[mime] = part
    if left_out:
        note = f"[too large to show: {', '.join(left_out)}]"
        kept["text/plain"] = f"{kept['text/plain']}\n{note}" if "text/plain" in kept else note
    return kept


def _bound_lines(lines: list[Any]) -> list[str]:
    room, kept = TRACEBACK_CHARS, []
    for line in reversed(lines):  # the end of a traceback says what happened
        if room <= 0:
            kept.append("[the start of the traceback is left out]")
            break
        kept.append(_cut(str(line), min(room, MESSAGE_CHARS)))
        room -= len(kept[-1])
    return kept[::-1]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}\n[{len(text) - most:,} more characters left out]\n"
