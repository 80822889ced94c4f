"""People whose typing is drawn at random, with as much of their own in it as a test wants."""

import numpy as np

from keystroke.population.pairs import Person
from keystroke.timing import Typing


def invented_people(count: int, *, individuality: float) -> list[Person]:
    """People with a hold time per key of their own, `individuality` wide in log milliseconds; four sessions each."""
    rng = np.random.default_rng(8)
    codes = [f"Key{letter}" for letter in "ETAOINSHRD"]
    people = []
    for number in range(count):
        own = rng.normal(4.5, individuality, len(codes)) if individuality else np.full(len(codes), 4.5)
        sessions = []
        for _ in range(4):
            keys = rng.integers(len(codes), size=250)
            down = np.cumsum(rng.uniform(100, 250, len(keys)))
            up = down + np.exp(rng.normal(own[keys], 0.2))
            sessions.append(Typing([codes[key] for key in keys], down, up, np.ones(len(keys), dtype=bool)))
        people.append(Person(f"invented {number}", "invented", sessions))
    return people
