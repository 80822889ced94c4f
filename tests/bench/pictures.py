"""The pictures of the model card."""

from collections.abc import Mapping, Sequence

import numpy as np

from keystroke.evaluation.answers import Answers
from keystroke.evaluation.figures import figures, method_figures
from keystroke.evaluation.metrics import reliability, tippett
from keystroke.timing import Floats
from tests.bench.svg import BLUE, GREEN, GREY, ORANGE, PURPLE, Axis, Line, chart

LN10 = float(np.log(10))
_REACH = 3.0
_RATIO = Axis(
    "ratio: how much more likely if one person typed both",
    -_REACH,
    _REACH,
    [(-3, "1/1000"), (-2, "1/100"), (-1, "1/10"), (0, "1"), (1, "10"), (2, "100"), (3, "1000")],
)
_SHARE = [(share / 100, f"{share} %") for share in range(0, 101, 20)]
_COLOURS = (GREEN, PURPLE, ORANGE, GREY)


def pictures(measured: Sequence[Answers]) -> Mapping[str, str]:
    """By file name; of the ratios of people whom the population had not seen, without gates and cap."""
    corpora = sorted({answers.corpus for answers in measured})
    drawn = {}
    for corpus in corpora:
        by_keys = {answers.keys: answers for answers in measured if answers.corpus == corpus}
        drawn[f"tippett-{corpus}.svg"] = _tippett(corpus, by_keys)
        drawn[f"densities-{corpus}.svg"] = _densities(corpus, by_keys[max(k for k in by_keys if k <= 500)])
        drawn[f"error-rates-{corpus}.svg"] = _error_rates(corpus, by_keys)
    drawn["reliability.svg"] = _reliability({c: [a for a in measured if a.corpus == c] for c in corpora})
    return drawn


def _sides(answers: Answers) -> tuple[Floats, Floats]:
    """log10 ratios of the same and of the different pairs."""
    return answers.raw[answers.same] / LN10, answers.raw[~answers.same] / LN10


def _tippett(corpus: str, by_keys: Mapping[int, Answers]) -> str:
    grid = np.linspace(-_REACH, _REACH, 241)
    lines = []
    for keys, dashed in ((200, True), (500, False)):
        if keys in by_keys:
            same, different = _sides(by_keys[keys])
            for label, colour, values in (("one person", BLUE, same), ("two people", ORANGE, different)):
                points = list(zip(grid.tolist(), tippett(values, grid).tolist(), strict=True))
                lines.append(Line(f"{label}, {keys}", colour, points, dashed=dashed))
    return chart(
        f"Share of pairs with at least this ratio, by keys: {corpus}",
        _RATIO,
        Axis("share of pairs", 0, 1, _SHARE),
        lines,
    )


def _densities(corpus: str, answers: Answers) -> str:
    edges = np.linspace(-_REACH, _REACH, 31)
    lines = []
    highest = 0.0
    for label, colour, values in zip(
        ("one person", "two people"), (BLUE, ORANGE), _sides(answers), strict=True
    ):
        share = np.histogram(np.clip(values, -_REACH, _REACH), edges)[0] / len(values)
        highest = max(highest, float(share.max()))
        points = list(zip(((edges[1:] + edges[:-1]) / 2).tolist(), share.tolist(), strict=True))
        lines.append(Line(label, colour, points))
    top = int(np.ceil(highest * 10))
    ticks = [(step / 10, f"{10 * step} %") for step in range(top + 1)]
    return chart(
        f"How ratios are spread at {answers.keys} keys: {corpus}",
        _RATIO,
        Axis("share of pairs (at the ends: and beyond)", 0, top / 10, ticks),
        lines,
    )


def _reliability(by_corpus: Mapping[str, Sequence[Answers]]) -> str:
    edges = np.arange(-2.75, 3.0, 0.5) * LN10
    ends = [(-_REACH, -_REACH), (_REACH, _REACH)]
    lines = [Line("what it should be worth", GREY, ends, dashed=True)]
    for (corpus, measured), colour in zip(by_corpus.items(), (BLUE, ORANGE, GREEN), strict=False):
        same = np.concatenate([answers.raw[answers.same] for answers in measured])
        different = np.concatenate([answers.raw[~answers.same] for answers in measured])
        found = [row for row in reliability(same=same, different=different, edges=edges) if row[2] >= 20]
        lines.append(
            Line(corpus, colour, [(said / LN10, worth / LN10) for said, worth, _ in found], dots=True)
        )
    worth_axis = Axis("what pairs with that ratio were worth", -_REACH, _REACH, _RATIO.ticks)
    return chart("Is a ratio worth what it says?", _RATIO, worth_axis, lines)


def _error_rates(corpus: str, by_keys: Mapping[int, Answers]) -> str:
    lengths = sorted(by_keys)
    places = {keys: float(np.log10(keys)) for keys in lengths}
    rows = {keys: figures(by_keys[keys]) for keys in lengths}
    lines = [
        Line(
            "liveroom",
            BLUE,
            [(places[keys], rows[keys]["eer"]) for keys in lengths],
            dots=True,
            bars=[(rows[keys]["eer_low"], rows[keys]["eer_high"]) for keys in lengths],
        )
    ]
    for name, colour in zip(by_keys[lengths[0]].scores, _COLOURS, strict=False):
        found = {keys: method_figures(by_keys[keys], by_keys[keys].scores[name]) for keys in lengths}
        points = [(places[keys], found[keys]["eer"]) for keys in lengths]
        lines.append(Line(name.partition(" (")[0], colour, points, dots=True))
    across = Axis(
        "questioned keys",
        min(places.values()) - 0.05,
        max(places.values()) + 0.05,
        [(place, f"{keys:,}") for keys, place in places.items()],
    )
    rates = Axis("equal error rate", 0, 0.4, [(share / 100, f"{share} %") for share in range(0, 41, 10)])
    return chart(f"Error rates by length, the same trials: {corpus}", across, rates, lines)
