"""Writes the page's types, `frontend/src/protocol.gen.ts`, from messages.py and api.py: `make protocol`."""

import inspect
import sys
import types
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from liveroom import api, messages

TARGET = Path(__file__).parent.parent / "frontend" / "src" / "protocol.gen.ts"

_HEADING = """\
// Made from liveroom/messages.py and liveroom/api.py by `make protocol`: change those, not this file.
// A field marked `?` is absent when it has its default, which is "none" unless a comment names another.
"""

_PLAIN: dict[object, str] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    type(None): "null",
    Any: "unknown",
}


class Unwritable(TypeError):
    """A type of the wire that this module cannot put into TypeScript yet."""


def typescript() -> str:
    """The whole file. The same sources always give the same bytes."""
    aliases = {_key(value): name for module in (api, messages) for name, value in _aliases(module)}
    from_messages = [*_blocks(messages, aliases)]
    known = set(vars(messages))
    return "\n".join([_HEADING, *from_messages, *_blocks(api, aliases, known)])


def _blocks(
    module: types.ModuleType, aliases: dict[object, str], known: Container[str] = ()
) -> Iterator[str]:
    """The module's constants, interfaces and named unions, without those of `known`, which it imports."""
    yield f"// --- {Path(module.__file__ or '').name}\n"
    own_aliases = dict(_aliases(module))
    for name, value in vars(module).items():
        if name in known or value is messages.Message:
            continue
        if name.isupper() and isinstance(value, int | str):
            yield f"export const {name} = {msgspec.json.encode(value).decode()};\n"
        elif _is_struct(value):
            yield _interface(value, aliases)
        elif name in own_aliases:
            yield _union(name, _members(value, aliases))


def _aliases(module: types.ModuleType) -> Iterator[tuple[str, Any]]:
    """Named sets of texts (`Role`) and named unions of frames (`Output`), in their order."""
    for name, value in vars(module).items():
        is_texts = get_origin(value) is Literal
        is_frames = _is_union(value) and all(_is_struct(member) for member in get_args(value))
        if is_texts or is_frames:
            yield name, value


def _members(union: Any, aliases: dict[object, str]) -> list[str]:
    if get_origin(union) is Literal:
        return [msgspec.json.encode(member).decode() for member in get_args(union)]
    return [_type(member, aliases) for member in get_args(union)]


def _union(name: str, members: list[str]) -> str:
    line = f"export type {name} = {' | '.join(members)};\n"
    if len(line) <= 110:
        return line
    return f"export type {name} =\n" + "\n".join(f"  | {member}" for member in members) + ";\n"


def _interface(struct: type[msgspec.Struct], aliases: dict[object, str]) -> str:
    config = struct.__struct_config__
    lines = []
    if config.tag is not None:
        lines.append(f'{config.tag_field}: "{config.tag}";')
    for field in msgspec.structs.fields(struct):
        default = _default(field)
        optional = default is not msgspec.NODEFAULT
        if optional and default is not None:
            lines.append(f"/** Absent means {msgspec.json.encode(default).decode()}. */")
        kind = _type(field.type, aliases, without_none=default is None)
        lines.append(f"{field.encode_name}{'?' if optional else ''}: {kind};")
    doc = _tsdoc(struct)
    if not lines:
        return f"{doc}export type {struct.__name__} = Record<string, never>;\n"
    return f"{doc}export interface {struct.__name__} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _tsdoc(struct: type[msgspec.Struct]) -> str:
    if struct.__doc__ is None:
        return ""
    lines = inspect.cleandoc(struct.__doc__).splitlines()
    if len(lines) == 1:
        return f"/** {lines[0]} */\n"
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in lines) + " */\n"


def _type(kind: Any, aliases: dict[object, str], *, without_none: bool = False) -> str:
    """A type in TypeScript. `without_none` is for fields that are absent where they would be null."""
    if get_origin(kind) is Annotated:
        return _type(get_args(kind)[0], aliases, without_none=without_none)
    if name := aliases.get(_key(kind)):
        return name
    if _is_union(kind):
        members = [m for m in get_args(kind) if not (without_none and m is type(None))]
        return " | ".join(_type(member, aliases) for member in members)
    if _is_struct(kind):
        return str(kind.__name__)
    if kind in _PLAIN:
        return _PLAIN[kind]
    return _generic(kind, aliases)


def _generic(kind: Any, aliases: dict[object, str]) -> str:
    origin, members = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " | ".join(_members(kind, aliases))
    parts = [_type(member, aliases) for member in members]
    if origin is list:
        return f"({parts[0]})[]" if " | " in parts[0] else f"{parts[0]}[]"
    if origin is tuple:
        return f"[{', '.join(parts)}]"
    if origin is dict:
        keys = f"Record<{parts[0]}, {parts[1]}>"
        return keys if parts[0] == "string" else f"Partial<{keys}>"
    raise Unwritable(f"{kind!r} has no form in TypeScript here; give liveroom/protocol.py one.")


def _key(kind: Any) -> object:
    """Equal for unions of the same members, whichever way they were written."""
    if _is_union(kind):
        return frozenset(get_args(kind))
    if _is_struct(kind) or get_origin(kind) is not Literal:
        return object()
    return ("literal", frozenset(get_args(kind)))


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def main(arguments: list[str], target: Path = TARGET) -> int:
    """Write the file; with `--check`, only say whether it is current."""
    text = typescript()
    if "--check" not in arguments:
        target.write_text(text, encoding="utf-8")
        return 0
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{target.name} is not what messages.py and api.py say; run `make protocol`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
