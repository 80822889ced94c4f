"""A candidate's hands: what to press so that the editor holds a text, and key events sent with their exact times."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from playwright.async_api import Page

from keystroke.timeline import KeyEvent

INDENT = "    "
SHIFT_HELD = 8

_PUNCTUATION = {
    "Backquote": 192,
    "Minus": 189,
    "Equal": 187,
    "BracketLeft": 219,
    "BracketRight": 221,
    "Backslash": 220,
    "Semicolon": 186,
    "Quote": 222,
    "Comma": 188,
    "Period": 190,
    "Slash": 191,
}
_OTHERS = {"Space": 32, "Enter": 13, "Tab": 9, "Backspace": 8, "ShiftLeft": 16}


def pressed_for(text: str, *, indent: str) -> str:
    """The keys, as a `Typist` takes them, that type `text` into the editor from a line indented by `indent`.

    Enter indents as the line above, and one step more after a colon. A person leaves that where it is right, and
    takes back with Backspace what is too much; a blank line is left as it is. Closers that the editor adds are
    typed over, so that they need no plan.
    """
    return "".join(_presses(text.split("\n"), indent))


def _presses(lines: Sequence[str], indent: str) -> Iterator[str]:
    yield lines[0]
    for above, line in pairwise(lines):
        yield "\n"
        if above.strip():
            indent = above[: len(above) - len(above.lstrip())] or indent
            if above.endswith(":"):
                indent += INDENT
        if not line.strip():
            continue
        wanted = len(line) - len(line.lstrip())
        yield "\b" * ((len(indent) - wanted) // len(INDENT))
        yield line.lstrip()


async def type_keys(page: Page, keys: Sequence[KeyEvent], *, speed: float = 1) -> None:
    """Send each key when it is due, with the time that was meant: a busy machine's lateness is not typing.

    At a higher `speed` the keys come earlier than their times say, so that only key events stay true to life.
    """
    devtools = await page.context.new_cdp_session(page)
    loop = asyncio.get_running_loop()
    wall, began = time.time(), loop.time()
    sending = []
    shift = 0
    for key in keys:
        due_s = key["t"] / 1000
        await asyncio.sleep(max(0.0, began + due_s / speed - loop.time()))
        if key["code"] == "ShiftLeft":
            shift = SHIFT_HELD if key["type"] == "keydown" else 0
        call = _call(key, modifiers=shift) | {"timestamp": wall + due_s}
        sending.append(asyncio.create_task(devtools.send("Input.dispatchKeyEvent", call)))
    await asyncio.gather(*sending)
    await devtools.detach()


def _call(key: KeyEvent, *, modifiers: int) -> dict[str, Any]:
    call = {
        "key": key["key"],
        "code": key["code"],
        "windowsVirtualKeyCode": _virtual_key(key["code"]),
        "modifiers": modifiers,
    }
    if key["type"] == "keyup":
        return call | {"type": "keyUp"}
    text = "\r" if key["key"] == "Enter" else key["key"]
    return call | ({"type": "keyDown", "text": text} if len(text) == 1 else {"type": "rawKeyDown"})


def _virtual_key(code: str) -> int:
    if code.startswith(("Key", "Digit")):
        return ord(code[-1])
    return _PUNCTUATION.get(code) or _OTHERS[code]
