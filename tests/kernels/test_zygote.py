"""What kernels inherit from the process that they are forked from, and what they do not."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kernels import nursery
from kernels.errors import KernelsUnavailable
from kernels.kernel import DEFAULT_LIMITS, Limits
from kernels.launch import Zygote
from kernels.outputs import Finished, Stream
from kernels.pool import LocalPool


async def printed(pool: LocalPool, room: str, source: str) -> str:
    """What the source prints in that room, which gets a kernel if it has none."""
    text = ""
    async for item in pool.run(room, source):
        if isinstance(item, Stream):
            text += item.text
        elif isinstance(item, Finished):
            assert item.status == "ok", item
    return text


async def leased(
    pool: LocalPool, room: str, environment: str = "default", limits: Limits = DEFAULT_LIMITS
) -> None:
    await pool.lease(room, limits=limits, data=None, environment=environment)


@pytest.fixture
def light(environment: Path) -> Iterator[Path]:
    """A virtual environment of its own with ipykernel in it, to which modules can be added."""
    with tempfile.TemporaryDirectory(prefix=".env-", dir=environment.parent) as folder:
        path = Path(folder) / "env"
        heavy = shutil.ignore_patterns(
            "torch*", "sklearn", "scipy*", "pandas", "numpy*", "matplotlib", "sympy", "networkx"
        )
        shutil.copytree(environment, path, symlinks=True, copy_function=os.link, ignore=heavy)
        yield path


def packages_of(environment: Path) -> Path:
    return next(environment.glob("lib/python3*/site-packages"))


def install(environment: Path, name: str, source: str) -> None:
    """Put a package in as pip leaves it."""
    (packages_of(environment) / f"{name}.py").write_text(source)
    (packages_of(environment) / f"{name}-1.0.dist-info").mkdir()


@pytest_asyncio.fixture
async def pool(environment: Path, folder: Path) -> AsyncIterator[LocalPool]:
    """One whose kernels have imported nothing ahead."""
    pool = LocalPool({"default": environment}, folder, warm=0, imports=())
    yield pool
    await pool.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full_pool(environment: Path) -> AsyncIterator[LocalPool]:
    with tempfile.TemporaryDirectory(prefix="lr") as folder:
        pool = LocalPool({"default": environment}, Path(folder), warm=0)
        yield pool
        await pool.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_rooms_of_one_zygote_draw_different_random_numbers(full_pool: LocalPool) -> None:
    draw = (
        "import random, numpy, torch, uuid, tempfile\n"
        "print(random.random(), numpy.random.random(), torch.rand(1).item(), uuid.uuid4(), tempfile.mktemp())"
    )
    drawn = []
    for room in ("rooms_o-1", "rooms_o-2"):
        await leased(full_pool, room)
        drawn.append((await printed(full_pool, room, draw)).split())
    assert [one for one, other in zip(*drawn, strict=True) if one == other] == []


@pytest.mark.asyncio(loop_scope="module")
async def test_a_kernel_has_the_threads_that_its_zygote_may_not_have(full_pool: LocalPool) -> None:
    count = (
        "import torch, threadpoolctl\n"
        "print(torch.get_num_threads(), {library['num_threads'] for library in threadpoolctl.threadpool_info()})"
    )
    await leased(full_pool, "one", limits=Limits(cpus=1.0))
    await leased(full_pool, "two", limits=Limits(cpus=2.0))
    assert await printed(full_pool, "one", count) == "1 {1}\n"
    assert await printed(full_pool, "two", count) == "2 {2}\n"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_kernel_looks_as_if_it_had_been_started_for_itself(
    full_pool: LocalPool, environment: Path
) -> None:
    await leased(full_pool, "a_kerne-1")
    look = (
        "import gc, importlib.util, sys\n"
        "print(*(repr(open(f'/proc/self/{name}').read().strip(chr(0))) for name in ('cmdline', 'environ')))\n"
        "print(sys.argv[1:], [name for name in sys.modules if name.split('.')[0] in ('kernels', 'liveroom')])\n"
        "print(importlib.util.find_spec('kernels'), gc.isenabled(), gc.get_freeze_count() > 100_000)\n"
        f"import os; print([name for name in os.environ if {str(environment.parent)!r} in os.environ[name]])"
    )
    first, second, third, fourth = (await printed(full_pool, "a_kerne-1", look)).splitlines()
    assert first == "'python' ''"
    assert second.endswith(" []")
    assert third == "None True True"
    assert fourth == "['PATH']"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_first_step_of_training_waits_for_no_import(full_pool: LocalPool) -> None:
    await leased(full_pool, "the_fir-1")
    step = (
        "import sys; before = set(sys.modules)\n"
        "import torch\nlayer = torch.nn.Linear(3, 2)\nadam = torch.optim.Adam(layer.parameters())\n"
        "layer(torch.ones(4, 3)).sum().backward()\nadam.step()\n"
        "import pandas; repr(pandas.DataFrame({'a': [1]})._repr_html_())\n"
        "print(len(set(sys.modules) - before) < 10)"
    )
    assert await printed(full_pool, "the_fir-1", step) == "True\n"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_first_traceback_leaves_shared_pages_shared(full_pool: LocalPool) -> None:
    """`inspect` would look for the cell's file in every module: 6,600 pages written to, 25 MiB."""
    await leased(full_pool, "failing")
    faults = "resource.getrusage(resource.RUSAGE_SELF).ru_minflt"
    await printed(full_pool, "failing", f"import resource\nbefore = {faults}")
    async for item in full_pool.run("failing", "1 / 0"):
        assert not isinstance(item, Finished) or item.status == "error"
    assert int(await printed(full_pool, "failing", f"print({faults} - before)")) < 2000


@pytest.mark.asyncio
async def test_a_zygote_that_is_killed_takes_no_room_with_it_and_another_takes_its_place(
    pool: LocalPool,
) -> None:
    await leased(pool, "r1")
    await printed(pool, "r1", "kept = 7")
    zygote: Any = pool._nurseries["default"]._zygote
    zygote._process.kill()
    zygote._process.wait()
    assert await printed(pool, "r1", "print(kept)") == "7\n"
    await leased(pool, "r2")
    assert await printed(pool, "r2", "print(6 * 7)") == "42\n"


@pytest.mark.asyncio
async def test_a_zygote_is_renewed_after_so_many_forks(
    pool: LocalPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nursery, "RENEW_FORKS", 2)
    zygotes = set()
    for room in ("r1", "r2", "r3"):
        await leased(pool, room)
        zygote: Any = pool._nurseries["default"]._zygote
        zygotes.add(zygote._process.pid)
        assert await printed(pool, room, "print(6 * 7)") == "42\n"
    assert len(zygotes) == 2


@pytest.mark.asyncio
async def test_an_environment_that_has_changed_is_there_for_the_next_room(
    environment: Path, light: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nursery, "LOOK_SECONDS", 0.1)
    (folder / "pool").mkdir()
    environments = {"default": environment, "light": light}
    pool = LocalPool(environments, folder / "pool", warm=1, imports=("json",))
    find = "import importlib.util; print(importlib.util.find_spec('newcomer') is not None)"
    await leased(pool, "before", "light")
    assert await printed(pool, "before", find) == "False\n"
    await printed(pool, "before", "kept = 7")
    install(light, "newcomer", "")
    found = ""
    async with asyncio.timeout(60):
        while found != "True\n":
            await leased(pool, "after", "light")
            found = await printed(pool, "after", find)
            await pool.release("after")
    assert await printed(pool, "before", "print(kept)") == "7\n"
    await leased(pool, "other")
    assert await printed(pool, "other", find) == "False\n"
    await pool.close()


@pytest.mark.asyncio
async def test_an_environment_that_nobody_named_is_refused_with_those_there_are(pool: LocalPool) -> None:
    with pytest.raises(KernelsUnavailable, match="There is no environment jax here; there are: default"):
        await leased(pool, "r1", "jax")


@pytest.mark.asyncio
async def test_imports_that_start_a_thread_make_a_zygote_refuse(light: Path) -> None:
    install(
        light,
        "restless",
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()",
    )
    zygote = Zygote(light, ("restless",))
    with pytest.raises(KernelsUnavailable, match="2 threads after its imports"):
        await zygote.ready()


@pytest.mark.asyncio
async def test_imports_that_fail_or_are_not_there_are_left_to_who_needs_them(light: Path) -> None:
    install(light, "broken", "raise RuntimeError('not today')")
    zygote = Zygote(light, ("absent", "broken"))
    await zygote.ready()
    assert zygote.notes == ["broken is not imported ahead of need: not today"]
    zygote.end()
