"""A site's own population is read once, at the start, or refused in a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from keystroke.population import shipped
from liveroom.errors import BadSettings
from liveroom.typing.site_population import site_population


def test_without_a_setting_there_is_none() -> None:
    assert site_population(None) is None


def test_a_population_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(shipped().to_dict()))
    found = site_population(path)
    assert found is not None
    assert found.cohort == shipped().cohort


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", '{"population": 0}', "\x00", "[" * 100_000])
def test_what_is_no_population_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "own.json"
    path.write_text(content)
    with pytest.raises(BadSettings, match="recalibrate"):
        site_population(path)


@pytest.mark.parametrize("part", ["calibration", "resampled", "spread", "cohort", "performance", "densities"])
def test_a_population_that_lacks_a_part_or_has_another_there_is_refused(tmp_path: Path, part: str) -> None:
    path = tmp_path / "own.json"
    for broken in ({}, {part: [1.0]}):
        whole = shipped().to_dict()
        del whole[part]
        path.write_text(json.dumps(whole | broken))
        with pytest.raises(BadSettings, match="not a population file"):
            site_population(path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("calibration", 2), float("nan")),
        (("calibration", 2), 1e308),
        (("calibration", 1), "1"),
        (("resampled", 9, 3), None),
        (("resampled",), []),
        (("spread", "style_session", 5, 5), float("inf")),
        (("spread", "features", "DD KeyA>KeyN", 4), 0),
        (("spread", "features", "DD KeyA>KeyN", 2), -1),
        (("densities", 1, "same"), [1.0]),
        (("densities", 1, "keys"), "many"),
        (("performance", 0, "same_below_tenth"), float("nan")),
        (("cohort", "name"), ["people"]),
    ],
)
def test_what_a_comparison_would_stumble_over_later_is_refused_at_once(
    tmp_path: Path, path: tuple[str | int, ...], value: object
) -> None:
    whole: Any = json.loads(json.dumps(shipped().to_dict()))
    holder = whole
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = value
    file = tmp_path / "own.json"
    file.write_text(json.dumps(whole))
    with pytest.raises(BadSettings, match="not a population file"):
        site_population(file)


def test_a_path_without_a_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cannot be read"):
        site_population(tmp_path / "none.json")
