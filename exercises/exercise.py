"""An exercise: what a candidate is asked, and what only the panel sees."""

from dataclasses import dataclass


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
