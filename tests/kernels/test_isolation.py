"""Hostile code of every kind that we know, run as root's kernels and as an ordinary user's, seen from both sides."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from kernels.client import HostPool
from kernels.errors import KernelOccupied, NoSuchFile
from kernels.kernel import Kernel, Limits
from kernels.outputs import MIMES, Display, Failure, Stream

USERS = ["root", "an ordinary user"] if os.geteuid() == 0 else ["ourselves"]
pytestmark = pytest.mark.parametrize("host", USERS, indirect=True, scope="module")
NAUGHTY = Path(__file__).with_name("naughty")
CONTAINED = (
    "host_files",
    "mounts",
    "descriptors",
    "environment",
    "others_memory",
    "writing",
    "own_sockets",
    "devices",
    "terminals",
    "privileges",
    "namespaces",
    "foreign_calls",
    "foreign_programs",
    "setuid_programs",
    "raised_limits",
    "network",
    "netlink",
    "unix_sockets",
    "signals",
    "other_rooms",
    "thread_bomb",
    "descriptor_flood",
    "timers",
    "disk_flood",
    "memory_at_once",
    "memory_shared",
)
OVER_MEMORY = ("memory_growth", "memory_children", "memory_page_tables", "memory_sockets")
DEADLY = {
    "segfault": "The kernel crashed with SIGSEGV (segmentation fault).",
    "stack_overflow": "The kernel crashed with SIGSEGV (segmentation fault).",
    "abort": "The kernel crashed with SIGABRT (aborted).",
    "forbidden_call": "The kernel was ended for a system call that no sealed kernel may make (SIGSYS).",
    "kill_itself": "The kernel was killed (SIGKILL), by its own code or by a machine short of memory.",
    "leave": "The kernel ended itself with exit code 7.",
}
STUBBORN = ("swallow_interrupts", "swallow_everything", "hold_the_gil", "stop_itself")
BREAKING = ("broken_internals", "break_builtins", "close_everything", "stop_the_loop", "wipe_modules")
NEIGHBOURS_SECRET = f"neighbour-{secrets.token_hex(16)}"
HOST_MAY_GROW_MIB = 40  # a message of 8 MiB, its parts, and what is told of it
Run = Callable[[Kernel, str], Coroutine[Any, Any, Any]]


def snippet(name: str) -> str:
    return (NAUGHTY / f"{name}.py").read_text(encoding="utf-8")


@pytest_asyncio.fixture
async def pool(host: Any) -> AsyncIterator[HostPool]:
    async with host.pool() as pool:
        yield pool


@pytest_asyncio.fixture
async def neighbour(pool: HostPool, run: Run) -> Kernel:
    """Another room, the same for all tests of a host, with something to find in it."""
    kernel = await pool.lease("neighbour")
    if (await run(kernel, "secret")).finished.status != "ok":
        assert (await run(kernel, f"secret = {NEIGHBOURS_SECRET!r}")).finished.status == "ok"
        assert (await run(kernel, snippet("neighbour"))).finished.status == "ok"
    return kernel


@pytest_asyncio.fixture
async def kernel(pool: HostPool, neighbour: Kernel, victim: Any, run: Run) -> Kernel:
    """The same kernel for all tests of a host, alive and knowing what to attack and how."""
    kernel = await pool.lease("attacker")
    targets = "\n".join(f"{name} = {value!r}" for name, value in victim.targets.items())
    if (await run(kernel, targets)).finished.status != "ok":
        await kernel.restart()
        assert (await run(kernel, targets)).finished.status == "ok"
    assert (await run(kernel, snippet("tools"))).finished.status == "ok"
    return kernel


@pytest_asyncio.fixture(autouse=True)
async def unharmed(host: Any, victim: Any, neighbour: Kernel, run: Run) -> AsyncIterator[None]:
    """Whatever a test does inside, nothing is other than before outside."""
    mounts = Path(f"/proc/{host.process.pid}/mounts").read_text()
    (files, memory) = sorted(victim.folder.iterdir()), memory_mib(host, peak=False)
    yield
    assert (await run(neighbour, "print(secret)")).text == f"{NEIGHBOURS_SECRET}\n"
    assert state(victim.process.pid) == "S"
    assert not victim.approached()
    assert (sorted(victim.folder.iterdir()), (victim.folder / "canary").read_text()) == (files, "canary")
    assert host.process.poll() is None
    assert state(host.process.pid) in "SR"
    assert Path(f"/proc/{host.process.pid}/mounts").read_text() == mounts
    assert memory_mib(host, peak=True) < memory + HOST_MAY_GROW_MIB


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]


def memory_mib(host: Any, *, peak: bool) -> int:
    """What the kernel host uses, or has used at most since it was asked without `peak`."""
    if not peak:
        Path(f"/proc/{host.process.pid}/clear_refs").write_text("5")
    name = "VmHWM:" if peak else "VmRSS:"
    lines = Path(f"/proc/{host.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name))


def processes_of_rooms(host: Any) -> set[int]:
    """Sealed processes of this host: what its zygotes have forked."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    found = {host.process.pid}
    for _ in range(10):
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found - {pid for pid, parent in parents.items() if parent == host.process.pid} - {host.process.pid}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", CONTAINED)
async def test_it_is_contained(kernel: Kernel, run: Run, name: str) -> None:
    ran = await run(kernel, snippet(name))
    assert (ran.text, ran.finished.status) == ("contained\n", "ok")


@pytest.mark.asyncio
async def test_a_fork_bomb_is_contained(kernel: Kernel, run: Run) -> None:
    ran = await run(kernel, snippet("fork_bomb"))
    told = ran.finished.reason or ran.text
    assert told == "contained\n" or told.startswith("The kernel ran out of memory: it used ")


@pytest.mark.asyncio
async def test_no_secret_is_in_the_memory_of_a_room(
    pool: HostPool, neighbour: Kernel, run: Run, canary: str, victim: Any
) -> None:
    key = (await run(neighbour, "print(get_ipython().kernel.session.key.decode(), end='')")).text
    assert len(key) == 64
    own = secrets.token_hex(16)
    wanted = {
        "what the kernel host was started with": canary,
        "another room's key": key,
        "another room's variable": NEIGHBOURS_SECRET,
        "the name of a folder of the kernel host's": str(victim.folder),
        "its own": own,
    }
    heir = await pool.lease("heir")
    known = f"own = bytes.fromhex({own.encode().hex()!r})\nSECRETS = {[half_of(*one) for one in wanted.items()]!r}"
    assert (await run(heir, known)).finished.status == "ok"
    assert (await run(heir, snippet("tools"))).finished.status == "ok"
    ran = await run(heir, snippet("inherited_secrets"))
    assert (ran.text, ran.finished.status) == ("contained\n", "ok")
    await pool.release("heir")


def half_of(what: str, secret: str) -> tuple[str, bytes, str, int]:
    """A secret as its finder is told it: the first half, and by what the second is known."""
    middle = len(secret) // 2
    rest = secret[middle:].encode()
    return what, secret[:middle].encode(), hashlib.sha256(rest).hexdigest(), len(rest)


@pytest.mark.asyncio
async def test_rooms_of_one_zygote_do_not_draw_the_same_numbers(pool: HostPool, run: Run) -> None:
    rooms = ("one", "other")
    drawn = [(await run(await pool.lease(room), snippet("draws"))).text.splitlines() for room in rooms]
    assert [len(lines) for lines in drawn] == [6, 6]
    assert not set(drawn[0]) & set(drawn[1])
    for room in rooms:
        await pool.release(room)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", OVER_MEMORY)
async def test_too_much_memory_ends_the_kernel_and_the_reason_has_the_figures(
    kernel: Kernel, run: Run, name: str
) -> None:
    ran = await run(kernel, snippet(name))
    assert ran.finished.status == "died"
    assert ran.finished.reason is not None
    assert ran.finished.reason.startswith("The kernel ran out of memory: it used ")
    assert ran.finished.reason.endswith(" MiB and may use 400 MiB. Restart the kernel to go on.")


@pytest.mark.asyncio
@pytest.mark.parametrize(("name", "reason"), DEADLY.items())
async def test_a_kernel_that_ends_says_why_and_the_next_run_says_what_to_do(
    kernel: Kernel, run: Run, name: str, reason: str
) -> None:
    sentence = f"{reason} Restart the kernel to go on."
    ran = await run(kernel, snippet(name))
    assert (ran.finished.status, ran.finished.reason) == ("died", sentence)
    again = await run(kernel, "1")
    assert (again.finished.status, again.finished.reason) == ("died", sentence)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["endless_output", "endless_errors"])
async def test_endless_output_is_cut_off_and_can_be_interrupted(kernel: Kernel, name: str) -> None:
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
async def test_endless_displays_are_cut_off_and_can_be_interrupted(kernel: Kernel) -> None:
    shown = 0
    async for item in kernel.run(snippet("endless_displays")):
        if isinstance(item, Display):
            shown += sum(map(len, item.data.values()))
        if isinstance(item, Stream) and "output stops here" in item.text:
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
async def test_of_what_a_page_might_take_for_its_own_only_known_kinds_get_out(
    kernel: Kernel, run: Run
) -> None:
    ran = await run(kernel, snippet("page_injection"))
    shown = [output for output in ran.outputs if isinstance(output, Display)]
    assert set().union(*(display.data for display in shown)) <= MIMES
    [failure] = [output for output in ran.outputs if isinstance(output, Failure)]
    assert "<script>" in failure.message  # as text: what it is shown as is the page's affair, and its tests'


@pytest.mark.asyncio
async def test_deeply_nested_displays_cost_nobody_anything(kernel: Kernel, run: Run) -> None:
    ran = await run(kernel, snippet("nested_json"))
    assert ran.text.endswith("went on\n")
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"


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
async def test_lies_in_answer_to_questions_are_bounded_or_no_answer(pool: HostPool, run: Run) -> None:
    kernel = await pool.lease("liar")
    assert (await run(kernel, snippet("lying_answers"))).text == "lies from here on\n"
    answered = 0
    for _ in range(11):  # so many lies there are, and each comes to each question
        for ask in (lambda: kernel.complete("pri", 3), lambda: kernel.inspect("print", 3), kernel.variables):
            try:
                answer = await ask()
            except KernelOccupied:
                continue
            answered += 1
            assert len(msgspec.json.encode(answer)) < 200_000
    assert answered > 11
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"
    await pool.release("liar")


@pytest.mark.asyncio
async def test_bait_in_the_work_folder_is_neither_listed_nor_read(
    pool: HostPool, run: Run, victim: Any
) -> None:
    kernel = await pool.lease("fisher")
    known = "\n".join(f"{name} = {value!r}" for name, value in victim.targets.items())
    await run(kernel, known)
    assert (await run(kernel, snippet("symlink_bait"))).text == "laid\n"
    listed = {file.path for file in await kernel.files()}
    bait = {
        "notes.txt",
        "magic.txt",
        "loop",
        "folder",
        "pipe",
        "listening",
        "kernels.sock",
        "k-1",
        "link-to-real.txt",
    }
    assert {"real.txt", "twin.txt"} <= listed
    assert not listed & bait
    for path in [
        *bait,
        "../etc/passwd",
        "/etc/passwd",
        "folder/passwd",
        "deep/..",
        "data/..",
        "",
        ".",
        "x\0y",
        "d/" * 5000,
    ]:
        with pytest.raises(NoSuchFile):
            async for _ in kernel.read_file(path):
                pass
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"
    await pool.release("fisher")


@pytest.mark.asyncio
async def test_runs_that_ignore_interrupts_are_stopped_or_ended_at_their_time(
    kernel: Kernel, pool: HostPool, run: Run
) -> None:
    stubborn = [await pool.lease(name, limits=Limits(run_seconds=0.5)) for name in STUBBORN]
    runs = asyncio.gather(*(run(one, snippet(name)) for one, name in zip(stubborn, STUBBORN, strict=True)))
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"
    finished = dict(zip(STUBBORN, [ran.finished for ran in await runs], strict=True))
    assert {one.status for one in finished.values()} == {"timed-out"}
    limit = "The run took longer than its 0.5 seconds and"
    ended = f"{limit} did not stop when interrupted, so the kernel was ended. Restart the kernel to go on."
    assert finished["hold_the_gil"].reason == ended
    assert finished["swallow_interrupts"].reason == f"{limit} was interrupted; variables are kept."
    for name in STUBBORN:
        await pool.release(name)


@pytest.mark.asyncio
async def test_a_kernel_that_breaks_itself_can_be_restarted(pool: HostPool, run: Run) -> None:
    async def break_and_mend(name: str) -> None:
        kernel = await pool.lease(name, limits=Limits(run_seconds=1))
        await run(kernel, snippet(name))
        await run(kernel, "1")  # whatever comes of it, it ends
        await kernel.restart()
        assert (await run(kernel, "print(6 * 7)")).text == "42\n"
        await pool.release(name)

    await asyncio.gather(*map(break_and_mend, BREAKING))


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["daemon_process", "hang_at_exit", "symlink_bait"])
async def test_releasing_a_room_leaves_nothing_of_it(
    host: Any, pool: HostPool, victim: Any, run: Run, name: str
) -> None:
    await pool.release("attacker")
    processes, folders = processes_of_rooms(host), set(Path(f"{host.socket}.d").iterdir())
    kernel = await pool.lease("leaver")
    known = f"CANARY_FILE, UNIX_PATH = {victim.targets['CANARY_FILE']!r}, {victim.targets['UNIX_PATH']!r}"
    await run(kernel, known)
    assert (await run(kernel, snippet(name))).finished.status == "ok"
    assert processes_of_rooms(host) > processes
    await pool.release("leaver")
    assert processes_of_rooms(host) == processes
    assert set(Path(f"{host.socket}.d").iterdir()) == folders


@pytest.mark.asyncio
async def test_a_daemon_does_not_outlive_a_restart(kernel: Kernel, run: Run) -> None:
    assert (await run(kernel, snippet("daemon_process"))).text == "left one behind\n"
    await kernel.restart()
    count = "import os; print(len([name for name in os.listdir('/proc') if name.isdigit()]))"
    assert (await run(kernel, count)).text == "2\n"
