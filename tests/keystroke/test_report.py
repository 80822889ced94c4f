"""What people are shown: numbers with their limits, and never a verdict."""

import json
import re

import pytest

from keystroke.population import shipped
from keystroke.report import LIMITS, base_rates, report, sentence, verbal
from tests.support.typist import recorded

VERDICTS = re.compile(
    r"cheat|fraud|impost|suspicio|guilt|honest|dishonest|proof|prove|certain|verified|authentic|genuine|fake|"
    r"match(?!ed)|pass(?!w)|fail",
    re.IGNORECASE,
)


def test_a_report_holds_the_ratio_and_everything_it_rests_on() -> None:
    found = report(recorded("v010", 0), recorded("v010", 1))
    assert found["status"] == "ok"
    assert found["log10_lr"] > 1
    assert found["interval90"][0] <= found["log10_lr"] <= found["interval90"][1]
    assert found["verbal"] == "moderate support for the proposition that one person typed both"
    assert (found["n_profile"], found["n_questioned"]) == (500, 500)
    assert found["cohort"]["people"] == 109
    assert found["self_consistency"] > 0
    assert found["limits"] == LIMITS
    assert len(found["top"]) == 12
    assert json.loads(json.dumps(found))["top"][0]["feature"] == found["top"][0]["feature"]


def test_a_report_without_a_ratio_gives_the_numbers_and_claims_nothing() -> None:
    found = report(recorded("v010", 0)[:100], recorded("v010", 1))
    assert found["status"] == "insufficient_data"
    assert found["reasons"]
    silent = ("log10_lr", "interval90", "verbal", "sentence", "self_consistency")
    assert [found[name] for name in silent] == [None] * 5
    assert (found["base_rates"], found["top"], found["parts"]) == ([], [], {})


@pytest.mark.parametrize(
    ("log10_lr", "words"),
    [
        (0.0, "no support either way"),
        (0.30, "no support either way"),
        (0.31, "weak support for the proposition that one person typed both"),
        (-0.99, "weak support for the proposition that two people typed them"),
        (1.0, "moderate support for the proposition that one person typed both"),
        (-2.0, "moderate support for the proposition that two people typed them"),
    ],
)
def test_the_verbal_scale(log10_lr: float, words: str) -> None:
    assert verbal(log10_lr) == words


@pytest.mark.parametrize(
    ("log10_lr", "words"),
    [
        (0.01, "The timing is about as likely if the same person typed both as if two people did."),
        (
            1.6,
            "The timing is 40 times more likely if the same person typed both than if two different people did.",
        ),
        (
            -0.5,
            "The timing is 3.2 times more likely if two different people typed them than if the same person did.",
        ),
        (
            2.0,
            "The timing is at least 100 times more likely if the same person typed both "
            "than if two different people did.",
        ),
    ],
)
def test_the_ratio_in_a_sentence(log10_lr: float, words: str) -> None:
    assert sentence(log10_lr) == words


def test_base_rates_come_from_the_harder_set_at_the_length_at_hand() -> None:
    row = next(
        row
        for row in shipped().performance
        if (row["corpus"], row["questioned_keys"]) == ("bbmas_desktop", 200)
    )
    same, different = row["same_below_tenth"], row["different_below_tenth"]
    share = 0.02 * different / (0.02 * different + 0.98 * same)
    first, rare, common = base_rates(412)
    assert first.startswith("With 200 questioned keys, ")
    assert f"{same:.1%} of sessions by the same person" in first
    assert rare.startswith(f"If 2% of candidates had somebody else type, {share:.0%} of the sessions")
    assert common.startswith("If 10% of candidates")
    assert base_rates(120)[0].startswith("With 100 questioned keys, ")


def test_no_report_holds_a_word_of_verdict() -> None:
    for questioned in (recorded("v010", 1), recorded("v006", 1), recorded("v010", 1)[:60]):
        found = report(recorded("v010", 0), questioned, conditions={"keyboard_changed": True})
        assert not VERDICTS.findall(json.dumps(found))
