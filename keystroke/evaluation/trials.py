"""Trials with known answers: who enrols with what, and what is questioned, from people who typed more than once.

The rules are those of the literature's free-text protocols: one session enrols and another is questioned, one
threshold for everybody, and what is learned is never learned from those it is tested on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from keystroke.population.pairs import Person
from keystroke.profile import Profile, profile_of
from keystroke.timing import Typing, join

_LONG_ENOUGH = 0.9
"""A session of 500 presses has a few that are not usable; it still serves for 500."""

PROFILE_KEYS = 1000
SHORT_KEYS = 150
"""Sessions that are shorter in the median are sentences or passwords: the earlier half of them enrols together."""


Alter = Callable[[Typing], Typing]


@dataclass(frozen=True, eq=False)
class Sample:
    """A stretch of one person's typing, whose profile is made once. Equal to itself alone, so that it can be a key."""

    person: str
    typing: Typing

    @cached_property
    def profile(self) -> Profile:
        return profile_of(self.typing)


@dataclass(frozen=True)
class Enrolment:
    """A profile, and the same person's other typing that may be questioned."""

    profile: Sample
    questioned: list[Typing]


@dataclass(frozen=True)
class Trial:
    profile: Sample
    questioned: Sample

    @property
    def same(self) -> bool:
        return self.profile.person == self.questioned.person


def how_split(people: Sequence[Person], profile_keys: int) -> str:
    """What `enrolments` does with such people, in words."""
    person = people[0]
    if person.task_shift:
        return f"the first task's {profile_keys:,} keys enrol, the other tasks are questioned"
    if _are_short(people):
        return "the earlier half of each person's sessions enrols, the later half is questioned"
    return f"in turn {profile_keys:,} keys of a session, or of several, enrol, and the other sessions are questioned"


def usual_profile_keys(people: Sequence[Person]) -> int:
    """One session's keys, in hundreds, where sessions are shorter than a thousand keys and no sentences."""
    if _are_short(people):
        return PROFILE_KEYS
    typical = float(np.median([len(session) for person in people for session in person.sessions]))
    return min(PROFILE_KEYS, 100 * round(typical / 100))


def enrolments(people: Sequence[Person], profile_keys: int) -> list[Enrolment]:
    short = _are_short(people)
    return [enrolment for person in people for enrolment in _of_person(person, profile_keys, short)]


def _are_short(people: Sequence[Person]) -> bool:
    return float(np.median([len(session) for person in people for session in person.sessions])) < SHORT_KEYS


def _of_person(person: Person, profile_keys: int, short: bool) -> list[Enrolment]:
    sessions = person.sessions
    if person.task_shift:
        return [Enrolment(Sample(person.name, sessions[0].part(0, profile_keys)), list(sessions[1:]))]
    if short:
        half = len(sessions) // 2
        first = join(sessions[:half]).part(0, profile_keys)
        return [Enrolment(Sample(person.name, first), [join(sessions[half:])])]
    at_once = min(
        len(sessions) - 1, max(1, round(profile_keys / float(np.median([len(s) for s in sessions]))))
    )
    found = []
    for start in range(0, len(sessions) - at_once + 1, at_once):
        enrolled = join(sessions[start : start + at_once]).part(0, profile_keys)
        others = sessions[:start] + sessions[start + at_once :]
        # Long questioned stretches may need two sessions.
        found.append(Enrolment(Sample(person.name, enrolled), [*others, *map(join, pairwise(others))]))
    return found


def trials(
    enrolled: Sequence[Enrolment],
    keys: int,
    *,
    same_per_person: int = 6,
    different_per_person: int = 18,
    seed: int = 1,
) -> list[Trial]:
    """Stretches of `keys` keys: each person's own, and as many times others', against each of their profiles.

    The questioned stretches of the different trials are those of the same trials, so each is made once.
    """
    rng = np.random.default_rng([seed, keys])
    by_person: dict[str, list[Enrolment]] = {}
    for enrolment in enrolled:
        by_person.setdefault(enrolment.profile.person, []).append(enrolment)
    made: list[Trial] = []
    stretches: dict[str, list[Sample]] = {}
    for person, own in by_person.items():
        for enrolment in own:
            for _ in range(max(1, same_per_person // len(own))):
                if (sample := _stretch(person, enrolment.questioned, keys, rng)) is not None:
                    made.append(Trial(enrolment.profile, sample))
                    stretches.setdefault(person, []).append(sample)
    for person, own in by_person.items():
        others = [name for name in stretches if name != person]
        if not others or person not in stretches:
            continue
        for enrolment in own:
            for _ in range(max(1, different_per_person // len(own))):
                theirs = stretches[others[int(rng.integers(len(others)))]]
                made.append(Trial(enrolment.profile, theirs[int(rng.integers(len(theirs)))]))
    return made


def altered(made: Sequence[Trial], alter: Alter) -> list[Trial]:
    """The same trials with other typing questioned, each stretch altered once."""
    done = {
        sample: Sample(sample.person, alter(sample.typing))
        for sample in dict.fromkeys(trial.questioned for trial in made)
    }
    return [Trial(trial.profile, done[trial.questioned]) for trial in made]


def _stretch(person: str, sources: Sequence[Typing], keys: int, rng: np.random.Generator) -> Sample | None:
    """Somewhere in one of the sources that are long enough; None if none is."""
    long_enough = [source for source in sources if len(source) >= _LONG_ENOUGH * keys]
    if not long_enough:
        return None
    source = long_enough[int(rng.integers(len(long_enough)))]
    start = int(rng.integers(max(1, len(source) - keys + 1)))
    return Sample(person, source.part(start, start + keys))
