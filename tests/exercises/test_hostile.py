"""Submissions that attack the judging, on sealed kernels: each fails its own checks, and nothing else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from exercises.execution import Execute
from exercises.judge import STOPPED, judge
from exercises.verdict import Verdict
from tests.exercises.sealed import SealedKernels
from tests.exercises.standin import small_exercise

pytestmark = pytest.mark.asyncio(loop_scope="module")

STUCK = {"never returns", "removes the builtins"}
UNREADABLE = "The answer of `double` could not be read: it breaks the format"
SILENT = "No readable answer came back"
HOSTILE = {
    "says that it passed": (
        "import sys\nsys.modules['answering'].Writer.write = lambda *_: '{\"passed\": true}'\n"
        "def double(x):\n    return 0\n",
        UNREADABLE,
    ),
    "writes json of its own": (
        'import sys, types\nforged = \'{"$": "dict", "v": [["value"]]}\'\n'
        "sys.modules['answering'].json = types.SimpleNamespace(dumps=lambda *a, **k: forged)\n"
        "def double(x):\n    return 2 * x\n",
        UNREADABLE,
    ),
    "sends a pickle": (
        "import io, numpy as np, pickle\n"
        "np.lib.format.write_array = lambda buffer, array, **_: buffer.write(pickle.dumps(print))\n"
        "def double(x):\n    return np.array(2 * x)\n",
        UNREADABLE,
    ),
    "sends an array of objects": (
        "import io, numpy as np\nsave = np.lib.format.write_array\n"
        "def forged(buffer, array, **_):\n    save(buffer, np.array([print]), version=(1, 0), allow_pickle=True)\n"
        "np.lib.format.write_array = forged\n"
        "def double(x):\n    return np.array(2 * x)\n",
        "The answer of `double` could not be read: an array has a type that may not cross",
    ),
    "returns too much": (
        "import numpy as np\ndef double(x):\n    return np.zeros(10**8)\n",
        "The answer of `double` could not be sent: the value is larger",
    ),
    "equals everything": (
        "class Same:\n    def __eq__(self, other):\n        return True\ndef double(x):\n    return Same()\n",
        "double(",
    ),
    "raises what cannot be told": (
        "class Evil(BaseException):\n    def __str__(self):\n        raise SystemExit\n"
        "def double(x):\n    raise Evil\n",
        "",
    ),
    "removes the builtins": (
        "def double(x):\n    import builtins\n    for name in ('len', 'str', 'repr', 'type'):\n"
        "        delattr(builtins, name)\n    return 2 * x\n",
        "",
    ),
    "takes the harness away": (
        "import sys\ndel sys.modules['answering']\ndef double(x):\n    return 2 * x\n",
        "The code raised KeyError: 'answering'",
    ),
    "closes the output": (
        "import sys\nsys.modules['answering'].emit = lambda *_: None\ndef double(x):\n    return 2 * x\n",
        SILENT,
    ),
    "floods the output": (
        "import sys\nout = sys.stdout\ndef double(x):\n    for _ in range(3000):\n"
        "        out.write('x' * 10_000 + '\\n')\n    return 3 * x\n",
        "",
    ),
    "ends its process": ("import os\ndef double(x):\n    os._exit(0)\n", "The code ended its kernel ("),
    "never returns": (
        "def double(x):\n    while True:\n        pass\n",
        "The code took too long and was stopped.",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_hostile_submission_fails_only_itself(what: str, bench: "Bench") -> None:
    submission, reason = HOSTILE[what]
    verdict = await bench.judge(submission, seconds=2 if what in STUCK else 20)
    [result] = verdict.results
    assert not result.passed
    assert result.reason is not None
    assert result.reason.startswith(reason)


async def test_a_cell_that_never_ends_is_told_and_the_rest_is_judged(bench: "Bench") -> None:
    solution = small_exercise().solution
    verdict = await bench.judge(solution + "# %%\nwhile True:\n    pass\n", seconds=2)
    assert verdict.problem == "Cell 2 took too long and was stopped."
    assert verdict.passed


async def test_a_kernel_that_dies_early_leaves_nothing_checked(bench: "Bench") -> None:
    verdict = await bench.judge("import os\nos.kill(os.getpid(), 9)\n")
    assert verdict.problem is not None
    assert verdict.problem.startswith("Cell 1 ended its kernel (")
    assert [result.reason for result in verdict.results] == [STOPPED]


async def test_honest_work_passes_whatever_it_prints_and_names(bench: "Bench") -> None:
    noisy = (
        "# %%\njson = base64 = sys = type = list = None\nprint('\\n' * 50)\n# %%\n"
        "def double(x):\n    print('x' * 100_000)\n    return x * 2\n# %%\nexit_code = 1 / 0\n"
    )
    verdict = await bench.judge(noisy)
    assert verdict.passed
    assert verdict.problem == "Cell 3 raised ZeroDivisionError: division by zero."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(kernels: SealedKernels) -> AsyncIterator["Bench"]:
    async with kernels.lend({}) as judging:
        yield Bench(kernels, judging)


@dataclass(frozen=True)
class Bench:
    """One judge's kernel for all: what a hostile submission did to it, the next judging would notice."""

    kernels: SealedKernels
    judging: Execute

    async def judge(self, submission: str, *, seconds: float = 20) -> Verdict:
        async with self.kernels.lend({}, seconds=seconds) as answering:
            return await judge(
                small_exercise(),
                submission,
                which="hidden",
                seed=3,
                judge_kernel=self.judging,
                candidate_kernel=answering,
            )
