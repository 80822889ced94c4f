"""Stands in for a kernel in tests of the judging itself: runs sources in a namespace of this process."""

import contextlib
import io
from dataclasses import dataclass, field
from typing import Any

from exercises.execution import Executed, Status
from exercises.exercise import Exercise


@dataclass
class InProcess:
    """An Execute. `instead` maps a piece of source to what happens when a source contains it."""

    instead: dict[str, Executed] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    out: io.StringIO = field(default_factory=io.StringIO)

    async def __call__(self, source: str) -> Executed:
        self.sources.append(source)
        for piece, executed in self.instead.items():
            if piece in source:
                return executed
        before = self.out.tell()  # one stream for life, as a real kernel has
        with contextlib.redirect_stdout(self.out):
            status, error = self._run(source)
        return Executed(status, self.out.getvalue()[before:], error)

    def _run(self, source: str) -> tuple[Status, str | None]:
        try:
            exec(compile(source, "<ipykernel cell>", "exec"), self.names)
        except BaseException as error:
            return "error", f"{type(error).__name__}: {error}"
        return "ok", None


def small_exercise(**texts: str) -> Exercise:
    """Doubling a number, with one check of each kind; `texts` replace fields."""
    double = '''
from judging import call

def check_doubles(rng):
    """Numbers are doubled."""
    number = int(rng.integers(1, 1000))
    answer = yield call("double", number)
    assert answer == 2 * number, f"double({number}) gave {answer}."
'''
    fields: dict[str, Any] = {
        "brief": "Double a number.",
        "starter": "# %%\ndef double(x):\n    return x\n",
        "solution": "# %%\ndef double(x):\n    return x * 2\n",
        "guide": "Listen.",
        "data": "def generate(seed):\n    return {'seed.txt': str(seed).encode()}\n",
        "visible": double,
        "hidden": double,
    }
    return Exercise("double", "Double", "Double a number.", 15, **(fields | texts))
