"""A real server as its own process, started as `make run` starts it, on a free port and a folder of its own."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from kernels.client import socket_path

COMMAND = Path(sys.executable).parent / "liveroom"
_LINK = re.compile(r"http://\S+/sign-in#(\S+)")
START_SECONDS = 30


class Server:
    """`liveroom serve`. `sign_in` is the link that it printed."""

    def __init__(self, folder: Path, *, port: int, arguments: Sequence[str] = ()) -> None:
        self.folder = folder
        self.port = port
        self.sign_in = ""
        self.printed: list[str] = []
        self._arguments = list(arguments)
        self._owner_token: str | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def rss_mib(self) -> float:
        """The memory that the server has now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def descriptors(self) -> int:
        """How many files and sockets the server has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/task"))

    async def start(self) -> None:
        """Return once the sign-in link is printed and the port answers."""
        self._process = await asyncio.create_subprocess_exec(
            COMMAND,
            "serve",
            "--port",
            str(self.port),
            "--data",
            str(self.folder),
            *self._arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reader = asyncio.create_task(self._read(printed))
        try:
            await asyncio.wait_for(printed, START_SECONDS)
        except (TimeoutError, ConnectionError) as error:
            raise AssertionError("The server did not start:\n" + "".join(self.printed)) from error

    async def _read(self, printed: asyncio.Future[None]) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            line = raw.decode()
            self.printed.append(line)
            if (found := _LINK.search(line)) and not printed.done():
                self.sign_in = found.group(0)
                printed.set_result(None)
        if not printed.done():
            printed.set_exception(ConnectionError("the server ended"))

    async def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._ended()

    async def stop(self) -> int:
        """End the server as systemd would; returns its exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        return await asyncio.wait_for(self._ended(), 15)

    async def _ended(self) -> int:
        assert self._process is not None
        code = await self._process.wait()
        if self._reader is not None:
            await self._reader
        return code

    async def command(self, *arguments: str) -> tuple[int, str, str]:
        """Run a `liveroom` command on the server's data folder: exit code, stdout, stderr."""
        return await command(*arguments, "--data", str(self.folder))

    async def owner_token(self) -> str:
        """A bearer token of the owner's, made once by `liveroom token new`."""
        if self._owner_token is None:
            code, out, errors = await self.command("token", "new")
            assert code == 0, errors
            self._owner_token = out.strip()
        return self._owner_token

    async def make_room(
        self,
        *,
        candidate: str,
        kind: str = "live",
        exercise: str | None = None,
        continues: str | None = None,
        **more: object,
    ) -> dict[str, Any]:
        """A new room, with a link and a token a role. `more` is what else `POST /api/rooms` takes."""
        body = {"candidate": candidate, "kind": kind, "exercise": exercise, "continues": continues, **more}
        wanted = {name: value for name, value in body.items() if value is not None}
        return self.post("/api/rooms", wanted, token=await self.owner_token())

    def post(self, path: str, body: Mapping[str, object], *, token: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._request(path, token, json.dumps(body).encode()))
        return answer

    def get(self, path: str, *, token: str) -> bytes:
        return self._request(path, token, None)

    def answer(self, path: str, body: bytes, *, token: str) -> tuple[int, dict[str, Any]]:
        """The status and the reply to a POST, also of one that is refused."""
        try:
            return 200, json.loads(self._request(path, token, body))
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def consent(
        self, made: Mapping[str, Any], *, replay: bool = True, metrics: bool = True, typing: bool = True
    ) -> None:
        """Answer the candidate's notice with all that was asked."""
        link = made["links"]["candidate"].partition("#")[2]
        notice = self.post("/api/join/look", {"link": link}, token="")["notice"]
        answer = {"textHash": notice["textHash"], "replay": replay, "metrics": metrics, "typing": typing}
        self.post(f"/api/rooms/{made['room']}/consent", answer, token=made["tokens"]["candidate"])

    def _request(self, path: str, token: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(f"{self.url}{path}", data=body)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            content: bytes = answer.read()
        return content


async def command(*arguments: str) -> tuple[int, str, str]:
    """Run a `liveroom` command: exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        COMMAND, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@asynccontextmanager
async def serving(folder: Path, *arguments: str) -> AsyncIterator[Server]:
    """A running server; its kernel host is ended with it."""
    server = Server(folder, port=free_port(), arguments=arguments)
    try:
        await server.start()
        yield server
    finally:
        with contextlib.suppress(AssertionError):
            await server.stop()
        end_kernel_host(folder)


def end_kernel_host(folder: Path) -> None:
    """End the kernel host of a data folder: it would live on for ten minutes, as it should."""
    for pid in kernel_hosts(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def kernel_hosts(folder: Path) -> list[int]:
    """The processes that serve kernels to a data folder: one, or none."""
    found = []
    place = str(socket_path(folder).parent)  # another folder, where the data folder lies too deep
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            arguments = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if "kernels.daemon" in arguments and any(word.startswith(place) for word in arguments):
                found.append(int(process.name))
    return found
