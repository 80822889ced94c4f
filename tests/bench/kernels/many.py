"""What one kernel costs in memory, and how many are alive at once on this machine."""

import statistics
import time
from pathlib import Path

from kernels.errors import KernelError
from tests.bench.kernels.subjects import Host, Stock, sealed_host, used
from tests.bench.tables import table
from tests.support.census import descendants

ALIVE = 20
STOCK_ALIVE = 4
MOST = 350
LEFT_MIB = 1536


async def measure() -> str:
    stock_uss, stock_pss = await _stock()
    async with sealed_host(warm=0, most=MOST) as host:
        empty = _available_mib()
        for number in range(ALIVE):
            await used(await host.pool.lease(f"room-{number}"))
        uss, pss = _of(host.rooms())
        count, seconds = await _fill(host)
        taken = (empty - _available_mib()) / count
    memory = [
        [f"stock ipykernel, {STOCK_ALIVE} alive", stock_uss, stock_pss],
        [f"sealed: kernel, first process and supervisor, {ALIVE} alive", uss, pss],
        ["ratio", uss / stock_uss, pss / stock_pss],
    ]
    alive = [
        ["sealed kernels alive at once, each with a torch result", count],
        [
            f"MiB that the machine had available before; counting stopped at {MOST} kernels or {LEFT_MIB} MiB",
            empty,
        ],
        ["MiB of it for each", taken],
        [f"seconds to start those after the first {ALIVE}", seconds],
        ["stock kernels that would have fitted, by their USS", int((empty - LEFT_MIB) / stock_uss)],
    ]
    return (
        "### Memory\n\nEvery kernel has imported the same and run a torch line. USS is what no other process shares\n"
        "(`Private_*` of `smaps_rollup`), PSS counts what is shared by its share.\n\n"
        + table(["MiB a kernel", "USS, median", "PSS, median"], memory)
        + "\n\n"
        + table(["kernels at once", "value"], alive)
    )


async def _stock() -> tuple[float, float]:
    kernels = [Stock() for _ in range(STOCK_ALIVE)]
    try:
        for kernel in kernels:
            await kernel.start()
            await kernel.used()
        return _of([kernel.pid for kernel in kernels])
    finally:
        for kernel in kernels:
            await kernel.end()


async def _fill(host: Host) -> tuple[int, float]:
    """Start kernels until there are enough or little memory is left: how many there are, and the seconds it took."""
    began = time.perf_counter()
    count = ALIVE
    while count < MOST and _available_mib() > LEFT_MIB:
        try:
            await used(await host.pool.lease(f"room-{count}"))
        except KernelError as error:
            print(f"[bench] {error}")
            break
        count += 1
    return count, time.perf_counter() - began


def _of(roots: list[int]) -> tuple[float, float]:
    """USS and PSS, each the median of these processes with all that came from them."""
    sizes = [_sizes(root) for root in roots]
    return statistics.median(uss for uss, _ in sizes), statistics.median(pss for _, pss in sizes)


def _sizes(root: int) -> tuple[float, float]:
    fields = [_fields(pid) for pid in descendants(root)]
    uss = sum(size for each in fields for name, size in each.items() if name.startswith("Private_"))
    return uss / 1024, sum(each["Pss"] for each in fields) / 1024


def _fields(pid: int) -> dict[str, int]:
    """The sizes of a process, in KiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(size.split()[0]) for name, _, size in (line.partition(":") for line in lines)}


def _available_mib() -> float:
    lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return int(lines["MemAvailable"].split()[0]) / 1024
