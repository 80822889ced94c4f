"""The libraries that kernels begin with: imported ahead of the fork, put right after it."""

import importlib
import sys
from typing import Any

_PARTS = {
    "IPython": (
        "IPython.core.completerlib",
        "IPython.core.debugger",
        "IPython.core.debugger_backport",
        "IPython.core.guarded_eval",
        "IPython.core.latex_symbols",
        "IPython.core.pylabtools",
        "IPython.extensions.storemagic",
        "IPython.utils.wildcard",
        "jedi.api.completion",
        "jedi.api.interpreter",
        "pygments.formatters.html",
        "pygments.formatters.terminal256",
        "pygments.lexers.python",
        "pygments.styles.default",
        "stack_data",
    ),
    "ipykernel": ("ipykernel.debugger", "ipykernel.kernelapp", "pdb", "tornado.platform.asyncio"),
    "matplotlib": (
        "matplotlib.pyplot",
        "matplotlib.backends.backend_agg",
        "matplotlib_inline.backend_inline",
        "PIL.BmpImagePlugin",
        "PIL.GifImagePlugin",
        "PIL.JpegImagePlugin",
        "PIL.PngImagePlugin",
        "PIL.PpmImagePlugin",
        "PIL.features",
    ),
    "pandas": ("pandas.io.formats.html", "pandas.io.formats.string"),
    "sklearn": (
        "sklearn.ensemble",
        "sklearn.linear_model",
        "sklearn.metrics",
        "sklearn.model_selection",
        "sklearn.pipeline",
        "sklearn.preprocessing",
        "threadpoolctl",
    ),
    "torch": ("torch._dynamo", "torch.utils.data", "multiprocessing.popen_fork"),
}
"""What each library imports only when it is first used in earnest: a first step of an optimiser takes a second else."""

_thread_pools: list[Any] = []


def import_ahead(names: list[str]) -> list[str]:
    """Import each with its parts. What an environment lacks is left out; what fails otherwise, as sentences."""
    notes = []
    for part in [part for name in names for part in (name, *_PARTS.get(name, ()))]:
        try:
            importlib.import_module(part)
        except ModuleNotFoundError:
            continue
        except Exception as error:
            notes.append(f"{part} is not imported ahead of need: {error}")
    if "matplotlib.font_manager" in sys.modules:
        _settle_matplotlib()
    if "threadpoolctl" in sys.modules:
        _thread_pools.append(sys.modules["threadpoolctl"].ThreadpoolController())
    return notes


def wake(threads: int) -> None:
    """After the fork: random numbers of this process's own, and more than the one thread that could be forked."""
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed()
    for pools in _thread_pools:
        for library in pools.lib_controllers:
            library.set_num_threads(threads)
    if (torch := sys.modules.get("torch")) is not None:
        torch.default_generator.seed()  # torch.seed() would ask every accelerator as well
        torch.set_num_threads(threads)


def _settle_matplotlib() -> None:
    """Forget the zygote's cache folder, and fonts that lie where no room sees them."""
    matplotlib = sys.modules["matplotlib"]
    for name in ("get_cachedir", "get_configdir"):
        cached = getattr(matplotlib, name)
        setattr(matplotlib, name, getattr(cached, "__wrapped__", cached))
    manager = sys.modules["matplotlib.font_manager"].fontManager
    seen = ("/usr/share/", sys.prefix)
    manager.ttflist = [font for font in manager.ttflist if font.fname.startswith(seen)]
    manager.afmlist = [font for font in manager.afmlist if font.fname.startswith(seen)]
