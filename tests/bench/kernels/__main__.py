"""Measures one part and prints it: `python -m tests.bench.kernels floods`."""

import asyncio
import sys

from tests.bench.kernels import floods, lives, many, start

PARTS = {"start": start, "lives": lives, "floods": floods, "many": many}

if __name__ == "__main__":
    print(asyncio.run(PARTS[sys.argv[1]].measure()))
