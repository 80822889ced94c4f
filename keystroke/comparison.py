"""Compare a questioned session with a profile: a calibrated likelihood ratio, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from keystroke.calibration import llrs
from keystroke.evidence import PARTS, Evidence, evidence
from keystroke.features import FAMILIES, family_of, is_digraph
from keystroke.population import Population, shipped
from keystroke.profile import FLIGHT_SCALE_MS, Profile, profile, profile_of
from keystroke.provenance.flags import Flag, flags_of
from keystroke.timing import Events, Floats, Typing, usable

CAP = 2.0
"""In log10. About a hundred reference people cannot support a stronger statement than 100 to 1."""

BOUNDED = (
    f"Ratios and their intervals end at {10**CAP:.0f} and 1/{10**CAP:.0f}, and this one was cut off there: "
    "the reference people are too few to support more."
)

PROFILE_KEYS_MIN, QUESTIONED_KEYS_MIN, QUESTIONED_KEYS_FULL = 300, 100, 300
DIGRAPHS_MIN = 20
"""Fewer kinds of pairs in common than this, and the calibration has hardly seen the like."""
RELEASES_MISSING_MAX = 0.10
LEFT_OUT_MAX = 0.30
TICK_MS_MAX = 50.0

INCOMPATIBLE = {
    "layout_changed": "The two sessions were typed on different keyboard layouts.",
    "touch": "One of the sessions was typed on a touch screen.",
    "remote_desktop": "One of the sessions went through a remote desktop, which changes the timing.",
}
WIDENING = {
    "keyboard_changed": "The two sessions were typed on different keyboards.",
    "platform_changed": "The two sessions were typed on different operating systems.",
    "browser_changed": "The two sessions were typed in different browsers.",
    "situation_changed": "The candidate says that their set-up or situation was different.",
    "long_gap": "More than 30 days lie between the two sessions.",
}

_TOP = 12
_MIDDLE_60 = 0.84
"""Standard deviations from the mean within which 60 % of a normal distribution lie."""

_WIDER = float(np.sqrt(2))
"""As if the cohort's people had been half as many: what a difference of conditions really does is not known."""

_HALF_KEYS_MIN = 200
_LN10 = float(np.log(10))


@dataclass(frozen=True)
class Contribution:
    """One feature's share of the ratio. Times are typical ones; the cohort's is the middle 60 % of people."""

    feature: str
    profile_ms: float
    questioned_ms: float
    cohort_ms: tuple[float, float]
    log10: float


@dataclass(frozen=True)
class Comparison:
    """`log10_lr` is None unless `status` is ok or indicative; `reasons` say why, with the numbers.

    The interval holds 90 % of the ratios that other draws of the reference people would have given. `flags` come from
    the events (`compare`) and never move the ratio; that of a handover takes the sliding comparison of a report.
    """

    log10_lr: float | None
    status: str
    reasons: list[str]
    interval90: tuple[float, float] | None
    n_profile: int
    n_questioned: int
    shared_digraphs: int
    tick_ms: tuple[float, float]
    parts: dict[str, float]
    top: list[Contribution]
    cohort: dict[str, Any]
    flags: list[Flag]


def score(profile_events: Events, questioned_events: Events) -> float:
    """See `keystroke.score`."""
    return raw_log10(profile(profile_events), profile(questioned_events), shipped())


def raw_log10(enrolled: Profile, questioned: Profile, population: Population) -> float:
    """The log10 ratio before cap and gates; 0 where nothing can be compared."""
    found = evidence(enrolled, questioned, population.spread)
    return _log10(found, population) if found.features else 0.0


def _log10(found: Evidence, population: Population) -> float:
    return float(population.calibration.llr(found.parts, found.overlap)) / _LN10


def self_consistency(enrolled: Typing, population: Population) -> float | None:
    """The log10 ratio of the first half of a person's typing against the second, None if they are short."""
    middle = len(enrolled) // 2
    if middle < _HALF_KEYS_MIN:
        return None
    first, second = enrolled.part(0, middle), enrolled.part(middle, len(enrolled))
    return _capped(raw_log10(profile_of(first), profile_of(second), population))


def compare(
    profile_events: Events, questioned_events: Events, *, conditions: Mapping[str, bool] | None = None
) -> Comparison:
    """`conditions` holds what is known to differ between the sessions: names in INCOMPATIBLE and WIDENING."""
    enrolled, questioned = usable(profile_events), usable(questioned_events)
    found = compare_profiles(profile_of(enrolled), profile_of(questioned), conditions=conditions)
    return replace(found, flags=flags_of([enrolled], questioned, questioned_events))


def compare_profiles(
    enrolled: Profile,
    questioned: Profile,
    *,
    conditions: Mapping[str, bool] | None = None,
    population: Population | None = None,
) -> Comparison:
    differing = _differing(conditions or {})
    population = population or shipped()
    found = evidence(enrolled, questioned, population.spread)
    shared = sum(is_digraph(name) for name in found.features)
    insufficient = _insufficient(enrolled, questioned, shared)
    incompatible = [INCOMPATIBLE[name] for name in differing if name in INCOMPATIBLE]
    widening = [WIDENING[name] for name in differing if name in WIDENING]
    status, reasons, ratio, interval = "ok", list(widening), None, None
    if incompatible:
        status, reasons = "incompatible_conditions", incompatible
    elif insufficient:
        status, reasons = "insufficient_data", insufficient
    else:
        ratio, interval = _ratio(found, population, widen=bool(widening))
        if max(map(abs, interval)) == CAP:
            reasons.append(BOUNDED)
        if questioned.keys < QUESTIONED_KEYS_FULL:
            status = "indicative"
            reasons.insert(
                0,
                f"The questioned session holds {questioned.keys} usable key presses; "
                f"below {QUESTIONED_KEYS_FULL} a ratio is only indicative.",
            )
    given = ratio is not None
    return Comparison(
        log10_lr=ratio,
        status=status,
        reasons=reasons,
        interval90=interval,
        n_profile=enrolled.keys,
        n_questioned=questioned.keys,
        shared_digraphs=shared,
        tick_ms=(enrolled.tick_ms, questioned.tick_ms),
        parts=_parts(found, population) if given else {},
        top=_top(found, population) if given else [],
        cohort=population.cohort,
        flags=[],
    )


def _differing(conditions: Mapping[str, bool]) -> list[str]:
    unknown = conditions.keys() - INCOMPATIBLE.keys() - WIDENING.keys()
    if unknown:
        known = ", ".join([*INCOMPATIBLE, *WIDENING])
        raise ValueError(f"No such condition: {', '.join(sorted(unknown))}. Known ones are {known}.")
    return [name for name, differs in conditions.items() if differs]


def _insufficient(enrolled: Profile, questioned: Profile, shared_digraphs: int) -> list[str]:
    reasons = []
    if enrolled.keys < PROFILE_KEYS_MIN:
        reasons.append(
            f"The profile holds {enrolled.keys} usable key presses; {PROFILE_KEYS_MIN} are needed."
        )
    if questioned.keys < QUESTIONED_KEYS_MIN:
        reasons.append(
            f"The questioned session holds {questioned.keys} usable key presses; "
            f"{QUESTIONED_KEYS_MIN} are needed."
        )
    if shared_digraphs < DIGRAPHS_MIN:
        reasons.append(
            f"The two sessions and the reference people share {shared_digraphs} kinds of key pairs; "
            f"{DIGRAPHS_MIN} are needed."
        )
    for name, side in (("profile", enrolled), ("questioned session", questioned)):
        if side.releases_missing > RELEASES_MISSING_MAX:
            reasons.append(
                f"In the {name}, {side.releases_missing:.0%} of the presses have no release; "
                f"at most {RELEASES_MISSING_MAX:.0%} may."
            )
        if side.left_out_share > LEFT_OUT_MAX:
            reasons.append(
                f"In the {name}, {side.left_out_share:.0%} of the presses came through an input method or "
                f"without a place on the keyboard; at most {LEFT_OUT_MAX:.0%} may."
            )
        if side.tick_ms >= TICK_MS_MAX:
            reasons.append(
                f"In the {name}, the browser's clock moves in steps of {side.tick_ms:.0f} ms; "
                f"they must be shorter than {TICK_MS_MAX:.0f} ms."
            )
    return reasons


def _ratio(found: Evidence, population: Population, *, widen: bool) -> tuple[float, tuple[float, float]]:
    centre = _log10(found, population)
    redrawn = llrs(population.resampled, found.parts, found.overlap) / _LN10
    low, high = np.quantile(redrawn, [0.05, 0.95]).tolist()
    low, high = min(low, centre), max(high, centre)
    if widen:
        low, high = centre - (centre - low) * _WIDER, centre + (high - centre) * _WIDER
    return _capped(centre), (_capped(low), _capped(high))


def _capped(log10_lr: float) -> float:
    return float(np.clip(log10_lr, -CAP, CAP))


def _parts(found: Evidence, population: Population) -> dict[str, float]:
    """Shares of the ratio before the cap, in log10; with the starting point they add up to it."""
    calibration = population.calibration
    height, slope = calibration.line(found.overlap)
    shares = slope * found.parts * calibration.weights / _LN10
    return {
        "starting point": float(height + slope * calibration.start) / _LN10,
        **dict(zip(PARTS, shares.tolist(), strict=True)),
    }


def _shares(found: Evidence, population: Population) -> Floats:
    """(features,) what each adds to the ratio, in log10: its own evidence, and its share of the style's."""
    weights = dict(zip(PARTS, population.calibration.weights.tolist(), strict=True))
    own = np.array([weights[FAMILIES[family_of(name)]] for name in found.features])
    _, slope = population.calibration.line(found.overlap)
    shares: Floats = slope * (own * found.ratios + weights["style"] * found.style_shares) / _LN10
    return shares


def _top(found: Evidence, population: Population) -> list[Contribution]:
    spread = population.spread
    shares = _shares(found, population)
    rows = [spread.index[name] for name in found.features]
    loadings = spread.loadings[rows]
    # (features,) the variance that styles give each feature from person to person and session to session
    style = np.einsum("fk,kl,fl->f", loadings, spread.style_person + spread.style_session, loadings)
    reach = _MIDDLE_60 * np.sqrt(style + spread.person[rows] + spread.session[rows])
    top = []
    for i in np.argsort(-np.abs(shares), kind="stable").tolist():
        name = found.features[i]
        if name.startswith("rhythm"):
            continue  # has no typical time to show
        mean = spread.mean[rows[i]]
        top.append(
            Contribution(
                name,
                milliseconds(name, found.profile_means[i]),
                milliseconds(name, found.questioned_means[i]),
                (milliseconds(name, mean - reach[i]), milliseconds(name, mean + reach[i])),
                float(shares[i]),
            )
        )
        if len(top) == _TOP:
            break
    return top


def milliseconds(feature: str, value: float) -> float:
    """A feature's value back on the scale that people know."""
    return float(np.sinh(value) * FLIGHT_SCALE_MS if feature.startswith("UD ") else np.exp(value))
