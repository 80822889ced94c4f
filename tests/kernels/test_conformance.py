"""Jupyter's own conformance suite, and what it leaves out, run on the sandbox through a stock KernelManager."""

import contextlib
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import jupyter_kernel_test as suite
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from tests.support import jupyter

SECONDS = 30


class OnTheSandbox:
    """Shows a suite of Jupyter's the sandbox's kernelspec while it starts its kernel."""

    kernel_name = jupyter.SEALED
    _stack: ClassVar[contextlib.ExitStack]

    @classmethod
    def setUpClass(cls) -> None:
        cls._stack = contextlib.ExitStack()
        folder = Path(cls._stack.enter_context(tempfile.TemporaryDirectory()))
        jupyter.install(folder)
        cls._stack.enter_context(jupyter.on_the_path(folder))
        super().setUpClass()  # type: ignore[misc]

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()  # type: ignore[misc]
        cls._stack.close()


class TestMessages(OnTheSandbox, suite.KernelTests):  # type: ignore[misc]  # the suite has no types
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('oh', file=sys.stderr)"
    completion_samples: ClassVar = [
        {"text": "impo", "matches": {"import"}},
        {"text": "import nump", "matches": {"numpy"}},
        {"text": "zi", "matches": {"zip"}},
    ]
    complete_code_samples: ClassVar = [
        "1",
        "print('hello, world')",
        "def f(x):\n  return x*2\n\n\n",
        "%time 1",
    ]
    incomplete_code_samples: ClassVar = ["print('''hello", "def f(x):\n  x*2"]
    invalid_code_samples: ClassVar = ["import = 7q"]
    code_page_something = "zip?"
    code_generate_error = "raise"
    code_execute_result: ClassVar = [
        {"code": "6*7", "result": "42"},
        {"code": "import pandas; pandas.DataFrame({'a': [1]})", "mime": "text/html"},
    ]
    code_display_data: ClassVar = [
        {
            "code": "from IPython.display import HTML, display; display(HTML('<b>bold</b>'))",
            "mime": "text/html",
        },
        {"code": "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()", "mime": "image/png"},
    ]
    code_history_pattern = "6?7*"
    # Not "range": a stock ipykernel answers it with session 0, which the suite does not expect.
    supported_history_operations = ("tail", "search")
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class TestWelcome(OnTheSandbox, suite.IopubWelcomeTests):  # type: ignore[misc]
    support_iopub_welcome = True


class Talk:
    """A stock manager and a stock blocking client, as scripts use them."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def run(self, source: str, **options: Any) -> tuple[dict[str, Any], str]:
        """The reply's content, and all that was printed."""
        printed: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(source, output_hook=hear, timeout=SECONDS, **options)
        return reply["content"], "".join(printed)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    manager = KernelManager(kernel_name=jupyter.SEALED, kernel_spec_manager=jupyter.installed(tmp_path))
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield Talk(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_input_is_asked_of_a_client_that_can_answer(talk: Talk) -> None:
    asked: list[dict[str, Any]] = []

    def answer(message: dict[str, Any]) -> None:
        asked.append(message["content"])
        talk.client.input("Ada")

    content, printed = talk.run("print('hello,', input('name? '))", allow_stdin=True, stdin_hook=answer)
    assert content["status"] == "ok"
    assert asked == [{"prompt": "name? ", "password": False}]
    assert printed == "hello, Ada\n"


def test_getpass_asks_for_a_password(talk: Talk) -> None:
    asked: list[dict[str, Any]] = []

    def answer(message: dict[str, Any]) -> None:
        asked.append(message["content"])
        talk.client.input("sesame")

    _, printed = talk.run(
        "from getpass import getpass; print(len(getpass('word? ')))", allow_stdin=True, stdin_hook=answer
    )
    assert asked == [{"prompt": "word? ", "password": True}]
    assert printed == "6\n"


def test_a_client_that_cannot_answer_is_not_asked(talk: Talk) -> None:
    content, _ = talk.run("input()", allow_stdin=False)
    assert content["ename"] == "StdinNotImplementedError"


def test_an_interrupt_keeps_variables(talk: Talk) -> None:
    talk.run("x = 41")
    sleep = "import time\nprint('on')\nwhile True: time.sleep(0.01)"
    identifier = talk.client.execute(
        sleep, stop_on_error=False
    )  # else what comes right behind is turned away
    while (message := talk.client.get_iopub_msg(timeout=SECONDS))["msg_type"] != "stream":
        pass
    talk.manager.interrupt_kernel()
    reply = talk.client.get_shell_msg(timeout=SECONDS)
    assert reply["parent_header"]["msg_id"] == identifier
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert message["content"]["text"] == "on\n"
    _, printed = talk.run("print(x + 1)")
    assert printed == "42\n"


def test_a_restart_forgets_variables_and_keeps_the_client(talk: Talk) -> None:
    talk.run("x = 41")
    talk.manager.restart_kernel()
    talk.client.wait_for_ready(timeout=SECONDS)
    content, _ = talk.run("x")
    assert content["ename"] == "NameError"
    assert content["execution_count"] == 1


def test_a_death_is_noticed_and_has_a_reason(talk: Talk) -> None:
    talk.client.execute("import os; os._exit(3)")
    provisioner: Any = talk.manager.provisioner
    deadline = time.monotonic() + SECONDS
    while talk.manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert provisioner.death_reason == "The kernel ended itself with exit code 3."
    talk.manager.restart_kernel()
    talk.client.wait_for_ready(timeout=SECONDS)
    assert talk.run("print('here again')")[1] == "here again\n"


def test_a_polite_shutdown_ends_everything(talk: Talk) -> None:
    folder = Path(talk.manager.ip).parent
    assert folder.is_dir()
    talk.manager.shutdown_kernel(now=False)
    assert not talk.manager.is_alive()
    assert not folder.exists()
    assert not Path(talk.manager.connection_file).exists()


def test_other_signals_reach_the_kernel(talk: Talk) -> None:
    talk.run(
        "import signal; heard = []; _ = signal.signal(signal.SIGUSR1, lambda *given: heard.append(given[0]))"
    )
    talk.manager.signal_kernel(signal.SIGUSR1)
    _, printed = talk.run("import time\nwhile not heard: time.sleep(0.01)\nprint(heard)")
    assert printed == f"[{int(signal.SIGUSR1)}]\n"
