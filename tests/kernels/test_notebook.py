"""What people expect of a notebook, of a real kernel through its host: input, completion, variables, files."""

import asyncio
import base64
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kernels.client import HostPool
from kernels.errors import KernelOccupied, NoSuchFile
from kernels.kernel import Kernel, Limits
from kernels.outputs import Asked, Display, Failure, Finished, Match, Stream, Variable

ON = "import time\nprint('on', flush=True)\ntime.sleep(0.1)\n"  # a thread sends it, if it gets the time
Run = Callable[[Kernel, str], Coroutine[Any, Any, Any]]


@pytest_asyncio.fixture
async def pool(host: Any) -> AsyncIterator[HostPool]:
    async with host.pool() as pool:
        yield pool


@pytest_asyncio.fixture
async def kernel(pool: HostPool, run: Run) -> Kernel:
    kernel = await pool.lease("r1")
    if (await run(kernel, "%reset -f")).finished.status != "ok":
        await kernel.restart()
    return kernel


async def answering(kernel: Kernel, source: str, *answers: str) -> list[Any]:
    """The items of a run whose questions are answered, in turn."""
    left, items = list(answers), []
    async for item in kernel.run(source):
        items.append(item)
        if isinstance(item, Asked):
            await kernel.answer(left.pop(0))
    return items


@pytest.mark.asyncio
async def test_input_asks_and_gets_the_answer(kernel: Kernel) -> None:
    source = "from getpass import getpass\nname = input('name? ')\nprint(name, getpass('word? '))"
    items = await answering(kernel, source, "Ada", "secret")
    assert items[:3] == [
        Asked("name? "),
        Asked("word? ", hidden=True),
        Stream("stdout", "Ada secret\n"),
    ]
    assert items[3].status == "ok"


@pytest.mark.asyncio
async def test_an_answer_that_nobody_waits_for_is_ignored(kernel: Kernel, run: Run) -> None:
    await kernel.answer("early")
    items = await answering(kernel, "print(input())", "in time")
    await kernel.answer("late")
    assert items[1] == Stream("stdout", "in time\n")
    assert (await run(kernel, "print(1)")).text == "1\n"


@pytest.mark.asyncio
async def test_a_run_that_waits_for_an_answer_can_be_interrupted(kernel: Kernel, run: Run) -> None:
    items = kernel.run("kept = 7\ninput()")
    assert await anext(items) == Asked("")
    assert await kernel.interrupt() is None
    failure, finished = [item async for item in items]
    assert isinstance(failure, Failure)
    assert isinstance(finished, Finished)
    assert (failure.name, finished.status) == ("KeyboardInterrupt", "interrupted")
    assert (await run(kernel, "print(kept)")).text == "7\n"


@pytest.mark.asyncio
async def test_the_time_that_a_person_thinks_is_not_the_runs(pool: HostPool) -> None:
    kernel = await pool.lease("patient", limits=Limits(run_seconds=0.5))
    items = kernel.run("name = input()\nprint(name)")
    assert await anext(items) == Asked("")
    await asyncio.sleep(1)
    await kernel.answer("Ada")
    assert await anext(items) == Stream("stdout", "Ada\n")
    assert (await rest(items))[-1].status == "ok"
    busy = await answering(kernel, "input()\nwhile True: pass", "go")
    assert busy[-1].status == "timed-out"
    await pool.release("patient")


BUSY = pytest.mark.parametrize(
    "busy", [None, "while True: pass", "import time\nprint('on', flush=True)\ntime.sleep(60)"]
)


@pytest.mark.asyncio
@BUSY
async def test_questions_are_answered_by_the_live_kernel_also_during_a_run(
    kernel: Kernel, run: Run, busy: str | None
) -> None:
    await run(kernel, "class Flask:\n    'holds tea'\n    volume = 1\nflask = Flask()")
    running = None if busy is None else asyncio.create_task(run(kernel, busy))
    completion = await kernel.complete("print(flask.vol)", 15)
    assert completion.matches == [Match("volume", "instance")]
    assert (completion.start, completion.end) == (12, 15)
    assert "holds tea" in (await kernel.inspect("flask", 3)).text
    assert (await kernel.inspect("unknown", 3)).text == ""
    assert [(found.name, found.kind) for found in await kernel.variables()] == [
        ("Flask", "type"),
        ("flask", "Flask"),
    ]
    if running is not None:
        assert not running.done()
        await kernel.interrupt()
        assert (await running).finished.status == "interrupted"


@pytest.mark.asyncio
async def test_variables_are_told_with_shape_type_and_a_glance(kernel: Kernel, run: Run) -> None:
    await run(
        kernel,
        "import numpy as np, pandas as pd, torch\nfrom torch import nn\n_hidden = 1\n"
        "count = 3\nname = 'x' * 100\nrows = [1, 2]\nempty = {}\nbig = 1 << 1000\n"
        "grid = np.zeros((300, 2))\nfew = np.array([1, 2])\nscalar = np.float32(0.5)\n"
        "frame = pd.DataFrame({'a': [1], 'b': [2]})\ncolumn = frame.a\n"
        "batch = torch.ones(3, 4)\npoint = torch.tensor([1.5])\n"
        "def loss(x): ...\nmodel = nn.Linear(1, 1)",
    )
    assert await kernel.variables() == [
        Variable("count", "int", summary="3"),
        Variable("name", "str", summary=repr("x" * 80) + "…"),
        Variable("rows", "list", summary="2 items"),
        Variable("empty", "dict", summary="0 items"),
        Variable("big", "int", summary="an integer of 1,001 bits"),
        Variable("grid", "ndarray", "(300, 2)", "float64"),
        Variable("few", "ndarray", "(2,)", "int64", "[1, 2]"),
        Variable("scalar", "float32", "", "float32", "0.5"),
        Variable("frame", "DataFrame", "(1, 2)", "", "a, b"),
        Variable("column", "Series", "(1,)", "int64"),
        Variable("batch", "Tensor", "(3, 4)", "float32", "on cpu"),
        Variable("point", "Tensor", "(1,)", "float32", "[1.5]"),
        Variable("loss", "function"),
        Variable("model", "Linear"),
    ]


@pytest.mark.asyncio
async def test_a_hostile_object_is_listed_without_running_its_code(kernel: Kernel, run: Run) -> None:
    await run(
        kernel,
        "class Meta(type):\n"
        "    def __getattribute__(cls, name):\n        raise SystemExit(name)\n"
        "class Trap(metaclass=Meta):\n"
        "    def __getattribute__(self, name):\n        print('ran', flush=True)\n        while True: pass\n"
        "    __class__ = shape = dtype = property(__getattribute__)\n"
        "    def __repr__(self):\n        while True: pass\n"
        "    __len__ = __str__ = __hash__ = __eq__ = __bool__ = __repr__\n"
        "trap = Trap()\n"
        "class Rows(list):\n    def __len__(self):\n        while True: pass\n"
        "rows = Rows()\n"
        "nested = []\nnested.append(nested)\n"
        "globals().update({f'n{i}': i for i in range(10_000)})",
    )
    listed = await kernel.variables()
    assert len(listed) == 500
    assert listed[-1] == Variable("n9999", "int", summary="9999")
    await run(kernel, "for i in range(10_000): del globals()[f'n{i}']\ndel i")
    assert await kernel.variables() == [
        Variable("Meta", "type"),
        Variable("Trap", "Meta"),
        Variable("trap", "Trap"),
        Variable("Rows", "type"),
        Variable("rows", "Rows"),
        Variable("nested", "list", summary="1 item"),
    ]


@pytest.mark.asyncio
async def test_a_run_that_holds_the_interpreter_leaves_no_time_for_questions(pool: HostPool) -> None:
    kernel = await pool.lease("holds")
    items = kernel.run(ON + "sum(range(10**15))")
    assert await anext(items) == Stream("stdout", "on\n")
    with pytest.raises(KernelOccupied):
        while True:  # what was printed comes a moment before the lock is held
            await kernel.complete("x", 1)
    asked = [asyncio.create_task(kernel.complete("x", 1)) for _ in range(20)]
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(answer, KernelOccupied)
    await pool.release("holds")


@pytest.mark.asyncio
async def test_work_files_are_listed_and_read_also_during_a_run(kernel: Kernel, run: Run) -> None:
    await run(
        kernel,
        "import os\nos.makedirs('made/deep', exist_ok=True)\nopen('made/deep/b.txt', 'w').write('b' * 5_000_000)\n"
        "open('a.txt', 'w').write('a')",
    )
    running = asyncio.create_task(run(kernel, "while True: pass"))
    listed = {file.path: file.size for file in await kernel.files()}
    assert listed == {"a.txt": 1, "made/deep/b.txt": 5_000_000}
    pieces = [piece async for piece in kernel.read_file("made/deep/b.txt")]
    assert [len(piece) for piece in pieces] == [4 * 1024 * 1024, 5_000_000 - 4 * 1024 * 1024]
    assert set(b"".join(pieces)) == {ord("b")}
    assert not running.done()
    await kernel.interrupt()
    await running
    with pytest.raises(NoSuchFile, match="nothing cannot be read: no such file"):
        await anext(kernel.read_file("nothing"))
    for path in ("", "x" * 2000, "a\0b", "\udc80"):
        with pytest.raises(NoSuchFile, match="has no such file"):
            await anext(kernel.read_file(path))


NAUGHTY = Path(__file__).with_name("naughty")
SWALLOW = "while True:\n    try:\n        print('on', flush=True)\n        {}\n    except:\n        pass"
DEAF = {
    "catches everything": SWALLOW.format("time.sleep(60)"),
    "awaits": "import asyncio\n" + SWALLOW.format("await asyncio.sleep(60)"),
    "took the handler away": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "print('on', flush=True)\ntime.sleep(60)",
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", DEAF)
async def test_a_second_interrupt_stops_a_run_that_ignored_the_first_and_keeps_variables(
    kernel: Kernel, run: Run, name: str
) -> None:
    items = kernel.run(f"kept = 7\nimport time\n{DEAF[name]}")
    assert await anext(items) == Stream("stdout", "on\n")
    running = asyncio.create_task(rest(items))
    assert await kernel.interrupt() is None
    sentence = await kernel.interrupt()
    assert (
        sentence == "The run ignored the first interrupt, so it was stopped more firmly; variables are kept."
    )
    failure, finished = (await running)[-2:]
    assert (failure.name, finished.status) == ("KeyboardInterrupt", "interrupted")
    assert "insist" not in "".join(failure.traceback)
    assert (await run(kernel, "import sys\nprint(kept, sys.gettrace())")).text == "7 None\n"


@pytest.mark.asyncio
async def test_a_run_that_no_interrupt_reaches_needs_a_restart_and_the_sentence_says_so(
    pool: HostPool, run: Run
) -> None:
    kernel = await pool.lease("holds")
    await run(kernel, "1")
    running = asyncio.create_task(run(kernel, (NAUGHTY / "hold_the_gil.py").read_text(encoding="utf-8")))
    with pytest.raises(KernelOccupied):
        while True:
            await kernel.variables()
    assert await kernel.interrupt() is None
    sentence = await kernel.interrupt()
    assert (
        sentence == "The run cannot be interrupted; only a restart stops it, and variables are lost with it."
    )
    assert not running.done()
    await kernel.restart()
    assert (await running).finished.status == "died"
    await pool.release("holds")


async def rest(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "source",
    ["pip install lightning", "!pip install -q lightning", "%conda install lightning", "!uv add lightning"],
)
async def test_installing_answers_with_a_sentence_and_what_is_installed(
    kernel: Kernel, run: Run, source: str
) -> None:
    text = (await run(kernel, source)).text.replace("\r", "")
    sentence, _, listed = text.partition("\n")
    assert sentence == (
        "lightning cannot be installed here, as kernels have no network: use what is installed, or write what you "
        "need; whoever runs this server can add packages for the next interview."
    )
    assert listed.strip().startswith("Installed: torch 2.")


@pytest.mark.asyncio
async def test_what_is_installed_can_be_listed_by_any_process(kernel: Kernel, run: Run) -> None:
    source = (
        "import subprocess, sys\n"
        "def pip(*words):\n"
        "    done = subprocess.run([sys.executable, '-m', 'pip', *words], capture_output=True, text=True)\n"
        "    print(done.returncode, done.stdout.splitlines()[-1])\n"
        "pip('freeze')\npip('show', 'numpy')\npip('show', 'nothing')\npip('install', 'numpy')"
    )
    frozen, shown, unknown, have = (await run(kernel, source)).text.splitlines()
    assert frozen.startswith("0 wcwidth==")
    assert shown == "0 Requires: "
    assert unknown.startswith("1 ")
    assert have.startswith("0 Installed already: numpy 2.")


NETWORK = {
    "a name": "import urllib.request\nurllib.request.urlopen('https://example.org')",
    "an address": "import socket\nsocket.create_connection(('192.0.2.1', 80))",
    "wrapped": "import socket\ntry:\n    socket.getaddrinfo('a.b', 1)\n"
    "except OSError as error:\n    raise RuntimeError('no weights') from error",
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", NETWORK)
async def test_a_failure_for_want_of_a_network_says_so_at_its_end(
    kernel: Kernel, run: Run, name: str
) -> None:
    [failure] = (await run(kernel, NETWORK[name])).outputs
    text = "\n".join(failure.traceback)
    assert "\nKernels have no network, so nothing can be downloaded here: use what is installed" in text
    assert "\nInstalled: torch 2." in text
    assert failure.traceback[-1] == "`%pip list` shows all."


@pytest.mark.asyncio
async def test_other_failures_say_nothing_of_a_network(kernel: Kernel, run: Run) -> None:
    [failure] = (await run(kernel, "import socket\nsocket.create_connection(('127.0.0.1', 9))")).outputs
    assert "no network" not in "\n".join(failure.traceback)


@pytest.mark.asyncio
async def test_magics_shell_commands_progress_and_workers_do_as_in_any_notebook(
    kernel: Kernel, run: Run
) -> None:
    assert "per loop" in (await run(kernel, "%timeit -n 1 -r 1 1 + 1")).text
    assert "Wall time" in (await run(kernel, "%%time\n1 + 1")).text
    assert "data" in (await run(kernel, "!ls")).text
    bar = "import time\nfor step in range(3):\n    print(f'\\r{step}', end='', flush=True)"
    assert (await run(kernel, bar)).text == "\r0\r1\r2"
    workers = (
        "import torch\nfrom torch.utils.data import DataLoader\n"
        "print(sum(len(batch) for batch in DataLoader(torch.arange(10), batch_size=2, num_workers=2)))"
    )
    assert (await run(kernel, workers)).text == "10\n"
    assert (await run(kernel, "torch.ones(2)")).outputs[0].data == {"text/plain": "tensor([1., 1.])"}
    [failure] = (await run(kernel, "1 / 0")).outputs
    assert "\x1b[31mZeroDivisionError\x1b[39m" in failure.traceback[-1]


FORGED = """
kernel = get_ipython().kernel
def forge(content):
    async def handler(stream, ident, parent):
        kind = parent['header']['msg_type'].replace('_request', '_reply')
        for _ in range(20):  # the first counts, the rest are nobody's
            kernel.session.send(stream, kind, content, parent, ident)
    return handler
long = 'x' * 3_000_000
nested = []
for _ in range(900): nested = [nested]
kernel.control_handlers['complete_request'] = forge({'matches': [long], 'cursor_start': 0, 'cursor_end': 1})
kernel.control_handlers['inspect_request'] = forge({'data': {'text/plain': long}})
kernel.control_handlers['variables_request'] = forge({'variables': nested})
"""


@pytest.mark.asyncio
async def test_forged_answers_and_questions_do_no_harm(pool: HostPool, kernel: Kernel, run: Run) -> None:
    forger = await pool.lease("forger")
    await run(forger, FORGED)
    assert (await forger.complete("x", 1)).matches == []
    assert (await forger.inspect("x", 1)).text == ""
    assert await forger.variables() == []
    asking = (
        "kernel = get_ipython().kernel\n"
        "for _ in range(2000):\n"
        "    kernel.session.send(kernel.stdin_socket, 'input_request', {'prompt': 'p' * 100_000, 'password': False},\n"
        "                        kernel.get_parent('shell'),\n"
        "                        ident=kernel._get_shell_context_var(kernel._shell_parent_ident))"
    )
    asked = [item for item in (await run(forger, asking)).outputs if isinstance(item, Asked)]
    assert 0 < len(asked) <= 1000
    assert {len(item.prompt) for item in asked} == {8192}
    await forger.answer("nobody waits")
    assert (await run(kernel, "print(6 * 7)")).text == "42\n"
    assert (await run(forger, "print(6 * 7)")).text == "42\n"
    await pool.release("forger")


@pytest.mark.asyncio
async def test_figures_are_sharp_unless_that_is_too_much_to_send(kernel: Kernel, run: Run) -> None:
    def pixels(ran: Any) -> tuple[int, int]:
        [shown] = [output for output in ran.outputs if isinstance(output, Display)]
        header = base64.b64decode(shown.data["image/png"][:64])
        width, height = struct.unpack("!II", header[16:24])
        return width, height

    sharp = await run(
        kernel, "import matplotlib.pyplot as plt\nplt.figure(figsize=(4, 3)); plt.plot([1, 2]);"
    )
    assert 600 < pixels(sharp)[0] <= 800
    lower_the_bound = (
        "from IPython.core import pylabtools\npylabtools.retina_figure.__globals__['PART_CHARS'] = 20_000\n"
        "plt.figure(figsize=(4, 3)); plt.plot([1, 2]);"
    )
    assert 300 < pixels(await run(kernel, lower_the_bound))[0] <= 400


@pytest.mark.asyncio
async def test_a_lease_tells_how_long_its_kernel_has_been_idle(
    pool: HostPool, kernel: Kernel, run: Run
) -> None:
    async def idle() -> float:
        return {leased.room: leased.idle_seconds for leased in await pool.leases()}["r1"]

    items = kernel.run("input()")
    assert await anext(items) == Asked("")
    assert await idle() == 0
    await kernel.answer("")
    await rest(items)
    assert 0 < await idle() < await idle()
