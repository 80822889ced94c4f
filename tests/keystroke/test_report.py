"""What people are shown: numbers with their limits, and never a verdict."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from keystroke import population as cohort
from keystroke.population import shipped
from keystroke.profile import profile
from keystroke.profile_file import Enrolled, make
from keystroke.report import (
    LIMITS,
    SAME_BELOW_TENTH_MIN,
    base_rate_source,
    base_rates,
    report,
    report_from_file,
    sentence,
    verbal,
)
from keystroke.timing import holds, usable
from liveroom.api import BaseRate, Condition, Contribution, Densities, Histogram, TypingComparison
from tests.support.typist import recorded
from tests.support.words import VERDICTS


def test_a_report_holds_what_the_page_shows_and_nothing_else() -> None:
    found = report([recorded("v010", 0)], recorded("v010", 1))
    assert set(found) == set(TypingComparison.__struct_fields__)
    shapes = {
        "conditions": Condition,
        "base_rates": BaseRate,
        "top": Contribution,
        "histograms": Histogram,
    }
    for name, shape in shapes.items():
        assert [set(row) for row in found[name]] == [set(shape.__struct_fields__)] * len(found[name]) != []
    assert set(found["windows"][0]) == {"from_ms", "to_ms", "keys", "log10_lr", "interval90"}


def test_a_report_holds_the_ratio_and_everything_it_rests_on() -> None:
    found = report([recorded("v010", 0)], recorded("v010", 1))
    assert found["status"] == "ok"
    assert found["log10_lr"] > 1
    assert found["interval90"][0] <= found["log10_lr"] <= found["interval90"][1]
    assert found["verbal"] == "moderate support for the proposition that one person typed both"
    assert (found["n_profile"], found["n_questioned"]) == (500, 500)
    assert found["cohort"] == shipped().cohort["name"]
    assert found["limits"] == LIMITS
    assert len(found["top"]) == 12
    assert all(top["cohort_ms"][0] < top["cohort_ms"][1] for top in found["top"])
    assert (found["flags"], found["handover"]) == ([], None)
    assert json.loads(json.dumps(found))["top"][0]["feature"] == found["top"][0]["feature"]


def test_a_report_without_a_ratio_gives_the_numbers_and_claims_nothing() -> None:
    found = report([recorded("v010", 0)[:100]], recorded("v010", 1))
    assert found["status"] == "insufficient_data"
    assert found["reasons"]
    silent = ("log10_lr", "interval90", "verbal", "sentence", "densities", "handover")
    assert [found[name] for name in silent] == [None] * 6
    assert (found["base_rates"], found["top"], found["windows"]) == ([], [], [])


def test_a_report_on_nothing_is_a_report_without_a_ratio() -> None:
    assert report([], [])["status"] == "insufficient_data"


def test_the_cohorts_densities_and_the_drift_of_one_person_come_from_the_population() -> None:
    """The same people's ratios are spread evenly over 0 to 2, different ones' over -2 to 0."""
    grid = np.linspace(-2, 2, 401)
    sides = (grid > 0).astype(float).tolist(), (grid < 0).astype(float).tolist()
    even = [cohort.Densities(keys, grid.tolist(), *sides) for keys in (200, 500, 900)]
    population = replace(shipped(), densities=even)
    found = report([recorded("v010", 0)], recorded("v010", 1), population=population)
    assert set(found["densities"]) == set(Densities.__struct_fields__)
    assert found["densities"]["keys"] == 500
    assert len(found["densities"]["same"]) == len(found["densities"]["log10_lr"]) == 401
    assert found["drift90"] == pytest.approx((0.1, 1.9), abs=0.02)


def test_several_sessions_make_one_profile() -> None:
    sessions = [recorded("v010", 0), recorded("v010", 1)]
    found = report(sessions, recorded("v010", 2))
    assert found["n_profile"] == 1000
    assert found["profile_quality"][0].startswith(
        "The profile holds 1,000 usable key presses of 2 sessions; "
    )


def test_the_profiles_quality_is_its_size_its_reach_and_its_drift() -> None:
    keys, drift = report([recorded("v010", 0)], recorded("v010", 1))["profile_quality"]
    kinds = profile(recorded("v010", 0)).digraphs
    known = [pair for pair in kinds if f"DD {pair}" in shipped().spread.index]
    assert keys == (
        f"The profile holds 500 usable key presses of 1 session; they cover {len(kinds)} kinds of key pairs, "
        f"of which the reference people typed {len(known)} often enough."
    )
    assert drift.startswith("Its first half against its second gives a log10 ratio of +")
    short = report([recorded("v010", 0)[:600]], recorded("v010", 1))["profile_quality"]
    assert short[1] == "It is too short to compare one half of it with the other."


def test_a_profile_that_was_kept_shows_all_that_does_not_need_its_times() -> None:
    home, live = recorded("v010", 0), recorded("v010", 1)
    kept = make([Enrolled(usable(home))], today=date(2026, 3, 2))
    of_file, of_sessions = report_from_file(kept, live), report([home], live)
    assert of_file.keys() == of_sessions.keys()
    assert of_file["histograms"] == []
    assert of_file["log10_lr"] == pytest.approx(of_sessions["log10_lr"], abs=0.02)  # kept to five places
    assert (
        [window["keys"] for window in of_file["windows"]]
        == [200] * 7
        == [window["keys"] for window in of_sessions["windows"]]
    )
    assert of_file["profile_quality"] == [
        *of_sessions["profile_quality"],
        "It was made on 2026-03-02 and is refused from 2026-04-01 on.",
    ]


def test_histograms_are_shares_of_all_times() -> None:
    hold, flight = report([recorded("v006", 0)], recorded("v006", 1))["histograms"]
    assert (hold["name"], flight["name"]) == ("hold", "flight")
    for histogram in (hold, flight):
        assert len(histogram["edges_ms"]) == len(histogram["profile"]) + 1 == len(histogram["questioned"]) + 1
        assert 0.9 < sum(histogram["profile"]) <= 1.0
    _, held = holds(usable(recorded("v006", 0)))
    assert hold["profile"][5] == pytest.approx(((held >= 80) & (held < 96)).mean())


def test_the_clocks_stand_beside_the_conditions_that_are_handed_in() -> None:
    row = {
        "name": "Browser",
        "profile": "firefox",
        "questioned": "safari",
        "differs": True,
        "effect": "Wider.",
    }
    found = report([recorded("v053", 0)], recorded("v053", 1), condition_rows=[row])
    assert found["conditions"][0] == row
    assert found["conditions"][1]["profile"] == "15.62 ms"


def test_the_interval_widens_once_however_much_differs() -> None:
    plain, once, twice = (
        report([recorded("v006", 0)], recorded("v052", 1), conditions=conditions)
        for conditions in (
            {},
            {"situation_changed": True},
            {"situation_changed": True, "long_gap": True, "browser_changed": True},
        )
    )
    assert plain["interval90"] != once["interval90"] == twice["interval90"]
    assert twice["reasons"][:2] == [
        "The candidate says that their set-up or situation was different.",
        "More than 30 days lie between the two sessions.",
    ]


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


def rates(corpus: str, keys: int, same: float, different: float) -> dict[str, object]:
    return {
        "corpus": corpus,
        "people": 40,
        "questioned_keys": keys,
        "same_below_tenth": same,
        "different_below_tenth": different,
    }


def test_base_rates_come_from_the_harder_set_at_the_length_at_hand() -> None:
    rows = [rates("easy", 200, 0.01, 0.9), rates("hard", 200, 0.04, 0.5), rates("hard", 500, 0.02, 0.7)]
    rare, common = base_rates(412, replace(shipped(), performance=rows))
    assert rare["prevalence"] == 0.02
    assert rare["right_of_100"] == pytest.approx(100 * 0.02 * 0.5 / (0.02 * 0.5 + 0.98 * 0.04))  # 20.3
    assert rare["sentence"] == (
        "If 2 % of candidates had somebody else type, of 100 ratios of 1/10 or lower about 20 would be theirs and "
        "80 by the same person."
    )
    assert base_rate_source(412, replace(shipped(), performance=rows)) == (
        "Measured on 40 people (hard) with 200 questioned keys: such a ratio came out for 4.0 % of sessions by the "
        "same person, and for 50 % of those by somebody else."
    )
    assert (common["prevalence"], round(common["right_of_100"])) == (0.10, 58)


def test_an_error_that_was_never_seen_is_not_taken_for_impossible() -> None:
    population = replace(shipped(), performance=[rates("easy", 500, 0.0, 0.5)])
    rare, _ = base_rates(500, population)
    assert rare["right_of_100"] == pytest.approx(100 * 0.01 / (0.01 + 0.98 * SAME_BELOW_TENTH_MIN))
    source = base_rate_source(500, population)
    assert source is not None
    assert "0.0 % of sessions by the same person, reckoned with as 0.5 %, and for 50 % of" in source


def test_below_the_shortest_length_measured_base_rates_are_those_of_the_shortest() -> None:
    source = base_rate_source(120, replace(shipped(), performance=[rates("easy", 200, 0.1, 0.5)]))
    assert source is not None
    assert "with 200 questioned keys" in source


def test_where_nothing_was_measured_no_base_rate_is_given() -> None:
    unmeasured = replace(shipped(), performance=[])
    assert (base_rates(500, unmeasured), base_rate_source(500, unmeasured)) == ([], None)


def test_no_report_holds_a_word_of_verdict() -> None:
    for questioned in (recorded("v010", 1), recorded("v006", 1), recorded("v010", 1)[:60]):
        found = report([recorded("v010", 0)], questioned, conditions={"keyboard_changed": True})
        assert not VERDICTS.findall(json.dumps(found))
