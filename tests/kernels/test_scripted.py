"""Scripted kernels keep the promises of real ones."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kernels.kernel import Kernel, Limits, Pool
from kernels.outputs import Failure, Finished, Stream
from kernels.scripted import ScriptedKernel, ScriptedPool


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
