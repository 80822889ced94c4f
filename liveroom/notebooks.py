"""Jupyter notebooks as the room's text: cells between `# %%` marks, without their outputs. Pure."""

from typing import Any

import msgspec

from liveroom.errors import BadRequest

_PROSE = {"markdown": "# %% [markdown]", "raw": "# %% [raw]"}


def percent_of(content: bytes, name: str) -> str:
    """The text of a notebook (nbformat 3 or 4); raises BadRequest naming the file."""
    try:
        notebook = msgspec.json.decode(content)
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
        blocks = [_block(cell) for cell in cells]
    except (msgspec.DecodeError, UnicodeError, RecursionError, KeyError, IndexError, TypeError) as error:
        raise BadRequest(
            f"{name} is not a Jupyter notebook; save it again in Jupyter, or upload it as a .py file."
        ) from error
    return "\n".join(blocks) or "# %%\n"


def _block(cell: dict[str, Any]) -> str:
    source = cell["source"] if "source" in cell else cell["input"]
    text = source if isinstance(source, str) else "".join(source)
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    mark = _PROSE.get(cell["cell_type"])
    if mark is None:
        return f"# %%\n{text}\n"
    prose = "\n".join(f"# {line}".rstrip() for line in text.split("\n"))
    return f"{mark}\n{prose}\n"
