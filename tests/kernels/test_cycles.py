"""Kernels that come and go leave no process, mount, descriptor, file, control group or memory behind."""

import asyncio
import gc
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from jupyter_client.manager import AsyncKernelManager

from kernels.cgroups import Cgroups
from kernels.kernel import Limits
from kernels.outputs import Finished, Stream
from kernels.pool import LocalPool
from tests.bench.process import rss_mib
from tests.support import jupyter
from tests.support.census import descendants, held

SETTLING = 4
# Below so many cycles, memory says nothing: allocators are still finding their size.
CYCLES_FOR_MEMORY = 1000
KIB_A_CYCLE_MAX = 4.0
SAMPLES = 50


async def leaves_nothing(cycle: Callable[[], Awaitable[None]], cycles: int, *folders: Path) -> None:
    """Hold what there is after some cycles against what there is after very many more."""
    for _ in range(SETTLING):
        await cycle()
    before = held(os.getpid(), *folders)
    memory: list[float] = []
    for number in range(cycles):
        await cycle()
        if number % max(1, cycles // SAMPLES) == 0:
            gc.collect()
            memory.append(sum(rss_mib(pid) for pid in descendants(os.getpid())))
    assert held(os.getpid(), *folders) == before
    if cycles >= CYCLES_FOR_MEMORY:
        settled = memory[len(memory) // 4 :]
        mib_a_sample = np.polyfit(range(len(settled)), settled, 1)[0]
        kib_a_cycle = mib_a_sample * 1024 / (cycles / SAMPLES)
        assert kib_a_cycle < KIB_A_CYCLE_MAX, f"{kib_a_cycle:.1f} KiB a cycle: {memory}"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "cycles", [pytest.param(20, id="shortened"), pytest.param(2000, id="in full", marks=pytest.mark.soak)]
)
async def test_cycles_of_a_pool_leave_nothing(cycles: int, folder: Path, environment: Path) -> None:
    cgroups = Cgroups.find()
    pool = LocalPool({"default": environment}, folder, warm=0, cgroups=cgroups)

    async def cycle() -> None:
        await pool.lease("room", limits=Limits(), data=None)
        printed = [item async for item in pool.run("room", "print(6 * 7)")]
        assert isinstance(printed[0], Stream)
        assert printed[0].text == "42\n"
        await pool.release("room")

    try:
        await leaves_nothing(cycle, cycles, folder, *(tree.folder for tree in cgroups.trees))
    finally:
        await pool.close()
        cgroups.close()
    assert list(folder.iterdir()) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "cycles", [pytest.param(4, id="shortened"), pytest.param(200, id="in full", marks=pytest.mark.soak)]
)
async def test_cycles_of_a_stock_manager_leave_nothing(
    cycles: int, folder: Path, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    specs = jupyter.installed(folder, environment)

    async def cycle() -> None:
        manager = AsyncKernelManager(
            kernel_name=jupyter.SEALED,
            kernel_spec_manager=specs,
            connection_file=str(folder / "connection.json"),
        )
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            reply = await client.execute_interactive("6 * 7", output_hook=lambda message: None, timeout=60)
            assert reply["content"]["status"] == "ok"
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    await leaves_nothing(cycle, cycles, folder)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "times", [pytest.param(20, id="shortened"), pytest.param(2000, id="in full", marks=pytest.mark.soak)]
)
async def test_a_kernel_that_is_interrupted_again_and_again_keeps_its_variables(
    times: int, folder: Path, environment: Path
) -> None:
    pool = LocalPool({"default": environment}, folder, warm=0)
    await pool.lease("room", limits=Limits(), data=None)
    loops = (
        "while True: pass",
        "import time\nwhile True: time.sleep(1)",
        "import os\nwhile True: os.getpid()",
    )

    async def interrupted(source: str) -> str | None:
        async for item in pool.run("room", f"count += 1; print('on', flush=True)\n{source}"):
            if isinstance(item, Stream):
                await pool.interrupt("room")
            elif isinstance(item, Finished):
                return item.status
        return None

    try:
        assert [item async for item in pool.run("room", "count = 0")][-1].status == "ok"  # type: ignore[union-attr]
        for number in range(SETTLING + times):
            if number == SETTLING:
                before = held(os.getpid(), folder)
            assert await asyncio.wait_for(interrupted(loops[number % len(loops)]), 30) == "interrupted"
        (printed, _) = [item async for item in pool.run("room", "print(count)")]
        assert isinstance(printed, Stream)
        assert printed.text == f"{SETTLING + times}\n"
        assert held(os.getpid(), folder) == before
    finally:
        await pool.close()
