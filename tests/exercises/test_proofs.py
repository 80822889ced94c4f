"""The shipped exercises on sealed kernels: solutions pass, starters fail, and data is the same for the same seed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from exercises.execution import Execute
from exercises.generator import generate
from exercises.loader import load
from exercises.prove import prove
from tests.exercises.sealed import SealedKernels
from tests.exercises.standin import InProcess, small_exercise

pytestmark = pytest.mark.asyncio(loop_scope="module")
SLUGS = ["category-encoder", "leaky-notebook", "training-loop"]


@pytest.mark.parametrize("slug", SLUGS)
async def test_the_solution_passes_and_the_starter_fails(slug: str, kernels: SealedKernels) -> None:
    proof = await prove(load(slug), kernels.lend, seed=20_260_302)
    assert proof.ok, proof.sentences
    assert [verdict.problem for verdict in proof.solution_verdicts] == [None, None]


async def test_data_is_the_same_for_the_same_seed_and_small(kernels: SealedKernels) -> None:
    async with kernels.lend({}) as kernel:
        for slug in SLUGS:
            first, again, other = [await generate(load(slug), seed, kernel) for seed in (1, 1, 2)]
            assert first == again != other
            assert sum(map(len, first.values())) < 300_000


@asynccontextmanager
async def lend_in_process(data: Mapping[str, bytes]) -> AsyncIterator[Execute]:
    yield InProcess()


async def test_a_proof_says_what_is_wrong() -> None:
    exercise = small_exercise(
        solution="# %%\n1 / 0\n# %%\ndef double(x):\n    return 0\n",
        starter="# %%\ndef double(x):\n    return x + x\n",
    )
    proof = await prove(exercise, lend_in_process, seed=0)
    assert not proof.ok
    assert (
        proof.sentences[0]
        == "double: the solution does not run whole. Cell 1 raised ZeroDivisionError: division by zero."
    )
    assert proof.sentences[1].startswith("double: the solution fails the visible check_doubles. double(")
    assert proof.sentences[3:] == (
        "double: the starter already passes all visible checks.",
        "double: the starter already passes all hidden checks.",
    )
