"""One server a module; rooms without kernels, since no failure here is a kernel's."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.server import Server, end_kernel_host, free_port, serving

FEW_KERNELS = ("--set", "kernels_warm=0", "--set", "kernels_most=1")
"""Rooms share one kernel, so that most are told that all are in use: they go on without."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with serving(tmp_path_factory.mktemp("failures") / "data", *FEW_KERNELS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def room(server: Server) -> dict[str, Any]:
    """An empty room whose candidate has agreed to everything."""
    made = await server.make_room(candidate="Cleo")
    server.consent(made)
    return made


@pytest_asyncio.fixture(loop_scope="module")
async def mortal(tmp_path: Path) -> AsyncIterator[Server]:
    """A server of the test's own, to be killed and started again."""
    server = Server(tmp_path / "data", port=free_port(), arguments=FEW_KERNELS)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
        end_kernel_host(server.folder)
