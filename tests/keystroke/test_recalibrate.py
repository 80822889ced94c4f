"""A site's own population: who it takes, and what it says of itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from keystroke.population import read_population, shipped, write_population
from keystroke.population.pairs import Person
from keystroke.population.recalibrate import TooFew, recalibrate
from tests.keystroke.people import invented_people


def test_it_takes_thirty_people_with_two_sessions_and_releases() -> None:
    people = invented_people(40, individuality=0.3)
    alone = [replace(person, sessions=person.sessions[:1]) for person in people[:11]]
    with pytest.raises(TooFew, match="29 people typed two sessions or more of 100 usable keys"):
        recalibrate([*alone, *people[11:]])
    short = [replace(p, sessions=[p.sessions[0], p.sessions[1].part(0, 99)]) for p in people[:11]]
    with pytest.raises(TooFew, match="29 people"):
        recalibrate([*short, *people[11:]])
    with pytest.raises(TooFew, match="29 people"):
        recalibrate([*map(without_releases, people[:11]), *people[11:]])


def without_releases(person: Person) -> Person:
    sessions = [replace(session, up=np.full(len(session), np.nan)) for session in person.sessions]
    return replace(person, sessions=sessions)


def test_statistics_of_few_people_cannot_be_learned_and_it_says_so() -> None:
    with pytest.raises(TooFew, match=r"are too few to learn from.* Leave --refit out"):
        recalibrate(invented_people(30, individuality=0.3), refit=True, draws=1, pairs_per_person=1)


def test_with_more_people_the_statistics_may_be_theirs_too() -> None:
    population, said = recalibrate(
        invented_people(48, individuality=0.3), refit=True, draws=2, pairs_per_person=2
    )
    assert population.cohort["name"] == "48 people of invented"
    assert population.cohort["attribution"] == []
    assert population.spread.to_dict() != shipped().spread.to_dict()
    assert said.startswith(
        "All of it was learned.\nOn people that it was not learned from, by thirds:\ninvented, 100 keys,"
    )
    assert [row["questioned_keys"] for row in population.performance] == [100, 200, 500]


def test_a_file_that_is_no_population_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "population.json"
    write_population(file, shipped())
    assert read_population(file).to_dict() == shipped().to_dict()
    for content in ("", "[]", "{}", '{"population": 1}', "\x00", "[" * 100_000):
        file.write_text(content)
        with pytest.raises(ValueError, match="It is no population that this version can use"):
            read_population(file)
