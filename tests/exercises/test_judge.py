"""The judging protocol, with stand-ins for both kernels."""

import pytest

from exercises.errors import BadExercise, JudgeFailed
from exercises.execution import Executed
from exercises.generator import generate
from exercises.judge import STOPPED, judge
from exercises.verdict import CheckResult, Verdict
from tests.exercises.standin import InProcess, small_exercise

pytestmark = pytest.mark.asyncio
TWO = '''
from judging import call

def check_first(rng):
    """First."""
    yield call("first")

def check_second(rng):
    """Second."""
    yield call("second")
'''

FORGING = """
import sys

def double(x):
    frame = sys._getframe()
    while "marker" not in frame.f_locals:
        frame = frame.f_back
    harness = sys.modules["answering"]
    harness.emit(harness._answering._out, frame.f_locals["marker"], {forged!r})
"""


async def verdict_of(submission: str, checks: str = "", *, candidate: InProcess | None = None) -> Verdict:
    exercise = small_exercise(hidden=checks) if checks else small_exercise()
    return await judge(
        exercise,
        submission,
        which="hidden",
        seed=7,
        judge_kernel=InProcess(),
        candidate_kernel=candidate or InProcess(),
    )


async def reason_of(submission: str, body: str) -> str | None:
    """Why one check with that body fails, or None."""
    lines = "\n    ".join(body.splitlines())
    source = f'from judging import *\n\ndef check_it(rng):\n    """It."""\n    {lines}\n'
    [result] = (await verdict_of(submission, source)).results
    assert result.passed == (result.reason is None)
    return result.reason


async def test_a_right_answer_passes() -> None:
    verdict = await verdict_of(small_exercise().solution)
    right = CheckResult("check_doubles", "Numbers are doubled.", True, None)
    assert verdict == Verdict("double", "hidden", (right,), None)


async def test_a_wrong_answer_fails_with_the_check_s_sentence() -> None:
    [result] = (await verdict_of(small_exercise().starter)).results
    assert not result.passed
    assert result.reason is not None
    assert result.reason.startswith("double(")


async def test_inputs_follow_the_seed() -> None:
    asked = []
    for seed in (1, 1, 2):
        kernel = InProcess()
        exercise = small_exercise()
        await judge(
            exercise,
            exercise.starter,
            which="visible",
            seed=seed,
            judge_kernel=InProcess(),
            candidate_kernel=kernel,
        )
        asked.append(kernel.sources[-1].partition(",")[2])  # without the marker, new each time
    assert asked[0] == asked[1] != asked[2]


async def test_what_goes_wrong_in_a_call_is_said() -> None:
    assert await reason_of("def f():\n    return [][1]\n", 'yield call("f")') == (
        "`f` raised IndexError: list index out of range"
    )
    assert await reason_of("f = 3", 'yield call("f")') == "There is no function or class named `f`."
    assert await reason_of("def f():\n    raise SystemExit\n", 'yield call("f")') == "`f` raised SystemExit"
    assert await reason_of("def f():\n    return 'x' * 2**23\n", 'yield call("f")') == (
        "The answer of `f` could not be sent: the value is larger than 768 KiB."
    )


async def test_an_answer_of_the_wrong_kind_is_said() -> None:
    body = 'numbers((yield call("f")), "What f returns", (2,))'
    assert await reason_of("def f():\n    return [1, 2]\n", body) is None
    assert (
        await reason_of("def f():\n    return 'ab'\n", body) == "What f returns should be numbers, not str."
    )
    assert await reason_of("def f():\n    return [1]\n", body) == (
        "What f returns has shape (1,), where (2,) was expected."
    )
    unforeseen = 'answer = yield call("f")\nassert answer["key"]'
    assert await reason_of("def f():\n    return None\n", unforeseen) == (
        "The answer is not of the kind that was asked (TypeError: 'NoneType' object is not subscriptable)."
    )
    not_an_object = 'made = yield call("f")\nyield method(made, "g")'
    assert await reason_of("def f():\n    return 1\n", not_an_object) == (
        "`g` was to be called on an earlier answer, which is int instead of an object."
    )


async def test_objects_stay_there_and_are_spoken_to() -> None:
    counter = (
        "class Counter:\n    n = 0\n    def up(self, by=1):\n        self.n += by\n        return self\n"
    )
    body = 'made = yield call("Counter")\nyield method((yield method(made, "up")), "up", by=4)\n'
    assert (
        await reason_of(counter, body + 'n = yield attribute(made, "n")\nassert n == 5, f"n is {n}"') is None
    )


async def test_a_changed_input_is_seen() -> None:
    body = (
        'there = yield keep([3, 1])\nyield call("f", there)\nassert (yield fetch(there)) == [3, 1], "changed"'
    )
    assert await reason_of("def f(x):\n    return sorted(x)\n", body) is None
    assert await reason_of("def f(x):\n    x.sort()\n", body) == "changed"


async def test_a_probe_sees_how_it_is_used() -> None:
    probe = "class Probe:\n    calls = 0\n    def __call__(self):\n        self.calls += 1\n"
    body = f'there = yield define({probe!r}, "Probe")\nyield call("f", there)\n'
    body += 'assert (yield attribute(there, "calls")) == 2, "not twice"'
    assert await reason_of("def f(act):\n    act()\n    act()\n", body) is None
    assert await reason_of("def f(act):\n    act()\n", body) == "not twice"


async def test_an_exception_can_be_the_answer() -> None:
    body = 'answer = yield attempt(call("f"))\nassert answer == Raised("ValueError", "no"), f"{answer}"'
    assert await reason_of("def f():\n    raise ValueError('no')\n", body) is None


async def test_prints_of_a_call_do_not_reach_the_answer() -> None:
    assert (
        await reason_of("def f():\n    print('\\n' * 9)\n    return 1\n", 'assert (yield call("f")) == 1')
        is None
    )


async def test_the_first_problem_of_the_cells_is_told_and_later_cells_run() -> None:
    verdict = await verdict_of("# %%\n1 / 0\n# %%\ndef double(x):\n    return 2 * x\n# %%\nmissing\n")
    assert verdict.passed
    assert verdict.problem == "Cell 1 raised ZeroDivisionError: division by zero."


async def test_a_kernel_that_died_ends_the_judging() -> None:
    dies = InProcess(instead={"boom": Executed("died", "", "The kernel used more than 2048 MiB.")})
    verdict = await verdict_of("# %%\nboom\n# %%\nafter = 1\n", TWO, candidate=dies)
    assert verdict.problem == "Cell 1 ended its kernel (The kernel used more than 2048 MiB)."
    assert [result.reason for result in verdict.results] == [STOPPED, STOPPED]
    assert "after" not in dies.names


async def test_the_second_timeout_ends_the_judging() -> None:
    slow = InProcess(instead={"first": Executed("timed-out", ""), "loop()": Executed("timed-out", "")})
    verdict = await verdict_of("loop()", TWO, candidate=slow)
    assert verdict.problem == "Cell 1 took too long and was stopped."
    assert [result.reason for result in verdict.results] == [
        "The code took too long and was stopped.",
        STOPPED,
    ]


async def test_a_forged_reply_is_only_a_wrong_answer() -> None:
    """The submission knows everything its kernel knows, the marker too; it can answer nothing but its own calls."""
    dictionary = '{"$":"dict","v":[["passed",true]]}'
    for forged in ('{"passed": true}', dictionary, "'); raise SystemExit #", "{", "null", "\n"):
        [result] = (await verdict_of(FORGING.format(forged=forged))).results
        assert result.reason is not None
        assert result.reason.startswith("The answer of `double` ")
    [result] = (await verdict_of(FORGING.format(forged="é"))).results
    assert (
        result.reason
        == "No readable answer came back; the code may have changed or closed the standard output."
    )


async def test_hidden_results_show_the_candidate_only_how_they_ended() -> None:
    verdict = await verdict_of(small_exercise().starter)
    assert verdict.public().results == (CheckResult("hidden-1", "Hidden check 1", False, None),)
    assert verdict.count == "0 of 1"


async def test_checks_that_cannot_be_loaded_are_the_judge_s_failure() -> None:
    with pytest.raises(JudgeFailed, match="could not be loaded"):
        await verdict_of("x = 1", 'import nowhere\ndef check_a(rng):\n    "A."\n    yield\n')
    with pytest.raises(JudgeFailed, match="answering kernel could not be prepared: no more memory"):
        await verdict_of(
            "x = 1", candidate=InProcess(instead={"answering": Executed("died", "", "no more memory.")})
        )


async def test_data_is_made_by_the_generator() -> None:
    assert await generate(small_exercise(), 42, InProcess()) == {"seed.txt": b"42"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{'../x': b''}", "names a file '../x'"),
        ("{'x' * 65: b''}", "names a file"),
        ("{'x': bytes(3_000_000)}", "makes 3000000 bytes; the limit is 2097152"),
        ("{'x': 'text'}", "made no data for seed 1: TypeError"),
        ("None", "made no data for seed 1: AttributeError"),
    ],
)
async def test_bad_data_is_refused_with_a_sentence(body: str, said: str) -> None:
    exercise = small_exercise(data=f"def generate(seed):\n    return {body}\n")
    with pytest.raises(BadExercise, match=said):
        await generate(exercise, 1, InProcess())
