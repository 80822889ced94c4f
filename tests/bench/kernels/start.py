"""How long until a room can use torch, forked when asked or from the warm pool, beside a stock kernel."""

import time

from tests.bench.kernels.subjects import FIRST, TORCH, row, sealed_host, stock, used
from tests.bench.tables import table

ROUNDS = 9


async def measure() -> str:
    plain: list[float] = []
    forked: list[float] = []
    warm: list[float] = []
    async with sealed_host(warm=0) as empty, sealed_host(warm=1) as filled:
        for number in range(ROUNDS):  # interleaved, so that the machine's mood falls on all alike
            began = time.perf_counter()
            async with stock() as kernel:
                await kernel.used()
                plain.append(time.perf_counter() - began)
            for host, seconds in ((empty, forked), (filled, warm)):
                room = f"room-{number}"
                began = time.perf_counter()
                await used(await host.pool.lease(room))
                seconds.append(time.perf_counter() - began)
                await host.pool.release(room)
            await filled.until_warm(1)
    rows = [
        row("stock ipykernel", plain, plain),
        row("sealed, forked when asked", forked, plain),
        row("sealed, from the warm pool", warm, plain),
    ]
    return (
        f"From asking for a kernel until `{TORCH}` has answered, after the imports that the environment is for\n"
        f"(`{FIRST.splitlines()[0]}`); {ROUNDS} interleaved rounds.\n\n"
        + table(["kernel", "median ms", "min ms", "faster than stock", "stock's median ms"], rows)
    )
