"""Starts sealed processes: the owner's side of a sandbox supervisor."""

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kernels.errors import KernelsUnavailable
from kernels.kernel import DEFAULT_LIMITS, Limits

START_SECONDS = 30.0
DATA_MIB = 1024
_PROJECT = Path(__file__).resolve().parent.parent
_FIRST_UID = (
    64_000  # on the host, as real root: one unused user a slot, so that rooms cannot signal each other
)
_UIDS = 1000
_STDERR_KEPT = 8192
# The supervisor must not see the project on its path once it runs, so the path is put back at once.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from kernels.sandbox import main; del sys.path[0]; main()"
)


class Event(msgspec.Struct, frozen=True):
    """What a supervisor tells its owner."""

    event: str
    what: str = ""
    reason: str = ""
    code: int | None = None
    errno: int | None = None


class Sealed:
    """One sandbox with a process inside. `ended` is set, with `reason`, once nothing of it is left."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self.ended = asyncio.Event()
        self.reason = ""
        self.failed: Event | None = None
        self.code: int | None = None
        self.on_end: Callable[[], None] | None = None
        self.process = process
        self._control = control
        self._answers: asyncio.Queue[Event | None] = asyncio.Queue()
        self._stderr = bytearray()
        self._ending = False
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._drain_errors())]

    async def answer(self, expected: str, seconds: float = START_SECONDS) -> None:
        """Wait for one event of the supervisor. Raises KernelsUnavailable if it failed or the room ended first."""
        try:
            async with asyncio.timeout(seconds):
                event = await self._answers.get()
        except TimeoutError:
            raise KernelsUnavailable(f"A kernel did not start within {seconds:.0f} seconds.") from None
        if event is None:
            self._answers.put_nowait(None)  # nothing more will come, whoever waits for it
            raise KernelsUnavailable(self.failure())
        if event.event != expected:
            raise KernelsUnavailable(f"A kernel could not be made ready: {event.what or event.event}.")

    def failure(self) -> str:
        """Why it never became ready, for a person."""
        if self.failed is not None:
            return f"A kernel's sandbox could not be made: {self.failed.what}."
        last = self._stderr.decode(errors="replace").strip().splitlines()[-1:]
        detail = f" It said: {last[0]}" if last else ""
        return f"A kernel ended while it started. {self.reason}{detail}".strip()

    async def tell(self, command: dict[str, Any], fd: int | None = None) -> None:
        """Send one command, with a descriptor if one belongs to it. A room that has ended hears nothing."""
        line = msgspec.json.encode(command) + b"\n"
        try:
            if fd is not None:
                sent = socket.send_fds(self._control, [line], [fd])
                line = line[sent:]
            await asyncio.get_running_loop().sock_sendall(self._control, line)
        except OSError:
            return

    async def interrupt(self, number: int = 2) -> None:
        await self.tell({"do": "interrupt", "signal": number})

    async def lower(self, limits: Limits) -> None:
        lowered = {"memory_mib": limits.memory_mib, "pids": limits.pids, "disk_mib": limits.disk_mib}
        await self.tell({"do": "lower", **lowered})
        await self.answer("lowered")

    async def fill(self, folder: Path) -> None:
        """Copy a folder of ours to the room's read-only data/."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            await self.tell({"do": "fill"}, fd)
        finally:
            os.close(fd)
        await self.answer("filled")

    async def end(self) -> None:
        """Kill it and wait until nothing is left."""
        self._ending = True
        self.on_end = None
        if not self.ended.is_set():
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_WR)
        await self.ended.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        pending = b""
        loop = asyncio.get_running_loop()
        try:
            while chunk := await loop.sock_recv(self._control, 65536):
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    self._hear(msgspec.json.decode(line, type=Event))
        except OSError:
            pass
        await self.process.wait()
        self._control.close()
        if not self.reason and not self.failed and not self._ending:
            self.reason = "The kernel's supervisor was killed, most likely by a machine short of memory."
        self._answers.put_nowait(None)
        self.ended.set()
        if self.on_end is not None:
            self.on_end()

    def _hear(self, event: Event) -> None:
        if event.event == "failed":
            self.failed = event
        elif event.event == "ended":
            self.reason, self.code = event.reason, event.code
            if event.what:
                self.failed = event
        else:
            self._answers.put_nowait(event)

    async def _drain_errors(self) -> None:
        if self.process.stderr is None:
            return
        while chunk := await self.process.stderr.read(4096):
            self._stderr += chunk
            del self._stderr[:-_STDERR_KEPT]


async def seal(
    environment: Path,
    argv: list[str],
    *,
    slot: int = 0,
    limits: Limits = DEFAULT_LIMITS,
    files: dict[str, str] | None = None,
    sockets: Path | None = None,
    environ: dict[str, str] | None = None,
    stdout: int = asyncio.subprocess.DEVNULL,
) -> Sealed:
    """Start `argv` sealed, in the Python environment at `environment`; "{python}" stands for its interpreter.

    Callers wait for `answer("ready")` if the process binds the five sockets of a kernel in `sockets`.
    """
    python = environment / "bin" / "python"
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    try:
        process = await asyncio.create_subprocess_exec(
            str(python), "-I", "-B", "-c", _BOOT, str(_PROJECT),
            stdin=theirs.fileno(), stdout=stdout, stderr=asyncio.subprocess.PIPE, cwd="/", env={"LANG": "C.UTF-8"},
        )  # fmt: skip
    except OSError as error:
        ours.close()
        raise KernelsUnavailable(
            f"The kernels' Python {python} cannot be started: {error.strerror}. Run `make setup` to build it."
        ) from error
    finally:
        theirs.close()
    uid = _FIRST_UID + slot % _UIDS
    if sockets is not None and os.geteuid() == 0:
        os.chown(sockets, uid, uid)
    sealed = Sealed(process, ours)
    await sealed.tell(
        {
            "argv": argv,
            "files": files or {},
            "sockets": str(sockets) if sockets else None,
            "hidden": hidden_paths(environment),
            "memory_mib": limits.memory_mib,
            "pids": limits.pids,
            "disk_mib": limits.disk_mib,
            "data_mib": DATA_MIB,
            "uid": uid,
            "nice": 5,
            "environ": environ or {},
        }
    )
    return sealed


def hidden_paths(environment: Path) -> list[str]:
    """The project and the server's own environment, wherever they are installed."""
    kept = os.path.realpath(environment)
    return [path for path in {str(_PROJECT), sys.prefix} if os.path.realpath(path) != kept]


async def run_sealed(
    environment: Path, source: str, *, seconds: float = START_SECONDS
) -> tuple[int | None, str]:
    """Run a Python program of ours sealed; its exit code (None: it never started) and what it printed."""
    sealed = await seal(environment, ["{python}", "-I", "-c", source], stdout=asyncio.subprocess.PIPE)
    assert sealed.process.stdout is not None
    try:
        async with asyncio.timeout(seconds):
            printed = await sealed.process.stdout.read()
            await sealed.ended.wait()
    except TimeoutError:
        raise KernelsUnavailable(f"A sealed program did not end within {seconds:.0f} seconds.") from None
    finally:
        await sealed.end()
    if sealed.failed is not None:
        raise KernelsUnavailable(sealed.failure())
    return sealed.code, printed.decode(errors="replace")


def socket_folder(parent: Path | None = None) -> Path:
    """A fresh folder for one kernel's sockets, short enough for the 107 bytes of a socket's name."""
    return Path(tempfile.mkdtemp(prefix="k", dir=parent))


def remove_folder(folder: Path) -> None:
    """rmtree follows no links, so nothing that a room put there can lead it astray."""
    shutil.rmtree(folder, ignore_errors=True)
