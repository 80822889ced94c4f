"""Cells of a py:percent file."""

from exercises.cells import code_cells


def test_cells_are_what_stands_between_marks() -> None:
    assert code_cells("import os\n# %%\na = 1\n\n# %% a title\nb = 2\n") == [
        "import os\n",
        "a = 1\n",
        "b = 2\n",
    ]


def test_prose_and_empty_cells_are_left_out() -> None:
    text = "# %% [markdown]\n# words\n# %%\n\n# %%\nprint(1)\n# %% [raw]\nx\n"
    assert code_cells(text) == ["print(1)\n"]


def test_a_file_without_marks_is_one_cell() -> None:
    assert code_cells("a = 1\nb = 2\n") == ["a = 1\nb = 2\n"]


def test_a_mark_inside_a_line_is_no_mark() -> None:
    assert code_cells("text = '# %%'\n    # %%\n") == ["text = '# %%'\n    # %%\n"]
