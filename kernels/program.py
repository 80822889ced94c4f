"""What runs in a sandbox, in a process forked for it: a kernel, or a source of ours. Stdlib only."""

import atexit
import gc
import importlib
import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

_ours: list[str] = []


def settle() -> None:
    """Before the fork: note which modules are ours. A look through all would write to a page for each of thousands."""
    _ours[:] = [name for name in sys.modules if name.partition(".")[0] == "kernels"]


def run_kernel(threads: int, *, bound: Callable[[], None]) -> NoReturn:
    """Be an ipykernel with its libraries on so many threads. `bound` is called once its sockets are there."""
    start = importlib.import_module("kernels.inside.main").start
    _begin()
    _run(lambda: start(threads, bound))


def run_source(source: str) -> NoReturn:
    """Run a program of ours as `python -I` would."""
    _begin()
    code = compile(source, "<sealed>", "exec")
    _run(lambda: exec(code, {"__name__": "__main__"}))  # noqa: S102 - ours, and sealed


def _begin() -> None:
    """Nothing of ours can be imported from here on; what was made so far is left out of collections."""
    for name in _ours:
        del sys.modules[name]
    gc.freeze()
    gc.enable()


def _run(program: Callable[[], None]) -> NoReturn:
    """Run to the end, as an interpreter would, without the finalisation that would touch every shared page."""
    code: object = 0
    try:
        program()
    except SystemExit as leaving:
        code = leaving.code
    except BaseException:
        traceback.print_exc()
        code = 1
    try:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)
