"""The set-up asks PyTorch's index, and does not wait for one that is silent."""

import importlib.util
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType

import pytest

from tests.setup.machine import PROJECT


@pytest.fixture(scope="module")
def torch_index() -> ModuleType:
    spec = importlib.util.spec_from_file_location("torch_index", PROJECT / "scripts" / "torch_index.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def index_that_answers(status: int) -> Iterator[str]:
    class Index(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(status if self.path == "/whl/cpu/torch/" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Index) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/whl/cpu"
        server.shutdown()
        serving.join()


def test_an_index_that_has_torch_is_taken(torch_index: ModuleType) -> None:
    with index_that_answers(200) as index:
        assert torch_index.answers(index) is True


def test_one_that_has_not_is_left(torch_index: ModuleType) -> None:
    with index_that_answers(404) as index:
        assert torch_index.answers(index) is False


def test_one_that_is_silent_is_left_in_time(torch_index: ModuleType) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and says nothing
        began = time.monotonic()
        index = f"http://127.0.0.1:{silent.getsockname()[1]}/whl/cpu"
        assert torch_index.answers(index, patience_s=0.2) is False
        assert time.monotonic() - began < 1.5
