"""What the panel asks: who is on both sides of the split, and what each row's features were made from."""

import numpy as np
import pandas as pd
from judging import call, fetch, keep, numbers, parts, table


def _months(rng, customers, regions=20):
    who = np.repeat(np.arange(customers), rng.integers(2, 7, customers))
    frame = pd.DataFrame(rng.gamma(2, 4, (len(who), 4)), columns=["calls", "usage_gb", "fee", "tenure"])
    frame["customer"] = [f"k{number}" for number in rng.permutation(customers)[who]]
    frame["region"] = [f"r{number}" for number in rng.integers(0, regions, customers)[who]]
    frame["left"] = rng.integers(0, 2, customers)[who]
    frame.loc[rng.random(len(frame)) < 0.1, "usage_gb"] = np.nan
    return frame.sample(frac=1, random_state=int(rng.integers(2**31))).reset_index(drop=True)


def _halves(rng, customers=60):
    """Two parts that share no customer, made without the submission."""
    frame = _months(rng, customers)
    known = frame["customer"].isin(frame["customer"].unique()[: customers * 2 // 3])
    return frame[known], frame[~known]


def _features(answer):
    first, second = parts(answer, "What build_features returns", 2)
    return table(first, "The training features"), table(second, "The test features")


def _close(one, other):
    first, second = numbers(one, "Features"), numbers(other, "Features")
    return first.shape == second.shape and np.allclose(first, second, atol=1e-9)


def check_repeats_are_removed(rng):
    """clean keeps one of each repeated row, all others, and leaves the raw table alone."""
    frame = _months(rng, 30)
    raw = pd.concat([frame, frame.sample(n=9, random_state=int(rng.integers(2**31)))], ignore_index=True)
    there = yield keep(raw)
    cleaned = table((yield call("clean", there)), "What clean returns")
    assert len(cleaned) == len(frame), f"{len(raw)} rows, 9 of them repeats, became {len(cleaned)}."
    assert not cleaned.duplicated().any(), "Some rows are still there twice."
    after = table((yield fetch(there)), "The raw table")
    assert after.equals(raw), "clean changed the table that it was given."


def check_customers_are_kept_apart(rng):
    """No customer has months on both sides of the split."""
    frame = _months(rng, 120)
    tests = []
    for seed in (1, 2):
        train, test = parts((yield call("split", frame, seed)), "What split returns", 2)
        both = set(table(train, "train")["customer"]) & set(table(test, "test")["customer"])
        assert not both, f"{len(both)} of 120 customers are on both sides."
        assert len(train) + len(test) == len(frame), "Some rows were lost or doubled by the split."
        share = test["customer"].nunique() / 120
        assert 0.15 < share < 0.35, f"test holds {share:.0%} of the customers."
        tests.append(set(test["customer"]))
    assert tests[0] != tests[1], "Another seed gave the same split."


def check_training_ignores_test(rng):
    """The features of training rows are the same whatever the test rows are."""
    train, test = _halves(rng)
    other = test.assign(calls=test["calls"] * 50, usage_gb=test["usage_gb"] + 900, left=1 - test["left"])
    first, _ = _features((yield call("build_features", train, test)))
    second, _ = _features((yield call("build_features", train, other)))
    assert _close(first, second), "Other test rows gave other training features."


def check_test_rows_stand_alone(rng):
    """A test row's features depend on the training rows and itself, not on other test rows."""
    train, test = _halves(rng)
    few = test.iloc[: len(test) // 3].copy()
    _, whole = _features((yield call("build_features", train, test)))
    _, part = _features((yield call("build_features", train, few)))
    assert _close(whole.loc[few.index], part), "The same rows have other features in a smaller test set."


def check_labels_of_test_are_unused(rng):
    """Test features are made without the answers: the column may be wrong, or absent."""
    train, test = _halves(rng)
    _, right = _features((yield call("build_features", train, test)))
    _, wrong = _features((yield call("build_features", train, test.assign(left=1 - test["left"]))))
    assert _close(right, wrong), "Other labels in test gave other test features."
    _, without = _features((yield call("build_features", train, test.drop(columns="left"))))
    assert _close(right, without), "Without labels in test the features are different."


def check_new_regions(rng):
    """A region that training never saw gives numbers, not gaps."""
    train, test = _halves(rng)
    test = test.assign(region="elsewhere")
    train_features, features = _features((yield call("build_features", train, test)))
    assert np.isfinite(numbers(features, "The test features")).all(), (
        "Rows of a new region have missing features."
    )
    assert list(train_features.columns) == list(features.columns), "Training and test have different columns."


def check_score_is_of_probabilities(rng):
    """The score uses the ranking of all rows, not yes and no, so that rare leavers count."""
    frame = _months(rng, 600)
    risk = pd.Series(rng.integers(0, 2, 600), index=frame["customer"].unique())
    left = (rng.random(600) < 0.3 * risk).astype(int)
    frame["calls"] = frame["customer"].map(risk) * 40 + rng.normal(20, 4, len(frame))
    frame["left"] = frame["customer"].map(left)
    first, second = (yield call("evaluate", frame, 0)), (yield call("evaluate", frame, 1))
    mean = float(numbers([first, second], "What evaluate returns", (2,)).mean())
    assert mean > 0.7, (
        f"With rare leavers and a clear signal the score is {mean:.2f}; a ranking of all rows gives more."
    )


def check_chance_stays_chance(rng):
    """On labels drawn by lot for each customer, with habits that give customers away, the score stays near one half."""
    scores = []
    for seed in range(4):
        frame = _months(rng, 600, regions=60)
        habit = frame.groupby("customer")[["calls", "fee", "tenure"]].transform("first")
        frame[["calls", "fee", "tenure"]] = habit + rng.normal(0, 0.05, habit.shape)
        scores.append(float(numbers((yield call("evaluate", frame, seed)), "What evaluate returns", ())))
    mean = float(np.mean(scores))
    assert 0.4 < mean < 0.6, f"On labels drawn by lot the score is {mean:.2f}."
