"""The model card of the typing comparison, from what was measured."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from keystroke.comparison import (
    CAP,
    DIGRAPHS_MIN,
    LEFT_OUT_MAX,
    PROFILE_KEYS_MIN,
    QUESTIONED_KEYS_FULL,
    QUESTIONED_KEYS_MIN,
    RELEASES_MISSING_MAX,
    TICK_MS_MAX,
)
from keystroke.evaluate import Answers, figures, method_figures
from keystroke.population.corpora import CROSS_SESSION, LEFT_OUT, TASK_SHIFT
from keystroke.recalibrate import PEOPLE_MIN
from tests.bench.measured import ALTERED_LENGTHS, FLAG_KEYS, PEOPLE_MAX, Measured
from tests.bench.tables import table

DESCRIPTIONS = {
    CROSS_SESSION: "free text in six separate sessions (Pace University)",
    TASK_SHIFT: "sentences copied, then free text, in one sitting (BB-MAS)",
    "aalto_subset": "sentences copied in one sitting, own keyboards (Aalto)",
    "freihaut_password": "one password, ten days, Windows and macOS (Freihaut and Göritz)",
}
_PICTURES = {
    "error-rates": "Error rates by length",
    "densities": "Ratios of pairs by one person and by two",
    "tippett": "Tippett plot",
    "reliability": "What ratios say and what they were worth",
}


def summary(found: Measured) -> str:
    """What docs/benchmarks.md says of it."""
    rows = [
        [
            answers.corpus,
            answers.keys,
            _rate(row),
            *(f"{method_figures(answers, scores)['eer']:.1%}" for scores in answers.scores.values()),
        ]
        for answers in found.held_out
        if "eer" in (row := figures(answers))
    ]
    methods = [name.partition(" (")[0] for name in found.held_out[0].scores]
    return (
        "Equal error rates on people whom the population had not seen, with the 95 % interval over people; everything\n"
        "else is in [the model card](reference/keystroke-model.md), which was written in the same run.\n\n"
        + table(["set", "questioned keys", "liveroom", *methods], rows)
    )


def card(found: Measured, *, pictures: Sequence[str]) -> str:
    return (
        "\n\n".join(
            [
                _head(found),
                _use(),
                _cohort(found),
                _method(),
                _error_rates(found, pictures),
                _unseen(found),
                _robustness(found),
                _controls(found),
                _unknown(),
            ]
        ).rstrip()
        + "\n"
    )


def _head(found: Measured) -> str:
    return f"""# The model card of the typing comparison

Written by `KS_DATA=DIR make bench` on {datetime.now(UTC):%Y-%m-%d}; nothing in it is written by hand. The population in use is
*{found.population.cohort["name"]}*. How a comparison works is explained in [How typing is compared](../explanation/typing-comparison.md)."""


def _use() -> str:
    return """## What it is for, and what not

It compares the typing of a live room with the same candidate's own take-home, where both were recorded with consent, and says
how much more likely this timing is if one person typed both than if two did. That is something to ask about in a debrief,
after the candidate has seen it and could say what was different.

It is not for deciding anything by itself, for finding a person among many, for monitoring, for comparing people who did not
agree to it, or for saying anything about mood, health, age, sex or handedness. Phones, touch screens and remote desktops are
refused. It says nothing about who wrote the code: somebody may type what another one thinks."""


def _cohort(found: Measured) -> str:
    rows = [[f"`{c}`", DESCRIPTIONS[c], n, found.split[c]] for c, n in found.people.items()]
    attribution = "\n".join(f"- {line}" for line in found.population.cohort["attribution"])
    return f"""## The people

{table(["set", "what", "people measured here", "how it is split"], rows)}

The shipped population is made of both sets ({found.population.cohort["people"]} people); {len(LEFT_OUT)} people of `{CROSS_SESSION}` type in the
project's tests and are left out of it. {found.population.cohort["description"]}

{attribution}

Only statistics of them are in the repository. `aalto_subset` (136M Keystrokes; Dhakal and others, CHI 2018; for non-commercial
use) and `freihaut_password` (Freihaut and Göritz 2022, GPL-3.0) are measured where they are at hand; nothing was learned
from them, and nothing of them is shipped."""


def _method() -> str:
    return f"""## The method, in ten lines

1. Physical keys and times alone: no text. Chords, repeats, keys sent by programs and input methods are left out.
2. Each session becomes means and spreads of holds, press-to-press and release-to-press times, by key and pair of keys,
   and of its rhythm.
3. A mean is thought of as everybody's + the person's part + the session's part + chance, with sizes learned from people
   who typed several sessions; rare features lean on others of their kind.
4. How fast somebody is overall is split off and counted once.
5. Each feature's evidence is the log of two densities: of one person having typed both, and of two. It is clipped.
6. The evidence is summed by family, and a logistic regression whose weights cannot be negative makes a ratio of the sums.
7. It is fitted on pairs of sessions typed on separate occasions or as different tasks, each set counting the same.
8. The ratio is capped at {10**CAP:.0f} to 1; its interval holds 90 % of what other draws of the reference people would have given.
9. No ratio with a profile below {PROFILE_KEYS_MIN} keys, a session below {QUESTIONED_KEYS_MIN} (below {QUESTIONED_KEYS_FULL} it is "indicative"), fewer than {DIGRAPHS_MIN} kinds of
   key pairs in common, more than {RELEASES_MISSING_MAX:.0%} of releases missing, {LEFT_OUT_MAX:.0%} of keys through an input method, or a clock of {TICK_MS_MAX:.0f} ms.
10. Everything is additive and deterministic: each contribution can be shown."""


def _error_rates(found: Measured, pictures: Sequence[str]) -> str:
    return f"""## Error rates

Everybody was tested against a population learned, statistics and weights, from the other two thirds of the people alone. One
threshold serves for all. Each person's own typing was compared 6 times, other people's 18 times; the interval holds 95 % of
what other draws of the people would have given. EER: the rate at which both errors are equal. FRR at FAR 1 %: the share of
one person's pairs that is missed where 1 % of two people's pairs pass. Cllr: the cost in bits, 0 perfect, 1 useless; "min" is
what is left of it after the best recalibration.

{_figures([*found.held_out, *found.long_profile])}

{_without_gates([*found.held_out, *found.long_profile])}

### Beside three methods of the literature

The same trials, scored by each; they give scores, not ratios, so only error rates can be compared. They are written anew
in `keystroke/baselines.py` for free text, without any tuning.

{_methods(found.held_out)}

### Pictures

Of the same trials, without gates and cap.

{_shown(pictures)}"""


def _figures(measured: Sequence[Answers]) -> str:
    head = [
        "set",
        "profile keys",
        "questioned keys",
        "EER (95 %)",
        "AUC",
        "FRR at FAR 1 %",
        "Cllr",
        "min",
        "ratio",
        "one person, LR ≤ 1/10",
        "two people, LR ≤ 1/10",
        "two people, LR ≥ 10",
        "no ratio",
        "pairs",
    ]
    rows = []
    for answers in measured:
        row = figures(answers)
        if "eer" not in row:
            continue
        rows.append(
            [
                f"`{row['corpus']}`" + ("" if row["gated"] else " \\*"),
                f"{row['profile_keys']:,}",
                f"{row['questioned_keys']:,}",
                _rate(row),
                f"{row['auc']:.3f}",
                f"{row['frr_at_far_1']:.0%}",
                f"{row['cllr']:.2f}",
                f"{row['cllr_min']:.2f}",
                f"{row['cllr'] / max(row['cllr_min'], 0.005):.1f}",
                f"{row['same_below_tenth']:.1%}",
                f"{row['different_below_tenth']:.0%}",
                f"{row['different_above_ten']:.1%}",
                f"{row['abstained']:.0%}",
                f"{row['same_pairs']} + {row['different_pairs']}",
            ]
        )
    return table(head, rows)


def _rate(row: dict[str, float]) -> str:
    return f"{row['eer']:.1%} ({row['eer_low']:.1%} to {row['eer_high']:.1%})"


def _without_gates(measured: Sequence[Answers]) -> str:
    return (
        "\\* More than half of these got no ratio; the figures are of what the ratios would be without the gates."
        if not all(answers.gated for answers in measured)
        else "All figures are of ratios that passed the gates."
    )


def _methods(measured: Sequence[Answers]) -> str:
    rows = []
    for answers in measured:
        row = figures(answers)
        rows.append(
            [
                f"`{answers.corpus}`",
                answers.keys,
                _rate(row),
                *(_rate(method_figures(answers, scores)) for scores in answers.scores.values()),
            ]
        )
    return table(["set", "questioned keys", "liveroom", *measured[0].scores], rows)


def _shown(pictures: Sequence[str]) -> str:
    lines = []
    for kind, says in _PICTURES.items():
        for name in pictures:
            if name.startswith(kind):
                corpus = name.removeprefix(kind).removesuffix(".svg").lstrip("-")
                lines.append(f"![{says}{f', {corpus}' if corpus else ''}](../images/keystroke/{name})")
    return "\n\n".join(lines)


def _unseen(found: Measured) -> str:
    crossed = f"""A population learned on one set alone, applied to all people of the other:

{_figures(found.crossed)}"""
    if not found.unseen:
        return f"""## Sets that were not fitted

{crossed}

Sets that the shipped population has never seen were not at hand."""
    return f"""## Sets that were not fitted

The shipped population as it is, on sets that it has never seen, at most {PEOPLE_MAX} people of each, without gates, as sentences and
passwords are too short for them (`keystroke.score`):

{_figures(found.unseen)}

{crossed}"""


def _robustness(found: Measured) -> str:
    rows = []
    for name, measured in found.altered.items():
        for answers in measured:
            row = figures(answers)
            same = answers.raw[answers.same] / np.log(10)
            rows.append(
                [
                    name,
                    f"`{answers.corpus}`",
                    answers.keys,
                    f"{row['eer']:.1%}" + ("" if row["gated"] else " \\*"),
                    f"{row['cllr']:.2f}",
                    f"{row['same_below_tenth']:.1%}",
                    f"{float(np.median(same)):+.2f}",
                    f"{row['abstained']:.0%}",
                ]
            )
    attacks = [
        [
            f"`{one.name}`",
            one.says,
            "–" if one.median is None else f"{one.median:+.2f}",
            f"{one.flagged:.0%}",
            f"{one.no_ratio:.0%}",
            f"{one.noticed:.0%}",
        ]
        for one in found.attacks
    ]
    flags = [
        [f"`{corpus}`", looked_at, _kinds(kinds.items(), looked_at)]
        for corpus, (looked_at, kinds) in found.false_flags.items()
    ]
    slowest = max(answers.ms for answers in found.held_out)
    return f"""## Robustness

### Other machines, other hands

What was questioned was altered, the profile was not; the calibration knows nothing of it. The profile is as in the first
table; questioned are {" and ".join(map(str, ALTERED_LENGTHS))} keys. \\* More than half got no ratio, and the figures are without gates.

{table(["the questioned session", "set", "keys", "EER", "Cllr", "one person, LR ≤ 1/10", "their median log10", "no ratio"], rows)}

### Programs, replays and broken clocks

`python -m keystroke simulate` makes them, here from each person's own enrolled session; accidents (`clock-`, `batches-`, `tick-`)
happen to a session of their own that was not enrolled. "Noticed": flagged, without a ratio, or with one below 1. All people of both sets.

{table(["what", "how", "median log10", "flagged", "no ratio", "noticed"], attacks)}

Somebody who imitates each pair of keys (`digraph-aware`) is expected to pass.

### Flags on honest typing

Sessions of {FLAG_KEYS} keys by the person who enrolled:

{table(["set", "sessions", "flagged as"], flags)}

### Time

One comparison of two profiles takes {slowest:.1f} ms at most in the first table, on the machine that wrote this; a hundred sliding
windows take {found.windows_ms:.0f} ms."""


def _kinds(kinds: Iterable[tuple[str, int]], looked_at: int) -> str:
    said = [f"{kind}: {count} ({count / looked_at:.1%})" for kind, count in sorted(kinds)]
    return ", ".join(said) or "none"


def _controls(found: Measured) -> str:
    rows = [[control.what, control.expected, control.found] for control in found.controls]
    return f"""## Controls

{table(["what", "should be", "is"], rows)}"""


def _unknown() -> str:
    return f"""## What is not known

- **Code.** All of this is prose in English. No open set of programmers' typing with releases was at hand; code has more symbols,
  arrows and completions. Between the two sets of the first table is a guess, and no more.
- **Take-home and interview.** No pair here is weeks apart, typed on two keyboards, or typed under stress on one side only.
- **People who want to pass.** The people behind these pairs did not try to type like each other.
- **Who is missing.** The cohorts are volunteers at universities and on the web. Nobody knows how error rates differ for people
  with tremor, with one hand, or with assistive technology: for them the comparison should stay off.

A site can replace these figures by its own: with the consented typing of {PEOPLE_MIN} people or more, [recalibrate](../how-to/recalibrate.md)
learns a population from them and prints its error rates beside the shipped one's."""
