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

SHELL, IOPUB = 1, 2
PORTS = {"shell_port": SHELL, "iopub_port": IOPUB, "stdin_port": 3, "hb_port": 4, "control_port": 5}


class _Header(msgspec.Struct):
    msg_type: str = ""
    msg_id: str = ""


class Message(msgspec.Struct, frozen=True):
    """One message of the kernel whose signature holds. `content` is still JSON, of any shape."""

    channel: Literal["shell", "iopub"]
    kind: str
    parent: str
    content: bytes


class Channel:
    """Shell and iopub of one kernel. Calls back for every message, and whenever a connection had to be made anew."""

    def __init__(
        self, folder: Path, key: str, *, heard: Callable[[Message], None], lost: Callable[[], None]
    ) -> None:
        self._folder = folder
        self._key = key.encode()
        self._heard = heard
        self._lost = lost
        self._shell: zmtp.Connection | None = None
        self._readers: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connect both sockets. Raises zmtp.Broken."""
        iopub = await zmtp.Connection.open(self._folder / f"k-{IOPUB}", "SUB")
        shell = await zmtp.Connection.open(self._folder / f"k-{SHELL}", "DEALER", secrets.token_bytes(8))
        self._shell = shell
        self._readers = [
            asyncio.create_task(self._read(iopub, "iopub")),
            asyncio.create_task(self._read(shell, "shell")),
        ]

    def send(self, kind: str, content: dict[str, Any]) -> str:
        """Send a request on shell and return its id. Without a connection it is lost, as on a broken wire."""
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
        if self._shell is not None:
            self._shell.send([_DELIMITER, self._sign(parts), *parts])
        return identifier

    async def close(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    async def _read(self, connection: zmtp.Connection, name: Literal["shell", "iopub"]) -> None:
        try:
            while True:
                try:
                    parts = await connection.receive()
                except zmtp.Broken:
                    connection.close()
                    connection = await self._again(name)
                    self._lost()
                    continue
                message = self._open(name, parts)
                if message is not None:
                    self._heard(message)
                await asyncio.sleep(0)  # a kernel that floods its sockets takes turns with all others
        finally:
            connection.close()

    async def _again(self, name: Literal["shell", "iopub"]) -> zmtp.Connection:
        """Connect anew, however often it takes; whoever owns us stops us when the kernel is gone."""
        while True:
            await asyncio.sleep(_RECONNECT_SECONDS)
            try:
                if name == "iopub":
                    return await zmtp.Connection.open(self._folder / f"k-{IOPUB}", "SUB")
                path = self._folder / f"k-{SHELL}"
                self._shell = await zmtp.Connection.open(path, "DEALER", secrets.token_bytes(8))
            except zmtp.Broken:
                continue
            return self._shell

    def _open(self, name: Literal["shell", "iopub"], parts: list[bytes]) -> Message | None:
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
