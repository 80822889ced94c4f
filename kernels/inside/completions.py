"""Completion that answers at once the first time, too: jedi reads the sources that it goes by ahead of the fork."""

import importlib
import sys
from typing import Any


def warm_up(names: list[str]) -> None:
    """Complete once what people begin with. What was read stays in memory, which forks share, and goes to no disk."""
    try:
        jedi: Any = importlib.import_module("jedi")
        cache: Any = importlib.import_module("parso.cache")
    except ModuleNotFoundError:
        return  # IPython then completes without it
    for name in ("_save_to_file_system", "_load_from_file_system", "_remove_cache_and_update_lock"):
        setattr(cache, name, _do_nothing)
    namespace = {name: sys.modules[name] for name in names if name in sys.modules}
    for source in ("p", *(f"{name}." for name in namespace if name.isidentifier())):
        for completion in jedi.Interpreter(source, [namespace]).complete():
            completion.type  # noqa: B018 - found out when asked for


def _do_nothing(*_arguments: Any, **_options: Any) -> None:
    pass
