"""Reads a file of checks without running it: the names, and the sentences that people see."""

import ast
from dataclasses import dataclass

from exercises.errors import BadExercise


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    sentence: str


def checks_of(source: str, *, file: str = "checks") -> list[Check]:
    """The checks in order. Raises BadExercise naming `file` and the check at fault."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise BadExercise(f"{file}, line {error.lineno}, is not Python: {error.msg}.") from error
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    found = [_check(node, file) for node in functions if node.name.startswith("check_")]
    if not found:
        raise BadExercise(f"{file} has no check; write a function `check_…(rng)`.")
    if len({check.name for check in found}) < len(found):
        raise BadExercise(f"{file} has two checks of one name; rename one.")
    return found


def _check(node: ast.FunctionDef, file: str) -> Check:
    sentence = " ".join((ast.get_docstring(node) or "").split())
    if not sentence:
        raise BadExercise(f"{file}: `{node.name}` has no docstring; say in one sentence what it checks.")
    if [argument.arg for argument in node.args.args] != ["rng"]:
        raise BadExercise(f"{file}: `{node.name}` must take `rng` and nothing else.")
    if not any(isinstance(part, ast.Yield) for part in ast.walk(node)):
        raise BadExercise(f"{file}: `{node.name}` asks nothing; use `answer = yield call(…)`.")
    return Check(node.name, sentence)
