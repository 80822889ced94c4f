"""The kernel host: a process of its own that owns this machine's kernels and outlives the server that asked for it."""

import argparse
import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import NoReturn

from kernels import launch, wire
from kernels.cgroups import Cgroups
from kernels.errors import KernelError, KernelLost, KernelOccupied, KernelsBusy, NoSuchFile
from kernels.kernel import DEFAULT_ENVIRONMENT, IMPORTS, Limits
from kernels.outputs import Finished
from kernels.pool import LocalPool

log = logging.getLogger("kernels")

ALREADY_RUNNING = 75
LINGER_SECONDS = 600.0
_HELLO_SECONDS = 10.0
_REQUESTS_AT_ONCE = (
    4096  # a run is one, and so is a question; the server is the one client of hundreds of rooms
)
_REFUSALS: dict[type[KernelError], wire.Why] = {
    KernelsBusy: "busy",
    KernelLost: "lost",
    KernelOccupied: "occupied",
    NoSuchFile: "no-file",
}


class Daemon:
    """Serves a pool on a unix socket until it has had no client for a while, or is told to end."""

    def __init__(self, pool: LocalPool, *, linger: float) -> None:
        self._pool = pool
        self._linger = linger
        self._clients: set[_Client] = set()
        self._over = asyncio.Event()
        self._leaving: asyncio.TimerHandle | None = None
        pool.on_death = self._tell_of_death

    async def serve(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._over.set)
        server = await asyncio.start_unix_server(self._serve_client, sock=listener)
        self._await_clients()
        await self._over.wait()
        server.close()
        await self._pool.close()

    async def _serve_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(self._pool, reader, writer)
        if not client.is_ours():
            writer.transport.abort()
            return
        self._clients.add(client)
        if self._leaving is not None:
            self._leaving.cancel()
        try:
            await client.serve()
        except wire.BadFrame as error:
            log.warning("a client was closed: %s", error)
        finally:
            writer.transport.abort()
            self._clients.discard(client)
            if not self._clients:
                self._await_clients()

    def _await_clients(self) -> None:
        self._leaving = asyncio.get_running_loop().call_later(self._linger, self._over.set)

    def _tell_of_death(self, room: str, reason: str) -> None:
        for client in self._clients:
            client.send(wire.Death(room, reason))


class _Client:
    """One connection. Requests are served side by side; those about one room wait for each other in the pool."""

    def __init__(self, pool: LocalPool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._pool = pool
        self._reader = reader
        self._writer = writer
        self._requests: set[asyncio.Task[None]] = set()

    def is_ours(self) -> bool:
        """Whether the other end is our own user or root."""
        peer = self._writer.get_extra_info("socket")
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return struct.unpack("3i", credentials)[1] in (0, os.geteuid())

    def send(self, frame: wire.FromHost) -> None:
        if not self._writer.is_closing():
            self._writer.write(wire.encode(frame))

    async def serve(self) -> None:
        async with asyncio.timeout(_HELLO_SECONDS):
            hello = await wire.read_to_host(self._reader)
        if not isinstance(hello, wire.Hello):
            return
        self.send(wire.Welcome(wire.VERSION, os.getpid()))
        if hello.version != wire.VERSION:
            await self._writer.drain()
            return
        while (frame := await wire.read_to_host(self._reader)) is not None:
            if isinstance(frame, wire.Hello) or len(self._requests) >= _REQUESTS_AT_ONCE:
                raise wire.BadFrame("too many requests at once, or a second hello")
            task = asyncio.create_task(self._serve_request(frame))
            self._requests.add(task)
            task.add_done_callback(self._requests.discard)
        # Runs go on without their client, so that a server that comes back finds what they computed.

    async def _serve_request(self, frame: wire.Run | wire.Request) -> None:
        if isinstance(frame, wire.Run):
            await self._run(frame)
            return
        try:
            reply = await self._do(frame)
        except KernelError as error:
            self.send(wire.Refused(frame.id, _REFUSALS.get(type(error), "unavailable"), error.sentence))
        except Exception:
            log.exception("a request failed")
            sentence = "The kernel host failed at this request; its log says why."
            self.send(wire.Refused(frame.id, "unavailable", sentence))
        else:
            self.send(reply)

    async def _do(self, frame: wire.Request) -> wire.Reply:
        pool, number = self._pool, frame.id
        match frame:
            case wire.Lease():
                await self._lease(frame)
            case wire.Answer(room=room, text=text):
                await pool.answer(room, text)
            case wire.Interrupt(room=room):
                return wire.Done(number, await pool.interrupt(room))
            case wire.Restart(room=room):
                await pool.restart(room)
            case wire.Release(room=room):
                await pool.release(room)
            case wire.Complete(room=room, source=source, cursor=cursor):
                return wire.Completed(number, await pool.complete(room, source, cursor))
            case wire.Inspect(room=room, source=source, cursor=cursor):
                return wire.Inspected(number, await pool.inspect(room, source, cursor))
            case wire.ListVariables(room=room):
                return wire.VariablesListed(number, await pool.variables(room))
            case wire.ListFiles(room=room):
                return wire.FilesListed(number, await pool.files(room))
            case wire.ReadFile(room=room, path=path, offset=offset):
                return wire.FileRead(number, await pool.read_file(room, path, offset))
            case wire.ListLeases():
                return wire.LeasesListed(number, pool.leases())
        return wire.Done(number)

    async def _lease(self, frame: wire.Lease) -> None:
        if frame.attach and not self._pool.has(frame.room):
            raise KernelLost("The room's kernel is gone, and its variables with it. Restart it to go on.")
        data = None if frame.data is None else Path(frame.data)
        await self._pool.lease(frame.room, limits=frame.limits, data=data, environment=frame.environment)

    async def _run(self, frame: wire.Run) -> None:
        try:
            async for item in self._pool.run(frame.room, frame.source):
                if isinstance(item, Finished):
                    self.send(wire.Ended(frame.id, item))
                else:
                    self.send(wire.Shown(frame.id, item))
                    with contextlib.suppress(ConnectionError):
                        await self._writer.drain()  # a slow client slows its own runs only
        except KernelLost as error:
            self.send(wire.Ended(frame.id, Finished("died", None, 0.0, error.sentence)))
        except Exception:
            log.exception("a run failed")
            sentence = "The kernel host failed at this run; its log says why."
            self.send(wire.Ended(frame.id, Finished("died", None, 0.0, sentence)))


def main(argv: list[str] | None = None) -> int:
    """Bind the socket, step into the background if asked to, and serve."""
    options = _options(argv)
    if options.detach:
        # uvloop leaves a process that it starts the far end of its pipe once more, and then waits for that to close.
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    path: Path = options.socket
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"A kernel host already serves {path}.", file=sys.stderr)
        return ALREADY_RUNNING
    try:
        listener = _bind(path)
    except OSError as error:
        print(f"The kernel host cannot listen on {path}: {error.strerror or error}.", file=sys.stderr)
        return 1
    if options.detach:
        _detach(path.with_suffix(".log"))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    folder = Path(f"{path}.d")
    launch.remove_folder(folder)  # left by a host that was killed
    folder.mkdir(mode=0o700)
    try:
        asyncio.run(_serve(options, listener, folder))
    finally:
        path.unlink(missing_ok=True)
        launch.remove_folder(folder)
    return 0


async def _serve(options: argparse.Namespace, listener: socket.socket, folder: Path) -> None:
    maximum = Limits(
        memory_mib=options.memory_mib,
        cpus=options.cpus,
        pids=options.pids,
        disk_mib=options.disk_mib,
        run_seconds=options.run_seconds,
        output_mib=options.output_mib,
    )
    cgroups = Cgroups.find()  # before there are other processes of ours
    pool = LocalPool(
        dict(options.environment),
        folder,
        most=options.most,
        warm=options.warm,
        maximum=maximum,
        cgroups=cgroups,
        unsafe=options.unsafe,
        imports=options.imports,
    )
    await Daemon(pool, linger=options.linger).serve(listener)
    cgroups.close()


def _options(argv: list[str] | None) -> argparse.Namespace:
    most = Limits()
    parser = argparse.ArgumentParser(prog="python -m kernels.daemon", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument(
        "--environment",
        type=_environment,
        action="append",
        required=True,
        metavar="[NAME=]PATH",
        help=f"a virtual environment for kernels; without a name it is {DEFAULT_ENVIRONMENT!r}, which has to be there",
    )
    parser.add_argument("--warm", type=int, default=1, help="kernels of each environment to keep started")
    parser.add_argument("--most", type=int, default=32, help="kernels at once")
    parser.add_argument(
        "--linger", type=float, default=LINGER_SECONDS, help="seconds to stay without a client"
    )
    parser.add_argument(
        "--detach", action="store_true", help="return once it listens, and serve in the background"
    )
    parser.add_argument(
        "--unsafe", action="store_true", help="run kernels WITHOUT a sandbox, as the user who starts this"
    )
    parser.add_argument(
        "--imports",
        type=lambda names: tuple(names.replace(",", " ").split()),
        default=IMPORTS,
        metavar="NAMES",
        help=f"what kernels have imported before anybody asks (default: {', '.join(IMPORTS)})",
    )
    parser.add_argument("--memory-mib", type=int, default=most.memory_mib, help="most memory a room may have")
    parser.add_argument("--cpus", type=float, default=most.cpus, help="most processors a room may keep busy")
    parser.add_argument("--pids", type=int, default=most.pids)
    parser.add_argument("--disk-mib", type=int, default=most.disk_mib)
    parser.add_argument("--run-seconds", type=float, default=most.run_seconds)
    parser.add_argument("--output-mib", type=float, default=most.output_mib)
    options = parser.parse_args(argv)
    if DEFAULT_ENVIRONMENT not in dict(options.environment):
        parser.error(f"--environment: none is named {DEFAULT_ENVIRONMENT!r}")
    return options


def _environment(word: str) -> tuple[str, Path]:
    name, equals, path = word.rpartition("=")
    return (name if equals else DEFAULT_ENVIRONMENT), Path(path)


def _bind(path: Path) -> socket.socket:
    """Our own socket, for our user only from its first moment."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(64)
    return listener


def _detach(log_path: Path) -> None:
    """Go on in a process and session of its own; whoever started us learns that we listen."""
    if os.fork() > 0:
        _exit_quietly()
    os.setsid()
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)


def _exit_quietly() -> NoReturn:
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
