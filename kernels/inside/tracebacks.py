"""Formats one traceback ahead of the fork: the first compiles the patterns by which code is coloured."""

import contextlib
import importlib
import sys
from typing import Any


def warm_up() -> None:
    """What is compiled stays in memory, which forks share. An IPython that does it otherwise compiles it later."""
    with contextlib.suppress(Exception):
        tracebacks: Any = importlib.import_module("IPython.core.ultratb")
        formatter = tracebacks.FormattedTB(mode="Context", theme_name="neutral", include_vars=False)
        try:
            len(None)  # type: ignore[arg-type]
        except TypeError:
            formatter.structured_traceback(*sys.exc_info())
