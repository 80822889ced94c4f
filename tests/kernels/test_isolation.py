"""Hostile code of every kind that we know, run as root's kernels and as an ordinary user's, seen from both sides."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kernels.client import HostPool
from kernels.kernel import Kernel, Limits
from kernels.outputs import Display, Failure, Stream

USERS = ["root", "an ordinary user"] if os.geteuid() == 0 else ["ourselves"]
pytestmark = pytest.mark.parametrize("host", USERS, indirect=True, scope="module")
NAUGHTY = Path(__file__).with_name("naughty")
CONTAINED = (
    "host_files",
    "environment",
    "network",
    "devices",
    "privileges",
    "writing",
    "signals",
    "other_rooms",
    "fork_bomb",
    "thread_bomb",
    "disk_flood",
    "memory_at_once",
)
Run = Callable[[Kernel, str], Coroutine[Any, Any, Any]]


def snippet(name: str) -> str:
    return (NAUGHTY / f"{name}.py").read_text(encoding="utf-8")


@pytest_asyncio.fixture
async def pool(host: Any) -> AsyncIterator[HostPool]:
    async with host.pool() as pool:
        yield pool


@pytest_asyncio.fixture
async def kernel(pool: HostPool, victim: Any, run: Run) -> Kernel:
    """The same kernel for all tests of a host, alive and knowing what to attack."""
    kernel = await pool.lease("attacker")
    targets = "\n".join(f"{name} = {value!r}" for name, value in victim.targets.items())
    if (await run(kernel, targets)).finished.status != "ok":
        await kernel.restart()
        assert (await run(kernel, targets)).finished.status == "ok"
    return kernel


def processes_of_rooms(host: Any) -> list[str]:
    """Sealed processes of this host: what its zygotes have forked, by their command lines."""
    parents, names = {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text(encoding="utf-8", errors="replace")
                names[int(entry)] = Path(f"/proc/{entry}/cmdline").read_text(
                    encoding="utf-8", errors="replace"
                )
            except OSError:
                continue
            parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    found = {host.process.pid}
    for _ in range(10):
        found |= {pid for pid, parent in parents.items() if parent in found}
    zygotes = {pid for pid, parent in parents.items() if parent == host.process.pid}
    return [names.get(pid, "") for pid in found - zygotes - {host.process.pid}]


@pytest.mark.asyncio
@pytest.mark.parametrize("name", CONTAINED)
async def test_it_is_contained(kernel: Kernel, run: Run, victim: Any, name: str) -> None:
    ran = await run(kernel, snippet(name))
    assert (ran.text, ran.finished.status) == ("contained\n", "ok")
    assert victim.process.poll() is None
    assert not victim.approached()


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["memory_growth", "memory_children", "memory_shared"])
async def test_too_much_memory_ends_the_kernel_and_the_reason_has_the_figures(
    kernel: Kernel, run: Run, name: str
) -> None:
    ran = await run(kernel, snippet(name))
    assert ran.finished.status == "died"
    assert ran.finished.reason is not None
    assert ran.finished.reason.startswith("The kernel ran out of memory: it used ")
    assert ran.finished.reason.endswith(" MiB and may use 400 MiB. Restart the kernel to go on.")


@pytest.mark.asyncio
async def test_a_crash_is_told_by_its_signal_and_the_next_run_says_what_to_do(
    kernel: Kernel, run: Run
) -> None:
    ran = await run(kernel, snippet("segfault"))
    sentence = "The kernel crashed with SIGSEGV (segmentation fault). Restart the kernel to go on."
    assert (ran.finished.status, ran.finished.reason) == ("died", sentence)
    again = await run(kernel, "1")
    assert (again.finished.status, again.finished.reason) == ("died", sentence)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["endless_output", "endless_errors"])
async def test_endless_output_is_cut_off_and_can_be_interrupted(kernel: Kernel, run: Run, name: str) -> None:
    shown = 0
    async for item in kernel.run(snippet(name)):
        if isinstance(item, Stream):
            shown += len(item.text)
            if "output stops here" in item.text:
                await kernel.interrupt()
        last = item
    assert 500_000 < shown < 1_100_000
    assert getattr(last, "status", None) == "interrupted"


@pytest.mark.asyncio
async def test_a_huge_exception_is_shortened(kernel: Kernel, run: Run) -> None:
    ran = await run(kernel, snippet("huge_exception"))
    [failure] = ran.outputs
    assert isinstance(failure, Failure)
    assert failure.name == "ValueError"
    assert len(failure.message) <= 8192
    assert sum(len(line) for line in failure.traceback) <= 65_536


@pytest.mark.asyncio
async def test_a_huge_display_leaves_a_note_in_its_place(kernel: Kernel, run: Run) -> None:
    ran = await run(kernel, snippet("huge_mime"))
    shown = [output for output in ran.outputs if isinstance(output, Display)]
    assert [set(display.data) for display in shown] == [{"text/plain"}]
    assert ran.text == "went on\n"


@pytest.mark.asyncio
async def test_forged_messages_are_dropped_or_bounded(kernel: Kernel, run: Run) -> None:
    ran = await run(kernel, snippet("forged_messages"))
    assert ran.finished.status in ("ok", "error")
    assert all(isinstance(output, Stream | Display | Failure) for output in ran.outputs)
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"


@pytest.mark.asyncio
async def test_a_message_beyond_all_bounds_costs_the_connection_but_not_the_run(
    kernel: Kernel, run: Run
) -> None:
    ran = await run(kernel, snippet("oversized_message"))
    assert ran.finished.status == "ok"
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"


@pytest.mark.asyncio
async def test_runs_that_ignore_interrupts_are_ended_at_their_time(
    kernel: Kernel, pool: HostPool, run: Run
) -> None:
    names = ("swallow_interrupts", "hold_the_gil")
    stubborn = [await pool.lease(name, limits=Limits(run_seconds=0.5)) for name in names]
    runs = asyncio.gather(*(run(one, snippet(name)) for one, name in zip(stubborn, names, strict=True)))
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"
    for ran in await runs:
        assert ran.finished.status == "timed-out"
        assert ran.finished.reason == (
            "The run took longer than its 0.5 seconds and did not stop when interrupted, so the kernel was ended. "
            "Restart the kernel to go on."
        )
    for name in names:
        await pool.release(name)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["daemon_process", "hang_at_exit", "symlink_bait"])
async def test_releasing_a_room_leaves_nothing_of_it(
    host: Any, pool: HostPool, victim: Any, run: Run, name: str
) -> None:
    await pool.release("attacker")
    kernel = await pool.lease("leaver")
    await run(
        kernel, f"CANARY_FILE, UNIX_PATH = {victim.targets['CANARY_FILE']!r}, {victim.targets['UNIX_PATH']!r}"
    )
    assert (await run(kernel, snippet(name))).finished.status == "ok"
    assert processes_of_rooms(host)
    await pool.release("leaver")
    assert processes_of_rooms(host) == []
    assert list(Path(f"{host.socket}.d").iterdir()) == []
    assert (victim.folder / "canary").read_text() == "canary"


@pytest.mark.asyncio
async def test_a_kernel_with_broken_internals_is_still_ended_at_its_time(pool: HostPool, run: Run) -> None:
    kernel = await pool.lease("broken", limits=Limits(run_seconds=1))
    await run(kernel, snippet("broken_internals"))
    assert (await run(kernel, "1")).finished.status in ("timed-out", "died")
    await kernel.restart()
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"
    await pool.release("broken")


@pytest.mark.asyncio
async def test_rooms_do_not_see_each_other(kernel: Kernel, pool: HostPool, run: Run) -> None:
    neighbour = await pool.lease("neighbour")
    leave = "import subprocess; open('/tmp/neighbour', 'w'); subprocess.Popen(['sleep', '60', ]); secret = 'neighbour'"
    assert (await run(neighbour, leave)).finished.status == "ok"
    assert (await run(kernel, snippet("other_rooms"))).text == "contained\n"
    assert (await run(neighbour, "print(secret)")).text == "neighbour\n"
    await pool.release("neighbour")
