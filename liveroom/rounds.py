"""Rounds of checks: asked for, running, judged. Pure."""

from typing import Any

import msgspec

from liveroom.audience import ALL, PANEL
from liveroom.effects import Effect, Record, Tell
from liveroom.messages import CheckKind, CheckResult, CheckRound, ChecksChanged


class Rounds:
    """Every time that somebody asked for checks. One round runs at a time."""

    def __init__(self) -> None:
        self._rounds: dict[str, CheckRound] = {}

    @property
    def running(self) -> bool:
        return any(_runs(r) for r in self._rounds.values())

    def shown(self) -> list[tuple[CheckRound, str]]:
        """The rounds, each with its audience."""
        return [(r, _audience(r)) for r in self._rounds.values()]

    def start(self, which: CheckKind, by: str, now: int) -> tuple[CheckRound, list[Effect]]:
        check = CheckRound(f"checks-{len(self._rounds) + 1}", which, by, now)
        return check, self._changed(check, now)

    def judged(
        self, name: str, results: list[CheckResult] | None, problem: str | None, now: int
    ) -> list[Effect]:
        """A round is finished, or could not be run; one that was finished before stays as it is."""
        check = self._rounds.get(name)
        if check is None or not _runs(check):
            return []
        return self._changed(msgspec.structs.replace(check, results=results, problem=problem), now)

    def abandon(self, problem: str, now: int) -> list[Effect]:
        """Finish what was running when the server stopped."""
        return [e for name in list(self._rounds) for e in self.judged(name, None, problem, now)]

    def restore(self, by: str, at_us: int, body: dict[str, Any]) -> None:
        """Fold one event of the timeline in."""
        earlier = self._rounds.get(body["round"])
        results = body["results"] and msgspec.convert(body["results"], list[CheckResult])
        asked_at_us = earlier.at_us if earlier else at_us
        self._rounds[body["round"]] = CheckRound(
            body["round"], body["which"], by, asked_at_us, results, body["problem"]
        )

    def _changed(self, check: CheckRound, now: int) -> list[Effect]:
        self._rounds[check.round] = check
        results = None if check.results is None else [msgspec.to_builtins(r) for r in check.results]
        body = {"round": check.round, "which": check.which, "results": results, "problem": check.problem}
        audience = _audience(check)
        return [Record(check.by, "checks", body, now, audience), Tell(ChecksChanged(check), audience)]


def _runs(check: CheckRound) -> bool:
    return check.results is None and check.problem is None


def _audience(check: CheckRound) -> str:
    return PANEL if check.which == "hidden" else ALL
