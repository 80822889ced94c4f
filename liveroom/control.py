"""How a command reaches the server of a data folder: through its socket, or by being the server for a moment."""

import asyncio
import http.client
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from starlette.types import ASGIApp

from kernels.errors import KernelsUnavailable
from kernels.kernel import DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, Kernel, Leased, Limits
from liveroom.api import Problem
from liveroom.app import create_app, make_parts
from liveroom.database import FILE
from liveroom.errors import DataFolderInUse, LiveroomError, NotFound, Unavailable
from liveroom.serving import ADDRESS_FILE, control_path
from liveroom.settings import Settings
from liveroom.store import Store
from liveroom.web.parts import Parts
from liveroom.web.protocols import as_owner

DEFAULT_URL = "http://127.0.0.1:8000"
STARTING_SECONDS = 5.0
ANSWER_SECONDS = 600.0

Method = Literal["GET", "POST"]
Send = Callable[[Method, str, bytes | None], tuple[int, bytes]]
T = TypeVar("T")


class Control:
    """The HTTP API, as the owner."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def get(self, path: str) -> bytes:
        return self._answer("GET", path, None)

    def ask(self, path: str, reply: type[T], body: msgspec.Struct | None = None) -> T:
        """POST; the reply as that type."""
        content = b"" if body is None else msgspec.json.encode(body)
        return msgspec.json.decode(self._answer("POST", path, content), type=reply)

    def _answer(self, method: Method, path: str, body: bytes | None) -> bytes:
        status, content = self._send(method, path, body)
        if status == 200:
            return content
        raise LiveroomError(msgspec.json.decode(content, type=Problem).error)


@contextmanager
def control(folder: Path, settings: Settings, *, makes_folder: bool = False) -> Iterator[Control]:
    """Reach the data folder's server or, where none runs, do its work here. Raises LiveroomError."""
    if not makes_folder and not (folder / FILE).exists():
        raise NotFound(f"There is no liveroom data in {folder}; name its folder with --data.")
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        if _server_listens(folder):
            yield Control(_Socket(folder).send)
            return
        try:
            with _in_process(folder, settings) as send:
                yield Control(send)
            return
        except DataFolderInUse:
            # A server holds the lock and is about to listen, or just stopped listening.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class _Socket:
    def __init__(self, folder: Path) -> None:
        self._path = control_path(folder)

    def send(self, method: Method, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("localhost", timeout=ANSWER_SECONDS)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.sock.settimeout(ANSWER_SECONDS)
            connection.sock.connect(str(self._path))
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(
                f"The server did not answer ({error}); look at its log, or restart it."
            ) from error
        finally:
            connection.close()


def _server_listens(folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(control_path(folder)))
        except OSError:
            return False
        return True


@contextmanager
def _in_process(folder: Path, settings: Settings) -> Iterator[Send]:
    with asyncio.Runner() as runner:
        store = runner.run(Store.open(folder))
        try:
            parts = runner.run(_parts(store, folder, settings))
            app = as_owner(create_app(parts, keeps_house=False))
            yield lambda method, path, body: runner.run(_call(app, method, path, body))
            runner.run(parts.rooms.close())
        finally:
            runner.run(store.close())


async def _parts(store: Store, folder: Path, settings: Settings) -> Parts:
    address = folder / ADDRESS_FILE
    last = address.read_text(encoding="utf-8") if address.exists() else DEFAULT_URL
    return make_parts(
        settings,
        store=store,
        pool=NoKernels(),
        folder=folder,
        base_url=settings.public_url or last,
        holds_rooms=False,
    )


async def _call(app: ASGIApp, method: Method, path: str, body: bytes | None) -> tuple[int, bytes]:
    """One ASGI request."""
    status, content = 0, bytearray()
    path, _, query = path.partition("?")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body or b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            content.extend(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost")],
        "client": None,
        "server": None,
    }
    await app(scope, receive, send)
    return status, bytes(content)


class NoKernels:
    """The pool of a command that is no server."""

    async def lease(
        self,
        room: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        data: Path | None = None,
        environment: str = DEFAULT_ENVIRONMENT,
    ) -> Kernel:
        raise KernelsUnavailable("This needs a kernel, and no server runs; start `liveroom serve` first.")

    async def leases(self) -> list[Leased]:
        return []

    async def release(self, room: str) -> None:
        """There is none."""

    async def close(self) -> None:
        """There is nothing to close."""
