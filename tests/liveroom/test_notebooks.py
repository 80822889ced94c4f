"""Notebooks become cells between marks."""

import json

import pytest

from exercises.cells import code_cells
from liveroom.errors import BadRequest
from liveroom.notebooks import percent_of


def notebook(*cells: dict[str, object]) -> bytes:
    return json.dumps({"cells": list(cells), "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


def test_code_and_prose_become_marked_cells() -> None:
    content = notebook(
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "Words"]},
        {"cell_type": "code", "source": "import torch\r\nprint(1)\n", "outputs": [{"output_type": "stream"}]},
        {"cell_type": "code", "source": []},
    )
    text = "# %% [markdown]\n# # Title\n#\n# Words\n\n# %%\nimport torch\nprint(1)\n\n# %%\n\n"
    assert percent_of(content, "a.ipynb") == text
    assert code_cells(text) == ["import torch\nprint(1)\n"]


def test_an_old_notebook_is_read_too() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}]}
    assert percent_of(json.dumps(old).encode(), "a.ipynb") == "# %%\nx = 1\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"print(1)",
        b"[]",
        b"{}",
        b'{"cells": 3}',
        b'{"cells": [{}]}',
        b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        b"\xff",
        b"[" * 5000,
    ],
)
def test_what_is_no_notebook_is_one_sentence_with_its_name(content: bytes) -> None:
    with pytest.raises(BadRequest, match=r"broken\.ipynb is not a Jupyter notebook"):
        percent_of(content, "broken.ipynb")
