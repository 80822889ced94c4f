"""Sealed kernels for tests, as exercises want them."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from exercises.execution import Execute, Executed
from kernels.client import HostPool
from kernels.kernel import Kernel, Limits
from kernels.outputs import Failure, Finished, Stream


def executing(kernel: Kernel) -> Execute:
    async def execute(source: str) -> Executed:
        printed, error = [], None
        async for item in kernel.run(source):
            match item:
                case Stream(name="stdout", text=text):
                    printed.append(text)
                case Failure(name=name, message=message):
                    error = f"{name}: {message}"
                case Finished(status=status, reason=reason):
                    return Executed(status, "".join(printed), reason or error)
        raise AssertionError("a run ended without Finished")

    return execute


@dataclass
class SealedKernels:
    """Lends kernels of one host; each is fresh, and gone when given back."""

    pool: HostPool
    numbers: "count[int]" = field(default_factory=count)

    @asynccontextmanager
    async def lend(self, data: Mapping[str, bytes], *, seconds: float = 30) -> AsyncIterator[Execute]:
        room = f"judging-{next(self.numbers)}"
        with tempfile.TemporaryDirectory() as folder:
            _fill(Path(folder), data)
            kernel = await self.pool.lease(room, limits=Limits(run_seconds=seconds), data=Path(folder))
            try:
                yield executing(kernel)
            finally:
                await self.pool.release(room)


def _fill(folder: Path, data: Mapping[str, bytes]) -> None:
    for name, content in data.items():
        (folder / name).write_bytes(content)
