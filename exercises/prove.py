"""Proves an exercise: on sealed kernels its solution passes every check and its starter does not."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from exercises.execution import Execute
from exercises.exercise import Exercise
from exercises.generator import generate
from exercises.judge import judge
from exercises.verdict import Verdict, Which

NewKernel = Callable[[Mapping[str, bytes]], AbstractAsyncContextManager[Execute]]
"""Lends a fresh kernel that sees these files in `data/`."""
BOTH: tuple[Which, ...] = ("visible", "hidden")


@dataclass(frozen=True, slots=True)
class Proof:
    """`sentences` says what is wrong, or in one sentence that all is well."""

    exercise: str
    solution_verdicts: tuple[Verdict, ...]
    starter_verdicts: tuple[Verdict, ...]
    ok: bool
    sentences: tuple[str, ...]


async def prove(exercise: Exercise, new_kernel: NewKernel, seed: int) -> Proof:
    """Uses three kernels, two at a time. Raises ExerciseError where data or judge fail."""
    async with new_kernel({}) as judging:
        data = await generate(exercise, seed, judging)
        solution = await _verdicts(exercise, exercise.solution, data, judging, new_kernel, seed)
        starter = await _verdicts(exercise, exercise.starter, data, judging, new_kernel, seed)
    wrong = [*_faults_of_solution(solution), *_faults_of_starter(starter)]
    counts = " and ".join(f"{verdict.count} {verdict.which}" for verdict in solution)
    well = f"{exercise.slug}: the solution passes {counts} checks, and the starter fails."
    sentences = tuple(f"{exercise.slug}: {fault}" for fault in wrong) or (well,)
    return Proof(exercise.slug, solution, starter, ok=not wrong, sentences=sentences)


async def _verdicts(
    exercise: Exercise,
    submission: str,
    data: Mapping[str, bytes],
    judging: Execute,
    new_kernel: NewKernel,
    seed: int,
) -> tuple[Verdict, ...]:
    async with new_kernel(data) as answering:
        verdicts = [
            await judge(
                exercise,
                submission,
                which=which,
                seed=seed,
                judge_kernel=judging,
                candidate_kernel=answering,
            )
            for which in BOTH
        ]
    return tuple(verdicts)


def _faults_of_solution(verdicts: tuple[Verdict, ...]) -> list[str]:
    faults = [f"the solution does not run whole. {v.problem}" for v in verdicts[:1] if v.problem]
    for verdict in verdicts:
        failed = [result for result in verdict.results if not result.passed]
        faults += [f"the solution fails the {verdict.which} {r.name}. {r.reason}" for r in failed]
    return faults


def _faults_of_starter(verdicts: tuple[Verdict, ...]) -> list[str]:
    return [f"the starter already passes all {v.which} checks." for v in verdicts if v.passed]
