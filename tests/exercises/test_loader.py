"""Folders of exercises: what is accepted, and what is said where one is not."""

import re
import shutil
from pathlib import Path

import pytest

from exercises.errors import BadExercise, UnknownExercise
from exercises.exercise import Limits
from exercises.loader import SHIPPED, catalogue, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one shipped exercise, to break."""
    shutil.copytree(SHIPPED / "category-encoder", tmp_path / "category-encoder")
    return tmp_path / "category-encoder"


def test_three_exercises_are_shipped() -> None:
    assert {exercise.slug for exercise in catalogue()} == {
        "category-encoder",
        "leaky-notebook",
        "training-loop",
    }


def test_an_exercise_is_loaded_whole() -> None:
    exercise = load("training-loop")
    assert exercise in catalogue()
    assert exercise.title == "Training loop"
    assert exercise.minutes == 60
    assert exercise.brief == (SHIPPED / "training-loop" / "brief.md").read_text("utf-8")
    assert exercise.hidden == (SHIPPED / "training-loop" / "hidden.py").read_text("utf-8")


def test_an_exercise_may_name_its_environment_and_lower_limits(folder: Path) -> None:
    head = folder / "exercise.toml"
    head.write_text(
        head.read_text() + 'environment = "sklearn"\n[limits]\nmemory_mib = 512\nrun_seconds = 2.5\n'
    )
    exercise = load(folder.name, folder.parent)
    assert exercise.environment == "sklearn"
    assert exercise.limits == Limits(memory_mib=512, run_seconds=2.5)
    assert load("training-loop").limits == Limits()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("[limits]\nmemory_mib = 8\n", r"Expected `int` >= 256"),
        ("[limits]\ncpus = 0.0\n", r"Expected `float` > 0"),
        ("[limits]\nmemory = 512\n", r"unknown field `memory`"),
        ('environment = "Torch 2"\n', r"environment"),
    ],
)
def test_limits_that_cannot_be_are_named_with_their_file(folder: Path, more: str, sentence: str) -> None:
    head = folder / "exercise.toml"
    head.write_text(head.read_text() + more)
    with pytest.raises(BadExercise, match=rf"category-encoder/exercise\.toml cannot be read: .*{sentence}"):
        load(folder.name, folder.parent)


@pytest.mark.parametrize("slug", ["attention", "../loader", "", "Training-Loop", "category-encoder/"])
def test_an_unknown_name_lists_the_known_ones(slug: str) -> None:
    known = "There are: category-encoder, leaky-notebook, training-loop."
    with pytest.raises(UnknownExercise, match=known):
        load(slug)


@pytest.mark.parametrize(
    "name", ["exercise.toml", "brief.md", "starter.py", "data.py", "hidden.py", "guide.md"]
)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BadExercise, match=f"category-encoder/{name} cannot be read"):
        load("category-encoder", folder.parent)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("exercise.toml", b"title = 1", "exercise.toml cannot be read"),
        (
            "exercise.toml",
            b'title="a"\nsummary="b"\nminutes=9\nlevel=3',
            "exercise.toml cannot be read.*level",
        ),
        ("exercise.toml", b'title="a"\nsummary="b"\nminutes=1', "says 1 minutes; give 5 to 240"),
        ("exercise.toml", b'title=" "\nsummary="b"\nminutes=9', "needs a title and a summary"),
        ("brief.md", b"\xff\xfe", "brief.md is not UTF-8"),
        ("brief.md", b"  \n", "brief.md is empty"),
        ("starter.py", b"# %%\r\nx = 1\r\n", "starter.py is empty, or its lines do not end"),
        ("starter.py", b"# %% [markdown]\n# words\n", "starter.py has no cell"),
        ("guide.md", b"x" * 300_000, "guide.md is larger than 256 KiB"),
        ("data.py", b"def make(seed):\n    return {}\n", "data.py has no function `generate"),
        ("data.py", b"def generate(\n", "data.py, line 1, is not Python"),
        ("visible.py", b"x = (\n", "visible.py, line 1, is not Python"),
        ("visible.py", b"x = 1\n", "visible.py has no check"),
        ("hidden.py", b"def check_a(rng):\n    yield\n", "hidden.py: `check_a` has no docstring"),
        ("hidden.py", b"def check_a(x):\n    'A.'\n    yield\n", "hidden.py: `check_a` must take `rng`"),
        ("hidden.py", b"def check_a(rng):\n    'A.'\n", "hidden.py: `check_a` asks nothing"),
        (
            "hidden.py",
            b"def check_a(rng):\n    'A.'\n    yield\n" * 2,
            "hidden.py has two checks of one name",
        ),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(folder: Path, name: str, content: bytes, said: str) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(BadExercise, match=said):
        load("category-encoder", folder.parent)


def test_an_unknown_file_or_a_bad_folder_name_is_refused(folder: Path) -> None:
    (folder / "solution_old.py").write_text("x = 1\n")
    with pytest.raises(BadExercise, match="holds solution_old"):
        load("category-encoder", folder.parent)
    folder.rename(folder.parent / "Category Encoder")
    with pytest.raises(BadExercise, match="Category Encoder cannot name an exercise"):
        catalogue(folder.parent)


def test_the_encoder_is_solved_by_typing_one_short_block() -> None:
    exercise = load("category-encoder")
    before, after = exercise.starter.splitlines(keepends=True), exercise.solution.splitlines(keepends=True)
    same = next(n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    typed = "".join(after[same : len(after) - (len(before) - same)])
    assert "".join(before[:same]) + typed + "".join(before[same:]) == exercise.solution
    assert len(re.sub(r"(?m)^ +", "", typed)) < 900


def test_what_everyone_sees_does_not_tell_the_hidden_checks() -> None:
    for exercise in catalogue():
        seen = exercise.brief + exercise.starter + exercise.visible
        assert not [name for name in re.findall(r"def (check_\w+)", exercise.hidden) if name in seen]
