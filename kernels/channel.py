"""The Jupyter protocol with one kernel: signs requests, checks and reads what comes back, reconnects."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from kernels import zmtp

_DELIMITER = b"<IDS|MSG>"
_HEADERS_BYTES_MAX = 65_536
_RECONNECT_SECONDS = 0.05

PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "hb_port": 4, "control_port": 5}
Name = Literal["shell", "iopub", "stdin", "control"]


class _Header(msgspec.Struct):
    msg_type: str = ""
    msg_id: str = ""


class Message(msgspec.Struct, frozen=True):
    """One message of the kernel whose signature holds. `content` is still JSON, of any shape."""

    channel: Name
    kind: str
    parent: str
    content: bytes


class Channel:
    """The sockets of one kernel. Calls back for every message, and with a socket's name whenever it was made anew."""

    def __init__(
        self, folder: Path, key: str, *, heard: Callable[[Message], None], lost: Callable[[Name], None]
    ) -> None:
        self._folder = folder
        self._key = key.encode()
        self._heard = heard
        self._lost = lost
        self._identity = b""
        self._sockets: dict[Name, zmtp.Connection] = {}
        self._readers: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connect every socket. Raises zmtp.Broken."""
        names: tuple[Name, ...] = ("iopub", "shell", "stdin", "control")
        for name in names:
            self._sockets[name] = await self._connect(name)
        self._readers = [asyncio.create_task(self._read(name)) for name in names]

    def send(self, kind: str, content: dict[str, Any], *, on: Name = "shell") -> str:
        """Send a request and return its id. Without a connection it is lost, as on a broken wire."""
        identifier = secrets.token_hex(16)
        header = {
            "msg_id": identifier,
            "msg_type": kind,
            "session": "liveroom",
            "username": "room",
            "date": "2000-01-01T00:00:00Z",
            "version": "5.3",
        }
        parts = [msgspec.json.encode(part) for part in (header, {}, {}, content)]
        if on in self._sockets:
            self._sockets[on].send([_DELIMITER, self._sign(parts), *parts])
        return identifier

    async def close(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        for connection in self._sockets.values():
            connection.close()

    async def _read(self, name: Name) -> None:
        while True:
            try:
                parts = await self._sockets[name].receive()
            except zmtp.Broken:
                self._sockets.pop(name).close()
                self._sockets[name] = await self._again(name)
                self._lost(name)
                continue
            message = self._open(name, parts)
            if message is not None:
                self._heard(message)
            await asyncio.sleep(0)  # a kernel that floods its sockets takes turns with all others

    async def _again(self, name: Name) -> zmtp.Connection:
        """Connect anew, however often it takes; whoever owns us stops us when the kernel is gone."""
        while True:
            await asyncio.sleep(_RECONNECT_SECONDS)
            try:
                return await self._connect(name)
            except zmtp.Broken:
                continue

    async def _connect(self, name: Name) -> zmtp.Connection:
        path = self._folder / f"k-{PORTS[f'{name}_port']}"
        if name == "iopub":
            return await zmtp.Connection.open(path, "SUB")
        if name == "control":
            return await zmtp.Connection.open(path, "DEALER", secrets.token_bytes(8))
        if name == "shell":
            # A kernel may still hold a lost peer's identity, and asks its questions of the one that sent the run.
            self._identity = secrets.token_bytes(8)
            if "stdin" in self._sockets:
                self._sockets["stdin"].close()
        return await zmtp.Connection.open(path, "DEALER", self._identity)

    def _open(self, name: Name, parts: list[bytes]) -> Message | None:
        """Check and read one message; None for anything that is not a signed Jupyter message."""
        try:
            start = parts.index(_DELIMITER) + 1
            signature, header, parent, metadata, content = parts[start : start + 5]
        except ValueError:
            return None
        if len(header) + len(parent) + len(metadata) > _HEADERS_BYTES_MAX:
            return None
        if not hmac.compare_digest(signature, self._sign([header, parent, metadata, content])):
            return None
        try:
            kind = msgspec.json.decode(header, type=_Header).msg_type
            about = msgspec.json.decode(parent, type=_Header).msg_id
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return Message(name, kind, about, content)

    def _sign(self, parts: list[bytes]) -> bytes:
        return hmac.new(self._key, b"".join(parts), hashlib.sha256).hexdigest().encode()
