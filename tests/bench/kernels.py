"""How long until a room can use torch: a sealed kernel, cold and warm, beside a stock one that imports the same."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from kernels.client import HostPool, ensure_host
from kernels.outputs import Finished
from tests.bench.tables import table
from tests.support.server import end_kernel_host

ENVIRONMENT = Path(__file__).parents[2] / ".venv-kernel"
FIRST = "import numpy, pandas, torch\ntorch.ones(2).sum()"
ROUNDS = 5


async def measure() -> str:
    stock, cold, warm = [], [], []
    for _ in range(ROUNDS):  # interleaved, so that the machine's mood falls on all alike
        stock.append(await _stock())
        cold.append(await _sealed(warm=0))
        warm.append(await _sealed(warm=1))
    middle = statistics.median(stock)
    rows = [
        [name, statistics.median(seconds) * 1000, min(seconds) * 1000, statistics.median(seconds) / middle]
        for name, seconds in (
            ("stock ipykernel", stock),
            ("sealed, started when asked", cold),
            ("sealed, from the warm pool", warm),
        )
    ]
    return (
        "## Kernels\n\n"
        f"From asking for a kernel to the first torch result, {ROUNDS} interleaved rounds.\n\n"
        + table(["kernel", "median ms", "min ms", "ratio to stock"], rows)
    )


async def _stock() -> float:
    began = time.perf_counter()
    manager = AsyncKernelManager()
    python = str(ENVIRONMENT / "bin" / "python")
    command = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager._kernel_spec = KernelSpec(argv=command, language="python")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        await client.execute_interactive(FIRST, output_hook=lambda _message: None, timeout=60)
        return time.perf_counter() - began
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def _sealed(*, warm: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "kernels.sock"
        await ensure_host(socket, {"default": ENVIRONMENT}, warm=warm, linger=60)
        pool = HostPool(socket)
        try:
            if warm:
                await asyncio.sleep(8)  # the pool fills ahead of need, which is its point
            began = time.perf_counter()
            kernel = await pool.lease("bench")
            async for item in kernel.run(FIRST):
                assert not isinstance(item, Finished) or item.status == "ok", item
            return time.perf_counter() - began
        finally:
            await pool.release("bench")
            await pool.close()
            end_kernel_host(Path(folder))
