"""A stock kernel manager of Jupyter's runs its kernels in our sandbox."""

from pathlib import Path

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from tests.support import jupyter


@pytest.mark.asyncio
async def test_a_stock_manager_starts_restarts_and_ends_a_sealed_kernel(
    environment: Path, tmp_path: Path
) -> None:
    specs = jupyter.installed(tmp_path, environment, memory_mib=1024)
    manager = AsyncKernelManager(
        kernel_name=jupyter.SEALED,
        kernel_spec_manager=specs,
        connection_file=str(tmp_path / "connection.json"),
    )
    try:
        await use(manager)
    finally:
        await manager.shutdown_kernel()
    assert not await manager.is_alive()
    assert not (tmp_path / "connection.json").exists()


async def use(manager: AsyncKernelManager) -> None:
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await converse(manager, client)
    finally:
        client.stop_channels()


async def converse(manager: AsyncKernelManager, client: AsyncKernelClient) -> None:
    await client.wait_for_ready(timeout=30)
    printed: list[str] = []

    def hear(message: dict[str, object]) -> None:
        content = message["content"]
        assert isinstance(content, dict)
        if message["msg_type"] == "stream":
            printed.append(content["text"])

    source = "import os; x = 1; print(os.getuid(), os.path.exists('/var'))"
    reply = await client.execute_interactive(source, output_hook=hear, timeout=30)
    assert reply["content"]["status"] == "ok"
    assert "".join(printed) == "1000 False\n"
    await manager.restart_kernel()
    await client.wait_for_ready(timeout=30)
    reply = await client.execute_interactive("x", output_hook=lambda message: None, timeout=30)
    assert reply["content"]["ename"] == "NameError"
    assert await manager.is_alive()
