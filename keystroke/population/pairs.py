"""Pairs with known answers, made from people who typed several times: the material of calibration and evaluation."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keystroke.evidence import PARTS, Reading, Spread, evidence_of, read
from keystroke.profile import Profile, profile_of
from keystroke.timing import Floats, Typing, join


@dataclass(frozen=True)
class Person:
    """One subject of one data set. With `task_shift`, the first session is another task than the others."""

    name: str
    corpus: str
    sessions: list[Typing]
    task_shift: bool = False


@dataclass(frozen=True)
class Pair:
    """`enrolled` and `typed` name the people; the profile and the questioned typing are never of one session."""

    enrolled: str
    typed: str
    profile: Profile
    questioned: Profile


def folds(people: Sequence[Person], count: int) -> list[list[Person]]:
    """The same people always fall into the same fold."""
    groups: list[list[Person]] = [[] for _ in range(count)]
    for person in people:
        groups[zlib.crc32(f"fold {person.name}".encode()) % count].append(person)
    return groups


def pairs(
    people: Sequence[Person],
    *,
    profile_keys: Sequence[int],
    questioned_keys: Sequence[int],
    same_per_person: int,
    different_per_person: int,
    seed: int,
) -> list[Pair]:
    """Draw pairs within each corpus: across corpora, data sets would be told apart instead of people."""
    rng = np.random.default_rng(seed)
    made: list[Pair] = []
    for corpus in sorted({person.corpus for person in people}):
        members = [person for person in people if person.corpus == corpus and len(person.sessions) > 1]
        if len(members) < 2:
            continue
        probes: dict[str, list[tuple[Profile, Profile]]] = {}
        for person in members:
            probes[person.name] = [
                _draw(person, int(rng.choice(profile_keys)), int(rng.choice(questioned_keys)), rng)
                for _ in range(same_per_person)
            ]
            made += [Pair(person.name, person.name, *drawn) for drawn in probes[person.name]]
        for person in members:
            others = [other.name for other in members if other is not person]
            for _ in range(different_per_person):
                other = others[rng.integers(len(others))]
                enrolled = probes[person.name][rng.integers(same_per_person)][0]
                typed = probes[other][rng.integers(same_per_person)][1]
                made.append(Pair(person.name, other, enrolled, typed))
    return made


def _draw(
    person: Person, profile_keys: int, questioned_keys: int, rng: np.random.Generator
) -> tuple[Profile, Profile]:
    """Enrol from some sessions, question a stretch of another, as long as it goes."""
    if person.task_shift:
        enrolled = person.sessions[0]
        questioned = person.sessions[int(rng.integers(1, len(person.sessions)))]
    else:
        first, *rest = rng.permutation(len(person.sessions)).tolist()
        questioned, enrolled = person.sessions[first], join([person.sessions[i] for i in rest])
    start = int(rng.integers(max(1, len(questioned) - questioned_keys + 1)))
    return profile_of(enrolled.part(0, profile_keys)), profile_of(
        questioned.part(start, start + questioned_keys)
    )


def evidence_in(made: Sequence[Pair], spread: Spread) -> tuple[Floats, Floats]:
    """The sums of evidence, (pairs, parts), and how much the pairs' texts overlap, (pairs,)."""
    readings: dict[int, Reading] = {}  # by identity: many pairs share a profile

    def reading(profile: Profile) -> Reading:
        if id(profile) not in readings:
            readings[id(profile)] = read(profile, spread)
        return readings[id(profile)]

    found = [evidence_of(reading(pair.profile), reading(pair.questioned), spread) for pair in made]
    return (
        np.array([each.parts for each in found]).reshape(-1, len(PARTS)),
        np.array([each.overlap for each in found]),
    )


def is_same(made: Sequence[Pair]) -> NDArray[np.bool_]:
    return np.array([pair.enrolled == pair.typed for pair in made], dtype=bool)


def counts_in(made: Sequence[Pair], multiplicity: Mapping[str, float]) -> Floats:
    """How often each pair occurs when people are drawn `multiplicity` times. One's own, once each time."""
    return np.array(
        [
            multiplicity[pair.enrolled] * (1.0 if pair.enrolled == pair.typed else multiplicity[pair.typed])
            for pair in made
        ]
    )
