"""ipykernel's application, without what a sealed kernel has no use for: each costs every room time and memory."""

import functools
import importlib
import sys
import types
from typing import Any

from kernels.inside.notebook import kernel_class

PROFILE = "/tmp/.ipython/profile_default"  # noqa: S108 - the room's own


@functools.cache
def app_class() -> Any:
    """Made once, ahead of the fork."""
    base: Any = importlib.import_module("ipykernel.kernelapp").IPKernelApp
    profiles: Any = importlib.import_module("IPython.core.profiledir").ProfileDir
    modules = set(sys.modules)

    class RoomApp(base):  # type: ignore[misc]
        """There is no command line and there are no configuration files to read."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.kernel_class = _light(kernel_class())
            self.config.HistoryManager.hist_file = ":memory:"  # of this kernel alone

        def parse_command_line(self, argv: Any = None) -> None:
            pass

        def init_crash_handler(self) -> None:
            pass

        def init_profile_dir(self) -> None:
            self.profile_dir = profiles.create_profile_dir(PROFILE, config=self.config)

        def init_config_files(self) -> None:
            pass

        def load_config_file(self, *_arguments: Any, **_options: Any) -> None:
            pass

        def init_code(self) -> None:
            """There is no code to run first. What ipykernel notes at its end was noted ahead of the fork.

            To list thousands of modules is to write to the page of each one's name.
            """
            self.shell.user_ns_hidden.update(self.shell.user_ns)
            self.shell._sys_modules_keys = modules

    return RoomApp


def _light(kernel: Any) -> Any:
    """The same kernel without a list, for the debugger, of all modules' files.

    Making it writes to the pages of thousands of modules: 12 MiB that a room would not share with the others.
    """
    module: Any = importlib.import_module("ipykernel.ipkernel")

    class LightKernel(kernel):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            module.sys = types.SimpleNamespace(modules={}, version=sys.version)
            try:
                super().__init__(**options)
            finally:
                module.sys = sys

    return LightKernel
