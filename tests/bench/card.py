"""The model card of the typing comparison: keystroke-model.template.md filled in with what was measured."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from keystroke import comparison as gates
from keystroke.evaluation.answers import Answers
from keystroke.evaluation.figures import figures, method_figures
from keystroke.population.corpora import CROSS_SESSION, LEFT_OUT, TASK_SHIFT
from keystroke.population.recalibrate import PEOPLE_MIN
from tests.bench.measured import PEOPLE_MAX, Measured
from tests.bench.tables import table

TEMPLATE = Path(__file__).with_name("keystroke-model.template.md")

_DESCRIPTIONS = {
    CROSS_SESSION: "free text in six separate sessions (Pace University)",
    TASK_SHIFT: "sentences copied, then free text, in one sitting (BB-MAS)",
}
_PICTURES = {
    "error-rates": "Error rates by length",
    "densities": "How the ratios of pairs by one person and by two are spread",
    "tippett": "Tippett plot",
    "reliability": "What ratios say, and what they were worth",
}


def summary(found: Measured) -> str:
    """What docs/benchmarks.md says of it."""
    return (
        "Equal error rates on people whom the population had not seen, with the 95 % interval over people. All else\n"
        "is in [the model card](reference/keystroke-model.md), written in the same run.\n\n"
        + _methods(found.held_out)
    )


def card(found: Measured, *, pictures: Sequence[str]) -> str:
    in_first_table = [*found.held_out, *found.long_profile]
    cohort = found.population.cohort
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        population=cohort["name"],
        population_people=cohort["people"],
        description=cohort["description"],
        attribution="\n".join(f"- {line}" for line in cohort["attribution"]),
        left_out=len(LEFT_OUT),
        cohorts=table(
            ["set", "what", "people measured here", "how it is split"],
            [[f"`{name}`", _DESCRIPTIONS[name], n, found.split[name]] for name, n in found.people.items()],
        ),
        cap=f"{10**gates.CAP:.0f}",
        profile_keys_min=gates.PROFILE_KEYS_MIN,
        questioned_keys_min=gates.QUESTIONED_KEYS_MIN,
        questioned_keys_full=gates.QUESTIONED_KEYS_FULL,
        digraphs_min=gates.DIGRAPHS_MIN,
        releases_missing_max=f"{gates.RELEASES_MISSING_MAX:.0%}",
        left_out_max=f"{gates.LEFT_OUT_MAX:.0%}",
        tick_ms_max=f"{gates.TICK_MS_MAX:.0f}",
        held_out=_figures(in_first_table),
        ungated="All figures are of ratios that passed the gates."
        if all(answers.gated for answers in in_first_table)
        else "\\* More than half got no ratio: the figures are of what the ratios would be without the gates.",
        methods=_methods(found.held_out),
        pictures=_shown(pictures),
        unseen=_unseen(found.unseen),
        crossed=_figures(found.crossed),
        altered=_altered(found.altered),
        attacks="\n\n".join(found.robustness.attacks),
        false_flags=found.robustness.false_flags,
        nearest=found.robustness.nearest,
        handovers=found.robustness.handovers,
        compare_ms=f"{max(answers.ms for answers in in_first_table):.1f}",
        windows_ms=f"{found.windows_ms:.0f}",
        controls=table(["what", "should be", "is"], [[c.what, c.expected, c.found] for c in found.controls]),
        people_min=PEOPLE_MIN,
    )


def _figures(measured: Sequence[Answers]) -> str:
    head = ["set", "profile keys", "keys", "EER (95 %)", "AUC", "FRR at FAR 1 %", "Cllr", "min", "ratio"]
    head += ["one person, LR ≤ 1/10", "two, LR ≤ 1/10", "two, LR ≥ 10", "no ratio", "pairs of one, of two"]
    rows = []
    for answers in measured:
        row = figures(answers)
        if "eer" in row:
            rows.append(
                [
                    _set(row),
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
                    f"{row['same_pairs']:,}, {row['different_pairs']:,}",
                ]
            )
    return table(head, rows)


def _set(row: Mapping[str, Any]) -> str:
    return f"`{row['corpus']}`" + ("" if row["gated"] else " \\*")


def _rate(row: Mapping[str, float]) -> str:
    return f"{row['eer']:.1%} ({row['eer_low']:.1%} to {row['eer_high']:.1%})"


def _methods(measured: Sequence[Answers]) -> str:
    rows = []
    for answers in measured:
        row = figures(answers)
        if "eer" in row:
            theirs = [_rate(method_figures(answers, scores)) for scores in answers.scores.values()]
            rows.append([_set(row), f"{answers.keys:,}", _rate(row), *theirs])
    return table(["set", "keys", "liveroom", *measured[0].scores], rows)


def _shown(pictures: Sequence[str]) -> str:
    lines = []
    for kind, says in _PICTURES.items():
        for name in pictures:
            if name.startswith(kind):
                corpus = name.removeprefix(kind).removesuffix(".svg").lstrip("-")
                lines.append(f"![{says}{f': {corpus}' if corpus else ''}](../images/keystroke/{name})")
    return "\n\n".join(lines)


def _unseen(measured: Sequence[Answers]) -> str:
    if not measured:
        return "Sets that the shipped population has never seen were not at hand."
    return (
        f"The shipped population, on at most {PEOPLE_MAX} people of each set that it has never seen. Sentences and\n"
        "passwords are too short for the gates, so these are ratios without them (`keystroke.score`).\n\n"
        + _figures(measured).replace(" \\*", "")
    )


def _altered(altered: Mapping[str, Sequence[Answers]]) -> str:
    rows = []
    for name, measured in altered.items():
        for answers in measured:
            row = figures(answers)
            median = float(np.median(answers.raw[answers.same])) / np.log(10)
            rows.append(
                [
                    name,
                    _set(row),
                    answers.keys,
                    f"{row['eer']:.1%}",
                    f"{row['cllr']:.2f}",
                    f"{row['same_below_tenth']:.1%}",
                    f"{median:+.2f}",
                    f"{row['abstained']:.0%}",
                ]
            )
    head = [
        "the questioned session",
        "set",
        "keys",
        "EER",
        "Cllr",
        "one person, LR ≤ 1/10",
        "their median log10",
    ]
    return table([*head, "no ratio"], rows)
