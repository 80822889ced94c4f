"""A comparison as the page and the command line show it: the ratio in words, what it rests on, and its limits."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from keystroke.comparison import CAP, Comparison, Events, compare_profiles, raw_log10
from keystroke.population import shipped
from keystroke.profile import Profile, profile_of
from keystroke.timing import Typing, usable

PROPOSITIONS = {
    "same": "The profile and the questioned session were typed by the same person.",
    "different": "They were typed by two different people like those of the reference cohort.",
}

LIMITS = [
    "The reference people typed prose, not code: how well code can be compared is not measured.",
    "A new keyboard or laptop, another layout or operating system moves the ratio down.",
    "So do an injury, cold hands, tiredness, alcohol, a long time between the sessions and another language.",
    "Completions, snippets and a screen shared over a remote desktop change what hands do.",
    "If two people took turns in one session, the ratio describes neither.",
    "Somebody who replays or imitates recorded timing is not recognised here.",
    "Only keys and pairs of keys that enough of the reference people typed are compared.",
    "The interval shows how much depends on who is in the cohort; it does not cover the points above.",
]

PREVALENCES = (0.02, 0.10)
_HALF_KEYS_MIN = 200


def report(
    profile_events: Events, questioned_events: Events, *, conditions: Mapping[str, bool] | None = None
) -> dict[str, Any]:
    """Everything there is to show, as plain values for JSON."""
    enrolled = usable(profile_events)
    comparison = compare_profiles(
        profile_of(enrolled), profile_of(usable(questioned_events)), conditions=conditions
    )
    return report_of(comparison, self_consistency=self_consistency(enrolled))


def report_of(comparison: Comparison, *, self_consistency: float | None) -> dict[str, Any]:
    ratio = comparison.log10_lr
    return {
        "status": comparison.status,
        "reasons": comparison.reasons,
        "log10_lr": ratio,
        "interval90": comparison.interval90,
        "verbal": None if ratio is None else verbal(ratio),
        "sentence": None if ratio is None else sentence(ratio),
        "propositions": PROPOSITIONS,
        "n_profile": comparison.n_profile,
        "n_questioned": comparison.n_questioned,
        "shared_digraphs": comparison.shared_digraphs,
        "tick_ms": comparison.tick_ms,
        "cohort": comparison.cohort,
        "performance": shipped().performance,
        "base_rates": [] if ratio is None else base_rates(comparison.n_questioned),
        "self_consistency": self_consistency,
        "parts": comparison.parts,
        "top": [asdict(contribution) for contribution in comparison.top],
        "limits": LIMITS,
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


def base_rates(n_questioned: int) -> list[str]:
    """What a ratio of 1/10 or lower would mean among many candidates, from the harder of the reference sets."""
    rows = shipped().performance
    lengths = {row["questioned_keys"] for row in rows}
    length = max((n for n in lengths if n <= n_questioned), default=min(lengths))
    row = max(
        (row for row in rows if row["questioned_keys"] == length), key=lambda row: row["same_below_tenth"]
    )
    same, different = row["same_below_tenth"], row["different_below_tenth"]
    sentences = [
        f"With {length} questioned keys, {same:.1%} of sessions by the same person and {different:.0%} of "
        f"sessions by somebody else got a ratio of 1/10 or lower ({row['corpus']}, {row['people']} people)."
    ]
    for prevalence in PREVALENCES:
        right = prevalence * different / (prevalence * different + (1 - prevalence) * same)
        sentences.append(
            f"If {prevalence:.0%} of candidates had somebody else type, {right:.0%} of the sessions with such a "
            f"ratio would be theirs; the other {1 - right:.0%} would be by the same person."
        )
    return sentences


def self_consistency(enrolled: Typing) -> float | None:
    """The log10 ratio of the profile's first half against its second: a yardstick, as one person typed both."""
    middle = len(enrolled) // 2
    if middle < _HALF_KEYS_MIN:
        return None
    first, second = _profile(enrolled, 0, middle), _profile(enrolled, middle, len(enrolled))
    return min(max(raw_log10(first, second, shipped()), -CAP), CAP)


def _profile(typing: Typing, start: int, stop: int) -> Profile:
    return profile_of(typing.part(start, stop))
