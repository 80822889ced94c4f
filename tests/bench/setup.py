"""`make run` on a fresh clone: how long until the sign-in link, the first time and the second."""

import asyncio
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench.tables import table
from tests.support.server import end_kernel_host, free_port

ROOT = Path(__file__).parents[2]
FIRST_SECONDS_MAX = 1800


async def measure() -> str:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "liveroom"
        await asyncio.to_thread(
            subprocess.run, ["git", "clone", "--quiet", str(ROOT), str(clone)], check=True
        )
        first = await _seconds_to_link(clone)
        later = [await _seconds_to_link(clone) for _ in range(3)]
    rows = [["first, everything built", first], ["second", sorted(later)[1]]]
    return "## Set-up\n\n" + table(["`make run` in a fresh clone, until the sign-in link", "seconds"], rows)


async def _seconds_to_link(clone: Path) -> float:
    began = time.perf_counter()
    data = clone / "data"
    process = await asyncio.create_subprocess_exec(
        "make",
        "run",
        f"PORT={free_port()}",
        cwd=clone,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(FIRST_SECONDS_MAX):
            async for line in process.stdout:
                if b"/sign-in#" in line:
                    return time.perf_counter() - began
        raise AssertionError("make run ended without a sign-in link")
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGTERM)
        await process.communicate()
        end_kernel_host(data)
