"""Learn a population from people: the spread of their typing, and how much each part of the evidence counts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keystroke.calibration import Calibration, Pairs, calibrate
from keystroke.evidence import Spread
from keystroke.population import Population
from keystroke.population.fit import fit
from keystroke.population.pairs import Pair, Person, counts_in, evidence_in, folds, is_same, pairs
from keystroke.profile import profile_of
from keystroke.timing import Floats

DRAWS = 200
PAIRS_PER_PERSON = 12
PEOPLE_MIN = 20
FOLDS = 4
PROFILE_KEYS = (300, 500, 1000, 2000)
QUESTIONED_KEYS = (100, 200, 400, 800)


def learn(
    people: Sequence[Person],
    cohort: dict[str, Any],
    *,
    draws: int = DRAWS,
    pairs_per_person: int = PAIRS_PER_PERSON,
    spread: Spread | None = None,
    seed: int = 1,
) -> Population:
    """Fit statistics on all; calibrate on pairs whose people the statistics had not seen.

    With the `spread` of other people, the statistics are theirs, and only the calibration is learned.
    """
    if spread is None and len(people) < PEOPLE_MIN:
        raise ValueError(f"{len(people)} people are too few to learn from; {PEOPLE_MIN} or more are needed.")
    profiles = {person.name: [profile_of(session) for session in person.sessions] for person in people}
    made: list[Pair] = []
    parts: list[Floats] = []
    overlaps: list[Floats] = []
    groups = folds(people, FOLDS) if spread is None else [list(people)]
    for fold, group in enumerate(groups):
        held_out = {person.name for person in group}
        unseen = spread or fit([own for name, own in profiles.items() if name not in held_out])
        drawn = pairs(
            group,
            profile_keys=PROFILE_KEYS,
            questioned_keys=QUESTIONED_KEYS,
            same_per_person=pairs_per_person,
            different_per_person=3 * pairs_per_person,
            seed=seed + fold,
        )
        made += drawn
        found = evidence_in(drawn, unseen)
        parts.append(found[0])
        overlaps.append(found[1])
    evidence = np.concatenate(parts), np.concatenate(overlaps)
    return Population(
        cohort,
        spread or fit(list(profiles.values())),
        _calibration(made, evidence, people, None),
        _resampled(made, evidence, people, draws, seed),
        performance=[],
        densities=[],
    )


def _calibration(
    made: Sequence[Pair],
    evidence: tuple[Floats, Floats],
    people: Sequence[Person],
    drawn: Sequence[int] | None,
) -> Calibration:
    """Each corpus weighs the same, however many people it has."""
    often = np.ones(len(people)) if drawn is None else np.bincount(drawn, minlength=len(people)).astype(float)
    multiplicity = {person.name: float(n) for person, n in zip(people, often, strict=True)}
    counts = counts_in(made, multiplicity)
    same = is_same(made)
    corpus_of = {person.name: person.corpus for person in people}
    corpora = np.array([corpus_of[pair.enrolled] for pair in made])
    for corpus in set(corpora):
        for side in (same, ~same):
            here = (corpora == corpus) & side
            counts[here] /= max(counts[here].sum(), 1e-9)
    parts, overlap = evidence
    return calibrate(
        same=Pairs(parts[same], overlap[same], counts[same]),
        different=Pairs(parts[~same], overlap[~same], counts[~same]),
    )


def _resampled(
    made: Sequence[Pair], evidence: tuple[Floats, Floats], people: Sequence[Person], draws: int, seed: int
) -> Floats:
    """Calibrations by other draws of the same people, with replacement: how much depends on who happened to be in."""
    rng = np.random.default_rng(seed)
    size = len(people)
    return np.array(
        [
            _calibration(made, evidence, people, rng.integers(size, size=size).tolist()).to_list()
            for _ in range(draws)
        ]
    )
