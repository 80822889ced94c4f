"""What the panel asks: drawn frames with missing values, odd indexes, no rows, and a second fit."""

import numpy as np
import pandas as pd
from judging import attribute, call, fetch, keep, method, numbers, table


def _orders(rng, rows, names="abcdefgh"):
    """Drawn categories, with some missing, and labels that depend on them."""
    city = rng.choice(list(names), size=rows).astype(object)
    courier = rng.integers(0, 25, size=rows)
    city[rng.random(rows) < 0.15] = None
    label = (rng.random(rows) < 0.2 + 0.02 * courier).astype(int)
    label[:2] = [0, 1]
    return pd.DataFrame({"city": city, "distance_km": rng.random(rows), "courier": courier}), label


def _expected(train, label, smoothing, asked):
    """The brief's formula, row by row."""
    prior = label.mean()
    means = {}
    for name in {_key(value) for value in train}:
        of = np.array([_key(value) == name for value in train])
        means[name] = (label[of].sum() + smoothing * prior) / (of.sum() + smoothing)
    return np.array([means.get(_key(value), prior) for value in asked])


def _key(value):
    return "missing" if pd.isna(value) else value


def _same(values, expected, what):
    wrong = np.flatnonzero(~np.isclose(values, expected, atol=1e-9))
    assert len(wrong) == 0, (
        f"{what}: {len(wrong)} of {len(expected)} rows are wrong; the first became {values[wrong[0]]:.4f}, "
        f"{expected[wrong[0]]:.4f} was expected."
    )


def check_drawn_frame(rng):
    """Two columns of drawn categories, text and whole numbers, follow the formula on new rows."""
    (train, label), (asked, _) = _orders(rng, 300), _orders(rng, 80, "efghij")
    smoothing = float(rng.integers(1, 30))
    encoder = yield call("CategoryEncoder", ["courier", "city"], smoothing=smoothing)
    encoder = yield method(encoder, "fit", train, label)
    result = table((yield method(encoder, "transform", asked)), "What transform returns")
    for column in ("city", "courier"):
        values = numbers(result[column], f"The encoded {column}", (80,))
        _same(values, _expected(train[column], label, smoothing, asked[column]), f"The encoded {column}")


def check_missing_is_a_category(rng):
    """Missing values have their own mean where fit saw some."""
    train, label = _orders(rng, 120)
    encoder = yield call("CategoryEncoder", ["city"], smoothing=3.0)
    encoder = yield method(encoder, "fit", train, label)
    asked = pd.DataFrame({"city": pd.Series([None, "a", None], dtype=object)})
    result = table((yield method(encoder, "transform", asked)), "What transform returns")
    values = numbers(result["city"], "The encoded city", (3,))
    _same(values, _expected(train["city"], label, 3.0, asked["city"]), "With missing values")


def check_missing_only_later(rng):
    """A missing value becomes the overall mean where fit saw none."""
    train, label = _orders(rng, 60)
    train = train.assign(city=train["city"].fillna("a"))
    encoder = yield call("CategoryEncoder", ["city"])
    encoder = yield method(encoder, "fit", train, label)
    asked = pd.DataFrame({"city": pd.Series([None, "b"], dtype=object)})
    result = table((yield method(encoder, "transform", asked)), "What transform returns")
    values = numbers(result["city"], "The encoded city", (2,))
    _same(values, _expected(train["city"], label, 10.0, asked["city"]), "A missing value that fit never saw")


def check_input_is_not_changed(rng):
    """Neither fit nor transform changes the frame it is given."""
    train, label = _orders(rng, 40)
    there = yield keep(train)
    encoder = yield call("CategoryEncoder", ["city", "courier"])
    encoder = yield method(encoder, "fit", there, label)
    after_fit = table((yield fetch(there)), "The frame given to fit")
    assert after_fit.equals(train), "fit changed the frame that it was given."
    yield method(encoder, "transform", there)
    after_transform = table((yield fetch(there)), "The frame given to transform")
    assert after_transform.equals(train), "transform changed the frame that it was given."


def check_no_rows(rng):
    """A frame without rows comes back without rows, with the same columns."""
    train, label = _orders(rng, 40)
    encoder = yield call("CategoryEncoder", ["city", "courier"])
    encoder = yield method(encoder, "fit", train, label)
    result = table((yield method(encoder, "transform", train.iloc[:0])), "What transform returns")
    assert len(result) == 0, f"A frame without rows came back with {len(result)}."
    assert list(result.columns) == list(train.columns), f"The columns came back as {list(result.columns)}."
    assert result["city"].dtype.kind == "f", f"The encoded column is {result['city'].dtype}, not float."


def check_matched_by_position(rng):
    """Labels belong to rows by position, whatever the frame's index, and the index is kept."""
    train, label = _orders(rng, 50)
    index = rng.integers(0, 20, size=50)
    train.index = pd.Index(index)
    encoder = yield call("CategoryEncoder", ["city"], smoothing=1.0)
    encoder = yield method(encoder, "fit", train, pd.Series(label, index=np.arange(50) + 1000))
    result = table((yield method(encoder, "transform", train)), "What transform returns")
    values = numbers(result["city"], "The encoded city", (50,))
    _same(values, _expected(train["city"], label, 1.0, train["city"]), "With repeated index labels")
    assert list(result.index) == list(index), "The index is not the one that was handed in."


def check_second_fit_forgets(rng):
    """Fitting again forgets the first fit, and fit returns the encoder."""
    (first, label), (second, label_two) = _orders(rng, 60, "abcd"), _orders(rng, 60, "cdef")
    encoder = yield call("CategoryEncoder", ["city"], smoothing=4.0)
    yield method(encoder, "fit", first, label)
    again = yield method(encoder, "fit", second, label_two)
    asked = pd.DataFrame({"city": list("abcdef")})
    result = table((yield method(again, "transform", asked)), "What transform returns")
    values = numbers(result["city"], "The encoded city", (6,))
    _same(values, _expected(second["city"], label_two, 4.0, asked["city"]), "After a second fit")
    same = yield method(encoder, "transform", asked)
    _same(numbers(same["city"], "The encoded city", (6,)), values, "The encoder that fit was called on")
    yield attribute(again, "transform")
