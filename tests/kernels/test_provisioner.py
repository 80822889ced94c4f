"""A stock kernel manager of Jupyter's runs its kernels in our sandbox."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager, start_new_async_kernel

from kernels import launch, provisioner
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
    content, printed = await run(client, "import os; x = 1; print(os.getuid(), os.path.exists('/var'))")
    assert content["status"] == "ok"
    assert printed == "1000 False\n"
    await manager.restart_kernel()
    await client.wait_for_ready(timeout=30)
    content, _ = await run(client, "x")
    assert content["ename"] == "NameError"
    assert await manager.is_alive()


@pytest.mark.asyncio
async def test_two_notebooks_opened_at_once_both_get_a_kernel(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zygotes: dict[tuple[Path, str], launch.Zygote] = {}
    monkeypatch.setattr(provisioner, "_zygotes", zygotes)
    specs = jupyter.installed(tmp_path, environment)
    managers = [
        AsyncKernelManager(
            kernel_name=jupyter.SEALED, kernel_spec_manager=specs, connection_file=str(tmp_path / f"{n}.json")
        )
        for n in range(2)
    ]
    try:
        await asyncio.wait_for(asyncio.gather(*(manager.start_kernel() for manager in managers)), 60)
        assert len(zygotes) == 1
        assert [await manager.is_alive() for manager in managers] == [True, True]
    finally:
        await asyncio.gather(*(manager.shutdown_kernel(now=True) for manager in managers))
        for zygote in zygotes.values():
            zygote.end()


@pytest.mark.asyncio
async def test_a_folder_of_the_kernelspec_is_seen_read_only_at_data(
    environment: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "rides"
    folder.mkdir()
    (folder / "rides.csv").write_text("km\n3\n")
    jupyter.install(tmp_path, environment, data=str(folder))
    with jupyter.on_the_path(tmp_path):
        manager, client = await start_new_async_kernel(kernel_name=jupyter.SEALED)
    try:
        source = "print(open('data/rides.csv').read()); open('data/rides.csv', 'w')"
        content, printed = await run(client, source)
        assert printed == "km\n3\n\n"
        assert content["ename"] == "OSError"
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def run(client: AsyncKernelClient, source: str) -> tuple[dict[str, Any], str]:
    """The reply's content, and all that was printed."""
    printed: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = await client.execute_interactive(source, output_hook=hear, timeout=30)
    return reply["content"], "".join(printed)
