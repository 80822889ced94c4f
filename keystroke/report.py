"""A comparison as the page and the command line show it: the ratio in words, what it rests on, and its limits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from keystroke.comparison import (
    CAP,
    TICK_MS_MAX,
    Comparison,
    Contribution,
    compare_profiles,
    self_consistency,
)
from keystroke.handover import WINDOW_KEYS, handover, spliced, windows
from keystroke.population import Densities, Population, shipped
from keystroke.profile import Profile, profile_of
from keystroke.profile_file import ProfileFile
from keystroke.provenance.flags import Flag, flags_of
from keystroke.timing import Events, Floats, Typing, flights, holds, join, usable

PROPOSITIONS = [
    "The profile and the questioned session were typed by the same person.",
    "They were typed by two different people like those of the reference cohort.",
]

LIMITS = [
    "The reference people typed prose, not code: how well code can be compared is not measured.",
    "A new keyboard or laptop, another layout or operating system moves the ratio down.",
    "So do an injury, cold hands, tiredness, alcohol, a long time between the sessions and another language.",
    "Completions, snippets and a screen shared over a remote desktop change what hands do.",
    "If two people took turns in one session, the ratio describes neither.",
    "The ratio does not recognise somebody who replays or imitates recorded timing; flags find some of it, not all.",
    "Only keys and pairs of keys that enough of the reference people typed are compared.",
    "The interval shows how much depends on who is in the cohort; it does not cover the points above.",
]

PREVALENCES = (0.02, 0.10)
SAME_BELOW_TENTH_MIN = 0.005
"""None among a few hundred pairs is not never: a rate measured as lower is taken to be one in two hundred."""

TOOK_TURNS = (
    "The typing changes within the session: if two people took turns, the ratio describes neither of them."
)

# Multiples of 16 ms, so that the steps of Windows' clock (15.6 ms) do not draw a comb.
HOLD_EDGES_MS = [16.0 * i for i in range(21)]
FLIGHT_EDGES_MS = [32.0 * i for i in range(26)]


def report(
    profile_sessions: Sequence[Events],
    questioned_events: Events,
    *,
    conditions: Mapping[str, bool] | None = None,
    condition_rows: Sequence[Mapping[str, Any]] = (),
    population: Population | None = None,
) -> dict[str, Any]:
    """Everything there is to show, as plain values for JSON.

    The profile is one session or several, a list of key events each. `conditions` names what is known to differ (see
    `compare_profiles`); `condition_rows` are shown as they are, before the clock's, which is measured here: each has
    `name`, `profile`, `questioned`, `differs`, `effect`. Times (`from_ms`, `to_ms`, `t_ms`) are on the questioned
    events' clock. Densities and windows come with a ratio, not without one.
    """
    population = population or shipped()
    sessions = [usable(session) for session in profile_sessions]
    enrolled = join(sessions or [usable([])])
    questioned = usable(questioned_events)
    profile = profile_of(enrolled)
    drift = self_consistency(enrolled, population)
    return _report(
        profile,
        questioned,
        conditions=conditions,
        condition_rows=condition_rows,
        population=population,
        flags=flags_of(sessions, questioned, questioned_events),
        shown_histograms=histograms(enrolled, questioned),
        quality=profile_quality(profile, sessions=len(sessions), drift=drift, population=population),
    )


def report_from_file(
    kept: ProfileFile,
    questioned_events: Events,
    *,
    conditions: Mapping[str, bool] | None = None,
    condition_rows: Sequence[Mapping[str, Any]] = (),
    population: Population | None = None,
) -> dict[str, Any]:
    """The same against a profile that was kept, without what needs its times: histograms, and the flag of a replay."""
    population = population or shipped()
    questioned = usable(questioned_events)
    return _report(
        kept.profile,
        questioned,
        conditions=conditions,
        condition_rows=condition_rows,
        population=population,
        flags=flags_of([], questioned, questioned_events),
        shown_histograms=[],
        quality=file_quality(kept, population),
    )


def _report(
    profile: Profile,
    questioned: Typing,
    *,
    conditions: Mapping[str, bool] | None,
    condition_rows: Sequence[Mapping[str, Any]],
    population: Population,
    flags: Sequence[Flag],
    shown_histograms: list[dict[str, Any]],
    quality: list[str],
) -> dict[str, Any]:
    comparison = compare_profiles(
        profile, profile_of(questioned), conditions=conditions, population=population
    )
    ratio = comparison.log10_lr
    slid = [] if ratio is None else windows(profile, questioned, conditions=conditions, population=population)
    changed = handover(slid, questioned, population)
    return {
        "status": comparison.status,
        "reasons": [*comparison.reasons, *([] if changed is None else [TOOK_TURNS])],
        "log10_lr": ratio,
        "interval90": comparison.interval90,
        "sentence": None if ratio is None else sentence(ratio),
        "verbal": None if ratio is None else verbal(ratio),
        "n_profile": comparison.n_profile,
        "n_questioned": comparison.n_questioned,
        "shared_digraphs": comparison.shared_digraphs,
        "cohort": comparison.cohort["name"],
        "propositions": PROPOSITIONS,
        "base_rates": [] if ratio is None else base_rates(comparison.n_questioned, population),
        "base_rate_source": None if ratio is None else base_rate_source(comparison.n_questioned, population),
        "limits": LIMITS,
        "top": [_shown(contribution) for contribution in comparison.top],
        "conditions": [*map(dict, condition_rows), _clocks(comparison)],
        "densities": None if ratio is None else _plain(population.densities_at(comparison.n_questioned)),
        "histograms": shown_histograms,
        "windows": [asdict(window) for window in slid],
        "drift90": _drift(population) if slid else None,
        "handover": None if changed is None else asdict(changed),
        "flags": [asdict(flag) for flag in [*flags, *spliced(changed)]],
        "profile_quality": quality,
    }


def verbal(log10_lr: float) -> str:
    """The lower steps of the usual verbal scale; the cap keeps the higher ones out of reach."""
    size = 10 ** abs(log10_lr)
    if size < 2:
        return "no support either way"
    strength = "weak" if size < 10 else "moderate"
    typists = "one person typed both" if log10_lr > 0 else "two people typed them"
    return f"{strength} support for the proposition that {typists}"


def sentence(log10_lr: float) -> str:
    times = 10 ** abs(log10_lr)
    if times < 1.05:
        return "The timing is about as likely if the same person typed both as if two people did."
    count = f"{times:.0f}" if times >= 10 else f"{times:.1f}"
    at_least = "at least " if abs(log10_lr) >= CAP else ""
    one, other = "the same person typed both", "two different people did"
    if log10_lr < 0:
        one, other = "two different people typed them", "the same person did"
    return f"The timing is {at_least}{count} times more likely if {one} than if {other}."


def base_rates(n_questioned: int, population: Population) -> list[dict[str, Any]]:
    """What a ratio of 1/10 or lower would mean among many candidates, from the harder of the reference sets."""
    if (row := _harder(n_questioned, population)) is None:
        return []
    same, different = max(row["same_below_tenth"], SAME_BELOW_TENTH_MIN), row["different_below_tenth"]
    found = []
    for prevalence in PREVALENCES:
        alarms_right, alarms_wrong = prevalence * different, (1 - prevalence) * same
        right = 100 * alarms_right / (alarms_right + alarms_wrong)
        said = (
            f"If {100 * prevalence:.0f} % of candidates had somebody else type, of 100 ratios of 1/10 or lower about "
            f"{right:.0f} would be theirs and {100 - right:.0f} by the same person."
        )
        found.append({"prevalence": prevalence, "right_of_100": right, "sentence": said})
    return found


def base_rate_source(n_questioned: int, population: Population) -> str | None:
    """What the base rates are reckoned from, in a sentence; None where nothing was measured."""
    if (row := _harder(n_questioned, population)) is None:
        return None
    same = 100 * row["same_below_tenth"]
    least = 100 * SAME_BELOW_TENTH_MIN
    reckoned = f", reckoned with as {least:.1f} %" if same < least else ""
    return (
        f"Measured on {row['people']} people ({row['corpus']}) with {row['questioned_keys']} questioned keys: such a "
        f"ratio came out for {same:.1f} % of sessions by the same person{reckoned}, and for "
        f"{100 * row['different_below_tenth']:.0f} % of those by somebody else."
    )


def _harder(n_questioned: int, population: Population) -> dict[str, Any] | None:
    """Of the reference sets the one that was misjudged more often, at the length that comes next below."""
    rows = population.performance
    lengths = {row["questioned_keys"] for row in rows}
    length = max((n for n in lengths if n <= n_questioned), default=min(lengths, default=0))
    alike = (row for row in rows if row["questioned_keys"] == length)
    return max(alike, key=lambda row: float(row["same_below_tenth"]), default=None)


def histograms(enrolled: Typing, questioned: Typing) -> list[dict[str, Any]]:
    """Of how long keys are held and of the time from one press to the next. What lies beyond the edges is in no bin."""
    return [
        _histogram("hold", HOLD_EDGES_MS, holds(enrolled)[1], holds(questioned)[1]),
        _histogram("flight", FLIGHT_EDGES_MS, flights(enrolled)[1], flights(questioned)[1]),
    ]


def profile_quality(
    profile: Profile, *, sessions: int, drift: float | None, population: Population
) -> list[str]:
    """How much the profile rests on, and how far one person's typing drifts within it, in sentences."""
    known = sum(f"DD {pair}" in population.spread.index for pair in profile.digraphs)
    return [
        f"The profile holds {profile.keys:,} usable key presses of {sessions} session{'s' * (sessions != 1)}; they "
        f"cover {len(profile.digraphs):,} kinds of key pairs, of which the reference people typed {known:,} often "
        "enough.",
        "It is too short to compare one half of it with the other."
        if drift is None
        else f"Its first half against its second gives a log10 ratio of {drift:+.1f}: a yardstick of how much typing "
        "drifts within the profile, where one person is taken to have typed both.",
    ]


def file_quality(kept: ProfileFile, population: Population) -> list[str]:
    """The same of a profile that was kept, and how long it may be used."""
    return [
        *profile_quality(
            kept.profile,
            sessions=len(kept.sessions),
            drift=kept.quality.drift_log10,
            population=population,
        ),
        f"It was made on {kept.made} and is refused from {kept.expires} on.",
    ]


def _shown(contribution: Contribution) -> dict[str, Any]:
    return {
        "feature": contribution.feature,
        "contribution": contribution.log10,
        "profile_ms": contribution.profile_ms,
        "questioned_ms": contribution.questioned_ms,
        "cohort_ms": contribution.cohort_ms,
    }


def _clocks(comparison: Comparison) -> dict[str, Any]:
    one, other = comparison.tick_ms
    return {
        "name": "Step of the clock, as the key events show it",
        "profile": _step(one),
        "questioned": _step(other),
        "differs": one != other,
        "effect": "" if one == other else f"Steps below {TICK_MS_MAX:.0f} ms hardly move the ratio.",
    }


def _step(tick_ms: float) -> str:
    return f"{tick_ms:.4g} ms" if tick_ms else "finer than 1 ms, or too few keys to tell"


def _histogram(name: str, edges_ms: Sequence[float], *sides: Floats) -> dict[str, Any]:
    profile, questioned = (
        (np.histogram(times, edges_ms)[0] / max(1, len(times))).tolist() for times in sides
    )
    return {"name": name, "edges_ms": list(edges_ms), "profile": profile, "questioned": questioned}


def _plain(found: Densities | None) -> dict[str, Any] | None:
    return None if found is None else asdict(found)


def _drift(population: Population) -> tuple[float, float] | None:
    """Between which ratios nine in ten windows lie that the profile's own typist typed."""
    found = population.densities_at(WINDOW_KEYS)
    if found is None:
        return None
    grid, share = np.array(found.log10_lr), np.cumsum(found.same)
    low, high = np.interp([0.05, 0.95], share / share[-1], grid).tolist()
    return low, high
