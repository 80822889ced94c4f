"""Error rates of answers, as the rows of a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from keystroke.evaluation.answers import Answers
from keystroke.evaluation.metrics import auc, cllr, cllr_min, eer, eer_interval, frr_at_far
from keystroke.timing import Floats

_LN10 = float(np.log(10))


def figures(answers: Answers) -> dict[str, Any]:
    """The row of a table. Without any same or any different pair there are no error rates."""
    counted, same = answers.counted, answers.same
    row: dict[str, Any] = {
        "corpus": answers.corpus,
        "people": len(np.unique(answers.enrolled)),
        "profile_keys": answers.profile_keys,
        "questioned_keys": answers.keys,
        "same_pairs": int((counted & same).sum()),
        "different_pairs": int((counted & ~same).sum()),
        "abstained": round(answers.abstained, 4),
        "gated": answers.gated,
        "ms": round(answers.ms, 2),
    }
    if not row["same_pairs"] or not row["different_pairs"]:
        return row
    pairs = {"same": answers.llr[counted & same], "different": answers.llr[counted & ~same]}
    low, high = _interval(answers, answers.llr)
    measured = {
        "eer": eer(**pairs),
        "eer_low": low,
        "eer_high": high,
        "auc": auc(**pairs),
        "frr_at_far_1": frr_at_far(**pairs, far=0.01),
        "cllr": cllr(**pairs),
        "cllr_min": cllr_min(**pairs),
        "same_below_tenth": float((pairs["same"] <= -_LN10).mean()),
        "different_below_tenth": float((pairs["different"] <= -_LN10).mean()),
        "different_above_ten": float((pairs["different"] >= _LN10).mean()),
    }
    return row | {name: round(value, 4) for name, value in measured.items()}


def method_figures(answers: Answers, scores: Floats) -> dict[str, float]:
    """The error rates of another method's scores, on the pairs that are counted."""
    counted, same = answers.counted, answers.same
    pairs = {"same": scores[counted & same], "different": scores[counted & ~same]}
    low, high = _interval(answers, scores)
    return {
        "eer": eer(**pairs),
        "eer_low": low,
        "eer_high": high,
        "auc": auc(**pairs),
        "frr_at_far_1": frr_at_far(**pairs, far=0.01),
    }


def _interval(answers: Answers, values: Floats) -> tuple[float, float]:
    return eer_interval(**pairs_by_person(answers, values))


def pairs_by_person(answers: Answers, values: Floats) -> dict[str, Any]:
    """The values of the pairs that are counted, with their people by number, as `eer_draws` takes them."""
    counted, same = answers.counted, answers.same
    everybody = np.concatenate([answers.enrolled, answers.typed])
    number = np.unique(everybody, return_inverse=True)[1]
    numbers = number.reshape(2, -1).T  # (trials, 2)
    return {
        "same": values[counted & same],
        "different": values[counted & ~same],
        "same_people": numbers[counted & same, 0],
        "different_people": numbers[counted & ~same],
    }


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The figures as a Markdown table."""
    head = (
        "| set | people | profile keys | keys | EER (95 % interval) | AUC | FRR at FAR 1 % | Cllr | Cllr min | ratio "
        "| same ≤ 1/10 | different ≤ 1/10 | different ≥ 10 | no ratio | ms |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    return head + "\n".join(_row(row) for row in rows)


def _row(row: Mapping[str, Any]) -> str:
    cells = [
        row["corpus"] + ("" if row["gated"] else " *"),
        f"{row['people']}",
        f"{row['profile_keys']:,}",
        f"{row['questioned_keys']:,}",
    ]
    if "eer" in row:
        cells += [
            f"{row['eer']:.1%} ({row['eer_low']:.1%} to {row['eer_high']:.1%})",
            f"{row['auc']:.3f}",
            f"{row['frr_at_far_1']:.0%}",
            f"{row['cllr']:.2f}",
            f"{row['cllr_min']:.2f}",
            f"{row['cllr'] / row['cllr_min']:.1f}" if row["cllr_min"] >= 0.005 else "–",
            *(
                f"{row[share]:.1%}"
                for share in ("same_below_tenth", "different_below_tenth", "different_above_ten")
            ),
        ]
    else:
        cells += ["–"] * 9
    return "| " + " | ".join([*cells, f"{row['abstained']:.0%}", f"{row['ms']:.1f}"]) + " |"
