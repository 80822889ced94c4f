"""The kernel host as its clients know it: what comes through, what survives whom, what is refused."""

import asyncio
import fcntl
import functools
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kernels import wire
from kernels.client import HostPool, ensure_host, socket_path
from kernels.connection import LOST
from kernels.errors import KernelsBusy, KernelsUnavailable
from kernels.kernel import Kernel, Limits
from kernels.outputs import Cleared, Display, Failure, Finished, Stream

Run = Callable[[Kernel, str], Coroutine[Any, Any, Any]]


@pytest_asyncio.fixture
async def pool(host: Any) -> AsyncIterator[HostPool]:
    async with host.pool() as pool:
        yield pool


@pytest_asyncio.fixture
async def kernel(pool: HostPool, run: Run) -> Kernel:
    kernel = await pool.lease("r1")
    if (await run(kernel, "1")).finished.status != "ok":
        await kernel.restart()
    return kernel


@pytest.mark.asyncio
async def test_a_cell_shows_its_text_its_value_and_its_count(kernel: Kernel, run: Run) -> None:
    await kernel.restart()
    ran = await run(kernel, "import sys\nprint('one')\nprint('two', file=sys.stderr)\n6 * 7")
    assert sorted(ran.outputs[:2], key=repr) == [Stream("stderr", "two\n"), Stream("stdout", "one\n")]
    assert ran.outputs[2:] == [Display({"text/plain": "42"}, result=True)]
    assert (ran.finished.status, ran.finished.execution_count) == ("ok", 1)


@pytest.mark.asyncio
async def test_dataframes_and_figures_come_as_html_and_png(kernel: Kernel, run: Run) -> None:
    frame = await run(kernel, "import pandas\npandas.DataFrame({'height': [1.5]})")
    assert "<th>height</th>" in frame.outputs[-1].data["text/html"]
    figure = await run(kernel, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    [shown] = [output for output in figure.outputs if isinstance(output, Display)]
    assert shown.data["image/png"].startswith("iVBORw0KGgo")


@pytest.mark.asyncio
async def test_a_traceback_names_the_candidates_own_line(kernel: Kernel, run: Run) -> None:
    ran = await run(kernel, "x = 1\nx / 0")
    [failure] = ran.outputs
    assert isinstance(failure, Failure)
    assert (failure.name, failure.message) == ("ZeroDivisionError", "division by zero")
    assert "line 2" in "".join(failure.traceback)
    assert ran.finished.status == "error"


@pytest.mark.asyncio
async def test_displays_can_be_updated_and_outputs_cleared(kernel: Kernel, run: Run) -> None:
    source = (
        "from IPython.display import clear_output, display\n"
        "handle = display('one', display_id='bar')\n"
        "handle.update('two')\n"
        "clear_output(wait=True)"
    )
    assert (await run(kernel, source)).outputs == [
        Display({"text/plain": "'one'"}, slot="bar"),
        Display({"text/plain": "'two'"}, slot="bar", update=True),
        Cleared(wait=True),
    ]


@pytest.mark.asyncio
async def test_an_interrupt_keeps_variables(kernel: Kernel, run: Run) -> None:
    await run(kernel, "kept = 7")
    items = kernel.run("import time\nprint('on', flush=True)\ntime.sleep(60)")
    assert await anext(items) == Stream("stdout", "on\n")
    await kernel.interrupt()
    failure, finished = [item async for item in items]
    assert isinstance(failure, Failure)
    assert isinstance(finished, Finished)
    assert (failure.name, finished.status) == ("KeyboardInterrupt", "interrupted")
    assert (await run(kernel, "print(kept)")).text == "7\n"


@pytest.mark.asyncio
async def test_a_run_beyond_its_time_is_interrupted_and_variables_stay(pool: HostPool, run: Run) -> None:
    kernel = await pool.lease("slow", limits=Limits(run_seconds=0.5))
    ran = await run(kernel, "kept = 7\nimport time\ntime.sleep(60)")
    sentence = "The run took longer than its 0.5 seconds and was interrupted; variables are kept."
    assert (ran.finished.status, ran.finished.reason) == ("timed-out", sentence)
    assert (await run(kernel, "print(kept)")).text == "7\n"
    await pool.release("slow")


@pytest.mark.asyncio
async def test_a_restart_forgets_variables_and_ends_the_run_in_progress(kernel: Kernel, run: Run) -> None:
    await run(kernel, "kept = 7")
    seen = asyncio.Event()

    async def sleep() -> Finished:
        async for item in kernel.run("print('on', flush=True)\nimport time\ntime.sleep(60)"):
            seen.set()
            last = item
        assert isinstance(last, Finished)
        return last

    running = asyncio.create_task(sleep())
    await seen.wait()
    await kernel.restart()
    ended = await running
    assert ended.status == "died"
    assert ended.reason is not None
    assert ended.reason.startswith("The kernel was restarted.")
    assert (await run(kernel, "kept")).outputs[0].name == "NameError"


@pytest.mark.asyncio
async def test_data_is_there_read_only_also_after_a_restart(
    pool: HostPool, run: Run, folder: Path, host: Any
) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "points.csv").write_text("1,2\n")
    (folder / "link").symlink_to("/etc/passwd")
    folder.chmod(0o755)
    kernel = await pool.lease("data", data=folder)
    look = (
        "import os\nprint(open('data/deep/points.csv').read(), os.listdir('data'))\n"
        "try:\n    open('data/new', 'w')\nexcept OSError as error:\n    print(error.strerror)"
    )
    expected = "1,2\n ['deep']\nRead-only file system\n"
    assert (await run(kernel, look)).text == expected
    await kernel.restart()
    assert (await run(kernel, look)).text == expected
    await pool.release("data")


@pytest.mark.asyncio
async def test_a_client_that_comes_back_finds_its_variables(host: Any, run: Run) -> None:
    async with host.pool() as pool:
        kernel = await pool.lease("stays")
        assert (await run(kernel, "kept = 7")).finished.status == "ok"
    async with host.pool() as pool:
        assert (await run(await pool.lease("stays"), "print(kept)")).text == "7\n"
        await pool.release("stays")


@pytest.mark.asyncio
async def test_a_death_outside_a_run_is_told(host: Any, pool: HostPool, run: Run) -> None:
    kernel = await pool.lease("dies")
    dies_later = "import os, threading\nthreading.Timer(0.2, lambda: os._exit(3)).start()"
    assert (await run(kernel, dies_later)).finished.status == "ok"
    async with asyncio.timeout(10):
        while not host.deaths:
            await asyncio.sleep(0.02)
    assert host.deaths == [("dies", "The kernel ended itself with exit code 3.")]
    await pool.release("dies")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "frame",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("!I", 2**31) + b"x",
        struct.pack("!I", 4) + b"\xc1\xc1\xc1\xc1",
        wire.encode(wire.Run(1, "r1", "1")),
        wire.encode(wire.Hello(wire.VERSION)) + wire.encode(wire.Hello(wire.VERSION)),
        wire.encode(wire.Hello(wire.VERSION + 1)),
    ],
)
async def test_a_client_that_does_not_speak_the_protocol_is_closed(host: Any, frame: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(host.socket)
    writer.write(frame)
    async with asyncio.timeout(5):
        while await reader.read(1000):
            pass
    writer.transport.abort()


def test_the_socket_is_its_users_alone(host: Any) -> None:
    found = host.socket.stat()
    assert (found.st_mode & 0o777, found.st_uid) == (0o600, host.user)


@pytest.fixture
def own_host(starting: Callable[..., Any], folder: Path) -> Iterator[Any]:
    host = starting(folder, os.geteuid(), "--warm=0", "--most=1", "--linger=60", "--imports=")
    yield host
    end(host)


@pytest.fixture
def warm_host(starting: Callable[..., Any], folder: Path) -> Iterator[Any]:
    host = starting(folder, os.geteuid(), "--warm=1")
    yield host
    end(host)


def end(host: Any) -> None:
    if host.process.poll() is None:
        host.process.terminate()
    host.process.wait(20)


@pytest.mark.asyncio
async def test_a_host_that_is_killed_is_told_and_started_again(
    own_host: Any, environment: Path, run: Run
) -> None:
    deaths: list[tuple[str, str]] = []
    environments = {"default": environment}
    start = functools.partial(ensure_host, own_host.socket, environments, warm=0, linger=0.2, imports=())
    pool = HostPool(own_host.socket, on_death=lambda room, reason: deaths.append((room, reason)), start=start)
    kernel = await pool.lease("r1")
    with pytest.raises(KernelsBusy, match="All 1 kernels are in use"):
        await pool.lease("r2")
    items = kernel.run("print('on', flush=True)\nimport time\ntime.sleep(60)")
    assert await anext(items) == Stream("stdout", "on\n")
    own_host.process.send_signal(signal.SIGKILL)
    assert await anext(items) == Finished("died", None, 0.0, LOST)
    assert deaths == [("r1", LOST)]
    own_host.process.wait()
    ran = await run(kernel, "1")
    assert ran.finished.status == "died"
    await kernel.restart()
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"
    await pool.release("r1")
    await pool.close()
    async with asyncio.timeout(10):  # it leaves after the 0.2 seconds that it lingers
        while own_host.socket.exists():
            await asyncio.sleep(0.02)


@pytest.mark.asyncio
async def test_a_warm_kernel_has_its_imports_and_takes_the_rooms_limits(warm_host: Any, run: Run) -> None:
    async with warm_host.pool() as pool:
        kernel = await warm_kernel(pool, run, Limits(memory_mib=1000, pids=99, disk_mib=77))
        ran = await run(
            kernel,
            "import sys, resource, os\nfound = os.statvfs('/room')\n"
            "print('torch' in sys.modules, found.f_blocks * found.f_frsize >> 20,\n"
            "      resource.getrlimit(resource.RLIMIT_NPROC)[1], resource.getrlimit(resource.RLIMIT_DATA)[1] >> 20)\n"
            "import torch\nprint(torch.ones(2).sum().item())",
        )
        assert ran.text == "True 77 99 2024\n2.0\n"
        figure = await run(kernel, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
        assert [set(output.data) for output in figure.outputs] == [{"text/plain", "image/png"}]


async def warm_kernel(pool: HostPool, run: Run, limits: Limits) -> Kernel:
    """A kernel that was started ahead of need; there is none yet while the host is young."""
    async with asyncio.timeout(180):
        while True:
            kernel = await pool.lease("r1", limits=limits)
            if (await run(kernel, "import sys\nprint('torch' in sys.modules)")).text == "True\n":
                return kernel
            await pool.release("r1")
            await asyncio.sleep(0.3)


@pytest.mark.asyncio
async def test_without_an_environment_no_kernel_starts_and_the_sentence_says_so(
    starting: Callable[..., Any], folder: Path
) -> None:
    path = folder / "kernels.sock"
    await ensure_host(path, {"default": folder / "nothing"}, warm=0, linger=0.2)
    pool = HostPool(path)
    with pytest.raises(
        KernelsUnavailable, match=r"nothing/bin/python is not there\. `liveroom doctor` says how"
    ):
        await pool.lease("r1")
    await pool.close()
    async with asyncio.timeout(10):
        while path.exists():
            await asyncio.sleep(0.02)


def test_a_host_in_the_background_keeps_nothing_open_of_who_started_it(folder: Path) -> None:
    reading, writing = os.pipe()
    start = [sys.executable, "-m", "kernels.daemon", "--detach", "--linger=0.2", "--warm=0"]
    where = [f"--socket={folder / 'kernels.sock'}", f"--environment={folder / 'nothing'}"]
    subprocess.run([*start, *where], cwd=Path(__file__).parents[2], pass_fds=[writing], check=True)
    os.close(writing)
    try:
        assert select.select([reading], [], [], 0)[0], "somebody still has the other end"
        assert os.read(reading, 1) == b""
    finally:
        os.close(reading)
        with (folder / "kernels.sock.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # which the host has until its very end


@pytest.mark.asyncio
async def test_a_host_that_is_just_ending_is_none_that_answers(folder: Path) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_unix_server(hang_up, folder / "kernels.sock"):
        with pytest.raises(KernelsUnavailable, match=r"No kernel host answers on .* \(it was just ending\)"):
            await HostPool(folder / "kernels.sock").lease("r1")


@pytest.mark.asyncio
async def test_without_a_host_the_sentence_names_the_socket(folder: Path) -> None:
    pool = HostPool(folder / "kernels.sock")
    with pytest.raises(KernelsUnavailable, match=r"No kernel host answers on .*kernels\.sock"):
        await pool.lease("r1")


def test_a_deep_data_folder_gets_a_short_socket_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    assert socket_path(folder) == folder.resolve() / "kernels.sock"
    deep = folder.joinpath(*["a-rather-long-folder-name"] * 5)
    short = socket_path(deep)
    assert short == socket_path(deep)
    assert len(os.fsencode(short)) <= 80
    with socket.socket(socket.AF_UNIX) as probe:
        probe.bind(str(short))
    short.parent.chmod(0o777)
    with pytest.raises(KernelsUnavailable, match="open to others"):
        socket_path(deep)
