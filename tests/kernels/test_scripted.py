"""Scripted kernels keep the promises of real ones."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kernels.errors import KernelOccupied, NoSuchFile
from kernels.kernel import Kernel, Leased, Limits, Pool
from kernels.outputs import Asked, Failure, Finished, Stream, WorkFile
from kernels.scripted import UNSTOPPABLE, ScriptedKernel, ScriptedPool


@pytest.mark.asyncio
async def test_a_source_without_a_script_is_echoed(run: Callable[[Kernel, str], Awaitable[Any]]) -> None:
    kernel: Kernel = ScriptedKernel({"1/0": [Failure("ZeroDivisionError", "division by zero", [])]})
    assert (await run(kernel, "hello")).outputs == [Stream("stdout", "hello\n")]
    assert (await run(kernel, "1/0")).finished == Finished("error", 2, 0.0)


@pytest.mark.asyncio
async def test_an_endless_source_runs_until_interrupted(run: Callable[[Kernel, str], Awaitable[Any]]) -> None:
    kernel = ScriptedKernel({"loop": [Stream("stdout", "on\n")]}, endless=frozenset({"loop"}))
    items = kernel.run("loop")
    assert await anext(items) == Stream("stdout", "on\n")
    waiting = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)
    await kernel.interrupt()
    assert await waiting == Finished("interrupted", 1, 0.0)


@pytest.mark.asyncio
async def test_a_room_keeps_its_kernel_until_it_is_released() -> None:
    scripted = ScriptedPool()
    pool: Pool = scripted
    first = await pool.lease("r1", limits=Limits(pids=9))
    assert await pool.lease("r1") is first
    await pool.release("r1")
    assert await pool.lease("r1") is not first


@pytest.mark.asyncio
async def test_what_a_run_asks_waits_for_one_answer() -> None:
    kernel = ScriptedKernel({"name": [Asked("Name? "), Stream("stdout", "so\n")]})
    await kernel.answer("too early")
    items = kernel.run("name")
    assert await anext(items) == Asked("Name? ")
    await kernel.answer("Ada")
    await kernel.answer("too late")
    assert [item async for item in items] == [Stream("stdout", "so\n"), Finished("ok", 1, 0.0)]
    assert kernel.answers == ["Ada"]


@pytest.mark.asyncio
@pytest.mark.parametrize("way", ["interrupt", "restart"])
async def test_a_run_that_waits_for_an_answer_can_be_ended(way: str) -> None:
    kernel = ScriptedKernel({"name": [Asked("Name? ")]})
    items = kernel.run("name")
    await anext(items)
    await (kernel.interrupt() if way == "interrupt" else kernel.restart())
    ended = await anext(items)
    assert isinstance(ended, Finished)
    assert ended.status == ("interrupted" if way == "interrupt" else "died")


@pytest.mark.asyncio
async def test_a_deaf_source_is_ended_by_a_restart_alone() -> None:
    kernel = ScriptedKernel(deaf=frozenset({"loop"}))
    items = kernel.run("loop")
    await anext(items)
    assert [await kernel.interrupt(), await kernel.interrupt()] == [None, UNSTOPPABLE]
    with pytest.raises(KernelOccupied):
        await kernel.variables()
    await kernel.restart()
    assert isinstance(await anext(items), Finished)


@pytest.mark.asyncio
async def test_work_files_are_listed_and_read_in_pieces() -> None:
    kernel: Kernel = (scripted := ScriptedKernel())
    scripted.work = {"b.csv": b"", "a.txt": b"0123456789"}
    assert await kernel.files() == [WorkFile("a.txt", 10, 0.0), WorkFile("b.csv", 0, 0.0)]
    assert [piece async for piece in kernel.read_file("a.txt")] == [b"0123", b"4567", b"89"]
    assert [piece async for piece in kernel.read_file("b.csv")] == []
    with pytest.raises(NoSuchFile):
        await anext(kernel.read_file("../a.txt"))


@pytest.mark.asyncio
async def test_a_pool_says_who_has_a_kernel_and_for_how_long_it_is_idle() -> None:
    pool = ScriptedPool()
    (await pool.lease("r1")).idle_seconds = 60.0
    assert await pool.leases() == [Leased("r1", 60.0)]
