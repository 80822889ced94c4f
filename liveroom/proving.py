"""`liveroom exercises check`: proves exercises on this machine's kernel host."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from kernels.client import HostPool
from liveroom.checks import check_exercises, site_secret
from liveroom.database import make_folder
from liveroom.kernel_host import host_socket, starting
from liveroom.settings import Settings

LINGER_SECONDS = 30.0


def run(slugs: Sequence[str], folder: Path, settings: Settings, *, tell: Callable[[str], None]) -> bool:
    """Whether every named exercise, or all of them, holds what it promises."""
    make_folder(folder)
    return asyncio.run(_run(slugs, folder, settings, tell))


async def _run(slugs: Sequence[str], folder: Path, settings: Settings, tell: Callable[[str], None]) -> bool:
    start = starting(folder, settings, warm=0, linger=LINGER_SECONDS)
    pool = HostPool(host_socket(folder, settings), start=start)
    try:
        return await check_exercises(slugs, pool=pool, secret=site_secret(folder), tell=tell)
    finally:
        with suppress(OSError):
            await pool.close()
