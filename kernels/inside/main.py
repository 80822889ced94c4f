"""Is the kernel: ipykernel with every message bounded at its source. What is costly is done ahead of the fork."""

import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from kernels.inside import completions, figures, libraries, tracebacks
from kernels.inside.app import app_class
from kernels.inside.bounds import bounded_serialize
from kernels.inside.insist import listen
from kernels.inside.packages import lay_out

CONNECTION = "/run/kernel/connection.json"


def prepare(imports: list[str]) -> list[str]:
    """Import all that kernels start with, once a zygote; what could not be, as sentences.

    Starts no thread and opens nothing, so that forks may follow.
    """
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # a tenth of a second that no room needs
    importlib.import_module("ipykernel.kernelapp")
    notes = libraries.import_ahead(["ipykernel", "IPython", *imports])
    session = importlib.import_module("jupyter_client.session").Session
    session.serialize = bounded_serialize(session.serialize)
    figures.bound_retina()
    figures.warm_up()
    tracebacks.warm_up()
    completions.warm_up(imports)
    app: Any = app_class().instance()
    app.log.debug("made ahead of its forks")  # sets up logging, which looks at every logger that there is
    return notes


def start(threads: int, bound: Callable[[], None]) -> None:
    """Be the kernel, after `prepare` and a fork: returns when it ends. Standard output and error are let go of.

    `bound` is called when the sockets are there and no code of a candidate's has run.
    """
    sys.path.insert(0, "")
    libraries.wake(threads)
    lay_out()
    app: Any = app_class().instance()
    app.connection_file = CONNECTION
    with open(CONNECTION, encoding="utf-8") as file:
        app.config.InlineBackend.figure_formats = {json.load(file)["figure_format"]}
    complaints = os.dup(2)
    _silence()
    try:
        app.initialize([])
    except BaseException as error:
        os.write(complaints, f"{type(error).__name__}: {error}".encode())
        raise
    os.close(complaints)
    del sys.modules["debugpy"]
    if "matplotlib.pyplot" in sys.modules:
        # An import before there was a shell could not tie figures to the end of a cell.
        importlib.import_module("matplotlib_inline.backend_inline")._enable_matplotlib_integration()
    listen()
    bound()
    app.start()


def _silence() -> None:
    """Let go of the pipes to the kernel host, so that nothing a candidate writes to them costs it anything."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
