"""What kernels cost, beside stock ones that import the same: `measure` puts the parts together."""

from tests.bench.kernels import floods, lives, many, start


async def measure() -> str:
    parts = ["## Kernels"]
    for part in (
        start,
        lives,
        floods,
        many,
    ):  # the last, whose hundreds of kernels are all ended at once, disturbs no other
        parts.append(await part.measure())
        print(parts[-1], flush=True)
    return "\n\n".join(parts)
