"""What the candidate may run: shapes, one epoch, the evaluation, and that a small model learns."""

import numpy as np
import pandas as pd
import torch
from judging import call, numbers, parts


def _readings(rng, rows):
    x = rng.normal(size=(rows, 3))
    frame = pd.DataFrame(x, columns=["a", "b", "c"])
    frame["power_kw"] = 2 * x[:, 0] - x[:, 1] * x[:, 2] + rng.normal(0, 0.1, rows)
    frame["split"] = np.where(np.arange(rows) % 4 == 3, "valid", "train")
    return frame


def check_prepare_makes_four_tensors(rng):
    """prepare leaves out rows with -999 and returns four tensors of the right shapes."""
    frame = _readings(rng, 40)
    frame.loc[0, "b"] = -999.0
    frame.loc[3, "power_kw"] = -999.0
    answer = parts((yield call("prepare", frame)), "What prepare returns", 4)
    for value, name, shape in zip(
        answer, ("x_train", "y_train", "x_valid", "y_valid"), ((29, 3), (29,), (9, 3), (9,)), strict=True
    ):
        assert isinstance(value, torch.Tensor), f"{name} is not a tensor."
        assert value.dtype == torch.float32, f"{name} is {value.dtype}, where torch.float32 was expected."
        numbers(value, name, shape)


def check_evaluate_is_mean_squared_error(rng):
    """evaluate returns the mean squared error as a float."""
    model = yield call("build_model", 3)
    x = torch.from_numpy(rng.normal(size=(50, 3)).astype("float32"))
    y = torch.from_numpy(rng.normal(size=50).astype("float32") + 100)
    error = yield call("evaluate", model, x, y)
    assert isinstance(error, float), "evaluate did not return a float."
    assert 8_000 < error < 12_000, (
        f"Targets near 100 and predictions near 0 should give some 10000; got {error:.1f}."
    )


def check_fit_learns(rng):
    """fit brings the validation error of a small model well below that of always predicting the mean."""
    frame = _readings(rng, 400)
    data = parts((yield call("prepare", frame)), "What prepare returns", 4)
    model = yield call("build_model", 3)
    history = yield call("fit", model, tuple(data), epochs=15, patience=10, learning_rate=0.02, batch_size=32)
    told = set(history) if isinstance(history, dict) else set()
    assert {"train", "valid", "best_epoch"} <= told, (
        "fit should return a dict with train, valid and best_epoch."
    )
    numbers(history["train"], "train in the history", (len(history["valid"]),))
    baseline = float(numbers(data[3], "y_valid").var())
    reached = float(numbers(history["valid"], "valid in the history").min())
    assert reached < 0.5 * baseline, f"The best error is {reached:.2f}; the mean alone gives {baseline:.2f}."
