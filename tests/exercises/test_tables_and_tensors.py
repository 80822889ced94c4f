"""Tables and tensors cross between two real kernels and back unchanged."""

import pytest

from exercises.judge import judge
from tests.exercises.sealed import SealedKernels
from tests.exercises.standin import small_exercise

pytestmark = pytest.mark.asyncio(loop_scope="module")

ECHO = '''
import numpy as np
import pandas as pd
import torch
from judging import call

FRAMES = {
    "plain": pd.DataFrame({"a": [1, 2], "b": [1.5, np.nan], "c": [True, False]}, index=[5, 5]),
    "texts": pd.DataFrame({"a": ["x", None], "b": pd.Series(["x", 3], dtype=object)}),
    "nullable": pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean")}),
    "categories": pd.DataFrame({"a": pd.Categorical(["x", None, "y"], categories=["y", "x"], ordered=True)}),
    "numbers as categories": pd.DataFrame({"a": pd.Categorical([3, 1, 3])}),
    "times": pd.DataFrame({"a": pd.to_datetime(["2026-01-02", None]), "b": pd.to_timedelta([1, 2], unit="s")}),
    "same names": pd.DataFrame([[1, "x"], [2, "y"]], columns=["a", "a"]),
    "no rows": pd.DataFrame({"a": [1.0], "b": ["x"]}).iloc[:0],
    "no columns": pd.DataFrame(index=[1, 2]),
    "two levels": pd.DataFrame({"a": [1, 2]}, index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)])),
    "named index": pd.DataFrame({"a": [1, 2]}, index=pd.Index(["u", "v"], name="key")),
}

def check_frames(rng):
    """Frames come back as they went."""
    for name, frame in FRAMES.items():
        back = yield call("echo", frame)
        pd.testing.assert_frame_equal(back, frame, check_index_type=False, check_column_type=False, obj=name)

def check_series(rng):
    """Series, indexes and single values come back as they went."""
    series = pd.Series(rng.normal(size=4), index=list("abcd"), name="s")
    back = yield call("echo", [series, series.index, pd.NA, pd.NaT, pd.Timestamp("2026-03-02 14:00")])
    pd.testing.assert_series_equal(back[0], series, check_index_type=False)
    assert list(back[1]) == list("abcd")
    assert back[2] is pd.NA and back[3] is pd.NaT and back[4] == pd.Timestamp("2026-03-02 14:00")

def check_tensors(rng):
    """Tensors come back as they went, without their gradients."""
    for tensor in (torch.arange(6).reshape(2, 3), torch.tensor(1.5), torch.ones(2, 0), torch.tensor([True])):
        back = yield call("echo", tensor)
        assert back.dtype == tensor.dtype and torch.equal(back, tensor)
    back = yield call("echo", torch.ones(2, requires_grad=True))
    assert torch.equal(back, torch.ones(2))
'''


async def test_tables_and_tensors_come_back_as_they_went(kernels: SealedKernels) -> None:
    async with kernels.lend({}) as judging, kernels.lend({}) as answering:
        verdict = await judge(
            small_exercise(hidden=ECHO),
            "def echo(x):\n    return x\n",
            which="hidden",
            seed=1,
            judge_kernel=judging,
            candidate_kernel=answering,
        )
    assert [(result.name, result.reason) for result in verdict.results] == [
        ("check_frames", None),
        ("check_series", None),
        ("check_tensors", None),
    ]
