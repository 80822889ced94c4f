"""What is measured: a kernel host of its own, and stock kernels of the same environment."""

import asyncio
import contextlib
import statistics
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from kernels.client import HostPool, ensure_host
from kernels.kernel import Kernel
from kernels.outputs import Finished, Stream
from tests.support.census import children, descendants
from tests.support.server import end_kernel_host, kernel_hosts

ENVIRONMENT = Path(__file__).parents[3] / ".venv-kernel"
IMPORTS = "import numpy, pandas, sklearn, matplotlib.pyplot, torch"
TORCH = "torch.ones(2).sum()"
FIRST = f"{IMPORTS}\n{TORCH}"
_WARM_SECONDS = 60


@dataclass
class Host:
    """A kernel host. `deaths` gets a room's name when its kernel died."""

    pool: HostPool
    pid: int
    deaths: asyncio.Queue[str]

    def rooms(self) -> list[int]:
        """The supervisors of all kernels, warm ones too."""
        return [room for zygote in children(self.pid) for room in children(zygote)]

    async def until_warm(self, kernels: int) -> None:
        """Wait until so many supervisors, each with a kernel that has come to rest, are there."""
        async with asyncio.timeout(_WARM_SECONDS):
            while len(self.rooms()) < kernels or any(len(descendants(room)) < 3 for room in self.rooms()):
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)


@contextlib.asynccontextmanager
async def sealed_host(*, warm: int, most: int = 32) -> AsyncIterator[Host]:
    """A host whose zygote has imported everything and, with `warm`, kernels that wait."""
    with tempfile.TemporaryDirectory(prefix="lr") as name:
        folder = Path(name)
        socket = folder / "kernels.sock"
        await ensure_host(socket, {"default": ENVIRONMENT}, warm=warm, most=most, linger=60)
        deaths: asyncio.Queue[str] = asyncio.Queue()
        pool = HostPool(socket, on_death=lambda room, _reason: deaths.put_nowait(room))
        (pid,) = kernel_hosts(folder)
        host = Host(pool, pid, deaths)
        try:
            await used(await pool.lease("first"))
            await pool.release("first")
            await host.until_warm(warm)
            yield host
        finally:
            await pool.close()
            end_kernel_host(folder)
            while Path(f"/proc/{pid}").exists():
                await asyncio.sleep(0.05)


async def used(kernel: Kernel, source: str = FIRST) -> None:
    """Run a cell to its good end."""
    async for item in kernel.run(source):
        assert not isinstance(item, Finished) or item.status == "ok", item


async def until_printed(kernel: Kernel, source: str, *, then: Any) -> Finished:
    """Run a cell, and `then()` once it printed something."""
    async for item in kernel.run(source):
        if isinstance(item, Stream):
            await then()
        if isinstance(item, Finished):
            return item
    raise AssertionError("a run ended without Finished")


class Stock:
    """A plain ipykernel under a plain manager."""

    def __init__(self) -> None:
        self.manager = AsyncKernelManager()
        command = [str(ENVIRONMENT / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self.manager._kernel_spec = KernelSpec(argv=command, language="python")
        self.client: AsyncKernelClient

    @property
    def pid(self) -> int:
        provisioner: Any = self.manager.provisioner
        pid: int = provisioner.pid
        return pid

    async def start(self) -> None:
        await self.manager.start_kernel(stderr=asyncio.subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=60)

    async def used(self, source: str = FIRST) -> None:
        reply = await self.client.execute_interactive(source, output_hook=lambda _message: None, timeout=60)
        assert reply["content"]["status"] == "ok", reply

    async def end(self) -> None:
        self.client.stop_channels()
        await self.manager.shutdown_kernel(now=True)


@contextlib.asynccontextmanager
async def stock() -> AsyncIterator[Stock]:
    kernel = Stock()
    await kernel.start()
    try:
        yield kernel
    finally:
        await kernel.end()


def row(name: str, seconds: Sequence[float], beside: Sequence[float]) -> list[object]:
    """Median, minimum and both as shares of the stock kernel's, in ms; `beside` may be empty."""
    middle, least = statistics.median(seconds), min(seconds)
    if not beside:
        return [name, middle * 1000, least * 1000, "", ""]
    return [name, middle * 1000, least * 1000, _times(beside, middle), statistics.median(beside) * 1000]


def _times(beside: Sequence[float], middle: float) -> str:
    return f"{statistics.median(beside) / middle:.3g}x"
