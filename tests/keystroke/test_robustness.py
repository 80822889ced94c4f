"""The bench of flags and handovers, on the excerpt: its figures say what they count."""

import shutil
from pathlib import Path

import pytest

from keystroke.evaluation.robustness import RULES, attacked, false_flags, handovers, nearest, people_of, table
from keystroke.population import shipped
from keystroke.provenance.flags import DEPENDENCE_MIN, REPLAY_DIFFERENCE_MAX, SHORT_HOLDS_MAX
from tests.support.typist import EXCERPT


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copy(EXCERPT, tmp_path / "villani_free.csv.gz")
    return tmp_path


def test_nobody_who_typed_themselves_is_flagged(data: Path) -> None:
    people = people_of("villani_free", data / "villani_free.csv.gz")
    stretches = list(false_flags(people, 500))
    assert len(people) == 4
    assert stretches == [set()] * 12  # of six sessions, three enrol and three are questioned


def test_how_near_real_typing_comes_is_told_rule_by_rule(data: Path) -> None:
    found = nearest(people_of("villani_free", data / "villani_free.csv.gz"), 500)
    assert set(found) == set(RULES)
    assert found["times depend on keys"] > DEPENDENCE_MIN[0][1]
    assert found["distance from the profile's rhythm"] > REPLAY_DIFFERENCE_MAX
    assert found["short holds"] < SHORT_HOLDS_MAX


def test_a_replay_is_made_of_the_profile_and_other_attacks_of_other_typing(data: Path) -> None:
    people = people_of("villani_free", data / "villani_free.csv.gz")
    replays, bots = list(attacked(people, "replay", 200)), list(attacked(people, "uniform", 200))
    assert [{flag.kind for flag in one.flags} for one in replays] == [{"replayed"}] * 4
    assert all(one.n_questioned <= 200 for one in (*replays, *bots))
    assert all("replayed" not in {flag.kind for flag in one.flags} for one in bots)


def test_handovers_are_claimed_of_two_people_and_not_of_one(data: Path) -> None:
    people = people_of("villani_free", data / "villani_free.csv.gz")
    assert list(handovers(people, shipped(), spliced=False)) == [None] * 4
    off = [one for one in handovers(people, shipped(), spliced=True) if one is not None]
    assert len(off) >= 3
    assert max(map(abs, off)) <= 100


def test_without_data_the_table_says_so(tmp_path: Path) -> None:
    assert table(tmp_path) == f"Not measured: {tmp_path} holds none of the data sets."


def test_sentences_of_one_sitting_are_a_profile_and_a_questioned_session(tmp_path: Path) -> None:
    rows = [f"a,{session},KeyA,{i * 100},{i * 100 + 50}" for session in range(4) for i in range(10)]
    path = tmp_path / "aalto_subset.csv"
    path.write_text("\n".join(["subject,session,key,t_down,t_up", *rows]))
    enrolled, questioned = people_of("aalto_subset", path)["a"]
    assert [len(enrolled), len(questioned)] == [40, 40]
    assert questioned[0]["code"] == "KeyA"
