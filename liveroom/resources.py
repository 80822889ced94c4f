"""What one room's kernel may use and where it runs: the site's limits, lowered by its exercise and its maker. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar

from exercises.exercise import AS_THE_SITE, Exercise
from kernels.kernel import DEFAULT_ENVIRONMENT, Limits
from liveroom.errors import BadRequest
from liveroom.messages import KernelLimits


class Wishes(Protocol):
    """What the maker of a room asked for; None: as the exercise has it, or the site."""

    @property
    def environment(self) -> str | None: ...
    @property
    def memory_mib(self) -> int | None: ...
    @property
    def run_seconds(self) -> float | None: ...


@dataclass(frozen=True)
class Resources:
    """One room's."""

    limits: Limits
    environment: str = DEFAULT_ENVIRONMENT

    def shown(self) -> KernelLimits:
        limits = self.limits
        return KernelLimits(
            environment=self.environment,
            memory_mib=limits.memory_mib,
            cpus=limits.cpus,
            pids=limits.pids,
            disk_mib=limits.disk_mib,
            run_seconds=limits.run_seconds,
            output_mib=limits.output_mib,
        )


def resources_of(room: Wishes, exercise: Exercise | None, site: Limits) -> Resources:
    """What the room gets: never more than the site's limits, which may have changed since it was made."""
    asked = AS_THE_SITE if exercise is None else exercise.limits
    limits = Limits(
        memory_mib=_least(site.memory_mib, room.memory_mib or asked.memory_mib),
        cpus=_least(site.cpus, asked.cpus),
        pids=_least(site.pids, asked.pids),
        disk_mib=_least(site.disk_mib, asked.disk_mib),
        run_seconds=_least(site.run_seconds, room.run_seconds or asked.run_seconds),
        output_mib=_least(site.output_mib, asked.output_mib),
    )
    return Resources(limits, room.environment or environment_of(exercise))


def environment_of(exercise: Exercise | None) -> str:
    """Where the exercise's own code runs: its data, and its checks with what they judge."""
    return DEFAULT_ENVIRONMENT if exercise is None else exercise.environment or DEFAULT_ENVIRONMENT


def check_wishes(
    room: Wishes, exercise: Exercise | None, site: Limits, environments: Collection[str]
) -> None:
    """Say at the making of a room what it could not have; raises BadRequest."""
    environment = room.environment or environment_of(exercise)
    if environment not in environments:
        raise BadRequest(
            f"This site has no kernel environment {environment!r}; there is: {', '.join(environments)}. "
            "The setting kernel_environments adds one."
        )
    if (room.memory_mib or 0) > site.memory_mib:
        raise BadRequest(
            f"A kernel of this site has {site.memory_mib} MiB at most; ask for less, or raise kernel_memory_mib."
        )
    if (room.run_seconds or 0) > site.run_seconds:
        raise BadRequest(
            f"A run on this site takes {site.run_seconds:g} seconds at most; ask for less, or raise run_seconds."
        )


N = TypeVar("N", int, float)


def _least(most: N, wanted: N | None) -> N:
    return most if wanted is None else min(most, wanted)
