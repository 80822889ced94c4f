"""What kernels cost, beside stock ones that import the same: `measure` puts the parts together."""

import asyncio
import sys

PARTS = ("start", "lives", "floods", "many")


async def measure() -> str:
    """Each part in a process of its own, so that none finds sockets, threads or kernels of another's."""
    return "\n\n".join(["## Kernels", *[await _measured(part) for part in PARTS]])


async def _measured(part: str) -> str:
    command = [sys.executable, "-m", "tests.bench.kernels", part]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    text = printed.decode().strip()
    print(text, flush=True)
    if process.returncode != 0:
        raise RuntimeError(f"the part {part} of the kernels' bench failed")
    return text
