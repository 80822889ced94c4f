"""The kernel class of rooms: ipykernel's own, and what rooms ask of it beyond that."""

import functools
import importlib
from typing import Any

from kernels.inside.bounds import bound_completion, bound_inspection
from kernels.inside.variables import list_variables


@functools.cache
def kernel_class() -> Any:
    """Made once, ahead of a fork if there is one: the import behind it is the costly part.

    Rooms ask their questions on the control socket. Its thread answers beside a run, and, unlike ipykernel's subshells,
    without taking the place of the run as what the output of a candidate's threads belongs to.
    """
    kernel: Any = importlib.import_module("ipykernel.ipkernel").IPythonKernel

    class RoomKernel(kernel):  # type: ignore[misc]
        control_msg_types = (*kernel.control_msg_types, "variables_request")

        async def do_complete(self, code: str, cursor_pos: int) -> dict[str, Any]:
            return bound_completion(super().do_complete(code, cursor_pos))

        async def do_inspect(self, *arguments: Any, **options: Any) -> dict[str, Any]:
            return bound_inspection(super().do_inspect(*arguments, **options))

        async def variables_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
            """List the candidate's variables; a request of our own."""
            content = {
                "status": "ok",
                "variables": list_variables(self.shell.user_ns, self.shell.user_ns_hidden),
            }
            self.session.send(stream, "variables_reply", content, parent, ident)

    return RoomKernel
