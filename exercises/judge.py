"""Judges a submission: checks in one sealed kernel put questions to the submission in another.

Only text crosses: a request from the judge's kernel, the candidate's framed reply, which this process carries
unread, and the judge's opinion of it. Nothing from the candidate's kernel is ever executed or unpickled.
"""

from dataclasses import dataclass

import msgspec

from exercises.cells import code_cells
from exercises.checks import Check, checks_of
from exercises.errors import JudgeFailed
from exercises.execution import Execute, Executed, framed, new_marker
from exercises.exercise import Exercise
from exercises.harness import Role, calling, installing
from exercises.verdict import CheckResult, Verdict, Which

CALL_SECONDS = 20
"""What an Execute should allow one source in a judging; a check asks for far less."""
REQUESTS_MAX = 200
TIMEOUTS_MAX = 2
STOPPED = "Not checked, because the kernel had stopped."


class _Step(msgspec.Struct, frozen=True):
    """What the judge's kernel wants next: an answer, or nothing more."""

    ask: str | None = None
    passed: bool = False
    reason: str | None = None


async def judge(
    exercise: Exercise,
    submission: str,
    *,
    which: Which,
    seed: int,
    judge_kernel: Execute,
    candidate_kernel: Execute,
) -> Verdict:
    """Run the submission's cells in `candidate_kernel`, then every check of `which` against it.

    Both kernels should be fresh and not used afterwards; the candidate's has the exercise's `data/`.
    Raises JudgeFailed where the judge's side cannot work at all; whatever the submission does is a verdict.
    """
    source = exercise.hidden if which == "hidden" else exercise.visible
    bench = _Bench(judge_kernel, candidate_kernel)
    await bench.prepare(source)
    problem = await bench.submit(code_cells(submission))
    results = tuple([await bench.result_of(check, seed) for check in checks_of(source)])
    return Verdict(exercise.slug, which, results, problem)


@dataclass
class _Bench:
    """The two kernels of one judging."""

    judge_kernel: Execute
    candidate_kernel: Execute
    judge_lost: bool = False
    candidate_lost: bool = False
    timeouts: int = 0

    async def prepare(self, checks: str) -> None:
        roles: list[tuple[Role, Execute]] = [
            ("judging", self.judge_kernel),
            ("answering", self.candidate_kernel),
        ]
        for role, kernel in roles:
            executed = await kernel(installing(role))
            if executed.status != "ok":
                raise JudgeFailed(f"The {role} kernel could not be prepared: {_why(executed)}.")
        if await self._of_judge("load", checks) is None:
            raise JudgeFailed(
                "The checks could not be loaded in the judge's kernel; prove the exercise first."
            )

    async def submit(self, cells: list[str]) -> str | None:
        """Run the cells in order, past errors as a notebook would; the first problem as a sentence."""
        problem = None
        for number, cell in enumerate(cells, 1):
            executed = await self._of_candidate(cell)
            if executed.status != "ok" and problem is None:
                problem = f"Cell {number} {_ended(executed)}."
            if self.candidate_lost:
                break
        return problem

    async def result_of(self, check: Check, seed: int) -> CheckResult:
        if self.candidate_lost or self.judge_lost:
            return CheckResult(check.name, check.sentence, False, STOPPED)
        step = await self._of_judge("begin", check.name, seed)
        for _ in range(REQUESTS_MAX):
            if step is None:
                return CheckResult(
                    check.name, check.sentence, False, "The check could not examine the answer."
                )
            if step.ask is None:
                return CheckResult(check.name, check.sentence, step.passed, step.reason)
            reply, reason = await self._answer(step.ask)
            if reply is None:
                return CheckResult(check.name, check.sentence, False, reason)
            step = await self._of_judge("resume", reply)
        return CheckResult(check.name, check.sentence, False, "The check asked too many questions.")

    async def _answer(self, request: str) -> tuple[str, None] | tuple[None, str]:
        """The candidate's reply, or a sentence on why there is none."""
        marker = new_marker()
        executed = await self._of_candidate(calling("answering", "answer", marker, request))
        reply = framed(executed.stdout, marker)
        if executed.status != "ok":
            return None, f"The code {_ended(executed)}."
        from exercises.harness_codec import TEXT_MAX  # numpy comes with it, and servers start without

        if reply is None or len(reply) > TEXT_MAX:
            return (
                None,
                "No readable answer came back; the code may have changed or closed the standard output.",
            )
        return reply, None

    async def _of_candidate(self, source: str) -> Executed:
        executed = await self.candidate_kernel(source)
        self.timeouts += executed.status == "timed-out"
        self.candidate_lost = executed.status == "died" or self.timeouts >= TIMEOUTS_MAX
        return executed

    async def _of_judge(self, function: str, *arguments: str | int) -> _Step | None:
        """The judge's next step; None where an answer was such that its kernel failed over it."""
        marker = new_marker()
        executed = await self.judge_kernel(calling("judging", function, marker, *arguments))
        self.judge_lost = executed.status == "died"
        text = framed(executed.stdout, marker)
        if executed.status != "ok" or text is None:
            return None
        return msgspec.json.decode(text, type=_Step)


def _ended(executed: Executed) -> str:
    match executed.status:
        case "timed-out":
            return "took too long and was stopped"
        case "interrupted":
            return "was interrupted"
        case "died":
            return f"ended its kernel ({_why(executed)})"
        case _:
            return f"raised {_why(executed)}"


def _why(executed: Executed) -> str:
    return (executed.error or "no reason is known").strip().rstrip(".:")
