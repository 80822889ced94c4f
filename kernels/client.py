"""The server's side of the kernel host: a pool whose kernels live in another process."""

import asyncio
import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import msgspec

from kernels import wire
from kernels.connection import Connection, R
from kernels.daemon import ALREADY_RUNNING, LINGER_SECONDS
from kernels.errors import KernelError, KernelLost, KernelsUnavailable, NoSuchFile
from kernels.kernel import DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, IMPORTS, Leased, Limits
from kernels.outputs import AnyOutput, Completion, Finished, Inspection, Variable, WorkFile

_SOCKET_BYTES_MAX = 80  # Linux takes 107, and the host keeps its kernels' sockets beside its own
_PROJECT = Path(__file__).resolve().parent.parent


def socket_path(data: Path) -> Path:
    """Where the kernel host of a data folder listens: inside it, or in a short runtime folder if it lies too deep."""
    inside = data.resolve() / "kernels.sock"
    if len(os.fsencode(inside)) <= _SOCKET_BYTES_MAX:
        return inside
    name = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    runtime = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    folder = Path(runtime) / f"liveroom-{os.geteuid()}-{name}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077 or folder.is_symlink():
        raise KernelsUnavailable(
            f"The folder {folder} belongs to somebody else or is open to others; remove it."
        )
    return folder / "kernels.sock"


async def ensure_host(
    socket: Path,
    environments: Mapping[str, Path],
    *,
    warm: int = 1,
    most: int = 32,
    maximum: Limits = DEFAULT_LIMITS,
    linger: float = LINGER_SECONDS,
    unsafe: bool = False,
    imports: tuple[str, ...] = IMPORTS,
) -> None:
    """Start the kernel host in the background unless it runs already. Raises KernelsUnavailable.

    `environments` are virtual environments by name; `imports` are what kernels begin with. With `unsafe` they have no
    sandbox; give such a host a socket of its own, as one that runs is taken as it is.
    """
    socket = _absolute(socket)
    if len(os.fsencode(socket)) > _SOCKET_BYTES_MAX:
        raise KernelsUnavailable(
            f"The socket path {socket} is longer than {_SOCKET_BYTES_MAX} bytes; choose one that `socket_path` gives."
        )
    if await _listens(socket):
        return
    options: dict[str, object] = {
        "--socket": socket,
        "--warm": warm,
        "--most": most,
        "--linger": linger,
        "--imports": " ".join(imports),
        "--memory-mib": maximum.memory_mib,
        "--cpus": maximum.cpus,
        "--pids": maximum.pids,
        "--disk-mib": maximum.disk_mib,
        "--run-seconds": maximum.run_seconds,
        "--output-mib": maximum.output_mib,
    }
    words = [str(word) for option in options.items() for word in option]
    for name, path in environments.items():
        words += ["--environment", f"{name}={path.absolute()}"]
    if unsafe:
        words.append("--unsafe")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kernels.daemon", "--detach", *words,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        cwd=_PROJECT, env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}, start_new_session=True,
    )  # fmt: skip
    _, complaint = await process.communicate()
    if process.returncode not in (0, ALREADY_RUNNING):
        last = complaint.decode(errors="replace").strip().splitlines()[-1:] or ["It gave no reason."]
        raise KernelsUnavailable(f"The kernel host did not start. {last[0]}")
    for _ in range(100):  # somebody else may be starting it
        if await _listens(socket):
            return
        await asyncio.sleep(0.05)
    raise KernelsUnavailable(f"A kernel host holds {socket} but does not answer; end it and try again.")


class HostPool:
    """Leases kernels from the host on `socket`. With `start`, a host that is gone is started again when needed.

    `on_death(room, reason)` tells of kernels that died while nothing ran, also with their host.
    """

    def __init__(
        self,
        socket: Path,
        *,
        on_death: Callable[[str, str], None] = lambda room, reason: None,
        start: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._socket = socket
        self._on_death = on_death
        self._start = start
        self._connection: Connection | None = None
        self._connecting = asyncio.Lock()
        self._leased: set[str] = set()

    async def lease(
        self,
        room: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        data: Path | None = None,
        environment: str = DEFAULT_ENVIRONMENT,
    ) -> "HostKernel":
        ask = wire.Lease(
            0, room, limits, None if data is None else str(_absolute(data)), environment=environment
        )
        await self.attach(ask)
        return HostKernel(self, ask)

    async def leases(self) -> list[Leased]:
        connection = await self.connection()
        return (await connection.ask(wire.ListLeases(connection.number()), wire.LeasesListed)).leases

    async def release(self, room: str) -> None:
        self._leased.discard(room)
        with contextlib.suppress(KernelLost):
            connection = await self.connection()
            await connection.ask(wire.Release(connection.number(), room), wire.Done)

    async def close(self) -> None:
        self._leased.clear()
        if self._connection is not None:
            await self._connection.close()

    async def attach(self, lease: wire.Lease, *, existing: bool = False) -> None:
        """Lease the room's kernel over the present connection; only one there is already, if `existing`."""
        connection = await self.connection()
        frame = msgspec.structs.replace(lease, id=connection.number(), attach=existing)
        await connection.ask(frame, wire.Done)
        connection.rooms.add(lease.room)
        self._leased.add(lease.room)

    async def connection(self) -> Connection:
        """The live connection, made anew and the host started again if need be. Raises KernelsUnavailable."""
        async with self._connecting:
            if self._connection is None or self._connection.lost:
                if self._start is not None:
                    await self._start()
                self._connection = await Connection.open(self._socket, self._died)
            return self._connection

    def _died(self, room: str, reason: str) -> None:
        if room in self._leased:
            self._on_death(room, reason)


class HostKernel:
    """A kernel in the host, by its room's name; `lease` is how to ask for it again."""

    def __init__(self, pool: HostPool, lease: wire.Lease) -> None:
        self._pool = pool
        self._lease = lease
        self._room = lease.room

    async def run(self, source: str) -> AsyncIterator[AnyOutput | Finished]:
        if len(source.encode(errors="replace")) > wire.SOURCE_BYTES_MAX:
            yield Finished("error", None, 0.0, "The cell is longer than 1 MiB; split it.")
            return
        try:
            connection = await self._attached()
        except KernelError as error:
            yield Finished("died", None, 0.0, error.sentence)
            return
        async for item in connection.run(self._room, source):
            yield item

    async def answer(self, text: str) -> None:
        with contextlib.suppress(KernelLost):
            await self._ask(lambda number: wire.Answer(number, self._room, text), wire.Done)

    async def interrupt(self) -> str | None:
        try:
            done = await self._ask(lambda number: wire.Interrupt(number, self._room), wire.Done)
        except KernelLost:
            return None  # the run has been told
        return done.sentence

    async def restart(self) -> None:
        try:
            await self._ask(lambda number: wire.Restart(number, self._room), wire.Done)
        except KernelLost:
            await self._pool.attach(self._lease)

    async def complete(self, source: str, cursor: int) -> Completion:
        if len(source) > wire.SOURCE_BYTES_MAX:
            return Completion([], cursor, cursor)
        reply = await self._ask(
            lambda number: wire.Complete(number, self._room, source, cursor), wire.Completed
        )
        return reply.completion

    async def inspect(self, source: str, cursor: int) -> Inspection:
        if len(source) > wire.SOURCE_BYTES_MAX:
            return Inspection("")
        reply = await self._ask(
            lambda number: wire.Inspect(number, self._room, source, cursor), wire.Inspected
        )
        return reply.inspection

    async def variables(self) -> list[Variable]:
        reply = await self._ask(lambda number: wire.ListVariables(number, self._room), wire.VariablesListed)
        return reply.variables

    async def files(self) -> list[WorkFile]:
        return (await self._ask(lambda number: wire.ListFiles(number, self._room), wire.FilesListed)).files

    async def read_file(self, path: str) -> AsyncIterator[bytes]:
        # The host hangs up on who sends it what is no path, and all rooms would hear of it.
        if not 0 < len(path) <= wire.PATH_CHARS_MAX or not path.isprintable():
            raise NoSuchFile("The work folder has no such file; list its files again.")
        offset = 0
        while piece := await self._piece(path, offset):
            yield piece
            offset += len(piece)

    async def _piece(self, path: str, offset: int) -> bytes:
        reply = await self._ask(lambda number: wire.ReadFile(number, self._room, path, offset), wire.FileRead)
        return reply.content

    async def _ask(self, request: Callable[[int], wire.Request], kind: type[R]) -> R:
        connection = await self._attached()
        return await connection.ask(request(connection.number()), kind)

    async def _attached(self) -> Connection:
        connection = await self._pool.connection()
        if self._room not in connection.rooms:
            await self._pool.attach(self._lease, existing=True)
        return connection


def _absolute(path: Path) -> Path:
    """The host has a working folder of its own."""
    return Path(os.path.abspath(path))


async def _listens(socket: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    writer.transport.abort()
    return True
