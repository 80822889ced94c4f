"""What a room's kernel may use: the site's limits, lowered by the exercise and by whoever made the room."""

import dataclasses
from pathlib import Path

import pytest

from exercises.exercise import Exercise
from exercises.exercise import Limits as ExerciseLimits
from exercises.loader import load
from kernels.kernel import Limits
from kernels.scripted import Wanted
from liveroom.errors import BadRequest
from liveroom.messages import KernelLimits
from liveroom.resources import Resources, check_wishes, environment_of, resources_of
from liveroom.settings import Settings
from tests.support.site import running_site
from tests.support.stored import stored_room
from tests.support.wire import WirePage

SITE = Limits(memory_mib=2048, cpus=2, pids=128, disk_mib=512, run_seconds=600, output_mib=8)


def exercise(*, environment: str | None = None, **limits: float) -> Exercise:
    shipped = load("training-loop")
    return dataclasses.replace(shipped, environment=environment, limits=ExerciseLimits(**limits))  # type: ignore[arg-type]


def test_without_a_word_the_site_has_it() -> None:
    assert resources_of(stored_room(), None, SITE) == Resources(SITE, "default")
    assert resources_of(stored_room(), exercise(), SITE) == Resources(SITE, "default")


def test_an_exercise_lowers_and_never_raises() -> None:
    asked = exercise(environment="sklearn", memory_mib=512, cpus=8, pids=64, disk_mib=16, output_mib=1)
    assert resources_of(stored_room(), asked, SITE) == Resources(Limits(512, 2, 64, 16, 600, 1), "sklearn")


def test_who_made_the_room_is_heard_before_the_exercise_and_after_the_site() -> None:
    room = stored_room(environment="jax", memory_mib=1024, run_seconds=9000.0)
    found = resources_of(room, exercise(environment="sklearn", memory_mib=512, run_seconds=5), SITE)
    assert (found.environment, found.limits.memory_mib, found.limits.run_seconds) == ("jax", 1024, 600)


def test_checks_run_where_the_exercise_says() -> None:
    assert [environment_of(e) for e in (None, exercise(), exercise(environment="jax"))] == [
        "default",
        "default",
        "jax",
    ]


@pytest.mark.parametrize(
    ("room", "asked", "sentence"),
    [
        ({"environment": "jax"}, None, r"no kernel environment 'jax'; there is: default, sklearn\."),
        ({}, exercise(environment="jax"), r"no kernel environment 'jax'"),
        ({"memory_mib": 4096}, None, r"2048 MiB at most"),
        ({"run_seconds": 601.0}, None, r"600 seconds at most"),
    ],
)
def test_what_the_site_does_not_have_is_said_when_the_room_is_made(
    room: dict[str, object], asked: Exercise | None, sentence: str
) -> None:
    with pytest.raises(BadRequest, match=sentence):
        check_wishes(stored_room(**room), asked, SITE, ["default", "sklearn"])  # type: ignore[arg-type]
    check_wishes(
        stored_room(environment="sklearn", memory_mib=256), asked and exercise(), SITE, ["default", "sklearn"]
    )


@pytest.mark.asyncio
async def test_a_room_tells_its_limits_and_leases_by_them(tmp_path: Path) -> None:
    settings = Settings(kernel_environments={"sklearn": Path("/opt/sklearn")}, kernel_cpus=1.5)
    async with running_site(tmp_path, settings) as site:
        asked = {"kind": "live", "candidate": "Ada", "environment": "jax"}
        refused = await site.owner("POST", "/api/rooms", asked)
        assert (refused.status, refused.json["code"]) == (400, "bad-request")
        made = await site.new_room(environment="sklearn", memoryMib=1024, runSeconds=30.5)
        async with WirePage(site.base_url, made["room"], made["tokens"]["interviewer"], page="p") as ivy:
            assert ivy.welcome["limits"] == {
                "environment": "sklearn",
                "memoryMib": 1024,
                "cpus": 1.5,
                "pids": 128,
                "diskMib": 512,
                "runSeconds": 30.5,
                "outputMib": 8.0,
            }
            await ivy.run("x")
            await ivy.next("run-finished")
            limits = Limits(1024, 1.5, 128, 512, 30.5, 8)
            assert site.pool.leased[made["room"]] == Wanted(limits, None, "sklearn")


def test_what_is_shown_is_what_is_leased() -> None:
    shown = Resources(SITE, "default").shown()
    assert shown == KernelLimits("default", 2048, 2, 128, 512, 600, 8)
