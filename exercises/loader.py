"""Reads exercises from folders, strictly: what a site adds is refused with a sentence, never half loaded."""

import ast
import re
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from exercises.cells import code_cells
from exercises.checks import checks_of
from exercises.errors import BadExercise, UnknownExercise
from exercises.exercise import AS_THE_SITE, Exercise, Limits

SHIPPED = Path(__file__).parent / "catalogue"
HEAD = "exercise.toml"
TEXTS = ("brief.md", "starter.py", "solution.py", "guide.md", "data.py", "visible.py", "hidden.py")
FILE_BYTES_MAX = 256 * 1024
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    summary: str
    minutes: int
    environment: Annotated[str, Meta(pattern=f"^{SLUG.pattern}$", max_length=60)] | None = None
    limits: Limits = AS_THE_SITE


def catalogue(folder: Path = SHIPPED) -> list[Exercise]:
    """Every exercise of a folder, by title."""
    folders = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))]
    return sorted((_read(path) for path in folders), key=lambda exercise: exercise.title)


def load(slug: str, folder: Path = SHIPPED) -> Exercise:
    """The exercise of that name. Raises UnknownExercise, or BadExercise naming the file at fault."""
    if not SLUG.fullmatch(slug) or not (folder / slug).is_dir():
        known = ", ".join(sorted(path.name for path in folder.iterdir() if SLUG.fullmatch(path.name)))
        raise UnknownExercise(f"There is no exercise {slug!r}. There are: {known}.")
    return _read(folder / slug)


def _read(folder: Path) -> Exercise:
    slug = folder.name
    if not SLUG.fullmatch(slug):
        raise BadExercise(f"{slug} cannot name an exercise; use small letters and digits with '-' between.")
    unknown = {path.name for path in folder.iterdir()} - {HEAD, *TEXTS, "__pycache__"}
    if unknown:
        raise BadExercise(f"{slug} holds {', '.join(sorted(unknown))}, which no exercise has; take it out.")
    head = _head(folder)
    texts = {name.partition(".")[0]: _text(folder, name) for name in TEXTS}
    exercise = Exercise(slug, **msgspec.structs.asdict(head), **texts)  # type: ignore[arg-type]
    _examine(exercise)
    return exercise


def _head(folder: Path) -> _Head:
    where = f"{folder.name}/{HEAD}"
    try:
        head = msgspec.toml.decode(_text(folder, HEAD), type=_Head)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BadExercise(f"{where} cannot be read: {error}.") from error
    if not 5 <= head.minutes <= 240:
        raise BadExercise(f"{where} says {head.minutes} minutes; give 5 to 240.")
    if not head.title.strip() or not head.summary.strip() or "\n" in head.title + head.summary:
        raise BadExercise(f"{where} needs a title and a summary of one line each.")
    return head


def _text(folder: Path, name: str) -> str:
    where = f"{folder.name}/{name}"
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise BadExercise(f"{where} cannot be read ({error.strerror}); every exercise has it.") from error
    if len(data) > FILE_BYTES_MAX:
        raise BadExercise(f"{where} is larger than {FILE_BYTES_MAX // 1024} KiB; make it smaller.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadExercise(f"{where} is not UTF-8; save it as UTF-8.") from error
    if not text.strip() or "\r" in text or "\0" in text:
        raise BadExercise(f"{where} is empty, or its lines do not end in a plain newline.")
    return text


def _examine(exercise: Exercise) -> None:
    for name in ("starter", "solution"):
        if not code_cells(getattr(exercise, name)):
            raise BadExercise(f"{exercise.slug}/{name}.py has no cell; begin one with a `# %%` line.")
    checks_of(exercise.visible, file=f"{exercise.slug}/visible.py")
    checks_of(exercise.hidden, file=f"{exercise.slug}/hidden.py")
    try:
        tree = ast.parse(exercise.data)
    except SyntaxError as error:
        raise BadExercise(
            f"{exercise.slug}/data.py, line {error.lineno}, is not Python: {error.msg}."
        ) from error
    if not any(isinstance(node, ast.FunctionDef) and node.name == "generate" for node in tree.body):
        raise BadExercise(f"{exercise.slug}/data.py has no function `generate(seed)`.")
