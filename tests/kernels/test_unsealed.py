"""Kernels without a sandbox: what they can do, what is kept in order all the same, and that nobody gets one unasked."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kernels import wire
from kernels.client import HostPool, ensure_host
from kernels.errors import KernelsUnavailable, NoSuchFile
from kernels.kernel import Kernel, Limits
from kernels.outputs import Stream

PROJECT = Path(__file__).resolve().parents[2]
Run = Callable[[Kernel, str], Awaitable[Any]]


async def host_of(socket: Path) -> int:
    """The process that listens there."""
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(wire.encode(wire.Hello(wire.VERSION)))
    welcome = await wire.read_from_host(reader)
    writer.transport.abort()
    assert isinstance(welcome, wire.Welcome)
    return welcome.pid


def ends(socket: Path) -> None:
    """End the host on this socket and wait until it has gone."""
    pid = asyncio.run(host_of(socket))
    process = os.pidfd_open(pid)
    os.kill(pid, signal.SIGTERM)
    assert select.select([process], [], [], 20)[0], "the host does not end"
    os.close(process)


@pytest.fixture(scope="module")
def socket(environment: Path) -> Iterator[Path]:
    """The socket of a host that was asked to do without sandboxes."""
    folder = Path(tempfile.mkdtemp(prefix="lr"))
    path = folder / "unsafe.sock"
    asyncio.run(
        ensure_host(path, {"default": environment}, warm=0, maximum=Limits(memory_mib=400), unsafe=True)
    )
    yield path
    ends(path)
    assert sorted(name.name for name in folder.iterdir()) == ["unsafe.log", "unsafe.sock.lock"]
    assert "kernels run WITHOUT a sandbox" in (folder / "unsafe.log").read_text()


@pytest_asyncio.fixture
async def pool(socket: Path) -> AsyncIterator[HostPool]:
    pool = HostPool(socket)
    yield pool
    await pool.release("room")
    await pool.close()


@pytest.mark.asyncio
async def test_it_runs_cells_and_keeps_variables_over_an_interrupt(pool: HostPool, run: Run) -> None:
    kernel: Any = await pool.lease("room")
    assert (await run(kernel, "kept = 6 * 7; print(kept)")).text == "42\n"
    async for item in kernel.run("print('on', flush=True)\nwhile True: pass"):
        if isinstance(item, Stream):
            await kernel.interrupt()
        last = item
    assert last.status == "interrupted"
    assert (await run(kernel, "print(kept)")).text == "42\n"


@pytest.mark.asyncio
async def test_there_is_no_sandbox(pool: HostPool, run: Run, folder: Path) -> None:
    (folder / "file").write_text("the host's")
    kernel: Any = await pool.lease("room")
    assert (await run(kernel, f"print(open('{folder}/file').read())")).text == "the host's\n"


@pytest.mark.asyncio
async def test_it_works_in_a_folder_of_its_own_with_its_data(pool: HostPool, run: Run, folder: Path) -> None:
    (folder / "rows.csv").write_text("a\n1\n")
    kernel: Any = await pool.lease("room", data=folder)
    source = "import os; print(os.getcwd(), os.environ['HOME'], open('data/rows.csv').read())"
    where, home, *data = (await run(kernel, source)).text.split()
    assert Path(where).parent.name.startswith("liveroom-unsafe-")
    assert (home, data) == (where, ["a", "1"])
    await pool.release("room")
    assert not Path(where).parent.exists()


@pytest.mark.asyncio
async def test_its_work_files_are_listed_and_read(pool: HostPool, run: Run) -> None:
    kernel: Any = await pool.lease("room")
    await run(kernel, "open('made.txt', 'w').write('made'); import os; os.symlink('/etc/passwd', 'link')")
    assert [(file.path, file.size) for file in await kernel.files()] == [("made.txt", 4)]
    assert [piece async for piece in kernel.read_file("made.txt")] == [b"made"]
    with pytest.raises(NoSuchFile):
        await anext(kernel.read_file("link"))


@pytest.mark.asyncio
async def test_too_large_an_allocation_is_an_error(pool: HostPool, run: Run) -> None:
    kernel: Any = await pool.lease("room")
    ran = await run(kernel, "bytearray(20 << 30)")
    assert [output.name for output in ran.outputs] == ["MemoryError"]


@pytest.mark.asyncio
async def test_a_death_is_told_and_the_kernel_can_be_restarted(pool: HostPool, run: Run) -> None:
    kernel: Any = await pool.lease("room")
    ran = await run(kernel, "import os; os._exit(3)")
    assert ran.finished.reason == "The kernel ended itself with exit code 3. Restart the kernel to go on."
    await kernel.restart()
    assert (await run(kernel, "print(1)")).text == "1\n"


@pytest.mark.asyncio
async def test_what_it_started_ends_with_it_even_what_left_its_session(pool: HostPool, run: Run) -> None:
    kernel: Any = await pool.lease("room")
    daemon = "import subprocess; print(subprocess.Popen(['setsid', 'sleep', '600']).pid)"
    pid = int((await run(kernel, daemon)).text)
    assert Path(f"/proc/{pid}").exists()
    await pool.release("room")
    assert not Path(f"/proc/{pid}").exists()


@pytest.fixture(params=[False, True], ids=["asked for a sandbox", "asked for none"])
def confined_host(
    request: pytest.FixtureRequest, environment: Path, folder: Path
) -> Iterator[tuple[Path, bool]]:
    """A host under a filter that refuses namespaces, as a container has it."""
    path, unsafe = folder / "kernels.sock", bool(request.param)
    confined = [
        sys.executable,
        str(Path(__file__).with_name("confined.py")),
        "-m",
        "no_unshare",
        "kernels.daemon",
    ]
    options = [
        f"--socket={path}",
        f"--environment={environment}",
        "--warm=0",
        *(["--unsafe"] if unsafe else []),
    ]
    host = subprocess.Popen([*confined, *options], cwd=PROJECT)
    while not path.exists():
        assert host.poll() is None
        time.sleep(0.02)
    yield path, unsafe
    host.terminate()
    assert host.wait(20) == 0


@pytest.mark.asyncio
async def test_where_nothing_can_be_sealed_only_who_asks_gets_a_kernel(
    confined_host: tuple[Path, bool], run: Run
) -> None:
    path, unsafe = confined_host
    pool = HostPool(path)
    try:
        if unsafe:
            kernel: Any = await pool.lease("room")
            assert (await run(kernel, "print(1)")).text == "1\n"
        else:
            with pytest.raises(KernelsUnavailable, match="`liveroom doctor` says how to mend it"):
                await pool.lease("room")
    finally:
        await pool.close()
