"""`python -m keystroke`, on timelines written as the server writes them."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

import keystroke
from keystroke.__main__ import main
from keystroke.files.sessions import sessions_in, write_timeline
from keystroke.population import read_population, shipped
from keystroke.population.recalibrate import recalibrate
from keystroke.timeline import KeyEvent, Verified, verify
from tests.keystroke.timelines import batches, exported
from tests.support.typist import EXCERPT, recorded, recordings


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
    assert "Cohort: population 2 (109 people" in said


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
    assert sessions_in(str(timeline(tmp_path / "silent.jsonl", []))) == [[]]


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


# Tables and profile files


def test_a_session_of_a_table_is_named_after_the_file(
    home: Path, live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "--profile", str(home), "--questioned", str(live), "--json"]) == 0
    of_timelines = json.loads(capsys.readouterr().out)
    one, other = f"{EXCERPT}::v010::0", f"{EXCERPT}::v010::1"
    assert main(["compare", "--profile", one, "--questioned", other, "--json"]) == 0
    of_tables = json.loads(capsys.readouterr().out)
    assert of_tables["log10_lr"] == pytest.approx(of_timelines["log10_lr"], abs=1e-6)
    assert (of_tables["n_profile"], of_tables["n_questioned"]) == (500, 500)


def test_all_sessions_of_a_person_make_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", f"{EXCERPT}::v010"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sessions"]) == 6
    assert main(["profile", str(EXCERPT), "--participant", "v010"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sessions"]) == 6


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (str(EXCERPT), f"4 people typed in this table; name one as {EXCERPT}::v006."),
        (f"{EXCERPT}::nobody", "nobody did not type in this table"),
        (f"{EXCERPT}::v010::9", "v010 has no session 9, but 0, 1, 2, 3, 4, 5."),
    ],
)
def test_who_is_meant_must_be_clear(name: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", name]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_a_profile_says_on_what_it_was_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"page": "x3", "n": 99, "client_at_us": 0, "tick_us": None, "isolated": True, "layout": "qwerty"}
    told |= {"platform": "linux", "browser": "an older one", "touch": False}
    again = {**told, "tick_us": 100}
    contents = batches(recorded("v010", 0))
    contents += [(1, "p1", "set-up", "all", told), (2, "p1", "set-up", "all", again)]
    home = tmp_path / "home.jsonl"
    home.write_bytes(b"\n".join(exported(contents)))
    assert main(["profile", str(home), f"{EXCERPT}::v010::1"]) == 0
    of_timeline, of_table = json.loads(capsys.readouterr().out)["sessions"]
    assert of_timeline["set_ups"] == [
        {"platform": "linux", "browser": "other", "layout": "qwerty", "touch": False}
    ]
    assert of_table["set_ups"] == []


def test_a_profile_file_takes_the_place_of_its_sessions(
    home: Path, live: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "profile.json"
    assert main(["profile", str(home), "-o", str(file), "--days", "7"]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{file}\n"
    assert "500 usable key presses of 1 session" in captured.err
    kept = json.loads(file.read_bytes())
    assert date.fromisoformat(kept["expires"]) - date.fromisoformat(kept["made"]) == timedelta(days=7)
    assert main(["compare", "--profile", str(file), "--questioned", str(live), "--json"]) == 0
    of_file = json.loads(capsys.readouterr().out)
    assert main(["compare", "--profile", str(home), "--questioned", str(live), "--json"]) == 0
    of_timeline = json.loads(capsys.readouterr().out)
    assert of_file["log10_lr"] == pytest.approx(of_timeline["log10_lr"], abs=0.02)  # kept to five places
    kept_compare = ["compare", "--profile", str(file), "--questioned", str(live)]
    assert main(kept_compare) == 0
    assert "times more likely" in capsys.readouterr().out
    assert main([*kept_compare, "--condition", "touch"]) == 0
    assert capsys.readouterr().out.startswith("No ratio: incompatible conditions.")


def test_a_profile_file_that_expired_is_refused(
    home: Path, live: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "profile.json"
    assert main(["profile", str(home), "-o", str(file)]) == 0
    kept = json.loads(file.read_bytes())
    file.write_text(json.dumps(kept | {"made": "2020-01-01", "expires": "2020-01-31"}))
    capsys.readouterr()
    assert main(["compare", "--profile", str(file), "--questioned", str(live)]) == 1
    assert capsys.readouterr().err.startswith(f"{file}: This profile expired on 2020-01-31.")
    assert main(["compare", "--profile", str(file), str(home), "--questioned", str(live)]) == 1
    assert "not both" in capsys.readouterr().err
    assert main(["profile", str(home), "--days", "999"]) == 1
    assert "1 to 180 days" in capsys.readouterr().err


def test_what_is_known_to_differ_widens_the_interval(
    home: Path, live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compare = ["compare", "--json", "--profile", str(home), "--questioned", str(live), "--condition"]
    assert main([*compare, "keyboard_changed"]) == 0
    assert "different keyboards" in capsys.readouterr().out
    assert main([*compare, "touch"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "incompatible_conditions"


# simulate


def test_a_simulation_is_a_timeline_that_can_be_compared_and_verified(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bot.jsonl"
    assert main(["simulate", "constant", str(home), "-o", str(file)]) == 0
    assert capsys.readouterr().out == f"constant, 1000 key events: {file}\n"
    with file.open("rb") as lines:
        assert isinstance(verify(lines), Verified)
    (sent,) = sessions_in(str(file))
    downs = [event["t"] for event in sent if event["type"] == "keydown"]
    assert {round(after - before) for before, after in pairwise(downs)} == {100}
    assert main(["compare", "--profile", str(home), "--questioned", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["flags"]


def test_another_seed_draws_other_times_and_the_same_seed_the_same(home: Path, tmp_path: Path) -> None:
    sent = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        file = tmp_path / f"{name}.jsonl"
        assert main(["simulate", "gaussian", str(home), "-o", str(file), "--seed", seed]) == 0
        sent.append(sessions_in(str(file)))
    assert sent[0] == sent[1] != sent[2]


def test_two_people_in_one_room_are_made_of_two_recordings(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "two.jsonl"
    assert main(["simulate", "splice", str(home), "-o", str(file)]) == 1
    assert capsys.readouterr().err == "splice is made of 2 recordings.\n"
    assert main(["simulate", "splice", str(home), f"{EXCERPT}::v052::0", "-o", str(file)]) == 0
    (sent,) = sessions_in(str(file))
    assert sum(event["type"] == "keydown" for event in sent) == 500


def test_what_a_timeline_can_say_of_a_key_is_written(tmp_path: Path) -> None:
    keys = [
        KeyEvent(type="keydown", t=1.5, code="KeyA", key="", repeat=False, trusted=False, composing=False),
        KeyEvent(type="keydown", t=2.5, code="KeyA", key="", repeat=True, trusted=True, composing=False),
        KeyEvent(type="keydown", t=3.5, code="KeyB", key="", repeat=False, trusted=True, composing=True),
        KeyEvent(type="keyup", t=4.25, code="KeyB", key="", repeat=False, trusted=True, composing=False),
    ]
    write_timeline(tmp_path / "keys.jsonl", keys, made="2026-03-02T14:00:00Z")
    assert sessions_in(str(tmp_path / "keys.jsonl")) == [keys]


# evaluate and recalibrate


def test_evaluate_prints_the_table_and_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(EXCERPT), "--lengths", "200"]) == 0
    captured = capsys.readouterr()
    assert "| villani_excerpt | 4 | 500 | 200 |" in captured.out
    assert "Ratios rest on population 2 (109 people" in captured.out
    assert "villani_excerpt: in turn 500 keys of a session, or of several, enrol" in captured.out
    assert "villani_excerpt: 96 comparisons of 200 keys …" in captured.err


def test_evaluate_says_that_a_press_only_table_is_compared_by_presses_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["SubjectID,AssignmentID,EventType,EditType,InsertText,DeleteText,ClientTimestamp\n"]
    for person, pace in (("S1", 130), ("S2", 210)):
        for assignment in ("A1", "A2"):
            text = "for each number in the list print the number and its square " * 12
            rows += [
                f"{person},{assignment},File.Edit,Insert,{char},,{pace * i + 7 * (i % 5)}\n"
                for i, char in enumerate(text)
            ]
    file = tmp_path / "MainTable.csv"
    file.write_text("".join(rows))
    assert main(["evaluate", str(file), "--lengths", "200"]) == 0
    said = capsys.readouterr().out
    assert "| MainTable * | 2 | 700 | 200 |" in said
    assert "| 100% |" in said  # none got a ratio
    assert "MainTable: ProgSnap2 holds no releases" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", "{folder}"], "It holds neither tables of typing nor folders of timelines."),
        (["evaluate", "{folder}/none.csv"], "none.csv: No such file or directory."),
        (
            ["evaluate", str(EXCERPT), "--lengths", "9000"],
            "No session in these files is as long as 9000 usable keys.",
        ),
        (["evaluate", str(EXCERPT), "--population", "folds"], "people are too few to learn from"),
        (
            ["evaluate", str(EXCERPT), "--population", str(EXCERPT)],
            "It is no population that this version can use",
        ),
        (
            ["recalibrate", str(EXCERPT), "-o", "{folder}/p.json"],
            "4 people typed two sessions or more of 100 usable",
        ),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(folder=tmp_path) for argument in arguments]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err.splitlines()[-1]
    assert "Traceback" not in captured.err


def test_a_site_recalibrates_and_compares_with_what_it_learned(
    home: Path,
    live: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Thirty people are the four of the excerpt again and again, faster and slower: enough to see it at work."""
    rows = ["subject,session,key,t_down,t_up\n"]
    for number in range(30):
        person = sorted(recordings())[number % 4]
        pace = 0.7 + 0.02 * number
        for session in range(2):
            held: dict[str, float] = {}
            for event in recorded(person, session)[:680]:
                if event["type"] == "keydown":
                    held[event["code"]] = event["t"]
                elif (down := held.pop(event["code"], None)) is not None:
                    rows.append(
                        f"p{number:02},{session},{event['code']},{pace * down:.1f},{pace * event['t']:.1f}\n"
                    )
    site, learned = tmp_path / "site.csv", tmp_path / "population.json"
    site.write_text("".join(rows))
    monkeypatch.setattr(
        "keystroke.commands.recalibrate.recalibrate", partial(recalibrate, draws=4, pairs_per_person=2)
    )
    assert main(["recalibrate", str(site), "-o", str(learned)]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(
        f"population 2 (109 people, prose in English), calibrated on 30 people of site: {learned}\n"
    )
    assert "Its weights were learned; its statistics are the shipped ones." in captured.out
    assert "site, 200 keys, 180 pairs by one person and 540 by two: Cllr " in captured.out
    assert "learning from all 30 people …" in captured.err
    population = read_population(learned)
    assert population.spread.to_dict() == shipped().spread.to_dict()
    assert population.calibration.to_list() != shipped().calibration.to_list()
    assert {row["corpus"] for row in population.performance} == {"site"}
    compare = ["compare", "--profile", str(home), "--questioned", str(live), "--population", str(learned)]
    assert main(compare) == 0
    assert "calibrated on 30 people of site." in capsys.readouterr().out


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    for command, teaches in (
        ("evaluate", "DSL-StrongPasswordData.csv"),
        ("recalibrate", "It takes at least 30 people"),
        ("simulate", "digraph-aware"),
        ("compare", "never a verdict"),
        ("profile", "FILE::SUBJECT::SESSION"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert teaches in capsys.readouterr().out
