"""Learn a population from people: the spread of their typing, and how much each part of the evidence counts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keystroke.calibration import fit_weights
from keystroke.evidence import Spread
from keystroke.population import Population
from keystroke.population.fit import PEOPLE_MIN, fit
from keystroke.population.pairs import Pair, Person, counts_in, folds, is_same, pairs, parts_of
from keystroke.profile import profile_of
from keystroke.timing import Floats

DRAWS = 200
PAIRS_PER_PERSON = 12
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
    """Fit statistics on all; learn weights on pairs whose people the statistics had not seen (two-fold).

    With the `spread` of other people, the statistics are theirs, and only the weights are learned.
    """
    halves = folds(people, 2)
    if spread is None and min(map(len, halves)) < PEOPLE_MIN:
        raise ValueError(
            f"{len(people)} people are too few to learn from; about {3 * PEOPLE_MIN} or more are needed."
        )
    made: list[Pair] = []
    parts: list[Floats] = []
    for here, there in ((0, 1), (1, 0)):
        unseen = spread or fit([[profile_of(s) for s in person.sessions] for person in halves[there]])
        drawn = pairs(
            halves[here],
            profile_keys=PROFILE_KEYS,
            questioned_keys=QUESTIONED_KEYS,
            same_per_person=pairs_per_person,
            different_per_person=3 * pairs_per_person,
            seed=seed + here,
        )
        made += drawn
        parts.append(parts_of(drawn, unseen))
    evidence = np.concatenate(parts)
    return Population(
        cohort,
        spread or fit([[profile_of(s) for s in person.sessions] for person in people]),
        _weights(made, evidence, people, None),
        _resampled(made, evidence, people, draws, seed),
        [],
    )


def _weights(
    made: Sequence[Pair], evidence: Floats, people: Sequence[Person], drawn: Sequence[int] | None
) -> Floats:
    """Each corpus weighs the same, however many people it has."""
    often = np.ones(len(people)) if drawn is None else np.bincount(drawn, minlength=len(people)).astype(float)
    multiplicity = {person.name: float(n) for person, n in zip(people, often, strict=True)}
    counts = counts_in(made, multiplicity)
    same = is_same(made)
    counts[same] = [multiplicity[pair.enrolled] for pair in made if pair.enrolled == pair.typed]
    corpus_of = {person.name: person.corpus for person in people}
    corpora = np.array([corpus_of[pair.enrolled] for pair in made])
    for corpus in set(corpora):
        for side in (same, ~same):
            here = (corpora == corpus) & side
            counts[here] /= max(counts[here].sum(), 1e-9)
    return fit_weights(
        same=evidence[same],
        different=evidence[~same],
        same_counts=counts[same],
        different_counts=counts[~same],
    )


def _resampled(
    made: Sequence[Pair], evidence: Floats, people: Sequence[Person], draws: int, seed: int
) -> Floats:
    """Weights from other draws of the same people, with replacement: how much they depend on who happened to be in."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(draws):
        drawn = rng.integers(len(people), size=len(people)).tolist()
        rows.append(_weights(made, evidence, people, drawn))
    return np.array(rows)
