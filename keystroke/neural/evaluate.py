"""Whether a net adds anything for people it never saw: `python -m keystroke.neural.evaluate TABLE…`.

The people of the tables are tested by thirds, as `python -m keystroke evaluate` does, each against a population learned
from the other thirds and a net trained on these, or one that was trained on other people (`--net`). The figures are of
all pairs, without gates.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from keystroke.evaluation.answers import FOLDS, Answers, Scorer, learned_folds, rotate
from keystroke.evaluation.datasets import load
from keystroke.evaluation.figures import pairs_by_person
from keystroke.evaluation.metrics import cllr, eer, eer_draws
from keystroke.evaluation.trials import Sample
from keystroke.neural.encoder import Encoder
from keystroke.neural.encoder import load as load_encoder
from keystroke.neural.fusion import FUSED, NET, fused
from keystroke.neural.presses import Singles
from keystroke.neural.train import STEPS, train
from keystroke.population.pairs import Person, folds

LENGTHS = (200, 500)
_HEAD = (
    "| set | people | keys | pairs | EER, two-level (95 % interval) | net | fused | fused less two-level "
    "| Cllr, two-level | fused |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
)


def scorer(encoders: Sequence[Encoder], fold_of: dict[str, int]) -> Scorer:
    """The cosine by the net of each person's fold. Each sample is embedded once."""
    known: dict[tuple[int, Sample], Singles] = {}

    def point(fold: int, sample: Sample) -> Singles:
        if (fold, sample) not in known:
            known[fold, sample] = encoders[fold].embed(sample.typing)
        return known[fold, sample]

    def score(profile: Sample, questioned: Sample) -> float:
        fold = fold_of[profile.person]
        return float(point(fold, profile) @ point(fold, questioned))

    return score


def measured(
    people: Sequence[Person], encoders: Sequence[Encoder], *, lengths: Sequence[int]
) -> list[Answers]:
    """Everyone tested by a population of the other folds and by the net of their fold, with the fusion of both."""
    fold_of = {person.name: fold for fold, group in enumerate(folds(people, FOLDS)) for person in group}
    learned = learned_folds(people, progress=_say)
    found = rotate(learned, lengths=lengths, methods={NET: scorer(encoders, fold_of)}, progress=_say)
    ungated = [replace(answers, ungated=True) for answers in found]
    return [
        answers
        for keys in lengths
        for answers in fused([each for each in ungated if each.keys == keys], fold_of)
    ]


def row(answers: Answers) -> str:
    values = {"two-level": answers.raw, **answers.scores}
    drawn = {name: eer_draws(**pairs_by_person(answers, each)) for name, each in values.items()}
    sides = {
        name: {"same": each[answers.same], "different": each[~answers.same]} for name, each in values.items()
    }

    def rate(name: str) -> str:
        low, high = np.quantile(drawn[name], [0.025, 0.975])
        return f"{eer(**sides[name]):.1%} ({low:.1%} to {high:.1%})"

    low, high = np.quantile(drawn[FUSED] - drawn["two-level"], [0.025, 0.975])
    gain = eer(**sides[FUSED]) - eer(**sides["two-level"])
    cells = [
        answers.corpus,
        f"{len(np.unique(answers.enrolled))}",
        f"{answers.keys}",
        f"{len(answers.same):,}",
        *(rate(name) for name in ("two-level", NET, FUSED)),
        f"{gain:+.1%} ({low:+.1%} to {high:+.1%})",
        *(f"{cllr(**sides[name]):.3f}" for name in ("two-level", FUSED)),
    ]
    return "| " + " | ".join(cells) + " |"


def _trained(people: Sequence[Person], *, steps: int, seed: int, device: str) -> list[Encoder]:
    """A net for each fold, which has not seen its people."""
    encoders = []
    groups = folds(people, FOLDS)
    for fold in range(FOLDS):
        others = [person for other, group in enumerate(groups) if other != fold for person in group]
        trained = train(others, steps=steps, seed=seed, device=device)
        _say(
            f"fold {fold + 1} of {FOLDS}: a net of {len(others)} people, {trained.steps} steps, the best after "
            f"{trained.best}, held-out loss {trained.loss:.3f}"
        )
        encoders.append(trained.encoder)
    return encoders


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m keystroke.neural.evaluate", description=__doc__)
    parser.add_argument("tables", type=Path, nargs="+", help="tables of typing, of any format that is known")
    parser.add_argument(
        "--net", type=Path, help="a net trained on nobody of these people, instead of training any"
    )
    parser.add_argument("--people", type=int, help="test the first so many of each set alone")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="questioned keys, 50 or more")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cpu, or cuda")
    options = parser.parse_args()
    people = [
        person for dataset in load(options.tables, people_max=options.people) for person in dataset.people
    ]
    encoders = (
        [load_encoder(options.net)] * FOLDS
        if options.net
        else _trained(people, steps=options.steps, seed=options.seed, device=options.device)
    )
    print(_HEAD + "\n".join(map(row, measured(people, encoders, lengths=options.lengths))))


if __name__ == "__main__":
    main()
