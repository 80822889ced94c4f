"""What the candidate may run: the formula, an unseen category, and rows that stay as they were."""

import numpy as np
import pandas as pd
from judging import call, method, numbers, table


def check_means_are_smoothed(rng):
    """Categories become smoothed means of the target."""
    frame = pd.DataFrame({"city": ["a", "a", "a", "b"], "distance_km": [1.0, 2.0, 3.0, 4.0]})
    encoder = yield call("CategoryEncoder", ["city"], smoothing=2.0)
    encoder = yield method(encoder, "fit", frame, np.array([1, 1, 0, 0]))
    result = table((yield method(encoder, "transform", frame)), "What transform returns")
    assert "city" in result, "The column city is gone after transform."
    city = numbers(result["city"], "The encoded city", (4,))
    assert np.allclose(city, [0.6, 0.6, 0.6, 1 / 3]), (
        f"For city a, a, a, b with labels 1, 1, 0, 0 and smoothing 2, 0.6 and 0.333 were expected; got {city.round(3)}."
    )


def check_unseen_becomes_overall_mean(rng):
    """A category that fit never saw becomes the overall mean."""
    frame = pd.DataFrame({"city": ["a", "b", "b", "a"]})
    encoder = yield call("CategoryEncoder", ["city"])
    encoder = yield method(encoder, "fit", frame, np.array([1, 0, 0, 0]))
    result = yield method(encoder, "transform", pd.DataFrame({"city": ["z"]}))
    city = numbers(table(result, "What transform returns")["city"], "The encoded city", (1,))
    assert np.allclose(city, 0.25), (
        f"An unseen city became {city[0]}, where the overall mean, 0.25, was expected."
    )


def check_other_columns_stay(rng):
    """Other columns, their order and the index stay as they were."""
    frame = pd.DataFrame({"x": [1, 2, 3], "city": ["a", "b", "a"], "y": ["u", "v", "w"]}, index=[7, 5, 9])
    encoder = yield call("CategoryEncoder", ["city"])
    encoder = yield method(encoder, "fit", frame, np.array([1, 0, 0]))
    result = table((yield method(encoder, "transform", frame)), "What transform returns")
    assert list(result.columns) == ["x", "city", "y"], f"The columns came back as {list(result.columns)}."
    assert list(result.index) == [7, 5, 9], f"The index came back as {list(result.index)}."
    same = list(result["x"]) == [1, 2, 3] and list(result["y"]) == ["u", "v", "w"]
    assert same, "A column that was not to be encoded has changed."
