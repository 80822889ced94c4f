"""The model card: every figure of it is measured, its pictures are pictures, and without data it is left alone."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from keystroke.evaluation.answers import Answers
from keystroke.evaluation.figures import figures
from keystroke.evaluation.robustness import Robustness
from keystroke.population import shipped
from keystroke.population.corpora import CROSS_SESSION, TASK_SHIFT
from keystroke.timing import Typing, usable
from tests.bench import keystrokes
from tests.bench.alterations import ALTERATIONS, with_other_keys
from tests.bench.card import card, summary
from tests.bench.measured import Control, Measured
from tests.bench.pictures import pictures
from tests.bench.svg import Axis, Line, chart
from tests.support.typist import recorded


def answers(corpus: str, keys: int, *, ungated: bool = False) -> Answers:
    """Twenty people, who are told apart as well as chance draws it."""
    rng = np.random.default_rng(keys)
    same = np.arange(400) % 4 == 0
    raw = np.where(same, rng.normal(2.5, 1.5, 400), rng.normal(-3.5, 2, 400))
    enrolled = np.arange(400) // 4 % 20
    typed = np.where(same, enrolled, (enrolled + 1 + np.arange(400) % 19) % 20)
    return Answers(
        corpus,
        500,
        keys,
        shown=np.clip(raw, -4.6, 4.6),
        raw=raw,
        same=same,
        enrolled=enrolled.astype(str),
        typed=typed.astype(str),
        scores={
            "one (Nobody 2001)": rng.normal(same * 1.0, 1),
            "another (Nobody 2002)": rng.normal(same * 1.0, 1),
        },
        ms=0.4,
        ungated=ungated,
    )


@pytest.fixture(scope="module")
def found() -> Measured:
    held_out = [answers(corpus, keys) for corpus in (TASK_SHIFT, CROSS_SESSION) for keys in (100, 200, 500)]
    return Measured(
        population=shipped(),
        people={CROSS_SESSION: 20, TASK_SHIFT: 20},
        split={CROSS_SESSION: "in turn", TASK_SHIFT: "first and later"},
        held_out=held_out,
        long_profile=[answers(CROSS_SESSION, 501)],
        unseen=[answers("aalto_subset", 50, ungated=True)],
        crossed=[answers(TASK_SHIFT, 202)],
        altered={"as recorded": [answers(TASK_SHIFT, 203)]},
        robustness=Robustness(
            "| false flags |", "| nearest |", ["| attacks |", "| more attacks |"], "| handovers |"
        ),
        controls=[Control("EER drawn by lot", "50 %", "49.6 %")],
        windows_ms=123.4,
    )


def test_the_card_prints_what_was_measured(found: Measured) -> None:
    text = card(found, pictures=["tippett-villani_free.svg", "reliability.svg"])
    assert "$" not in text.replace("`$", "")
    for one in [*found.held_out, *found.long_profile, *found.crossed]:
        row = figures(one)
        rate = f"{row['eer']:.1%} ({row['eer_low']:.1%} to {row['eer_high']:.1%})"
        assert f"| `{one.corpus}` | 500 | {one.keys} | {rate} |" in text
    for part in ("| false flags |", "| nearest |", "| attacks |\n\n| more attacks |", "| handovers |"):
        assert part in text
    assert "| EER drawn by lot | 50 % | 49.6 % |" in text
    assert "sliding windows take 123 ms" in text
    assert "![Tippett plot: villani_free](../images/keystroke/tippett-villani_free.svg)" in text
    assert "![What ratios say, and what they were worth](../images/keystroke/reliability.svg)" in text


def test_the_card_says_what_was_not_at_hand(found: Measured) -> None:
    text = card(replace(found, unseen=[]), pictures=[])
    assert "Sets that the shipped population has never seen were not at hand." in text
    assert "`aalto_subset` | 500" not in text


def test_the_benchmarks_name_the_main_figures(found: Measured) -> None:
    lines = summary(found).splitlines()
    assert lines[3].startswith("| set | keys | liveroom | one (Nobody 2001) | another (Nobody 2002) |")
    assert len(lines) == 5 + len(found.held_out)


def test_the_pictures_are_whole_and_within_their_frame(found: Measured) -> None:
    drawn = pictures(found.held_out)
    assert set(drawn) == {
        "reliability.svg",
        *(f"{kind}-{c}.svg" for kind in ("tippett", "densities", "error-rates") for c in found.people),
    }
    for picture in drawn.values():
        root = ET.fromstring(picture)
        lines = root.findall("{http://www.w3.org/2000/svg}polyline")
        assert lines
        for line in lines:
            for point in line.attrib["points"].split():
                across, down = map(float, point.split(","))
                assert 0 <= across <= 640
                assert 0 <= down <= 400


def test_a_tippett_line_ends_where_all_ratios_do(found: Measured) -> None:
    """At 1/1000 nearly all of one person's pairs lie above, at 1000 few do: from the top to the bottom."""
    root = ET.fromstring(pictures(found.held_out)["tippett-villani_free.svg"])
    first = root.findall("{http://www.w3.org/2000/svg}polyline")[0].attrib["points"].split()
    heights = [float(point.split(",")[1]) for point in first]
    assert heights == sorted(heights)
    assert heights[0] < 80
    assert heights[-1] > 330
    # A ratio of 1 is in the middle: nineteen in twenty of one person's pairs lie above it, as they were drawn.
    share = (348 - heights[len(heights) // 2]) / (348 - 62)
    assert share == pytest.approx(0.95, abs=0.05)


def test_what_lies_beyond_the_axes_is_drawn_at_their_edge() -> None:
    axis = Axis("", 0, 1, [])
    root = ET.fromstring(chart("<&>", axis, axis, [Line("", "red", [(-1, 0.5), (2, 9), (0.5, -3)])]))
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "<&>"
    (line,) = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert line.attrib["points"] == "64.0,205.0 620.0,62.0 342.0,348.0"


# Without data


@pytest.mark.asyncio
async def test_without_data_nothing_is_measured_and_the_card_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KS_DATA", raising=False)
    monkeypatch.setattr(keystrokes, "write", pytest.fail)
    assert "Not measured: set `KS_DATA`" in await keystrokes.measure()


@pytest.mark.asyncio
async def test_with_other_data_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KS_DATA", str(tmp_path))
    (tmp_path / "villani_free.csv.gz").write_bytes(b"")
    monkeypatch.setattr(keystrokes, "write", pytest.fail)
    assert "Not measured: the folder of `KS_DATA` lacks bbmas_desktop." in await keystrokes.measure()


# What typing is altered to


def altered(name: str) -> tuple[Typing, Typing]:
    typing = usable(recorded("v010", 1))
    alter = ALTERATIONS[name]
    assert alter is not None
    return typing, alter(typing)


def test_a_coarse_clock_shows_in_the_times_and_is_noticed() -> None:
    typing, other = altered("clock in steps of 100 ms")
    assert (other.down % 100 == 0).all()
    assert (other.tick_ms, other.codes) == (100, typing.codes)


def test_lost_releases_slower_hands_and_longer_holds() -> None:
    typing, other = altered("no releases")
    assert other.releases_missing == 1.0
    typing, other = altered("15 % slower")
    assert np.diff(other.down) == pytest.approx(1.15 * np.diff(typing.down))
    typing, other = altered("held 20 ms longer")
    held, longer = typing.up - typing.down, other.up - other.down
    assert longer[~np.isnan(held)] == pytest.approx(held[~np.isnan(held)] + 20)


def test_other_keys_are_named_alike_throughout() -> None:
    typing = usable(recorded("v010", 1))
    other = with_other_keys(typing)
    names = dict(zip(typing.codes, other.codes, strict=True))
    assert [names[code] for code in typing.codes] == other.codes
    assert sorted(names.values()) == sorted(names)
    assert other.codes != typing.codes
