"""`make bench`: measures in one run and writes docs/benchmarks.md; with names in ARGS, those sections of it alone."""

import asyncio
import os
import platform
import re
import sys
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import churn, kernels, keystrokes, memory, paint, recovery, rooms, seek, setup

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"

PARTS: dict[str, Callable[[], Awaitable[str]]] = {
    "setup": setup.measure,
    "paint": paint.measure,
    "rooms": rooms.measure,
    "recovery": recovery.measure,
    "memory": memory.measure,
    "churn": churn.measure,
    "seek": seek.measure,
    "kernels": kernels.measure,
    "keystrokes": keystrokes.measure,
}


async def main(names: list[str]) -> None:
    sections = {}
    for name in names or list(PARTS):
        print(f"[bench] {name} …", flush=True)
        before = os.getloadavg()[0]
        text = await PARTS[name]()
        after = os.getloadavg()[0]
        sections[name] = f"{text}\n\nLoad average before and after: {before:.1f}, {after:.1f}.\n"
        print(sections[name], flush=True)
    everything = set(sections) == set(PARTS)
    PAGE.write_text(
        _head() + "\n".join(sections.values())
        if everything
        else _renewed(PAGE.read_text(), sections.values())
    )
    print(f"[bench] wrote {PAGE.relative_to(ROOT)}")


def _renewed(page: str, sections: Iterable[str]) -> str:
    """The page with these sections, each with its day, in place of those of the same headings or at its end."""
    head, *parts = re.split(r"^(?=## )", page, flags=re.MULTILINE)
    kept = {part.partition("\n")[0]: part.rstrip("\n") + "\n" for part in parts}
    for section in sections:
        kept[section.partition("\n")[0]] = f"{section.rstrip()} Measured on {datetime.now(UTC):%Y-%m-%d}.\n"
    return head + "\n".join(kept.values())


def _head() -> str:
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return (
        "# Benchmarks\n\n"
        "Written by `make bench`, in one run. Times on a shared machine wander: trust medians and ratios, and read\n"
        "the load beside them.\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}; {cores} cores, {memory} GiB; Linux {platform.release()}; "
        f"Python {platform.python_version()}.\n\n"
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
