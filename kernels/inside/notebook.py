"""The kernel class of rooms: ipykernel's own, and what rooms ask of it beyond that."""

import functools
import importlib
from typing import Any

NO_INPUT = "input() cannot ask anybody here; put the answer into a variable instead."


@functools.cache
def kernel_class() -> Any:
    """Made once, ahead of a fork if there is one: the import behind it is the costly part."""
    kernel: Any = importlib.import_module("ipykernel.ipkernel").IPythonKernel
    error: Any = importlib.import_module("IPython.core.error").StdinNotImplementedError

    class RoomKernel(kernel):  # type: ignore[misc]
        def raw_input(self, prompt: str = "") -> Any:
            if not self._allow_stdin:
                raise error(NO_INPUT)
            return super().raw_input(prompt)

        def getpass(self, prompt: str = "", stream: Any = None, **options: Any) -> Any:
            if not self._allow_stdin:
                raise error(NO_INPUT)
            return super().getpass(prompt, stream, **options)

    return RoomKernel
