"""Checks are run on sealed kernels of their own, and what comes of them is told in sentences."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from exercises.exercise import Exercise
from exercises.loader import load
from kernels.client import HostPool, ensure_host, socket_path
from kernels.errors import KernelsUnavailable
from kernels.kernel import DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, Kernel, Leased, Limits
from kernels.outputs import Failure, Finished, Stream
from kernels.scripted import Script, ScriptedKernel, ScriptedPool
from liveroom.checks import check_exercises, executing, run_checks, seed_of, site_secret
from liveroom.materials import Materials
from tests.exercises.standin import small_exercise
from tests.support.stored import stored_room

KERNELS = Path(__file__).parents[2] / ".venv-kernel"
on_real_kernels = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HostPool]:
    """Real kernels; their host ends by itself once the tests have left it."""
    socket = socket_path(tmp_path_factory.mktemp("kernels"))
    await ensure_host(socket, {"default": KERNELS}, warm=0, linger=1)
    opened = HostPool(socket)
    yield opened
    await opened.close()


class Watched:
    """A pool that notes what is leased and given back."""

    def __init__(self, pool: HostPool | ScriptedPool) -> None:
        self.pool = pool
        self.leased: list[str] = []
        self.out: set[str] = set()

    async def lease(
        self,
        room: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        data: Path | None = None,
        environment: str = DEFAULT_ENVIRONMENT,
    ) -> Kernel:
        kernel = await self.pool.lease(room, limits=limits, data=data, environment=environment)
        self.leased.append(room)
        self.out.add(room)
        return kernel

    async def leases(self) -> list[Leased]:
        return await self.pool.leases()

    async def release(self, room: str) -> None:
        self.out.discard(room)
        await self.pool.release(room)

    async def close(self) -> None:
        await self.pool.close()


@on_real_kernels
async def test_a_solution_passes_on_kernels_that_are_not_the_rooms(pool: HostPool) -> None:
    exercise, watched = small_exercise(), Watched(pool)
    judged = await run_checks(exercise, exercise.solution, which="visible", seed=7, pool=watched, room="r1")
    assert judged.results is not None
    assert [(result.name, result.passed) for result in judged.results] == [("check_doubles", True)]
    assert judged.problem is None
    assert watched.leased == ["judge:r1", "answer:r1"]
    assert watched.out == set()


@on_real_kernels
async def test_a_starter_fails_with_a_reason(pool: HostPool) -> None:
    exercise = small_exercise()
    judged = await run_checks(exercise, exercise.starter, which="hidden", seed=7, pool=pool, room="r1")
    assert judged.results is not None
    (result,) = judged.results
    assert not result.passed
    assert result.sentence == "Numbers are doubled."
    assert result.reason is not None
    assert result.reason.startswith("double(")


@on_real_kernels
async def test_a_submission_that_stops_says_where(pool: HostPool) -> None:
    submission = "# %%\nimport sys\nraise ValueError('too early')\n# %%\ndef double(x): return 2 * x\n"
    judged = await run_checks(small_exercise(), submission, which="visible", seed=7, pool=pool, room="r1")
    assert judged.problem == "Cell 1 raised ValueError: too early."


@on_real_kernels
async def test_a_submission_that_ends_its_kernel_fails_alone(pool: HostPool) -> None:
    submission = "# %%\nimport os\nos._exit(3)\n"
    judged = await run_checks(small_exercise(), submission, which="visible", seed=7, pool=pool, room="r1")
    assert judged.results is not None
    assert [result.passed for result in judged.results] == [False]
    assert judged.problem is not None
    assert judged.problem.startswith("Cell 1 ended its kernel")


@on_real_kernels
async def test_data_is_made_once_and_the_submission_sees_it(pool: HostPool, tmp_path: Path) -> None:
    watched = Watched(pool)
    materials = Materials(tmp_path, watched, secret=b"site")
    room = stored_room(exercise="category-encoder")
    folders = await asyncio.gather(materials.data_folder(room), materials.data_folder(room))
    assert folders[0] == folders[1] == await Materials(tmp_path, watched, secret=b"site").data_folder(room)
    assert len(watched.leased) == 1
    assert watched.out == set()
    folder = folders[0]
    assert folder is not None
    assert folder.parent == tmp_path / "exercises" / "category-encoder"
    files = await materials.data_files(room)
    assert files
    assert all(file.size == (folder / file.name).stat().st_size for file in files)
    exercise = load("category-encoder")
    judged = await run_checks(
        exercise, exercise.solution, which="visible", seed=3, pool=pool, room="r1", data=folder
    )
    assert judged.problem is None
    assert judged.results is not None
    assert all(result.passed for result in judged.results)


@on_real_kernels
async def test_an_exercise_is_proved_and_its_findings_are_told(pool: HostPool) -> None:
    told: list[str] = []
    watched = Watched(pool)
    assert await check_exercises(["category-encoder"], pool=watched, secret=b"site", tell=told.append)
    assert len(told) == 1
    assert told[0].startswith("category-encoder: the solution passes")
    assert watched.out == set()


@on_real_kernels
async def test_an_exercise_that_proves_nothing_is_found_out(
    pool: HostPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lazy = small_exercise(solution="# %%\ndef double(x):\n    return 3 * x\n")
    monkeypatch.setattr("liveroom.checks.catalogue", lambda: [lazy])
    told: list[str] = []
    assert not await check_exercises([], pool=pool, secret=b"site", tell=told.append)
    assert told[0].startswith("double: the solution fails the visible check_doubles.")


@pytest.mark.asyncio
async def test_without_kernels_nothing_is_judged_and_it_says_so() -> None:
    class NoPool(ScriptedPool):
        async def lease(
            self,
            room: str,
            *,
            limits: Limits = DEFAULT_LIMITS,
            data: Path | None = None,
            environment: str = DEFAULT_ENVIRONMENT,
        ) -> ScriptedKernel:
            raise KernelsUnavailable("This machine has no user namespaces.")

    exercise: Exercise = small_exercise()
    judged = await run_checks(exercise, "", which="visible", seed=1, pool=NoPool(), room="r1")
    assert judged.results is None
    assert judged.problem == "This machine has no user namespaces."


@pytest.mark.asyncio
async def test_what_a_kernel_puts_out_is_told_as_exercises_read_it() -> None:
    script: Script = {
        "ok": [Stream("stdout", "a"), Stream("stderr", "no"), Stream("stdout", "b"), Finished("ok", 1, 0.1)],
        "bad": [Failure("KeyError", "'x'", []), Finished("error", 2, 0.1)],
        "gone": [Finished("died", None, 0.1, "It ran out of memory.")],
    }
    execute = executing(ScriptedKernel(script))
    ok, bad, gone = await execute("ok"), await execute("bad"), await execute("gone")
    assert (ok.status, ok.stdout, ok.error) == ("ok", "ab", None)
    assert (bad.status, bad.error) == ("error", "KeyError: 'x'")
    assert (gone.status, gone.error) == ("died", "It ran out of memory.")


@pytest.mark.asyncio
async def test_a_kernel_that_will_not_stop_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveroom.checks.GRACE_SECONDS", 0.05)
    kernel = ScriptedKernel({"loop": []}, endless=frozenset({"loop"}))
    executed = await executing(kernel, seconds=0)("loop")
    assert (executed.status, executed.error) == ("died", "it could not be stopped in time")
    assert kernel.restarts == 1


def test_the_sites_secret_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    secret = site_secret(tmp_path)
    assert len(secret) == 32
    assert site_secret(tmp_path) == secret
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_seeds_differ_by_secret_and_name_and_by_nothing_else() -> None:
    seeds = [seed_of(b"a", "r1"), seed_of(b"b", "r1"), seed_of(b"a", "r2"), seed_of(b"a", "r", "1")]
    assert len(set(seeds)) == 4
    assert seed_of(b"a", "r1") == seeds[0]
