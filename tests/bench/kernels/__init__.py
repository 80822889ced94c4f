"""What kernels cost, beside stock ones that import the same: `measure` puts the parts together."""

from tests.bench.kernels import floods, lives, many, start


async def measure() -> str:
    parts = [await part.measure() for part in (start, lives, many, floods)]
    return "\n\n".join(["## Kernels", *parts])
