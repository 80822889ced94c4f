"""Starts ipykernel with every message bounded at its source; what is costly can be done ahead of a fork."""

import importlib
import os
import shutil
import sys

from kernels.inside.bounds import bounded_serialize
from kernels.inside.notebook import kernel_class

FONTS = "/run/kernel/fonts"


def main(connection_file: str, imports: list[str]) -> None:
    """Be the kernel, in a process that was started for it."""
    prepare(imports)
    start(connection_file)


def prepare(imports: list[str]) -> None:
    """Import ipykernel and `imports`, once a process. Starts no thread and opens nothing, so that forks may follow."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # a tenth of a second that no room needs
    for name in imports:
        try:
            importlib.import_module(name)
        except Exception as error:
            print(f"cannot import {name} ahead of need: {error}", file=sys.stderr)
    importlib.import_module("ipykernel.kernelapp")
    session = importlib.import_module("jupyter_client.session").Session
    session.serialize = bounded_serialize(session.serialize)
    kernel_class()


def start(connection_file: str) -> None:
    """Be the kernel, after `prepare`: returns when it ends. Standard output and error are let go of."""
    sys.path.insert(0, "")
    _lay_out_fonts()
    app = importlib.import_module("ipykernel.kernelapp").IPKernelApp.instance()
    app.connection_file = connection_file
    app.kernel_class = kernel_class()
    app.config.HistoryManager.enabled = False
    complaints = os.dup(2)
    _silence()
    try:
        app.initialize([])
    except BaseException as error:
        os.write(complaints, f"{type(error).__name__}: {error}".encode())
        raise
    os.close(complaints)
    del sys.modules["debugpy"]
    if "matplotlib" in sys.modules:
        # An import before there was a shell could not tie figures to the end of a cell.
        importlib.import_module("matplotlib_inline.backend_inline")._enable_matplotlib_integration()
    _forget_ourselves()
    app.start()


def _forget_ourselves() -> None:
    """A candidate's `import kernels` is about a file of theirs, not about us."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "kernels"]:
        del sys.modules[name]


def _lay_out_fonts() -> None:
    """Give matplotlib its font cache where it looks for it, in a folder that it can write to."""
    if os.path.isdir(FONTS):
        shutil.copytree(FONTS, os.environ["MPLCONFIGDIR"], dirs_exist_ok=True, copy_function=shutil.copyfile)


def _silence() -> None:
    """Let go of the pipes to the kernel host, so that nothing a candidate writes to them costs it anything."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
