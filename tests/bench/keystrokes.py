"""The published error rates, on data that a site or a researcher has: `KS_DATA=DIR make bench`."""

import asyncio
import os
from pathlib import Path


async def measure() -> str:
    folder = os.environ.get("KS_DATA")
    if not folder:
        return "## Typing comparison\n\nNot measured: set `KS_DATA` to a folder with keystroke tables."
    from keystroke.evaluate import table  # numpy, and minutes of work: only where it is asked for

    return "## Typing comparison\n\n" + await asyncio.to_thread(table, Path(folder))
