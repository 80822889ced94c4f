"""Runs the server on one data folder: its sockets, its kernels' host, and a clean end."""

import asyncio
import errno
import gc
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import structlog
import uvicorn
import uvloop
from starlette.types import ASGIApp

from kernels.client import HostPool, socket_path
from kernels.errors import KernelError
from liveroom.app import create_app, make_parts
from liveroom.errors import Unavailable
from liveroom.kernel_host import UNSAFE, check_reach, host_socket, starting
from liveroom.rooms import Rooms
from liveroom.settings import Settings, is_loopback
from liveroom.store import Store
from liveroom.web.parts import Parts
from liveroom.web.protocols import HttpProtocol, WebSocketProtocol

BACKLOG = 512
CLOSING_SECONDS = 3
ADDRESS_FILE = "server.url"
LOOPBACK_ONLY = (
    "The links lead to this machine alone; for people elsewhere start the server with --public-url, "
    "as docs/how-to/put-tls-in-front.md shows."
)
NOT_SECURE = (
    "The public address is not https: browsers then refuse the clipboard and time keys coarsely; "
    "put TLS in front, as docs/how-to/put-tls-in-front.md shows."
)

log = structlog.get_logger()


def run(settings: Settings, folder: Path, *, host: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `tell` gets what the person who started it should read."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings, folder, host=host, port=port, tell=tell))


async def serve(
    settings: Settings, folder: Path, *, host: str, port: int, tell: Callable[[str], None]
) -> None:
    check_reach(settings, host)
    _collect_seldom()
    store = await Store.open(folder, waits_for_disk=settings.durability == "full")
    try:
        with listening(host, port) as tcp, control_listening(folder) as control:
            base_url = settings.public_url or _url(host, tcp.getsockname()[1])
            (folder / ADDRESS_FILE).write_text(base_url, encoding="utf-8")
            warning = warning_for(base_url)
            pool = Pool(folder, settings)
            parts = make_parts(
                settings, store=store, pool=pool.pool, folder=folder, base_url=base_url, warning=warning
            )
            pool.rooms = parts.rooms
            server = Server(
                create_app(parts), partial(_announce, parts, tell), beat_seconds=settings.heartbeat_seconds
            )
            warming = asyncio.create_task(pool.warm_up())
            await server.serve([tcp, control])
            warming.cancel()
            await pool.pool.close()
    finally:
        await store.close()


def _collect_seldom() -> None:
    """Have Python look for cycles less often, and never among what every server has: with 300 rooms open a full look
    keeps all of them waiting for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Pool:
    """The client of the kernel host, which is started in the background and told to whom its deaths matter."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._start = starting(
            folder, settings, warm=settings.kernels_warm, linger=settings.kernels_linger_seconds
        )
        self.pool = HostPool(host_socket(folder, settings), on_death=self._died, start=self._start)
        self.rooms: Rooms | None = None

    async def warm_up(self) -> None:
        """Have kernels ready before the first room asks. Without them rooms say why; the server runs on."""
        try:
            await self._start()
        except (KernelError, TimeoutError, OSError) as error:
            log.warning("no kernels: `liveroom doctor` says what is missing", error=str(error))

    def _died(self, room: str, reason: str) -> None:
        if self.rooms is not None:
            self.rooms.kernel_died(room, reason)


class Server(uvicorn.Server):
    """uvicorn, which tells when it is ready, and lets us finish after a signal."""

    def __init__(self, app: ASGIApp, ready: Callable[[], Awaitable[None]], *, beat_seconds: float) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=HttpProtocol,
                ws=WebSocketProtocol,
                ws_per_message_deflate=False,
                ws_ping_interval=beat_seconds,
                lifespan="on",
                log_level="warning",
                access_log=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_graceful_shutdown=CLOSING_SECONDS,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again when it is done, which would kill us before the store is closed."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The socket for browsers; raises Unavailable with one sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    tcp = socket.socket(family, socket.SOCK_STREAM)
    try:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tcp.bind((host, port))
            tcp.listen(BACKLOG)
        except OSError as error:
            raise Unavailable(_why_not(error, host, port)) from error
        tcp.setblocking(False)
        yield tcp
    finally:
        tcp.close()


@contextmanager
def control_listening(folder: Path) -> Iterator[socket.socket]:
    """The socket for this user's own commands. The data folder is locked, so one that is there already is stale."""
    path = control_path(folder)
    with suppress(FileNotFoundError):
        path.unlink()
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        control.bind(str(path))
    finally:
        os.umask(before)
    try:
        control.listen(BACKLOG)
        control.setblocking(False)
        yield control
    finally:
        control.close()
        with suppress(FileNotFoundError):
            path.unlink()


def control_path(folder: Path) -> Path:
    """Beside the kernel host's socket, which is in a short runtime folder where the data folder lies too deep."""
    return socket_path(folder).with_name("server.sock")


def warning_for(base_url: str) -> str | None:
    """What the owner should know of the address in the links."""
    if is_loopback(urlsplit(base_url).hostname):
        return LOOPBACK_ONLY
    return None if base_url.startswith("https://") else NOT_SECURE


async def _announce(parts: Parts, tell: Callable[[str], None]) -> None:
    link = await parts.sign_in.link(parts.base_url)
    tell(f"liveroom serves {parts.base_url}")
    if parts.settings.unsafe_kernels:
        tell(UNSAFE)
    tell(f"Sign in within ten minutes (once; `liveroom sign-in` prints another link): {link}")
    if parts.warning is not None:
        tell(parts.warning)


def _url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _why_not(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} on {host} is in use; stop what uses it, or choose another with --port."
        case errno.EACCES:
            return f"Port {port} needs more rights than this user has; choose one above 1023 with --port."
        case _:
            return f"The address {host} cannot be served ({error.strerror}); choose another with --host."
