"""Work folders of real rooms, as root's kernels and as an ordinary user's, whatever the rooms do."""

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
import pytest_asyncio

from kernels.errors import KernelLost, NoSuchFile
from kernels.kernel import Kernel

USERS = ["root", "an ordinary user"] if os.geteuid() == 0 else ["ourselves"]
pytestmark = pytest.mark.parametrize("host", USERS, indirect=True, scope="module")
Run = Callable[[Kernel, str], Coroutine[Any, Any, Any]]

BAIT = """
import os
os.makedirs('models/deep')
open('models/deep/weights.bin', 'wb').write(b'w' * 100)
os.symlink('/etc/passwd', 'passwd')
os.symlink('/proc/self/environ', 'environ')
os.symlink('..', 'models/up')
os.mkfifo('pipe')
open('locked', 'w').close()
os.chmod('locked', 0)
os.makedirs('.hidden')
open('.hidden/file', 'w').close()
open(b'latin-\\xe9', 'w').close()
"""
STOPPING = """
import os, signal, threading
def stop_strangers():
    ours = {int(pid) for pid in os.listdir('/proc') if pid.isdigit()}
    while True:
        for pid in os.listdir('/proc'):
            if pid.isdigit() and int(pid) not in ours:
                os.kill(int(pid), signal.SIGSTOP)
                ours.add(int(pid))
threading.Thread(target=stop_strangers, daemon=True).start()
"""


@pytest_asyncio.fixture
async def kernel(host: Any) -> AsyncIterator[Kernel]:
    async with host.pool() as pool:
        yield await pool.lease("files")
        await pool.release("files")


@pytest.mark.asyncio
async def test_bait_is_neither_listed_nor_opened(kernel: Kernel, run: Run) -> None:
    assert (await run(kernel, BAIT)).finished.status == "ok"
    assert [file.path for file in await kernel.files()] == ["locked", "models/deep/weights.bin"]
    assert b"".join([piece async for piece in kernel.read_file("models/deep/weights.bin")]) == b"w" * 100
    for path in (
        "passwd",
        "environ",
        "pipe",
        "locked",
        "models",
        "models/up/passwd",
        "../etc/passwd",
        "/etc/passwd",
    ):
        with pytest.raises(NoSuchFile):
            await anext(kernel.read_file(path))


@pytest.mark.asyncio
async def test_a_room_that_stops_its_readers_hurts_itself_alone(kernel: Kernel, run: Run) -> None:
    await run(kernel, "open('mine', 'w').close()")
    assert [file.path for file in await kernel.files()] == ["mine"]
    await run(kernel, STOPPING)
    try:
        await kernel.files()  # may be faster than the one who stops it
    except KernelLost as error:
        assert error.sentence.startswith("The work folder cannot be read any more")
    await kernel.restart()
    assert await kernel.files() == []
