"""Runs inside the sandbox: starts ipykernel with every message bounded at its source. Read as text, never imported."""

import importlib
import os
import shutil
import sys
from typing import Any

FONTS = "/run/kernel/fonts"
STREAM_CHARS = 1024 * 1024
PART_CHARS = 3 * 1024 * 1024
TRACEBACK_CHARS = 65_536
MESSAGE_CHARS = 8_192
NO_INPUT = "input() cannot ask anybody here; put the answer into a variable instead."


def main(connection_file: str, imports: list[str]) -> None:
    sys.path.insert(0, "")
    _lay_out_fonts()
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # a tenth of a second that no room needs
    for name in imports:
        try:
            importlib.import_module(name)
        except Exception as error:
            print(f"cannot import {name} ahead of need: {error}", file=sys.stderr)
    session = importlib.import_module("jupyter_client.session").Session
    session.serialize = _bounded(session.serialize)
    app = importlib.import_module("ipykernel.kernelapp").IPKernelApp.instance()
    app.connection_file = connection_file
    app.kernel_class = _kernel_class()
    app.config.HistoryManager.enabled = False
    complaints = os.dup(2)
    _silence()
    try:
        app.initialize([])
    except BaseException as error:
        os.write(complaints, f"{type(error).__name__}: {error}".encode())
        raise
    os.close(complaints)
    del sys.modules["debugpy"]
    if "matplotlib" in sys.modules:
        # An import before there was a shell could not tie figures to the end of a cell.
        importlib.import_module("matplotlib_inline.backend_inline")._enable_matplotlib_integration()
    app.start()


def _lay_out_fonts() -> None:
    """Give matplotlib its font cache where it looks for it, in a folder that it can write to."""
    if os.path.isdir(FONTS):
        shutil.copytree(FONTS, os.environ["MPLCONFIGDIR"], dirs_exist_ok=True, copy_function=shutil.copyfile)


def _silence() -> None:
    """Let go of the pipes to the kernel host, so that nothing a candidate writes to them costs it anything."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)


def _kernel_class() -> Any:
    kernel: Any = importlib.import_module("ipykernel.ipkernel").IPythonKernel
    error: Any = importlib.import_module("IPython.core.error").StdinNotImplementedError

    class RoomKernel(kernel):  # type: ignore[misc]
        def raw_input(self, prompt: str = "") -> str:
            raise error(NO_INPUT)

        def getpass(self, prompt: str = "", stream: Any = None, **_options: Any) -> str:
            raise error(NO_INPUT)

    return RoomKernel


def _bounded(serialize: Any) -> Any:
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
    if kind == "error" or content.get("status") == "error":
        return {
            **content,
            "evalue": _cut(str(content.get("evalue", "")), MESSAGE_CHARS),
            "traceback": _bound_lines(content.get("traceback", [])),
        }
    return content


def _bound_parts(data: dict[str, Any]) -> dict[str, Any]:
    kept, left_out = {}, []
    for mime, part in data.items():
        if isinstance(part, (str, bytes)) and len(part) > PART_CHARS:
            left_out.append(f"{mime} of {len(part):,} characters")
        else:
            kept[mime] = part
    if left_out:
        kept.setdefault("text/plain", f"[too large to show: {', '.join(left_out)}]")
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


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
