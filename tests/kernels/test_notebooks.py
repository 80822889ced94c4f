"""Real notebooks, run by nbclient, show on the sandbox what they show on a stock kernel of the same environment."""

import asyncio
import re
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support import jupyter

NOTEBOOKS = sorted((Path(__file__).parent / "notebooks").glob("*.ipynb"))
CELL_SECONDS = 120

# What differs between any two kernels, and nothing else.
_ALIKE = (
    (r"0x[0-9a-f]{6,}", "0x…"),  # addresses
    (r"/tmp/ipykernel_\d+/", "/tmp/ipykernel_…/"),  # ipykernel names cells in warnings by its process id
    (r"\d+(\.\d+)? [nμm]?s\b", "… s"),  # %%time and %timeit
)


@pytest.mark.asyncio
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
async def test_a_notebook_shows_what_it_shows_on_a_stock_kernel(path: Path, tmp_path: Path) -> None:
    jupyter.install(tmp_path)
    with jupyter.on_the_path(tmp_path):
        sealed, stock = await asyncio.gather(
            run(path, jupyter.SEALED, tmp_path), run(path, jupyter.STOCK, tmp_path)
        )
    assert sealed == stock


async def run(path: Path, kernel: str, folder: Path) -> list[tuple[str, int | None, list[Any]]]:
    """Every code cell's source, its number and its outputs, as equal as two kernels' can be."""
    work = folder / kernel
    work.mkdir()
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=CELL_SECONDS,
        allow_errors=True,
        resources={"metadata": {"path": str(work)}},
    )
    # Tracebacks shorten paths in the home folder, so neither kernel has one with anything in it.
    await client.async_execute(env={"PATH": "/usr/bin:/bin", "HOME": str(work), "LANG": "C.UTF-8"})
    here = "/room" if kernel == jupyter.SEALED else str(work)
    return [
        (cell.source, cell.execution_count, [alike(output, here) for output in joined(cell.outputs)])
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def joined(outputs: list[Any]) -> list[Any]:
    """Neighbouring pieces of one stream as one: where ipykernel cuts depends on the clock."""
    whole: list[Any] = []
    for output in outputs:
        if (
            whole
            and output.output_type == whole[-1].output_type == "stream"
            and output.name == whole[-1].name
        ):
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def alike(value: Any, here: str) -> Any:
    """The same output without what differs between any two kernels; `here` is the working folder."""
    match value:
        case str():
            text = value.replace(here, "…")
            for pattern, same in _ALIKE:
                text = re.sub(pattern, same, text)
            return text
        case {"traceback": list(frames), **rest}:
            # How often a recursion fits depends on how deep the stack is where a cell begins.
            return alike(rest, here) | {"traceback": [alike(frame, here) for frame, _ in groupby(frames)]}
        case dict():
            return {name: alike(part, here) for name, part in value.items()}
        case list():
            return [alike(part, here) for part in value]
    return value
