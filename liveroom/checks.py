"""Runs an exercise's checks on two sealed kernels, and proves whole exercises for `liveroom exercises check`."""

import asyncio
import hashlib
import hmac
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exercises.errors import ExerciseError
from exercises.execution import Execute, Executed
from exercises.exercise import Exercise
from exercises.judge import CALL_SECONDS, judge
from exercises.loader import catalogue, load
from exercises.prove import prove
from kernels.errors import KernelError
from kernels.kernel import Kernel, Limits, Pool
from kernels.outputs import Failure, Finished, Stream
from liveroom import tokens
from liveroom.messages import CheckKind, CheckResult
from liveroom.resources import environment_of

SECRET_FILE = "checks.secret"  # noqa: S105
STDOUT_CHARS_MAX = 12 * 2**20
GRACE_SECONDS = 15
JUDGING = Limits(run_seconds=CALL_SECONDS, output_mib=12)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one round. `problem` is a sentence: why the submission did not run whole.

    Without results nothing was judged, and `problem` says why.
    """

    results: list[CheckResult] | None
    problem: str | None = None


async def run_checks(
    exercise: Exercise,
    submission: str,
    *,
    which: CheckKind,
    seed: int,
    pool: Pool,
    room: str,
    data: Path | None = None,
) -> Judged:
    """Judge a submission against `which` checks. Whatever goes wrong is told in `problem`, never raised.

    Neither kernel is the room's own: what its people have defined there cannot help or harm the submission.
    """
    try:
        async with (
            _leased(pool, f"judge:{room}", exercise) as judge_kernel,
            _leased(pool, f"answer:{room}", exercise, data) as candidate_kernel,
        ):
            verdict = await judge(
                exercise,
                submission,
                which=which,
                seed=seed,
                judge_kernel=judge_kernel,
                candidate_kernel=candidate_kernel,
            )
    except (KernelError, ExerciseError) as error:
        return Judged(None, str(error))
    results = [CheckResult(r.name, r.sentence, r.passed, r.reason) for r in verdict.results]
    return Judged(results, verdict.problem)


async def check_exercises(
    slugs: Sequence[str], *, pool: Pool, secret: bytes, tell: Callable[[str], None]
) -> bool:
    """Prove the named exercises, or all of the catalogue; every finding is told as a sentence."""
    chosen = [load(slug) for slug in slugs] if slugs else catalogue()
    all_well = True
    for exercise in chosen:
        try:
            lend = partial(_lend, pool, exercise)
            proof = await prove(exercise, lend, seed_of(secret, "prove", exercise.slug))
        except (KernelError, ExerciseError) as error:
            tell(str(error))
            all_well = False
            continue
        for sentence in proof.sentences:
            tell(sentence)
        all_well = all_well and proof.ok
    return all_well


def executing(kernel: Kernel, *, seconds: float = CALL_SECONDS) -> Execute:
    """A kernel as exercises see it: a source goes in, how it ended and what it printed come out."""

    async def execute(source: str) -> Executed:
        try:
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                return await _executed(kernel, source)
        except TimeoutError:  # the kernel's own limit did not stop it
            await kernel.restart()
            return Executed("died", "", "it could not be stopped in time")

    return execute


def site_secret(folder: Path) -> bytes:
    """The data folder's secret from which data and the checks' inputs are drawn; made at the first call."""
    return tokens.site_secret(folder, SECRET_FILE)


def seed_of(secret: bytes, *names: str) -> int:
    """A seed that nobody without the secret can tell; the same names give the same seed."""
    digest = hmac.new(secret, "\0".join(names).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big")


async def _executed(kernel: Kernel, source: str) -> Executed:
    printed: list[str] = []
    room_left = STDOUT_CHARS_MAX
    error: str | None = None
    async for item in kernel.run(source):
        match item:
            case Stream(name="stdout", text=text) if room_left > 0:
                printed.append(text[:room_left])
                room_left -= len(text)
            case Failure(name=name, message=message):
                error = f"{name}: {message}" if message else name
            case Finished(status=status, reason=reason):
                return Executed(status, "".join(printed), error or reason)
            case _:
                pass
    return Executed("died", "".join(printed), "the kernel went away")


@asynccontextmanager
async def _leased(
    pool: Pool, name: str, exercise: Exercise, data: Path | None = None
) -> AsyncIterator[Execute]:
    """A fresh kernel for one judging; the name's earlier one, if a round was cut short, is not used again."""
    await pool.release(name)
    kernel = await pool.lease(name, limits=JUDGING, data=data, environment=environment_of(exercise))
    try:
        yield executing(kernel)
    finally:
        with suppress(KernelError):  # a host that is gone has no kernel left to end
            await pool.release(name)


@asynccontextmanager
async def _lend(pool: Pool, exercise: Exercise, files: Mapping[str, bytes]) -> AsyncIterator[Execute]:
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="liveroom-prove-"))
    try:
        await asyncio.to_thread(write_files, folder, files)
        data, name = folder if files else None, f"prove:{secrets.token_hex(8)}"
        async with _leased(pool, name, exercise, data) as execute:
            yield execute
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files that a sandbox will show under another user's id."""
    folder.chmod(0o755)
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        path.chmod(0o644)
