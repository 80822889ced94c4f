"""`python -m keystroke`, on timelines written as the server writes them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import keystroke
from keystroke.__main__ import main
from keystroke.codec import typing_in
from keystroke.timeline import KeyEvent
from tests.keystroke.timelines import batches, exported
from tests.support.typist import recorded


def timeline(path: Path, keys: Sequence[KeyEvent], *, participant: str = "p1") -> Path:
    path.write_bytes(b"\n".join(exported(batches(keys, participant=participant))) + b"\n")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return timeline(tmp_path / "home.jsonl", recorded("v010", 0))


@pytest.fixture
def live(tmp_path: Path) -> Path:
    return timeline(tmp_path / "live.jsonl", recorded("v010", 1))


def test_compare_prints_the_report_as_json(
    home: Path, live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "--profile", str(home), "--questioned", str(live), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    direct = keystroke.compare(recorded("v010", 0), recorded("v010", 1))
    assert found["log10_lr"] == pytest.approx(direct.log10_lr, abs=1e-6)
    assert (found["status"], found["n_profile"], found["n_questioned"]) == ("ok", 500, 500)


def test_a_profile_of_several_timelines_is_named_in_one_go_or_one_by_one(
    home: Path, live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compare, questioned = ["compare", "--json"], ["--questioned", str(live)]
    assert main([*compare, "--profile", str(home), str(live), *questioned]) == 0
    together = json.loads(capsys.readouterr().out)
    assert main([*compare, "--profile", str(home), "--profile", str(live), *questioned]) == 0
    assert json.loads(capsys.readouterr().out) == together
    assert together["n_profile"] == 1000


def test_compare_says_it_in_words(home: Path, live: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--profile", str(home), "--questioned", str(live)]) == 0
    said = capsys.readouterr().out
    assert "times more likely if the same person typed both than if two different people did." in said
    assert "500 keys in the profile, 500 questioned" in said
    assert "Cohort: population 1 (109 people" in said


def test_compare_says_why_there_is_no_ratio(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = timeline(tmp_path / "short.jsonl", recorded("v010", 1)[:80])
    assert main(["compare", "--profile", str(home), "--questioned", str(short)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "No ratio: insufficient data.\nThe questioned session holds 40 usable key presses;"
    )


def test_a_profile_may_come_from_several_timelines(
    home: Path, live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["profile", str(home), str(live)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["profile"], found["quality"]["keys"]) == (2, 1000)
    assert [session["keys"] for session in found["sessions"]] == [500, 500]


def test_a_room_without_keys_is_an_empty_session(tmp_path: Path) -> None:
    assert typing_in([timeline(tmp_path / "silent.jsonl", [])]) == []


def test_with_two_typists_one_must_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = tmp_path / "both.jsonl"
    keys = recorded("v010", 0)[:40]
    both.write_bytes(b"\n".join(exported([*batches(keys), *batches(keys, participant="p2")])))
    assert main(["profile", str(both)]) == 1
    assert capsys.readouterr().err == "Several participants typed (p1, p2): name one.\n"
    assert main(["profile", str(both), "--participant", "p2"]) == 0
    assert json.loads(capsys.readouterr().out)["quality"]["keys"] == 20


def test_an_error_is_one_sentence_naming_the_file_and_line(
    tmp_path: Path, live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = tmp_path / "spoilt.jsonl"
    spoilt.write_bytes(live.read_bytes()[:-40])
    assert main(["compare", "--profile", str(spoilt), "--questioned", str(live)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"{spoilt}: Line ")
    assert captured.err.count("\n") == 1
    assert main(["profile", str(tmp_path / "nowhere.jsonl")]) == 1


def test_evaluate_says_when_there_is_nothing_to_measure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"Not measured: {tmp_path} holds none of the data sets.\n"
