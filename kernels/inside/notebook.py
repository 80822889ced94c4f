"""The kernel and shell classes of rooms: ipykernel's own, and what rooms want beyond that."""

import functools
import importlib
import inspect
import shlex
from typing import Any

from kernels.inside.bounds import bound_completion, bound_inspection
from kernels.inside.insist import leave_no_trace, stand_down
from kernels.inside.network import lacks_network
from kernels.inside.packages import MAGICS, main, without_network
from kernels.inside.variables import list_variables


@functools.cache
def kernel_class() -> Any:
    """Made once, ahead of a fork if there is one: the import behind it is the costly part.

    Rooms ask their questions on the control socket. Its thread answers beside a run, and, unlike ipykernel's subshells,
    without taking the place of the run as what the output of a candidate's threads belongs to.
    """
    kernel: Any = importlib.import_module("ipykernel.ipkernel").IPythonKernel

    class RoomKernel(kernel):  # type: ignore[misc]
        shell_class = importlib.import_module("traitlets").Type(shell_class())
        compiler_class = importlib.import_module("traitlets").Type(_compiler_class())
        control_msg_types = (*kernel.control_msg_types, "variables_request")

        async def do_execute(self, *arguments: Any, **options: Any) -> Any:
            try:
                return await super().do_execute(*arguments, **options)
            finally:
                stand_down()

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


@functools.cache
def shell_class() -> Any:
    shell: Any = importlib.import_module("ipykernel.zmqshell").ZMQInteractiveShell

    class RoomShell(shell):  # type: ignore[misc]
        def init_magics(self) -> None:
            super().init_magics()
            for tool in MAGICS:
                self.register_magic_function(functools.partial(_stand_in, tool), "line", tool)

        def _get_exc_info(self, exc_tuple: Any = None) -> Any:
            found = super()._get_exc_info(exc_tuple)
            leave_no_trace(found[1])
            return found

        def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
            notes = ["", *without_network().splitlines()] if lacks_network(evalue) else []
            super()._showtraceback(etype, evalue, [*stb, *notes])

    # Libraries tell a notebook from a terminal by the name of this class: progress bars and tables depend on it.
    for name in ("__module__", "__name__", "__qualname__"):
        setattr(RoomShell, name, getattr(shell, name))
    return RoomShell


@functools.cache
def _compiler_class() -> Any:
    compiler: Any = importlib.import_module("ipykernel.compiler").XCachingCompiler

    class RoomCompiler(compiler):  # type: ignore[misc]
        def get_code_name(self, *arguments: Any) -> str:
            """Tell `inspect` whose a cell's file is. It looks for it in each of thousands of modules else, at every
            traceback, and the first costs a room 60 ms and, by writing to their pages, 25 MiB.
            """
            name: str = super().get_code_name(*arguments)
            inspect.modulesbyfile[name] = "__main__"
            return name

    return RoomCompiler


def _stand_in(tool: str, line: str) -> None:
    main(tool, shlex.split(line, comments=True))
