"""What comparisons say of people with known answers.

People are tested against a population learned without them (`rotate`), or against one that has never seen their
set (`transfer`). What is counted are the ratios as people are shown them: with the gates, and with the cap.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keystroke.comparison import compare_profiles, raw_log10
from keystroke.evaluation.trials import Alter, Sample, Trial, altered, enrolments, trials, usual_profile_keys
from keystroke.evidence import Spread
from keystroke.population import Population
from keystroke.population.learn import PAIRS_PER_PERSON, learn
from keystroke.population.pairs import Person, folds
from keystroke.timing import Floats

LENGTHS = (100, 200, 500)
FOLDS = 3
_UNGATED_FROM = 0.5
"""Where more trials than this share give no ratio, the figures are of ratios without gates, and say so."""

_LN10 = float(np.log(10))

Progress = Callable[[str], None]
Scorer = Callable[[Sample, Sample], float]


def silent(_: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Answers:
    """The trials of one set and length, with what was said of each. Ratios are natural logs."""

    corpus: str
    profile_keys: int
    keys: int
    shown: Floats  # NaN where there was no ratio
    raw: Floats  # without gates and cap
    same: NDArray[np.bool_]
    enrolled: NDArray[np.str_]  # the person of the profile
    typed: NDArray[np.str_]
    scores: Mapping[str, Floats]
    """Of other methods, by name; higher for the same person."""
    ms: float
    """The time of one comparison of two profiles."""

    ungated: bool = False
    """Whether figures are to be of the ratios without gates, whatever was shown."""

    @property
    def abstained(self) -> float:
        return float(np.isnan(self.shown).mean())

    @property
    def gated(self) -> bool:
        return not self.ungated and self.abstained <= _UNGATED_FROM

    @property
    def counted(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.shown) if self.gated else np.ones(len(self.shown), dtype=bool)

    @property
    def llr(self) -> Floats:
        return self.shown if self.gated else self.raw


@dataclass(frozen=True)
class Fold:
    """Some people, and a population learned without them."""

    tested: list[Person]
    population: Population


def learned_folds(
    people: Sequence[Person],
    *,
    pairs_per_person: int = PAIRS_PER_PERSON,
    spread: Spread | None = None,
    progress: Progress = silent,
) -> list[Fold]:
    """Everyone is in one fold, whose population is learned from the people of the others.

    With a `spread` of other people again, only the weights are learned.
    """
    groups = folds(people, FOLDS)
    learned = []
    for index, tested in enumerate(groups):
        others = [person for other, group in enumerate(groups) if other != index for person in group]
        progress(f"fold {index + 1} of {FOLDS}: learning from {len(others)} people to test {len(tested)}")
        population = learn(others, {}, draws=1, pairs_per_person=pairs_per_person, spread=spread)
        learned.append(Fold(tested, population))
    return learned


def rotate(
    learned: Sequence[Fold],
    *,
    lengths: Sequence[int] = LENGTHS,
    profile_keys: int | None = None,
    methods: Mapping[str, Scorer] | None = None,
    alter: Alter | None = None,
    progress: Progress = silent,
) -> list[Answers]:
    """Everyone is tested once."""
    together: dict[tuple[str, int], list[Answers]] = {}
    for fold in learned:
        for answers in transfer(
            fold.tested,
            fold.population,
            lengths=lengths,
            profile_keys=profile_keys,
            methods=methods,
            alter=alter,
            progress=progress,
        ):
            together.setdefault((answers.corpus, answers.keys), []).append(answers)
    return [_pooled(together[place]) for place in sorted(together)]


def transfer(
    people: Sequence[Person],
    population: Population,
    *,
    lengths: Sequence[int] = LENGTHS,
    profile_keys: int | None = None,
    methods: Mapping[str, Scorer] | None = None,
    alter: Alter | None = None,
    progress: Progress = silent,
) -> list[Answers]:
    """People whom the population has not seen. `alter` changes what is questioned, and leaves profiles alone."""
    found = []
    for corpus in sorted({person.corpus for person in people}):
        members = [person for person in people if person.corpus == corpus]
        enrolling = profile_keys or usual_profile_keys(members)
        enrolled = enrolments(members, enrolling)
        for keys in lengths:
            drawn = trials(enrolled, keys)
            if alter is not None:
                drawn = altered(drawn, alter)
            if drawn:
                progress(f"{corpus}: {len(drawn)} comparisons of {keys} keys")
                found.append(_answers(corpus, enrolling, keys, drawn, population, methods or {}))
    return found


def _answers(
    corpus: str,
    profile_keys: int,
    keys: int,
    drawn: Sequence[Trial],
    population: Population,
    methods: Mapping[str, Scorer],
) -> Answers:
    for trial in drawn:
        _ = trial.profile.profile, trial.questioned.profile  # made once, before the clock runs
    started = time.perf_counter()
    compared = [
        compare_profiles(trial.profile.profile, trial.questioned.profile, population=population)
        for trial in drawn
    ]
    seconds = time.perf_counter() - started
    shown = [np.nan if found.log10_lr is None else found.log10_lr for found in compared]
    raw = [
        sum(found.parts.values())
        if found.parts
        else raw_log10(trial.profile.profile, trial.questioned.profile, population)
        for trial, found in zip(drawn, compared, strict=True)
    ]
    return Answers(
        corpus,
        profile_keys,
        keys,
        shown=np.array(shown) * _LN10,
        raw=np.array(raw) * _LN10,
        same=np.array([trial.same for trial in drawn]),
        enrolled=np.array([trial.profile.person for trial in drawn]),
        typed=np.array([trial.questioned.person for trial in drawn]),
        scores={
            name: np.array([method(trial.profile, trial.questioned) for trial in drawn])
            for name, method in methods.items()
        },
        ms=1000 * seconds / len(drawn),
    )


def _pooled(parts: Sequence[Answers]) -> Answers:
    """One set and length from several folds."""
    return Answers(
        parts[0].corpus,
        max(part.profile_keys for part in parts),
        parts[0].keys,
        shown=np.concatenate([part.shown for part in parts]),
        raw=np.concatenate([part.raw for part in parts]),
        same=np.concatenate([part.same for part in parts]),
        enrolled=np.concatenate([part.enrolled for part in parts]),
        typed=np.concatenate([part.typed for part in parts]),
        scores={name: np.concatenate([part.scores[name] for part in parts]) for name in parts[0].scores},
        ms=float(np.mean([part.ms for part in parts])),
    )
