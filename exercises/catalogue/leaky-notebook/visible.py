"""What the candidate may run: the nightly job's needs, and a score that chance cannot raise."""

import numpy as np
import pandas as pd
from judging import call, numbers, parts, table


def _months(rng, customers):
    """Habits that give a customer away, and labels that are pure chance."""
    who = np.repeat(np.arange(customers), rng.integers(3, 7, customers))
    habits = rng.normal(size=(customers, 4)) * [3, 8, 10, 20] + [9, 30, 30, 60]
    values = habits[who] + rng.normal(0, 0.1, (len(who), 4))
    frame = pd.DataFrame(values, columns=["calls", "usage_gb", "fee", "tenure"])
    frame["customer"] = [f"k{number}" for number in who]
    frame["region"] = [f"r{number}" for number in rng.integers(0, 60, customers)[who]]
    frame["left"] = rng.integers(0, 2, customers)[who]
    return frame


def check_split_gives_a_quarter(rng):
    """split puts about a quarter of the rows into test, and the same again for the same seed."""
    frame = _months(rng, 300)
    train, test = parts((yield call("split", frame, 3)), "What split returns", 2)
    table(train, "train"), table(test, "test")
    assert len(train) + len(test) == len(frame), f"{len(train)} and {len(test)} rows came of {len(frame)}."
    assert 0.17 < len(test) / len(frame) < 0.33, f"test holds {len(test)} of {len(frame)} rows."
    again = parts((yield call("split", frame, 3)), "What split returns", 2)
    assert again[1].equals(test), "The same seed gave another split."


def check_features_are_numbers(rng):
    """build_features returns numbers without gaps, with the rows' own indexes."""
    frame = _months(rng, 80)
    frame.loc[frame.index[::9], "usage_gb"] = np.nan
    train, test = frame.iloc[:200], frame.iloc[200:]
    answer = parts((yield call("build_features", train, test)), "What build_features returns", 2)
    for features, rows, name in zip(answer, (train, test), ("training", "test"), strict=True):
        values = numbers(table(features, f"The {name} features"), f"The {name} features")
        assert np.isfinite(values).all(), f"Some {name} features are missing or infinite."
        assert list(features.index) == list(rows.index), (
            f"The {name} features have another index than the rows."
        )
    assert list(answer[0].columns) == list(answer[1].columns), (
        "Training and test features have different columns."
    )


def check_chance_earns_one_half(rng):
    """Where leaving is pure chance, the score is near one half."""
    scores = []
    for seed in range(3):
        score = yield call("evaluate", _months(rng, 600), seed)
        scores.append(float(numbers(score, "What evaluate returns", ())))
    mean = float(np.mean(scores))
    assert 0.38 < mean < 0.62, f"On labels drawn by lot the score is {mean:.2f}; nobody can predict those."
