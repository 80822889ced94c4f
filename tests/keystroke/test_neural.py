"""The net beside the product: what it sees, its file, its fusion; and its training where the kernels' torch is."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keystroke.evaluation.answers import Answers
from keystroke.evaluation.metrics import auc
from keystroke.neural.file import BadNet, read_net, write_net
from keystroke.neural.fusion import FUSED, NET, fused
from keystroke.neural.presses import COLUMNS, WINDOW, norms_of, windows
from keystroke.timing import Typing
from tests.test_layering import ROOT, imported


def test_nothing_else_knows_of_the_net_or_of_torch() -> None:
    apart = ROOT / "keystroke" / "neural"
    users = {
        str(path.relative_to(ROOT))
        for package in ("keystroke", "liveroom", "kernels")
        for path in (ROOT / package).rglob("*.py")
        if apart not in path.parents
        and any(
            name.split(".")[0] == "torch" or name.startswith("keystroke.neural") for name in imported(path)
        )
    }
    assert users == set()


# What it sees


def typed(keys: int) -> Typing:
    """A, B, A, B, …: a press every 100 ms; A is held for 50 ms, and B for 130, over into the next A."""
    down = 100 * np.arange(keys, dtype=np.float64)
    held = np.where(np.arange(keys) % 2 == 0, 50.0, 130.0)
    follows = np.arange(keys) > 0
    return Typing([("KeyA", "KeyB")[i % 2] for i in range(keys)], down, down + held, follows)


def test_norms_are_means_of_logs_drawn_towards_those_of_all_keys() -> None:
    norms = norms_of([typed(200)])
    assert norms.codes == ["KeyA", "KeyB"]
    everything = (np.log(50) + np.log(130)) / 2
    a, b = ((100 * np.log(held) + 5 * everything) / 105 for held in (50, 130))
    np.testing.assert_allclose(norms.hold, [everything, a, b], rtol=1e-6)
    np.testing.assert_allclose(norms.press, np.full((3, 3), np.log(100)), rtol=1e-6)
    released = [np.arcsinh(50 / 40), np.arcsinh(-30 / 40)]  # from A to B, 100 times; from B to A, 99 times
    everything = (100 * released[0] + 99 * released[1]) / 199
    np.testing.assert_allclose(norms.release[1, 2], (100 * released[0] + 5 * everything) / 105, rtol=1e-6)
    np.testing.assert_allclose(norms.release[1, 1], everything, rtol=1e-6)


def test_a_key_that_few_typed_has_no_place() -> None:
    assert norms_of([typed(198)]).codes == []
    norms = norms_of([typed(199)])
    assert norms.codes == ["KeyA"]
    np.testing.assert_allclose(norms.hold[0], (100 * np.log(50) + 99 * np.log(130)) / 199, rtol=1e-6)


def test_windows_tile_a_stretch_and_the_last_reaches_back() -> None:
    norms = norms_of([typed(200)])
    assert windows(typed(2 * WINDOW), norms).times.shape == (2, WINDOW, COLUMNS)
    seen = windows(typed(2 * WINDOW + 11), norms)
    assert seen.codes.shape == seen.before.shape == (3, WINDOW)
    assert seen.codes[0, :3].tolist() == [1, 2, 1]
    assert seen.before[0, :3].tolist() == [0, 1, 2]  # before the first there is nothing
    assert seen.codes[2, 0] == 2  # it starts with press 61
    assert seen.times[:, :, 7].sum(axis=1).tolist() == [WINDOW - 1, WINDOW, WINDOW]
    with pytest.raises(ValueError, match="49 usable key presses are too few; 50 are needed"):
        windows(typed(49), norms)


def test_times_stand_beside_everybodys_and_what_is_missing_is_said() -> None:
    norms = norms_of([typed(200)])
    typing = typed(WINDOW)
    typing.up[1] = np.nan
    seen = windows(typing, norms).times[0]
    hold = np.log(50) - norms.hold
    release = np.arcsinh(50 / 40) - norms.release[[0, 1], [0, 2]]
    np.testing.assert_allclose(seen[1], [0, 0, release[0], 0, 0, release[1], 0, 1, 1], atol=1e-6)
    np.testing.assert_allclose(seen[2], [hold[0], 0, 0, hold[1], 0, 0, 1, 1, 0], atol=1e-6)


# The file


def written(path: Path, **changes: Any) -> Path:
    """A net's file, whole but for the changes; None leaves an array out."""
    norms = norms_of([typed(200)])
    weights = {"point.bias": np.arange(4, dtype=np.float32)}
    write_net(path, norms, np.zeros(64, dtype=np.float32), weights)
    with np.load(path) as file:
        arrays: dict[str, Any] = {name: file[name] for name in file.files} | changes
    kept = {name: values for name, values in arrays.items() if values is not None}
    with path.open("wb") as file:
        np.savez_compressed(file, **kept)
    return path


def test_a_net_is_read_as_it_was_written(tmp_path: Path) -> None:
    norms, centre, weights = read_net(written(tmp_path / "net"))
    expected = norms_of([typed(200)])
    assert norms.codes == expected.codes
    for name in ("hold", "press", "release"):
        np.testing.assert_array_equal(getattr(norms, name), getattr(expected, name))
    assert centre.shape == (64,)
    assert {name: values.tolist() for name, values in weights.items()} == {"point.bias": [0, 1, 2, 3]}


class Trap:
    """Would leave a file behind if it were unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_nothing_in_a_file_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    with pytest.raises(BadNet, match="allow_pickle=False"):
        read_net(written(tmp_path / "net", hold=np.array([Trap(trap)], dtype=object)))
    assert not trap.exists()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": np.array(2)}, "of version 2, this reads 1"),
        ({"version": None}, "'version'"),
        ({"centre": None}, "'centre'"),
        ({"hold": np.zeros(3)}, "`hold` must hold finite single-precision numbers"),
        ({"weight x": np.array([np.nan], dtype=np.float32)}, "`weight x` must hold finite"),
        ({"press": np.zeros((3, 2), dtype=np.float32)}, "tables are not of 2 keys"),
        ({"codes": np.array(["KeyA", "KeyA"])}, "different names of keys"),
        ({"codes": np.array("KeyA")}, "different names of keys"),
        ({"codes": np.arange(2)}, "different names of keys"),
        ({"other": np.zeros(1, dtype=np.float32)}, "`other`, which no net has"),
        ({"weight x": np.zeros(5 * 2**20, dtype=np.float32)}, "unpacks to more than 16 MiB"),
    ],
)
def test_a_file_that_is_no_net_is_refused(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadNet, match=why):
        read_net(written(tmp_path / "net", **changes))


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "net")
    for content in (b"", b"PK", path.read_bytes()[:-40], np.array(1.0).tobytes()):
        path.write_bytes(content)
        with pytest.raises(BadNet, match="no net that this version can use"):
            read_net(path)


# The fusion


def answered(corpus: str, *, net_helps: float, seed: int) -> Answers:
    rng = np.random.default_rng(seed)
    people = np.repeat([f"{corpus} {i}" for i in range(30)], 8)
    same = np.tile([True, True, False, False, False, False, False, False], 30)
    raw = 2 * same - 1 + rng.normal(0, 1, len(same))
    score = net_helps * same + rng.normal(0, 0.5, len(same))
    return Answers(corpus, 500, 200, raw, raw, same, people, people, {NET: score}, ms=0.0, ungated=True)


def by_threes(*answers: Answers) -> dict[str, int]:
    return {person: i % 3 for each in answers for i, person in enumerate(np.unique(each.enrolled).tolist())}


def test_a_net_that_knows_more_makes_the_ratio_better_and_one_that_knows_nothing_leaves_it() -> None:
    def gains(net_helps: float) -> float:
        answers = answered("a", net_helps=net_helps, seed=1)
        (found,) = fused([answers], by_threes(answers))
        sides = [
            {"same": values[answers.same], "different": values[~answers.same]}
            for values in (found.scores[FUSED], answers.raw)
        ]
        return auc(**sides[0]) - auc(**sides[1])

    assert gains(1.0) > 0.03
    assert abs(gains(0.0)) < 0.01


def test_a_folds_ratios_are_weighed_by_the_other_folds_alone() -> None:
    answers, others = answered("a", net_helps=1.0, seed=1), answered("b", net_helps=0.5, seed=2)
    fold_of = by_threes(answers, others)
    first = np.array([fold_of[person] == 0 for person in answers.enrolled])
    changed = replace(answers, same=np.where(first, ~answers.same, answers.same))
    before, after = (fused([each, others], fold_of)[0].scores[FUSED] for each in (answers, changed))
    np.testing.assert_array_equal(before[first], after[first])
    assert not np.isclose(before[~first], after[~first]).any()


# The training, with the torch of the kernels' environment


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where nets of invented people are, and what was found of them."""
    [kernels] = (ROOT / ".venv-kernel").glob("lib/python3*/site-packages")
    folder = tmp_path_factory.mktemp("nets")
    subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.keystroke.training", folder],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{kernels}", "OMP_NUM_THREADS": "1"},
        timeout=300,
    )
    return folder


def test_a_seed_makes_one_net(trained: Path) -> None:
    assert (trained / "one.npz").read_bytes() == (trained / "again.npz").read_bytes()
    one, other = read_net(trained / "one.npz")[2], read_net(trained / "other.npz")[2]
    assert {name: values.shape for name, values in one.items()} == {
        name: values.shape for name, values in other.items()
    }
    assert not np.array_equal(one["point.weight"], other["point.weight"])
    assert 90_000 < sum(values.size for values in one.values()) < 120_000


def test_a_session_is_a_point_on_a_sphere_that_outlives_the_file(trained: Path) -> None:
    told = json.loads((trained / "told.json").read_text())
    assert told["shape"] == [10, 2, 64]
    assert told["lengths"] == [1.0] * 20
    assert told["kept"]


def test_forty_steps_tell_people_apart_that_the_net_never_saw(trained: Path) -> None:
    told = json.loads((trained / "told.json").read_text())
    assert told["steps"] == 40
    assert told["auc"] > 0.75  # 0.5 is chance


def test_weights_of_another_net_are_refused(trained: Path) -> None:
    told = json.loads((trained / "told.json").read_text())
    assert ["weights are not" in each or "centre is not" in each for each in told["refusals"]] == [True] * 3
