"""Turns the harness files into one source that a kernel can run, since kernels cannot import this project."""

import ast
from functools import cache
from pathlib import Path
from typing import Literal

Role = Literal["judging", "answering"]
"""Also the name of the module that the kernel gets; checks say `from judging import call`."""

_FILES: dict[Role, tuple[str, ...]] = {
    "judging": ("harness_codec.py", "harness_judge.py"),
    "answering": ("harness_codec.py", "harness_candidate.py"),
}

_INSTALL = """\
def _install(text):
    import sys, types
    module = sys.modules[{role!r}] = types.ModuleType({role!r})
    exec(compile(text, "<{role}>", "exec"), module.__dict__)
    module.attach(globals())
_install({text!r})
del _install
"""


@cache
def installing(role: Role) -> str:
    """Source that puts the harness of `role` into a kernel, out of the way of the names people use there."""
    here = Path(__file__).parent
    text = "\n".join(_without_own_imports((here / name).read_text("utf-8")) for name in _FILES[role])
    return _INSTALL.format(role=role, text=text)


def calling(role: Role, function: str, *arguments: str | int) -> str:
    """Source that calls a function of the installed harness. Arguments become literals, never code."""
    literals = ", ".join(map(repr, arguments))
    return f'__import__("sys").modules[{role!r}].{function}({literals})\n'


def _without_own_imports(source: str) -> str:
    """The files share one namespace in the kernel, where `exercises` does not exist."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("exercises."):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return "\n".join(lines)
