"""Evaluation: who is tested with what, that it finds what is there, and nothing where nothing is."""

from pathlib import Path

import numpy as np
import pytest

from keystroke.comparison import raw_log10
from keystroke.evaluation.answers import learned_folds, rotate, transfer
from keystroke.evaluation.baselines import BASELINES
from keystroke.evaluation.datasets import load
from keystroke.evaluation.figures import figures, method_figures, table
from keystroke.evaluation.trials import altered, enrolments, trials, usual_profile_keys
from keystroke.population import Population, shipped
from keystroke.population.learn import learn
from keystroke.population.pairs import Person
from keystroke.timeline import TimelineError
from keystroke.timing import Typing
from tests.keystroke.people import invented_people
from tests.keystroke.timelines import batches, exported
from tests.support.typist import EXCERPT, recorded


@pytest.fixture(scope="module")
def four() -> list[Person]:
    """Strangers to the shipped population."""
    return load([EXCERPT])[0].people


def typed(keys: int, code: str = "KeyA") -> Typing:
    down = np.arange(keys, dtype=np.float64) * 150
    return Typing([code] * keys, down, down + 80, np.ones(keys, dtype=bool))


# Who is tested with what


def test_each_session_enrols_in_turn_and_is_never_questioned_itself(four: list[Person]) -> None:
    enrolled = enrolments(four, 500)
    assert len(enrolled) == 4 * 6
    for person, first in zip(four, enrolled[::6], strict=True):
        assert first.profile.person == person.name
        assert first.profile.typing.codes == person.sessions[0].part(0, 500).codes
        assert [len(source) for source in first.questioned[:5]] == [len(s) for s in person.sessions[1:]]


def test_three_sessions_enrol_where_a_profile_needs_them(four: list[Person]) -> None:
    enrolled = enrolments(four, 1500)
    assert len(enrolled) == 4 * 2
    assert all(1300 < len(one.profile.typing) <= 1500 for one in enrolled)


def test_the_first_task_enrols_and_the_others_are_questioned() -> None:
    person = Person(
        "b", "bbmas", [typed(1000, "KeyA"), typed(900, "KeyB"), typed(900, "KeyC")], task_shift=True
    )
    (one,) = enrolments([person], 300)
    assert (one.profile.typing.codes, len(one.questioned)) == (["KeyA"] * 300, 2)


def test_sentences_enrol_by_the_earlier_half() -> None:
    sentences = [typed(40, f"Digit{i}") for i in range(9)]
    (one,) = enrolments([Person("a", "aalto", sentences)], 1000)
    assert (len(one.profile.typing), [len(s) for s in one.questioned]) == (4 * 40, [5 * 40])
    assert set(one.questioned[0].codes) == {f"Digit{i}" for i in range(4, 9)}


@pytest.mark.parametrize(("length", "keys"), [(486, 500), (1900, 1000), (1000, 1000), (47, 1000)])
def test_a_profile_is_usually_one_session(length: int, keys: int) -> None:
    assert usual_profile_keys([Person("p", "set", [typed(length)] * 2)]) == keys


def test_trials_have_a_third_as_many_of_the_same_person(four: list[Person]) -> None:
    made = trials(enrolments(four, 500), 200)
    assert len([trial for trial in made if trial.same]) == 4 * 6
    assert len([trial for trial in made if not trial.same]) == 4 * 18
    assert all(len(trial.questioned.typing) == 200 for trial in made)
    again = trials(enrolments(four, 500), 200)
    assert [t.questioned.typing.down[0] for t in made] == [t.questioned.typing.down[0] for t in again]


def test_nobody_is_questioned_at_a_length_that_they_did_not_type(four: list[Person]) -> None:
    assert trials(enrolments(four, 500), 5000) == []


def test_what_is_altered_is_what_is_questioned(four: list[Person]) -> None:
    made = trials(enrolments(four, 500), 200)
    other = altered(made, lambda typing: typing.part(0, 50))
    assert {len(trial.questioned.typing) for trial in other} == {50}
    assert [trial.profile for trial in other] == [trial.profile for trial in made]
    assert len({trial.questioned for trial in other}) == len({trial.questioned for trial in made})


# What is found


def test_people_who_differ_are_told_apart_and_the_cost_is_small() -> None:
    people = invented_people(36, individuality=0.3)
    answers = rotate(learned_folds(people, pairs_per_person=4), lengths=(100, 200))
    rows = [figures(found) for found in answers]
    assert [(row["corpus"], row["people"], row["questioned_keys"]) for row in rows] == [
        ("invented", 36, 100),
        ("invented", 36, 200),
    ]
    assert max(row["eer"] for row in rows) < 0.1
    assert max(row["cllr"] for row in rows) < 0.5
    assert all(row["eer_low"] <= row["eer"] <= row["eer_high"] for row in rows)


def test_people_who_do_not_differ_are_not_told_apart_and_nothing_is_claimed() -> None:
    alike = invented_people(48, individuality=0.0)
    population = learn(alike[:24], {}, draws=1, pairs_per_person=4)
    rows = [figures(found) for found in transfer(alike[24:], population, lengths=(100, 200))]
    assert all(0.35 < row["eer"] < 0.65 for row in rows)
    assert all(0.9 < row["cllr"] < 1.1 for row in rows)
    assert all(row["different_above_ten"] == 0 for row in rows)


def test_nobody_is_tested_against_a_population_with_them_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    learned_from: list[set[str]] = []

    def learn_nothing(people: list[Person], *_: object, **__: object) -> Population:
        learned_from.append({person.name for person in people})
        return shipped()

    monkeypatch.setattr("keystroke.evaluation.answers.learn", learn_nothing)
    people = invented_people(36, individuality=0.3)
    everybody = {person.name for person in people}
    folds = learned_folds(people)
    tested = [{person.name for person in fold.tested} for fold in folds]
    assert learned_from == [everybody - names for names in tested]
    assert sum(map(len, tested)) == len(set.union(*tested)) == 36


def test_shorter_than_the_gates_allow_the_figures_are_without_gates(four: list[Person]) -> None:
    short, long = transfer(four, shipped(), lengths=(50, 200))
    assert (short.abstained, short.gated, long.abstained, long.gated) == (1.0, False, 0.0, True)
    assert figures(short)["same_pairs"] == figures(long)["same_pairs"] == 24
    assert np.abs(long.llr).max() == pytest.approx(2 * np.log(10))
    made = trials(enrolments(four, 500), 200)
    direct = [raw_log10(trial.profile.profile, trial.questioned.profile, shipped()) for trial in made]
    assert long.raw == pytest.approx(np.array(direct) * np.log(10))
    assert np.clip(long.raw, -2 * np.log(10), 2 * np.log(10)) == pytest.approx(long.shown)


@pytest.mark.parametrize("name", BASELINES)
def test_the_methods_of_the_literature_tell_four_people_apart_well_but_not_as_well(
    four: list[Person], name: str
) -> None:
    (answers,) = transfer(four, shipped(), lengths=(300,), methods={name: BASELINES[name]})
    found = method_figures(answers, answers.scores[name])
    assert figures(answers)["eer"] <= found["eer"] < 0.3
    assert found["eer_low"] <= found["eer"] <= found["eer_high"]


def test_the_table_has_a_row_a_set_and_length(four: list[Person]) -> None:
    rows = [figures(found) for found in transfer(four, shipped())]
    head, rule, *lines = table(rows).splitlines()
    assert head.count("|") == rule.count("|") == lines[0].count("|") == 16
    assert [line.split(" | ")[:4] for line in lines] == [
        ["| villani_excerpt", "4", "500", keys] for keys in ("100", "200", "500")
    ]


# People from files


def test_timelines_in_a_folder_for_each_person_are_a_set(tmp_path: Path) -> None:
    for person in ("v010", "v052"):
        (tmp_path / "site" / person).mkdir(parents=True)
        for session in range(2):
            lines = exported(batches(recorded(person, session)))
            (tmp_path / "site" / person / f"room{session}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    (site,) = load([tmp_path / "site"])
    assert (site.name, [(p.name, len(p.sessions)) for p in site.people]) == (
        "site",
        [("v010", 2), ("v052", 2)],
    )
    assert 480 < len(site.people[0].sessions[0]) <= 500


def test_who_typed_once_is_two_halves_or_left_out(tmp_path: Path) -> None:
    rows = [f"{person},0,KeyA,{150 * i},{150 * i + 80}\n" for person in ("a", "b") for i in range(300)]
    file = tmp_path / "once.csv"
    file.write_text("subject,session,key,t_down,t_up\n" + "".join(rows))
    (once,) = load([file])
    assert [[len(session) for session in person.sessions] for person in once.people] == [[150, 150]] * 2
    assert "two halves" in once.notes[0]
    (none,) = load([file], halve=False)
    assert none.people == []
    assert none.notes == ["2 of 2 people typed too little, or only once, and are left out."]


def test_a_folder_of_tables_is_a_set_each_and_aaltos_are_one(tmp_path: Path) -> None:
    head = "PARTICIPANT_ID TEST_SECTION_ID SENTENCE USER_INPUT KEYSTROKE_ID PRESS_TIME RELEASE_TIME LETTER KEYCODE\n"
    for person in ("7", "8"):
        rows = "".join(
            f"{person}\t{s}\t-\t-\t1\t{9000 + 100 * s}\t{9050 + 100 * s}\ta\t65\n" for s in range(4)
        )
        (tmp_path / f"{person}_keystrokes.txt").write_text(head.replace(" ", "\t") + rows)
    (tmp_path / "own.csv").write_bytes(b"subject,session,key,t_down,t_up\na,0,KeyA,0,9\na,1,KeyA,0,9\n")
    found = load([tmp_path])
    assert [(data.name, [p.name for p in data.people]) for data in found] == [
        (tmp_path.name, ["7", "8"]),
        ("own", ["a"]),
    ]
    assert [len(data.people) for data in load([tmp_path], people_max=1)] == [1, 1]


def test_what_holds_no_people_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TimelineError, match="neither tables of typing nor folders of timelines"):
        load([tmp_path])
    with pytest.raises(TimelineError, match="Put each person's timelines into a folder of their own"):
        load([tmp_path / "room.jsonl"])
