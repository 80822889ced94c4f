"""Estimate the two-level model of `keystroke.evidence` from people who each typed several sessions."""

import numpy as np

from keystroke.evidence import Spread, steady_presses
from keystroke.features import TIMED
from keystroke.population.moments import Indices, People, SessionMoments, collect
from keystroke.population.styles import (
    PRIOR_SESSIONS,
    SHARE_OF_KIND_MIN,
    Factors,
    factors,
    session_weight,
    style_variances,
)
from keystroke.timing import Floats

COHORTS = 0.12
"""How far the means of two populations lie apart, beside the variance between people: measured on the styles of the
two sets that the shipped population is made of. Two people of a third population share its distance from these."""

_PRIOR_PRESSES = 40.0
"""As if so many presses had been seen with the variance of a feature's kind."""

_PERSON_SHARE_MIN, _PERSON_SHARE_MAX = 0.1, 0.9
"""Between which shares of a variance the people's is taken to lie: few people can make it look like none, or all."""

_SESSION_SHARE_MIN = 0.05


def fit(people: People) -> Spread:
    moments = collect(people)
    press = _press_variances(moments)
    presses, steadiness = _steadiness(moments, press)
    chance = np.where(moments.n > 0, press / np.maximum(presses, 1e-9), 0.0)
    found = factors(moments, chance, moments.family < len(TIMED))
    person, session = _split(moments, found)
    weight = np.where(moments.n > 0, 1 / (person + session + chance), 0.0)
    style_person, style_session = style_variances(moments, found, weight)
    return Spread(
        moments.names,
        found.mean,
        (person + session) / moments.people + COHORTS * person,
        person,
        session,
        press,
        found.loadings,
        COHORTS * style_person,
        style_person,
        style_session,
        np.array([_two_levels(one[:, 0], one[:, 1], moments.person) for one in steadiness]),
    )


def _press_variances(moments: SessionMoments) -> Floats:
    free = np.maximum(moments.n - 1, 0).sum(axis=0)
    m2 = moments.m2.sum(axis=0)
    return moments.shrunk(m2, free, prior=_PRIOR_PRESSES)


def _steadiness(moments: SessionMoments, press: Floats) -> tuple[Floats, Floats]:
    """What presses are worth, (sessions, features), and how steady sessions are, (timed families, sessions, 2)."""
    read = [steady_presses(n, m2, press, moments.family) for n, m2 in zip(moments.n, moments.m2, strict=True)]
    return np.array([worth for worth, _ in read]), np.array([steady for _, steady in read]).swapaxes(0, 1)


def _split(moments: SessionMoments, found: Factors) -> tuple[Floats, Floats]:
    """What styles leave of a variance, (features,): the people's part, and the sessions'.

    Products of one person's residuals in different sessions average to the variance between people.
    """
    sessions = np.bincount(moments.person)
    member = np.zeros((len(sessions), len(moments.person)))  # (people, sessions)
    member[moments.person, range(len(moments.person))] = 1
    weight = session_weight(moments)
    across = (member @ (weight * found.residual)) ** 2 - member @ (weight * found.residual) ** 2
    across_weight = (member @ weight) ** 2 - member @ weight**2
    pairs = np.maximum(sessions * (sessions - 1), 1)[:, None]
    sums, counts = (across / pairs).sum(axis=0), (across_weight / pairs).sum(axis=0)
    of_kind = moments.by_kind(found.variance) / np.bincount(moments.kind)
    people_of_kind = moments.by_kind(sums) / np.maximum(moments.by_kind(counts), 1e-9)
    people_of_kind = np.clip(people_of_kind, _PERSON_SHARE_MIN * of_kind, _PERSON_SHARE_MAX * of_kind)
    common, rest = people_of_kind[moments.kind], (of_kind - people_of_kind)[moments.kind]
    person = (sums + PRIOR_SESSIONS * common) / (counts + PRIOR_SESSIONS)
    person = np.maximum(person, SHARE_OF_KIND_MIN * common)
    return person, np.maximum(found.variance - person, SHARE_OF_KIND_MIN * rest)


def _two_levels(values: Floats, chance: Floats, person: Indices) -> tuple[float, float, float, float]:
    """Mean of one number a session, and its variances between populations, people and sessions."""
    sessions = np.bincount(person)
    mean = float((np.bincount(person, values) / sessions).mean())
    values = values - mean
    total, squares = np.bincount(person, values), np.bincount(person, values**2)
    several = sessions > 1
    pairs = sessions[several] * (sessions[several] - 1)
    between = float(((total[several] ** 2 - squares[several]) / pairs).mean())
    everything = float((squares / sessions).mean() - chance.mean())
    between = max(between, _PERSON_SHARE_MIN * everything)
    return mean, COHORTS * between, between, max(everything - between, _SESSION_SHARE_MIN * everything)
