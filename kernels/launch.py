"""Starts sealed processes: the owner's side of a zygote, and of the supervisors that are forked from it."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kernels.cgroups import Cgroup
from kernels.errors import KernelsUnavailable
from kernels.kernel import DEFAULT_LIMITS, Limits

START_SECONDS = 30.0
IMPORT_SECONDS = 300.0
_LEAVING_SECONDS = 2.0
DATA_MIB = 1024
_PROJECT = Path(__file__).resolve().parent.parent
_FIRST_UID = 64_000
"""On the host, as real root: one unused user a slot, so that rooms cannot signal each other."""
SLOTS = 1000
_ERRORS_KEPT = 8192
# The zygote must not see the project on its path once it runs, so the path is put back at once.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from kernels.zygote import main; del sys.path[0]; main()"
)


class Zygote:
    """One environment's zygote: forks a sealed process a request. Bound to no event loop."""

    def __init__(self, environment: Path, imports: tuple[str, ...] | None, *, unsafe: bool = False) -> None:
        """Start it; `ready` waits until it has imported, for kernels, or (None) for programs of ours nothing.

        Raises KernelsUnavailable.
        With `unsafe` what is forked from it is called sealed and is not: for `--unsafe-kernels` alone.
        """
        self.environment = environment = environment.absolute()
        self.notes: list[str] = []
        self.forks = 0
        self._ready = False
        self._hearing = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="liveroom-zygote-"))
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel = ours
        ours.setblocking(False)
        python = environment / "bin" / "python"
        command = [
            str(python),
            "-I",
            "-B",
            "-c",
            _BOOT,
            str(_PROJECT),
            "unsealed" if unsafe else "sealed",
            *(() if imports is None else ("kernels", *imports)),
        ]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=self._environ(),
            )
        except OSError as error:
            self.end()
            raise KernelsUnavailable(
                f"The kernels' Python {python} cannot be started: {error.strerror}. Run `make setup` to build it."
            ) from error
        finally:
            theirs.close()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def ready(self) -> None:
        """Wait until it can fork, however many wait for that. Raises KernelsUnavailable."""
        if self._ready:
            return
        async with self._hearing:
            if not self._ready:
                await self._hear()

    async def _hear(self) -> None:
        told = await self._told()
        if told.refused:
            self.end()
            raise KernelsUnavailable(f"No kernels can be forked from {self.environment}: {told.refused}.")
        self.notes = told.notes
        self._ready = True
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _told(self) -> "_Told":
        if not self.alive:
            return _Told(refused="it has ended")
        try:
            async with asyncio.timeout(IMPORT_SECONDS):
                word = await asyncio.get_running_loop().sock_recv(self._channel, 65_536)
            return (
                msgspec.json.decode(word, type=_Told) if word else _Told(refused="it ended while it imported")
            )
        except (TimeoutError, OSError, msgspec.DecodeError) as error:
            return _Told(refused=str(error) or "it took too long to import")

    def fork(self, control: socket.socket, output: int, errors: int) -> None:
        """Have a supervisor forked that listens on `control`. Raises KernelsUnavailable."""
        self.forks += 1
        try:
            socket.send_fds(self._channel, [b"f"], [control.fileno(), output, errors])
        except OSError as error:
            raise KernelsUnavailable(
                f"The process that kernels are forked from has ended ({error.strerror})."
            ) from error

    def end(self) -> None:
        """End it, once it has forked what it was asked for; what was forked from it lives on."""
        self._channel.close()
        if self._process is not None:
            if not self._ready:  # it imports, and would not hear us
                self._process.kill()
            try:
                self._process.wait(_LEAVING_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _environ(self) -> dict[str, str]:
        """For the imports only. One thread: a process with more cannot be forked; kernels get theirs afterwards."""
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
        folder = str(self._folder)
        return {
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "HOME": folder,
            "TMPDIR": folder,
            "MPLCONFIGDIR": folder,
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            **dict.fromkeys(threads, "1"),
        }


class _Told(msgspec.Struct, frozen=True):
    """A zygote's only word to its owner."""

    refused: str = ""
    notes: list[str] = []


class Event(msgspec.Struct, frozen=True):
    """What a supervisor tells its owner."""

    event: str
    what: str = ""
    reason: str = ""
    code: int | None = None
    errno: int | None = None


class Sealed:
    """One sandbox with a process inside. `ended` is set, with `reason`, once nothing of it is left."""

    def __init__(self, control: socket.socket, errors: int, group: Cgroup) -> None:
        self.ended = asyncio.Event()
        self.reason = ""
        self.failed: Event | None = None
        self.code: int | None = None
        self.on_end: Callable[[], None] | None = None
        self._control = control
        self._errors = errors
        self._group = group
        self._answers: asyncio.Queue[Event | None] = asyncio.Queue()
        self._ending = False
        self._said = ""
        self._listener = asyncio.create_task(self._listen())

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
        last = self._said.strip().splitlines()[-1:]
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
        self._group.lower(limits)
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
        await asyncio.gather(self._listener, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            await self._hear_out()
            await self._group.remove()
        finally:  # also where the loop ends before us: others may wait for `ended`
            self._over()

    async def _hear_out(self) -> None:
        """Hear the supervisor until it has ended. It ends last: what it owned is gone then, unless it was killed."""
        pending = b""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while chunk := await loop.sock_recv(self._control, 65536):
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    self._hear(msgspec.json.decode(line, type=Event))

    def _over(self) -> None:
        self._control.close()
        self._said = _read_now(self._errors)
        os.close(self._errors)
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


async def seal(
    zygote: Zygote,
    *,
    source: str | None = None,
    slot: int = 0,
    limits: Limits = DEFAULT_LIMITS,
    files: dict[str, str] | None = None,
    sockets: Path | None = None,
    stdout: int | None = None,
    group: Cgroup | None = None,
) -> Sealed:
    """Fork a sealed process: a kernel with its five sockets in `sockets`, or a program of ours, `source`.

    Callers wait for `answer("ready")` of a kernel. `stdout` is a descriptor for what the program prints. `group` is
    the control group that it enters, made for it alone, and removed after it.
    """
    group = group or Cgroup([])
    await zygote.ready()
    uid = _FIRST_UID + slot % SLOTS
    if sockets is not None and os.geteuid() == 0:
        os.chown(sockets, uid, uid)
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    errors, errors_inside = os.pipe()
    os.set_blocking(errors, False)
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        zygote.fork(theirs, null if stdout is None else stdout, errors_inside)
    except KernelsUnavailable:
        ours.close()
        os.close(errors)
        await group.remove()
        raise
    finally:
        theirs.close()
        os.close(errors_inside)
        os.close(null)
    sealed = Sealed(ours, errors, group)
    await sealed.tell(
        {
            "source": source,
            "files": files or {},
            "sockets": str(sockets) if sockets else None,
            "hidden": hidden_paths(zygote.environment),
            "cgroups": group.folders,
            "memory_mib": limits.memory_mib,
            "pids": limits.pids,
            "disk_mib": limits.disk_mib,
            "data_mib": DATA_MIB,
            "threads": max(1, round(min(limits.cpus, os.cpu_count() or 1))),
            "uid": uid,
            "nice": 5,
        }
    )
    return sealed


def _read_now(fd: int) -> str:
    """What lies in a pipe that nobody writes to any more."""
    try:
        return os.read(fd, _ERRORS_KEPT).decode(errors="replace")
    except BlockingIOError:
        return ""


def hidden_paths(environment: Path) -> list[str]:
    """The project and the server's own environment, wherever they are installed."""
    kept = os.path.realpath(environment)
    return [path for path in {str(_PROJECT), sys.prefix} if os.path.realpath(path) != kept]


async def run_sealed(
    environment: Path, source: str, *, seconds: float = START_SECONDS
) -> tuple[int | None, str]:
    """Run a Python program of ours sealed; its exit code (None: it never started) and what it printed."""
    output, output_inside = os.pipe()
    with os.fdopen(output, "rb", buffering=0) as pipe:
        zygote = Zygote(environment, None)
        try:
            sealed = await seal(zygote, source=source, stdout=output_inside)
        finally:
            os.close(output_inside)
            zygote.end()
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        try:
            async with asyncio.timeout(seconds):
                printed = await reader.read()
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
