"""How well comparisons do on people with known answers: `python -m keystroke evaluate --data DIR`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keystroke.metrics import cllr, cllr_min, eer
from keystroke.population import Population, shipped
from keystroke.population.corpora import CROSS_SESSION, TASK_SHIFT, people_of
from keystroke.population.learn import PAIRS_PER_PERSON, learn
from keystroke.population.pairs import Person, folds, is_same, pairs, parts_of
from keystroke.timing import Floats, join

PROFILE_KEYS = {CROSS_SESSION: 500}
_PROFILE_KEYS_ELSEWHERE = 1000
LENGTHS = (100, 200, 500)
OTHERS = ("fpd", "aalto_subset")
"""Sets that the population was not fitted on. They are read where they are there; nothing of them ships."""

_OTHERS_PEOPLE_MAX = 200
_SENTENCES_HALF = 7  # aalto: a session is one sentence; seven enrol, the others are questioned

Scores = dict[tuple[str, int], tuple[list[Floats], list[Floats]]]
"""Natural-log ratios of same and of different pairs, by set and questioned keys."""


def rotate(
    people: Sequence[Person], *, count: int = 3, pairs_per_person: int = PAIRS_PER_PERSON
) -> list[dict[str, Any]]:
    """Everyone is tested once, against a population learned without the people of their fold."""
    groups = folds(people, count)
    scores: Scores = {}
    for index, tested in enumerate(groups):
        others = [person for other, group in enumerate(groups) if other != index for person in group]
        _add_scores(scores, tested, learn(others, {}, draws=1, pairs_per_person=pairs_per_person))
    return _summaries(scores, people)


def transfer(people: Sequence[Person], population: Population) -> list[dict[str, Any]]:
    """People of a set that the population has never seen."""
    scores: Scores = {}
    _add_scores(scores, people, population)
    return _summaries(scores, people)


def _add_scores(scores: Scores, people: Sequence[Person], population: Population) -> None:
    for corpus in sorted({person.corpus for person in people}):
        members = [person for person in people if person.corpus == corpus]
        typical = np.median([len(session) for person in members for session in person.sessions])
        for keys in (length for length in LENGTHS if length <= 1.1 * typical):
            made = pairs(
                members,
                profile_keys=[PROFILE_KEYS.get(corpus, _PROFILE_KEYS_ELSEWHERE)],
                questioned_keys=[keys],
                same_per_person=6,
                different_per_person=12,
                seed=keys,
            )
            if not made:
                continue
            llr = population.weights[0] + parts_of(made, population.spread) @ population.weights[1:]
            same, different = scores.setdefault((corpus, keys), ([], []))
            same.append(llr[is_same(made)])
            different.append(llr[~is_same(made)])


def _summaries(scores: Scores, people: Iterable[Person]) -> list[dict[str, Any]]:
    corpora = [person.corpus for person in people]
    return [
        {"corpus": corpus, "people": corpora.count(corpus), "questioned_keys": keys}
        | _summary(np.concatenate(same), np.concatenate(different))
        for (corpus, keys), (same, different) in sorted(scores.items())
    ]


def _summary(same: Floats, different: Floats) -> dict[str, float]:
    ten = np.log(10)
    figures = {
        "eer": eer(same=same, different=different),
        "cllr": cllr(same=same, different=different),
        "cllr_min": cllr_min(same=same, different=different),
        "same_below_tenth": float((same <= -ten).mean()),
        "different_below_tenth": float((different <= -ten).mean()),
        "different_above_ten": float((different >= ten).mean()),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def table(data_dir: Path | str) -> str:
    """The figures as a Markdown table. `data_dir` holds the sets as `name.csv.gz`; absent ones are left out."""
    data = Path(data_dir)
    people = [
        person
        for corpus in (CROSS_SESSION, TASK_SHIFT)
        if (path := data / f"{corpus}.csv.gz").exists()
        for person in people_of(corpus, path)
    ]
    rows = rotate(people) if people else []
    for corpus in OTHERS:
        if (path := data / f"{corpus}.csv.gz").exists():
            rows += transfer(_sittings(corpus, path), shipped())
    if not rows:
        return f"Not measured: {data} holds none of the data sets."
    head = (
        "| set | people | keys | EER | Cllr | Cllr min | same ≤ 1/10 | different ≤ 1/10 | different ≥ 10 |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    return head + "\n".join(_row(row) for row in rows)


def _sittings(corpus: str, path: Path) -> list[Person]:
    people = people_of(corpus, path)[:_OTHERS_PEOPLE_MAX]
    if corpus != "aalto_subset":
        return people
    return [
        Person(p.name, corpus, [join(p.sessions[:_SENTENCES_HALF]), join(p.sessions[_SENTENCES_HALF:])], True)
        for p in people
        if len(p.sessions) > _SENTENCES_HALF
    ]


def _row(row: dict[str, Any]) -> str:
    shares = ("same_below_tenth", "different_below_tenth", "different_above_ten")
    return (
        f"| {row['corpus']} | {row['people']} | {row['questioned_keys']} | {row['eer']:.1%} "
        f"| {row['cllr']:.2f} | {row['cllr_min']:.2f} | "
        + " | ".join(f"{row[share]:.1%}" for share in shares)
        + " |"
    )
