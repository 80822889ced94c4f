"""Kernel hosts to test against, as root and as an ordinary user, and a victim for hostile code to go for."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kernels.client import HostPool
from kernels.kernel import Kernel
from kernels.outputs import AnyOutput, Finished, Stream

PROJECT = Path(__file__).resolve().parents[2]
ENVIRONMENT = PROJECT / ".venv-kernel"
ORDINARY_USER = 12345
CANARY = f"canary-{secrets.token_hex(16)}"
"""In the environment of every kernel host: no room may ever see it."""
LIMITS = (
    "--memory-mib=400",
    "--pids=64",
    "--disk-mib=64",
    "--run-seconds=20",
    "--output-mib=1",
    "--linger=60",
)


@dataclass(frozen=True)
class Ran:
    """What one run gave."""

    outputs: list[AnyOutput]
    finished: Finished

    @property
    def text(self) -> str:
        return "".join(output.text for output in self.outputs if isinstance(output, Stream))


@dataclass
class Host:
    """A running kernel host."""

    socket: Path
    process: "subprocess.Popen[bytes]"
    user: int
    deaths: list[tuple[str, str]] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def pool(self) -> AsyncIterator[HostPool]:
        self.deaths.clear()
        pool = HostPool(self.socket, on_death=lambda room, reason: self.deaths.append((room, reason)))
        try:
            yield pool
        finally:
            await pool.close()


@dataclass(frozen=True)
class Victim:
    """What hostile code must not reach; `targets` are the names that the snippets know."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    listeners: list[socket.socket]
    targets: dict[str, str | int]

    def approached(self) -> bool:
        """Whether anything came in on any of the sockets."""
        for listener in self.listeners:
            with contextlib.suppress(BlockingIOError):
                if listener.type == socket.SOCK_DGRAM:
                    listener.recv(1)
                else:
                    listener.accept()[0].close()
                return True
        return False


async def ran(kernel: Kernel, source: str) -> Ran:
    outputs: list[AnyOutput] = []
    async for item in kernel.run(source):
        if isinstance(item, Finished):
            return Ran(outputs, item)
        outputs.append(item)
    raise AssertionError("a run ended without Finished")


@pytest.fixture(scope="session")
def environment() -> Path:
    return ENVIRONMENT


@pytest.fixture(scope="session")
def canary() -> str:
    return CANARY


@pytest.fixture(scope="session")
def run() -> Callable[[Kernel, str], Awaitable[Ran]]:
    return ran


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder for sockets, which pytest's own are too deep for."""
    path = Path(tempfile.mkdtemp(prefix="lr"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def start_host(folder: Path, user: int, *options: str) -> Host:
    """Start a kernel host as `user` and wait until it listens."""
    path = folder / "kernels.sock"
    command = [
        sys.executable,
        "-m",
        "kernels.daemon",
        f"--socket={path}",
        f"--environment={ENVIRONMENT}",
        *options,
    ]
    if user != os.geteuid():
        os.chown(folder, user, user)
        command = [sys.executable, str(Path(__file__).with_name("as_user.py")), str(user), *command]
    process = subprocess.Popen(command, env={"PYTHONPATH": str(PROJECT), "CANARY": CANARY}, cwd="/")
    for _ in range(400):
        if listens(path) or process.poll() is not None:
            break
        time.sleep(0.05)
    assert process.poll() is None, "the kernel host did not start"
    return Host(path, process, user)


def listens(path: Path) -> bool:
    """Whether somebody does; the file is there a moment before."""
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(path))
        except OSError:
            return False
    return True


@pytest.fixture(scope="session")
def starting() -> Callable[..., Host]:
    return start_host


@pytest.fixture(scope="module")
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    """A host of our own user's, with nothing imported ahead; or one as it is, of the user that a module names."""
    named = getattr(request, "param", None)
    user = ORDINARY_USER if named == "an ordinary user" else os.geteuid()
    folder = Path(tempfile.mkdtemp(prefix="lr"))
    host = start_host(folder, user, "--warm=0", *LIMITS, *([] if named else ["--imports="]))
    yield host
    host.process.terminate()
    assert host.process.wait(20) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["kernels.sock.lock"]
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    """A process, files and sockets of the host's, all open to everybody who can see them."""
    folder = Path(tempfile.mkdtemp(prefix="victim"))
    folder.chmod(0o755)
    canary = folder / "canary"
    canary.write_text("canary")
    process = subprocess.Popen(["/bin/sleep", "600"], env={"SECRET": "canary"})
    address = f"victim-{os.getpid()}"
    listeners = [
        listening(socket.AF_INET, socket.SOCK_STREAM, ("0.0.0.0", 0)),
        listening(socket.AF_INET, socket.SOCK_DGRAM, ("0.0.0.0", 0)),
        listening(socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "open.sock")),
        listening(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + address),
    ]
    (folder / "open.sock").chmod(0o777)
    targets: dict[str, str | int] = {
        "CANARY_FILE": str(canary),
        "PROJECT": str(PROJECT),
        "TCP_PORT": listeners[0].getsockname()[1],
        "UDP_PORT": listeners[1].getsockname()[1],
        "HOST_ADDRESS": own_address(),
        "UNIX_PATH": str(folder / "open.sock"),
        "ABSTRACT_NAME": "\0" + address,
        "VICTIM_PID": process.pid,
        "HOST_PID": os.getpid(),
        "SUPERVISOR_PID": os.getppid(),
    }
    yield Victim(folder, process, listeners, targets)
    for listener in listeners:
        listener.close()
    process.kill()
    process.wait()
    shutil.rmtree(folder)


def listening(family: int, kind: int, address: tuple[str, int] | str) -> socket.socket:
    listener = socket.socket(family, kind)
    listener.bind(address)
    listener.setblocking(False)
    if kind == socket.SOCK_STREAM:
        listener.listen()
    return listener


def own_address() -> str:
    """This machine's address on its network, or loopback where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address
