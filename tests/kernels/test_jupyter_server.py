"""A stock Jupyter Server runs, interrupts, restarts and ends kernels on the sandbox, over HTTP and its websocket."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.support import jupyter
from tests.support.server import free_port

TOKEN = "token"
SECONDS = 60


class JupyterServer:
    def __init__(self, port: int) -> None:
        self._address = f"127.0.0.1:{port}"

    def ask(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"http://{self._address}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def answers(self) -> bool:
        try:
            self.ask("GET", "status")
        except urllib.error.URLError:
            return False
        return True

    @contextlib.contextmanager
    def talk(self, kernel: str) -> Iterator["Talk"]:
        address = f"ws://{self._address}/api/kernels/{kernel}/channels?token={TOKEN}"
        with connect(address, max_size=None, open_timeout=SECONDS) as socket:
            yield Talk(socket)


class Talk:
    """What a notebook's page says to its server."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._session = uuid.uuid4().hex

    def start(self, source: str) -> str:
        """Begin a cell; the id of its request."""
        identifier = uuid.uuid4().hex
        header = {
            "msg_id": identifier,
            "msg_type": "execute_request",
            "session": self._session,
            "username": "ada",
            "version": "5.3",
        }
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        message = {
            "channel": "shell",
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
        }
        self._socket.send(json.dumps(message))
        return identifier

    def hear(self, identifier: str, kind: str) -> dict[str, Any]:
        """The content of the next such answer to a request."""
        while True:
            message = json.loads(self._socket.recv(timeout=SECONDS))
            if message["parent_header"].get("msg_id") == identifier and message["msg_type"] == kind:
                content: dict[str, Any] = message["content"]
                return content


@pytest.fixture
def server(tmp_path: Path) -> Iterator[JupyterServer]:
    jupyter.install(tmp_path)
    port = free_port()
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", f"--port={port}"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={tmp_path}"]
    log = tmp_path / "server.log"
    with jupyter.on_the_path(tmp_path), log.open("wb") as output:
        process = subprocess.Popen(command, stderr=output, env=os.environ, cwd=tmp_path)
    server = JupyterServer(port)
    try:
        while not server.answers():
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(SECONDS)


def test_a_stock_server_runs_cells_on_the_sandbox(server: JupyterServer) -> None:
    assert jupyter.SEALED in server.ask("GET", "kernelspecs")["kernelspecs"]
    kernel = server.ask("POST", "kernels", {"name": jupyter.SEALED})["id"]
    with server.talk(kernel) as talk:
        run = talk.start("import os; print(os.getuid(), os.path.exists('/var')); 6 * 7")
        assert talk.hear(run, "stream") == {"name": "stdout", "text": "1000 False\n"}
        assert talk.hear(run, "execute_result")["data"] == {"text/plain": "42"}

        run = talk.start("import time\nprint('on')\nwhile True: time.sleep(0.01)")
        assert talk.hear(run, "stream")["text"] == "on\n"
        server.ask("POST", f"kernels/{kernel}/interrupt")
        assert talk.hear(run, "error")["ename"] == "KeyboardInterrupt"

        server.ask("POST", f"kernels/{kernel}/restart")
    with server.talk(kernel) as talk:
        assert talk.hear(talk.start("os"), "error")["ename"] == "NameError"
    server.ask("DELETE", f"kernels/{kernel}")
    assert server.ask("GET", "kernels") == []
