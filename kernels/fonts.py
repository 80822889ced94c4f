"""Matplotlib's font cache, built once for an environment, so that a first plot need not wait for it."""

import json
from pathlib import Path

from kernels.launch import run_sealed

_BUILD_SECONDS = 120.0
_BUILD = """
import glob, json, logging, os
logging.disable()
import matplotlib
from matplotlib import font_manager
found = glob.glob(os.path.join(matplotlib.get_cachedir(), "fontlist-*.json"))
print(json.dumps({os.path.basename(path): open(path).read() for path in found}))
"""


async def font_cache(environment: Path) -> dict[str, str]:
    """The cache's files by name; none where there is no matplotlib. Built sealed, so that it names what rooms see."""
    code, printed = await run_sealed(environment, _BUILD, seconds=_BUILD_SECONDS)
    if code != 0:
        return {}
    files: dict[str, str] = json.loads(printed)
    return files
