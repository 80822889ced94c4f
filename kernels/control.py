"""The supervisor's end of the socket to its owner. Stdlib only."""

import contextlib
import json
import socket
from typing import Any

_LINE_MAX = 4 * 1024 * 1024


class Control:
    """JSON lines over the owner's socket; descriptors may come along."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.descriptors: list[int] = []
        self._pending = b""

    def next_command(self) -> dict[str, Any]:
        """Wait for one whole line. Raises EOFError when the owner is gone."""
        while b"\n" not in self._pending:
            chunk, descriptors, _, _ = socket.recv_fds(self.channel, 65536, 4)
            if not chunk or len(self._pending) > _LINE_MAX:
                raise EOFError
            self.descriptors += descriptors
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        command: dict[str, Any] = json.loads(line)
        return command

    def has_more(self) -> bool:
        return b"\n" in self._pending

    def tell(self, event: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self.channel.sendall(json.dumps(event).encode() + b"\n")
