"""The two-level ratio and the net's score as one ratio: a logistic regression, by the people that neither had seen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from keystroke.calibration import fit_weights
from keystroke.evaluation.answers import Answers
from keystroke.timing import Floats

NET, FUSED = "net", "fused"


def fused(answers: Sequence[Answers], fold_of: Mapping[str, int]) -> list[Answers]:
    """The same answers of one length, with the fused ratios, natural logs, beside the scores they are made of.

    Every pair was scored by a population and a net that had not seen its people. Each fold's ratios come of weights
    that were fitted on the pairs of the other folds, in which each set counts the same.
    """
    evidence = [np.column_stack([each.raw, each.scores[NET]]) for each in answers]
    folds = [np.array([fold_of[person] for person in each.enrolled.tolist()]) for each in answers]
    ratios = [np.empty(len(each.raw)) for each in answers]
    for fold in set(fold_of.values()):
        others = [own != fold for own in folds]
        same, different = (_side(answers, evidence, others, same=same) for same in (True, False))
        start, weights = fit_weights(
            same[0],
            different[0],
            np.concatenate([side[1] / (2 * side[1].sum()) for side in (same, different)]),
        )
        for ratio, values, own in zip(ratios, evidence, folds, strict=True):
            ratio[own == fold] = start + values[own == fold] @ weights
    return [
        replace(each, scores={**each.scores, FUSED: ratio})
        for each, ratio in zip(answers, ratios, strict=True)
    ]


def _side(
    answers: Sequence[Answers], evidence: Sequence[Floats], others: Sequence[NDArray[np.bool_]], *, same: bool
) -> tuple[Floats, Floats]:
    """The evidence of the other folds' pairs on one side, and how often each counts."""
    kept = [other & (each.same == same) for each, other in zip(answers, others, strict=True)]
    return (
        np.concatenate([values[here] for values, here in zip(evidence, kept, strict=True)]),
        np.concatenate([np.full(here.sum(), 1 / max(1, here.sum())) for here in kept]),
    )
