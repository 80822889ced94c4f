"""The same sandbox as a jupyter_client provisioner, for anyone's AsyncKernelManager, nbclient or Jupyter Server.

In a kernelspec: `"metadata": {"kernel_provisioner": {"provisioner_name": "liveroom-sandbox",
"config": {"environment": "/path/to/a/venv"}}}`. The environment needs ipykernel; the kernelspec's own command line
is not used.
"""

import asyncio
import contextlib
import secrets
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Float, Int, Unicode

from kernels import launch
from kernels.environments import fingerprint
from kernels.kernel import IMPORTS, Limits
from kernels.sealed import START_SECONDS, kernel_files

_SIGINT, _SIGTERM, _SIGKILL = 2, 15, 9
_KILLED = -9
_zygotes: dict[tuple[Path, str], launch.Zygote] = {}


class SandboxProvisioner(KernelProvisionerBase):
    """Starts a stock manager's kernel sealed. Its messages travel over unix sockets, as there is no network inside."""

    environment = Unicode(".venv-kernel", help="The virtual environment that the kernel runs in")
    memory_mib = Int(Limits().memory_mib, help="Most memory of all the kernel's processes together")
    cpus = Float(Limits().cpus, help="Threads that numeric libraries begin with")
    pids = Int(Limits().pids, help="Most processes and threads")
    disk_mib = Int(Limits().disk_mib, help="Size of the kernel's private work folder")
    data = Unicode(help="A folder whose files the kernel gets a copy of, read-only, at data/")

    _sealed: launch.Sealed | None = None
    _folder: Path | None = None

    @property
    def has_process(self) -> bool:
        return self._sealed is not None

    @property
    def death_reason(self) -> str:
        """Why the kernel died, for a person; empty while it lives."""
        return self._sealed.reason if self._sealed is not None else ""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        manager = self.parent
        if self._folder is None:
            self._folder = launch.socket_folder()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if manager is not None:
            manager.transport = "ipc"
            manager.ip = str(self._folder / "k")
            for port, name in enumerate(("shell", "iopub", "stdin", "hb", "control"), start=1):
                setattr(manager, f"{name}_port", port)
            manager.write_connection_file()
            self.connection_info = manager.get_connection_info()
        kwargs.pop("extra_arguments", None)
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        assert self._folder is not None
        key = self.connection_info["key"]
        self._sealed = await launch.seal(
            _zygote(self.environment),
            slot=secrets.randbelow(launch.SLOTS),
            limits=Limits(memory_mib=self.memory_mib, cpus=self.cpus, pids=self.pids, disk_mib=self.disk_mib),
            files=kernel_files(key.decode() if isinstance(key, bytes) else key),
            sockets=self._folder,
        )
        await self._sealed.answer("ready", START_SECONDS)
        if self.data:
            await self._sealed.fill(Path(self.data))
        return self.connection_info

    async def poll(self) -> int | None:
        if self._sealed is None:
            return 0
        if not self._sealed.ended.is_set():
            return None
        return self._sealed.code if self._sealed.code is not None else _KILLED

    async def wait(self) -> int | None:
        if self._sealed is None:
            return 0
        await self._sealed.ended.wait()
        code = await self.poll()
        self._sealed = None
        return code

    async def send_signal(self, signum: int) -> None:
        if signum == _SIGKILL:
            await self.kill()
        elif self._sealed is not None and signum != 0:
            await self._sealed.interrupt(signum)

    async def kill(self, restart: bool = False) -> None:
        if self._sealed is not None:
            await self._sealed.end()

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        await self.kill(restart)
        if self._folder is not None:
            launch.remove_folder(self._folder)
        if restart:
            return  # clients that are connected know the folder by its name
        self._folder = None
        connection_file = getattr(self.parent, "connection_file", None)
        if connection_file:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(Path(connection_file).unlink)

    async def get_provisioner_info(self) -> dict[str, Any]:
        info: dict[str, Any] = await super().get_provisioner_info()
        info["environment"] = self.environment
        return info


def _zygote(path: str) -> launch.Zygote:
    """The zygote of all kernels that this process starts in an environment; another once that has changed."""
    environment = Path(path).absolute()
    key = (environment, fingerprint(environment))
    zygote = _zygotes.get(key)
    if zygote is None or not zygote.alive:
        for old in [old for old in _zygotes if old[0] == environment]:
            _zygotes.pop(old).end()
        zygote = _zygotes[key] = launch.Zygote(environment, IMPORTS)
    return zygote
