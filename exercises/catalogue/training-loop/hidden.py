"""What the panel asks: whose mean scales, what a pass really does, and which weights are left at the end."""

import numpy as np
import pandas as pd
import torch
from judging import attribute, call, define, method, numbers, parts

PROBE = '''
import torch
from torch import nn


class Probe(nn.Module):
    """A linear model that remembers every forward pass."""

    def __init__(self, weights, dropout=0.0):
        super().__init__()
        self.layer = nn.Linear(len(weights), 1, bias=False)
        self.layer.weight.data = torch.tensor([weights])
        self.dropout = nn.Dropout(dropout)
        self.seen = []

    def forward(self, x):
        self.seen.append((x[:, 0].tolist(), self.training, torch.is_grad_enabled()))
        return self.layer(self.dropout(x))

    def weights(self):
        return self.layer.weight.detach().ravel().tolist()

    def descent(self, rate):
        return torch.optim.SGD(self.parameters(), lr=rate)
'''


def _drawn(rng, rows, features=2):
    x = rng.normal(size=(rows, features)).astype("float32")
    y = (x @ rng.normal(size=features) + rng.normal(size=rows) + 2).astype("float32")
    return x, y


def _tensors(*arrays):
    return tuple(torch.from_numpy(np.asarray(array, dtype="float32")) for array in arrays)


def _error(weights, x, y):
    return float(np.mean((x @ np.asarray(weights, dtype=float) - y) ** 2))


def check_scaled_by_training_rows(rng):
    """Scaling uses the training rows alone, after the broken readings are gone."""
    rows = 80
    frame = pd.DataFrame(
        {"u": rng.normal(5, 3, rows), "v": rng.gamma(2, 4, rows), "power_kw": rng.random(rows)}
    )
    frame["split"] = np.where(rng.random(rows) < 0.7, "train", "valid")
    frame.loc[frame["split"] == "valid", "u"] += 40
    broken = rng.choice(rows, 6, replace=False)
    frame.loc[broken, ["u", "v", "power_kw"][int(rng.integers(3))]] = -999.0
    answer = parts((yield call("prepare", frame)), "What prepare returns", 4)
    good = frame.drop(index=broken)
    train = (good["split"] == "train").to_numpy()
    features = good[["u", "v"]].to_numpy()
    expected = (features - features[train].mean(0)) / features[train].std(0)
    x_train = numbers(answer[0], "x_train", expected[train].shape)
    x_valid = numbers(answer[2], "x_valid", expected[~train].shape)
    assert np.allclose(x_train, expected[train], atol=1e-3), (
        "The training rows are not scaled as the brief says."
    )
    assert np.allclose(x_valid, expected[~train], atol=1e-3), (
        "The validation rows are not scaled as the training rows."
    )
    y_valid = numbers(answer[3], "y_valid", (int((~train).sum()),))
    assert np.allclose(y_valid, good["power_kw"][~train], atol=1e-5), (
        "y_valid holds other targets than the frame."
    )


def check_constant_feature(rng):
    """A feature that never changes in training becomes 0, and nothing becomes nan."""
    frame = pd.DataFrame({"k": np.full(30, float(rng.integers(1, 9))), "u": rng.normal(size=30)})
    frame = frame.assign(power_kw=rng.random(30), split=["train", "train", "valid"] * 10)
    answer = parts((yield call("prepare", frame)), "What prepare returns", 4)
    for name, value in zip(("x_train", "x_valid"), (answer[0], answer[2]), strict=True):
        column = numbers(value, name)[:, 0]
        assert np.all(column == 0), f"The constant feature became {column[0]} in {name}."


def check_every_row_once_in_new_order(rng):
    """A pass sees every row once, in training mode, in batches no larger than asked and in a new order each time."""
    x, y = _drawn(rng, 23)
    probe = yield define(PROBE, "Probe", [0.0, 0.0])
    yield method(probe, "train", False)
    optimizer = yield method(probe, "descent", 0.0)
    for _ in range(2):
        yield call("train_epoch", probe, *_tensors(x, y), optimizer, 5)
    seen = yield attribute(probe, "seen")
    rows = np.concatenate([batch for batch, _, _ in seen])
    assert len(rows) == 46, f"Two passes over 23 rows saw {len(rows)} rows."
    first, second = rows[:23], rows[23:]
    whole = np.allclose(np.sort(first), np.sort(x[:, 0])) and np.allclose(np.sort(second), np.sort(x[:, 0]))
    assert whole, "Some row was seen twice in one pass and another not at all."
    assert max(len(batch) for batch, _, _ in seen) == 5, "Batches are not of the size that was asked."
    assert not np.array_equal(first, second), "Both passes went through the rows in the same order."
    assert all(training for _, training, _ in seen), "The model was not in training mode during a pass."


def check_error_is_per_row(rng):
    """The error of a pass is the mean over rows, also where the last batch is smaller."""
    x, y = _drawn(rng, 21)
    y[rng.integers(21)] += 50
    weights = rng.normal(size=2).tolist()
    probe = yield define(PROBE, "Probe", weights)
    optimizer = yield method(probe, "descent", 0.0)
    for _ in range(2):
        answer = yield call("train_epoch", probe, *_tensors(x, y), optimizer, 4)
        error = numbers(answer, "What train_epoch returns", ())
        right = _error(weights, x, y)
        assert np.isclose(error, right, rtol=1e-3), (
            f"train_epoch returned {error:.3f}; per row it is {right:.3f}."
        )


def check_steps_follow_the_gradient(rng):
    """Each step follows the gradient of its own batch and nothing else."""
    x, y = _drawn(rng, 16)
    weights = rng.normal(size=2)
    probe = yield define(PROBE, "Probe", weights.tolist())
    optimizer = yield method(probe, "descent", 0.05)
    for _ in range(4):
        yield call("train_epoch", probe, *_tensors(x, y), optimizer, 16)
        weights = weights - 0.05 * 2 / 16 * x.T @ (x @ weights - y)
    reached = numbers((yield method(probe, "weights")), "The weights", (2,))
    assert np.allclose(reached, weights, atol=1e-3), (
        f"After four steps of plain descent the weights are {reached.round(3)}; {weights.round(3)} was expected."
    )


def check_evaluate_leaves_no_trace(rng):
    """evaluate is exact under dropout, tracks no gradient, and leaves the model's mode as it was."""
    x, y = _drawn(rng, 40)
    weights = rng.normal(size=2).tolist()
    probe = yield define(PROBE, "Probe", weights, dropout=0.5)
    for mode in (True, False):
        yield method(probe, "train", mode)
        error = numbers((yield call("evaluate", probe, *_tensors(x, y))), "What evaluate returns", ())
        right = _error(weights, x, y)
        assert np.isclose(error, right, rtol=1e-3), (
            f"evaluate returned {error:.3f}, where {right:.3f} is right."
        )
        after = yield attribute(probe, "training")
        assert after is mode, f"A model with training={mode} had training={after} after evaluate."
    seen = yield attribute(probe, "seen")
    assert not any(training for _, training, _ in seen), "The model was in training mode during evaluate."
    assert not any(gradients for _, _, gradients in seen), "Gradients were tracked during evaluate."


def check_best_weights_come_back(rng):
    """fit stops by patience and leaves the model with the weights of its best epoch."""
    target, patience = float(rng.uniform(0.6, 1.4)), int(rng.integers(3, 7))
    x = rng.normal(size=(60, 1)).astype("float32")
    probe = yield define(PROBE, "Probe", [0.0])
    data = _tensors(x, 5 * x[:, 0], x, target * x[:, 0])
    history = yield call("fit", probe, data, epochs=200, patience=patience, learning_rate=0.08, batch_size=20)
    valid = numbers(history["valid"], "valid in the history")
    best = int(np.argmin(valid))
    assert history["best_epoch"] == best, (
        f"best_epoch is {history['best_epoch']}; the lowest error is at {best}."
    )
    assert len(valid) == best + 1 + patience, (
        f"With patience {patience} and the best epoch {best}, {len(valid)} epochs ran, not {best + 1 + patience}."
    )
    left = _error((yield method(probe, "weights")), x, target * x[:, 0])
    assert np.isclose(left, valid[best], rtol=1e-2, atol=1e-5), (
        f"The model that is left has error {left:.4f}; its best epoch had {valid[best]:.4f}."
    )


def check_runs_all_epochs_while_it_improves(rng):
    """While the validation error falls, fit goes on to the last epoch."""
    x = rng.normal(size=(50, 1)).astype("float32")
    probe = yield define(PROBE, "Probe", [0.0])
    data = _tensors(x, 50 * x[:, 0], x, 50 * x[:, 0])
    history = yield call("fit", probe, data, epochs=7, patience=2, learning_rate=0.01, batch_size=25)
    valid = numbers(history["valid"], "valid in the history")
    assert len(valid) == 7, f"{len(valid)} of 7 epochs ran although every one was better than the last."
    assert history["best_epoch"] == 6, f"best_epoch is {history['best_epoch']}, where 6 was expected."
