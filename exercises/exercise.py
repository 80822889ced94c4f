"""An exercise: what a candidate is asked, and what only the panel sees."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a kernel may use for this exercise, where that is less than a site allows. None: as the site has it."""

    memory_mib: Annotated[int, Meta(ge=256)] | None = None
    cpus: Annotated[float, Meta(gt=0)] | None = None
    pids: Annotated[int, Meta(ge=16)] | None = None
    disk_mib: Annotated[int, Meta(ge=16)] | None = None
    run_seconds: Annotated[float, Meta(gt=0)] | None = None
    output_mib: Annotated[float, Meta(gt=0)] | None = None


AS_THE_SITE = Limits()


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise, whole and validated.

    The candidate may see `title`, `summary`, `minutes`, `brief`, `starter` and the visible checks' sentences.
    `solution`, `guide`, `hidden` and `data` are the panel's.
    """

    slug: str
    title: str
    summary: str
    minutes: int
    brief: str
    starter: str
    solution: str
    guide: str
    data: str
    """Python source with `generate(seed: int) -> dict[str, bytes]`: the files of `data/`."""
    visible: str
    hidden: str
    environment: str | None = None
    """The name of the site's Python environment that it needs; None: the site's own."""
    limits: Limits = AS_THE_SITE
