"""What came of judging a submission."""

from dataclasses import dataclass, replace
from typing import Literal

Which = Literal["visible", "hidden"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's outcome; `reason` is a sentence where it failed."""

    name: str
    sentence: str
    passed: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All outcomes of one judging; `problem` is the first thing that went wrong while the submission ran."""

    exercise: str
    which: Which
    results: tuple[CheckResult, ...]
    problem: str | None = None

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)

    @property
    def count(self) -> str:
        """For people: how many of how many passed."""
        return f"{sum(result.passed for result in self.results)} of {len(self.results)}"

    def public(self) -> "Verdict":
        """What the candidate may see: of hidden checks only how each ended, not what it looks for."""
        if self.which == "visible":
            return self
        results = tuple(
            CheckResult(f"hidden-{number}", f"Hidden check {number}", result.passed, None)
            for number, result in enumerate(self.results, 1)
        )
        return replace(self, results=results)
