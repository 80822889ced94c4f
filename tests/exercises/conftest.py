"""One kernel host for the tests of a module."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from kernels.client import HostPool, ensure_host, socket_path
from tests.exercises.sealed import SealedKernels

ENVIRONMENT = Path(__file__).parents[2] / ".venv-kernel"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kernels() -> AsyncIterator[SealedKernels]:
    with tempfile.TemporaryDirectory() as folder:
        socket = socket_path(Path(folder))
        await ensure_host(socket, {"default": ENVIRONMENT}, warm=1, linger=1)
        pool = HostPool(socket)
        yield SealedKernels(pool)
        await pool.close()
