"""Everything that the model card prints, measured."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from keystroke.comparison import raw_log10
from keystroke.evaluation.answers import Answers, Fold, learned_folds, rotate, transfer
from keystroke.evaluation.baselines import BASELINES
from keystroke.evaluation.datasets import load
from keystroke.evaluation.metrics import eer
from keystroke.evaluation.robustness import Robustness, measure
from keystroke.evaluation.trials import Sample, enrolments, how_split, trials, usual_profile_keys
from keystroke.handover import windows
from keystroke.population import Population, shipped
from keystroke.population.corpora import CROSS_SESSION, TASK_SHIFT
from keystroke.population.learn import learn
from keystroke.population.pairs import Person
from keystroke.timing import flights, join
from tests.bench.alterations import ALTERATIONS, with_other_keys

LENGTHS = (100, 200, 500, 1000)
ALTERED_LENGTHS = (200, 500)
UNSEEN = {"aalto_subset": (50, 100, 200, 350), "freihaut_password": (50, 100)}
UNGATED = frozenset(UNSEEN)
"""Sentences and passwords are too short for the gates: these are measured without them, as `keystroke.score` is."""

PEOPLE_MAX = 360
SPEED = "speed alone"
LONG_PROFILE_KEYS = 1500


@dataclass(frozen=True)
class Control:
    """Something whose outcome is known beforehand."""

    what: str
    expected: str
    found: str


@dataclass(frozen=True)
class Measured:
    """Answers are of people whom the population in use had not seen, whichever it was."""

    population: Population
    people: Mapping[str, int]
    split: Mapping[str, str]
    held_out: list[Answers]
    long_profile: list[Answers]
    unseen: list[Answers]
    crossed: list[Answers]
    altered: Mapping[str, list[Answers]]
    robustness: Robustness
    controls: list[Control]
    windows_ms: float
    """A hundred sliding windows."""


def measured(data: Path) -> Measured:
    said = _Clock()
    people = _people(data, CROSS_SESSION) + _people(data, TASK_SHIFT)
    by_corpus = {c: [p for p in people if p.corpus == c] for c in (CROSS_SESSION, TASK_SHIFT)}
    folds = learned_folds(people, progress=said)
    held_out = rotate(folds, lengths=LENGTHS, methods={**BASELINES, SPEED: _speed}, progress=said)
    crossed = []
    for corpus, members in by_corpus.items():
        (other,) = by_corpus.keys() - {corpus}
        said(f"learning from {other} alone")
        crossed += transfer(members, learn(by_corpus[other], {}, draws=1), lengths=ALTERED_LENGTHS)
    altered = {}
    for name, alter in ALTERATIONS.items():
        said(f"altered: {name}")
        altered[name] = rotate(folds, lengths=ALTERED_LENGTHS, alter=alter)
    said("controls")
    controls = _controls(folds, held_out)
    said("flags, attacks and handovers")
    robustness = measure(data)
    assert robustness is not None  # two of its sets are there, or nothing was measured before
    cross_session = [Fold([p for p in f.tested if p.corpus == CROSS_SESSION], f.population) for f in folds]
    found = Measured(
        population=shipped(),
        people={corpus: len(members) for corpus, members in by_corpus.items()},
        split={c: how_split(members, usual_profile_keys(members)) for c, members in by_corpus.items()},
        held_out=[_without_speed(answers) for answers in held_out],
        long_profile=rotate(cross_session, lengths=(500,), profile_keys=LONG_PROFILE_KEYS, progress=said),
        unseen=_unseen(data, said),
        crossed=crossed,
        altered=altered,
        robustness=robustness,
        controls=controls,
        windows_ms=_windows_ms(by_corpus[TASK_SHIFT]),
    )
    said("done")
    return found


class _Clock:
    """Says what is being done, and when since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"[bench] {time.monotonic() - self._started:4.0f} s  {what}", flush=True)


def _people(data: Path, corpus: str) -> list[Person]:
    return load([data / f"{corpus}.csv.gz"], people_max=PEOPLE_MAX)[0].people


def _unseen(data: Path, said: _Clock) -> list[Answers]:
    found: list[Answers] = []
    for corpus, lengths in UNSEEN.items():
        if (data / f"{corpus}.csv.gz").exists():
            answers = transfer(_people(data, corpus), shipped(), lengths=lengths, progress=said)
            found += [_ungated(one) for one in answers]
    return found


def _ungated(answers: Answers) -> Answers:
    return replace(answers, ungated=True)


def _speed(profile: Sample, questioned: Sample) -> float:
    """A control: whoever types equally fast on the whole is taken to be the same."""
    one, other = (np.log(np.median(flights(sample.typing)[1])) for sample in (profile, questioned))
    return -abs(float(one - other))


def _without_speed(answers: Answers) -> Answers:
    return replace(answers, scores={name: s for name, s in answers.scores.items() if name != SPEED})


def _controls(folds: Sequence[Fold], held_out: Sequence[Answers]) -> list[Control]:
    found = []
    other_keys = {(a.corpus, a.keys): a for a in rotate(folds, lengths=(200,), alter=with_other_keys)}
    for answers in held_out:
        if answers.keys != 200:
            continue
        same, different = answers.raw[answers.same], answers.raw[~answers.same]
        rng = np.random.default_rng(1)
        permuted = [_eer_of(answers.raw, rng.permutation(answers.same)) for _ in range(20)]
        keys = other_keys[answers.corpus, 200]
        speed = answers.scores[SPEED]
        found += [
            Control(
                f"{answers.corpus}: EER when it is drawn by lot who is who",
                "50 ± 3 %",
                f"{np.mean(permuted):.1%}",
            ),
            Control(
                f"{answers.corpus}: EER when keys are named like others, 200 keys",
                f"far above {eer(same=same, different=different):.1%}",
                f"{_eer_of(keys.raw, keys.same):.1%}",
            ),
            Control(
                f"{answers.corpus}: EER of the speed alone, 200 keys",
                f"far above {eer(same=same, different=different):.1%}",
                f"{_eer_of(speed, answers.same):.1%}",
            ),
        ]
    swaps = [
        abs(
            raw_log10(t.profile.profile, t.questioned.profile, fold.population)
            - raw_log10(t.questioned.profile, t.profile.profile, fold.population)
        )
        for fold in folds
        for t in trials(enrolments([p for p in fold.tested if p.corpus == CROSS_SESSION], 500), 500)
    ]
    found.append(
        Control(
            f"{CROSS_SESSION}: change of log10 when the two sessions are exchanged, in the worst pair",
            "at most 0.2",
            f"{max(swaps):.2f}",
        )
    )
    return found


def _eer_of(scores: np.typing.NDArray[np.float64], same: np.typing.NDArray[np.bool_]) -> float:
    return eer(same=scores[same], different=scores[~same])


def _windows_ms(people: Sequence[Person]) -> float:
    """Of the longest session: the time for a hundred windows."""
    longest = max(people, key=lambda person: sum(map(len, person.sessions)))
    enrolled = Sample(longest.name, longest.sessions[0]).profile
    questioned = join(longest.sessions[1:])
    started = time.perf_counter()
    made = windows(enrolled, questioned, conditions=None, population=shipped())
    return 100 * 1000 * (time.perf_counter() - started) / len(made)
