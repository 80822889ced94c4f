"""Restarts, interrupts and deaths of one kernel, beside a stock one."""

import asyncio
import os
import signal
import time

from tests.bench.kernels.subjects import Host, Stock, row, sealed_host, stock, until_printed, used
from tests.bench.tables import table
from tests.support.census import descendants

ROUNDS = 7
BUSY = "print('on', flush=True)\nwhile True: pass"


async def measure() -> str:
    figures: dict[str, tuple[list[float], list[float]]] = {
        "restart, until torch has answered again": ([], []),
        "interrupt a busy loop": ([], []),
        "`kill -9` of the kernel, until the pool tells of it": ([], []),
    }
    restarts, interrupts, deaths = figures.values()
    async with sealed_host(warm=0) as host, stock() as plain:
        await plain.used()
        for _ in range(ROUNDS):
            restarts[1].append(await _restart_stock(plain))
            interrupts[1].append(await _interrupt_stock(plain))
            for seconds, figure in zip(await _one(host), (restarts, interrupts, deaths), strict=True):
                figure[0].append(seconds)
    rows = [row(name, seconds, beside) for name, (seconds, beside) in figures.items()]
    return (
        f"### While they live\n\n{ROUNDS} rounds, each after one of a stock kernel's. No kernel waits in the pool.\n\n"
        + table(["", "median ms", "min ms", "faster than stock", "stock's median ms"], rows)
    )


async def _one(host: Host) -> tuple[float, float, float]:
    """Seconds of a restart, an interrupt and a death."""
    kernel = await host.pool.lease("room")
    began = time.perf_counter()
    await kernel.restart()
    await used(kernel)
    restart = time.perf_counter() - began

    pressed: list[float] = []

    async def press() -> None:
        pressed.append(time.perf_counter())
        await kernel.interrupt()

    assert (await until_printed(kernel, BUSY, then=press)).status == "interrupted"
    interrupt = time.perf_counter() - pressed[0]

    (room,) = host.rooms()
    *_, process = descendants(room)  # its supervisor, its first process, its kernel
    began = time.perf_counter()
    os.kill(process, signal.SIGKILL)
    assert await asyncio.wait_for(host.deaths.get(), 30) == "room"
    death = time.perf_counter() - began
    await host.pool.release("room")
    return restart, interrupt, death


async def _restart_stock(plain: Stock) -> float:
    began = time.perf_counter()
    await plain.manager.restart_kernel(now=True)
    await plain.client.wait_for_ready(timeout=60)
    await plain.used()
    return time.perf_counter() - began


async def _interrupt_stock(plain: Stock) -> float:
    identifier = plain.client.execute(BUSY)
    while (await plain.client.get_iopub_msg(timeout=60))["msg_type"] != "stream":
        pass
    began = time.perf_counter()
    await plain.manager.interrupt_kernel()
    while (await plain.client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != identifier:
        pass
    return time.perf_counter() - began
