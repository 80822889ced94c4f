"""Tables of typing in each known format, whole and broken. The files are written here, not copied."""

import gzip
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystroke.files.tables import Presses, read_table, write_table
from keystroke.timeline import TimelineError
from keystroke.timing import usable
from tests.support.typist import EXCERPT

OWN = "subject,session,key,t_down,t_up\n"
PROGSNAP2 = (
    "EventID,SubjectID,AssignmentID,CodeStateSection,EventType,SourceLocation,EditType,"
    "InsertText,DeleteText,X-Metadata,ClientTimestamp,ToolInstances,CodeStateID\n"
)
CMU = (
    "subject,sessionIndex,rep,H.period,DD.period.t,UD.period.t,H.t,DD.t.five,UD.t.five,"
    "H.five,DD.five.Shift.r,UD.five.Shift.r,H.Shift.r,DD.Shift.r.Return,UD.Shift.r.Return,H.Return\n"
)
AALTO = (
    "PARTICIPANT_ID\tTEST_SECTION_ID\tSENTENCE\tUSER_INPUT\tKEYSTROKE_ID\t"
    "PRESS_TIME\tRELEASE_TIME\tLETTER\tKEYCODE\n"
)
HEADERS = (OWN, PROGSNAP2, CMU, AALTO)


def table(path: Path, text: str | bytes, name: str = "table.csv") -> Path:
    file = path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def keys(presses: Presses) -> list[tuple[str, float, float | None]]:
    """Code, press and release; None where it was not seen."""
    return [
        (code, down, None if math.isnan(up) else up)
        for code, down, up in zip(presses.codes, presses.down, presses.up, strict=True)
    ]


# Our own


def test_presses_come_in_the_order_of_sessions_and_a_release_may_be_missing(tmp_path: Path) -> None:
    found = read_table(
        table(tmp_path, OWN + "a,10,KeyI,0,80.5\na,9,KeyT,5,\na,9,Space,100,180\nb,1,KeyA,0,70\n")
    )
    assert (found.format, found.note) == ("a table of presses", None)
    assert {subject: list(sessions) for subject, sessions in found.sessions.items()} == {
        "a": ["9", "10"],
        "b": ["1"],
    }
    assert keys(found.sessions["a"]["9"]) == [("KeyT", 5, None), ("Space", 100, 180)]
    assert keys(found.sessions["a"]["10"]) == [("KeyI", 0, 80.5)]


def test_events_are_by_time_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    found = read_table(table(tmp_path, OWN + "a,0,KeyB,50,150\na,0,KeyA,0,90\n")).events()
    assert [(event["type"], event["t"], event["code"]) for event in found["a"][0]] == [
        ("keydown", 0, "KeyA"),
        ("keydown", 50, "KeyB"),
        ("keyup", 90, "KeyA"),
        ("keyup", 150, "KeyB"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bom.csv", b"\xef\xbb\xbf" + (OWN + "a,0,KeyA,0,80\n").encode()),
        ("crlf.csv", (OWN + "a,0,KeyA,0,80\n").replace("\n", "\r\n")),
        ("spaced.csv", (OWN + "a,0,KeyA,0,80\n\n\n")),
        ("semicolons.csv", (OWN + "a,0,KeyA,0,80.0\n").replace(",", ";").replace(".", ",")),
        ("tabs.tsv", (OWN + "a,0,KeyA,0,80\n").replace(",", "\t")),
        ("other-order.csv", "t_up,key,age,session,subject,t_down\n80,KeyA,31,0,a,0\n"),
        ("packed.csv.gz", gzip.compress((OWN + "a,0,KeyA,0,80\n").encode(), mtime=0)),
    ],
)
def test_a_table_may_be_written_in_the_ways_of_spreadsheets(
    tmp_path: Path, name: str, text: str | bytes
) -> None:
    found = read_table(table(tmp_path, text, name))
    assert keys(found.sessions["a"]["0"]) == [("KeyA", 0, 80)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1 cannot be read: it is no header of a table that is known."),
        (
            "a,b\n1,2\n",
            "Known are a table of presses (key, subject); ProgSnap2's main table (EventType, SubjectID)",
        ),
        ("subject,session,key,t_down\n", "it is the header of a table of presses, but t_up is missing."),
        (OWN, "It holds no keys."),
        (
            OWN + "a,0,KeyA,0,80\na,0,KeyA,soon,80\n",
            "Line 3 cannot be read: t_down is 'soon', which is no number.",
        ),
        (OWN + "a,0,KeyA,inf,80\n", "Line 2 cannot be read: t_down is inf, which is no time."),
        (OWN + "a,0,KeyA,nan,80\n", "Line 2 cannot be read: t_down is nan, which is no time."),
        (OWN + "a,0,KeyA,0,1e300\n", "Line 2 cannot be read: t_up is 1e300, which is no time."),
        (OWN + "a,0,KeyA,100,80\n", "Line 2 has a release before its press, and so have 1 of 1 keys"),
        (OWN + "a,0,KeyA,0\n", "Line 2 cannot be read: it has 4 fields, and the header 5."),
        (OWN + ",0,KeyA,0,80\n", "Line 2 cannot be read: subject is empty."),
        (OWN + 'a,0,"é",0,80\n', "which is no KeyboardEvent.code such as KeyA or Digit1."),
        (OWN + 'a,0,"KeyA,0,80\n' * 2 + "x" * 140_000, "Line "),
        (OWN + "a,0,KeyA,0," + "8" * 1_100_000, "it is longer than 1,000,000 characters."),
        (
            PROGSNAP2.replace("ClientTimestamp", "ServerTimestamp"),
            "main table, but ClientTimestamp is missing.",
        ),
        (CMU.replace("DD.t.five", "DD.t.six"), "CMU password table, but DD.t.five is missing."),
        (CMU.replace("H.t,", "H.alpha,"), "H.alpha names no key"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    file = table(tmp_path, text)
    with pytest.raises(TimelineError) as error:
        read_table(file)
    assert str(error.value).startswith(f"{file}: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_broken_archive_is_said_so(tmp_path: Path) -> None:
    whole = gzip.compress((OWN + "a,0,KeyA,0,80\n" * 5000).encode(), mtime=0)
    for name, content in (
        ("cut.csv.gz", whole[:60]),
        ("none.csv.gz", b"PK not gzip"),
        ("spoilt.csv.gz", whole[:40] + b"!" * 40),
    ):
        with pytest.raises(TimelineError, match="within its compression"):
            read_table(table(tmp_path, content, name))


def test_few_releases_before_their_press_count_as_not_seen(tmp_path: Path) -> None:
    rows = [f"a,0,KeyA,{100 * i},{100 * i + 80}\n" for i in range(200)]
    rows[7] = "a,0,KeyA,700,650\n"
    found = keys(read_table(table(tmp_path, OWN + "".join(rows))).sessions["a"]["0"])
    assert found[7] == ("KeyA", 700, None)
    assert [up for _, _, up in found].count(None) == 1


def test_a_table_that_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    presses = read_table(EXCERPT).sessions["v010"]["0"]
    file = tmp_path / "again.csv"
    write_table(file, "v010", "0", presses)
    assert read_table(file).sessions["v010"]["0"] == presses


# ProgSnap2


def edits(*rows: tuple[str, ...]) -> str:
    """Of (kind, edit type, inserted, deleted, timestamp), by one student."""
    return PROGSNAP2 + "".join(
        f'{i},Student1,Assign6,task1.py,{kind},0,{edit},"{inserted}","{deleted}",,{at},PC;PP 1.1.10,\n'
        for i, (kind, edit, inserted, deleted, at) in enumerate(rows)
    )


def test_progsnap2_edits_become_presses_without_releases(tmp_path: Path) -> None:
    found = read_table(
        table(
            tmp_path,
            edits(
                ("File.Edit", "", "d", "", "1637356595913"),
                ("File.Edit", "", "F", "", "1637356596013"),
                ("Run.Program", "", "", "", "1637356596020"),
                ("File.Edit", "", "()", "", "1637356596113"),
                ("File.Edit", "", "\n    ", "", "1637356596213"),
                ("File.Edit", "", "", "x", "1637356596313"),
                ("File.Edit", "", "é", "", "1637356596413"),
                ("File.Edit", "", "import numpy", "", "1637356596513"),
                ("File.Edit", "Undo", "u", "", "1637356596613"),
                ("File.Edit", "", "z", "selected", "1637356596713"),
            ),
        )
    )
    presses = found.sessions["Student1"]["Assign6"]
    assert presses.codes == [
        "KeyD",
        "KeyF",
        "Digit9",
        "Enter",
        "Backspace",
        "",
        "ControlLeft",
        "ControlLeft",
        "KeyZ",
    ]
    assert presses.down[0] == 1637356595913
    assert found.note is not None
    assert "no releases" in found.note
    typing = usable(presses.events())
    assert typing.releases_missing == 1.0
    assert typing.codes == ["KeyD", "KeyF", "Digit9", "Enter", "Backspace", "KeyZ"]
    assert typing.follows.tolist() == [False, True, True, True, True, False]


def test_progsnap2_times_may_be_iso_8601_and_logged_keys_come_before_edits(tmp_path: Path) -> None:
    found = read_table(
        table(
            tmp_path,
            edits(
                ("X-Keystroke", "", "a", "", "2021-11-19T21:16:35.500+00:00"),
                ("File.Edit", "", "a", "", "2021-11-19T21:16:35.501+00:00"),
                ("X-Keystroke", "", "Backspace", "", "2021-11-19T21:16:35.750Z"),
            ),
        )
    )
    presses = found.sessions["Student1"]["Assign6"]
    assert presses.codes == ["KeyA", "Backspace"]
    assert presses.down[1] - presses.down[0] == pytest.approx(250)


def test_a_progsnap2_time_that_is_none_is_refused(tmp_path: Path) -> None:
    for at in ("", "yesterday", "2021-13-40T00:00:00", "99999999999999999999"):
        with pytest.raises(TimelineError, match="Line 2 cannot be read: ClientTimestamp is"):
            read_table(table(tmp_path, edits(("File.Edit", "", "a", "", at))))


# CMU


def test_cmu_repetitions_become_presses_far_apart_from_each_other(tmp_path: Path) -> None:
    row = "s002,1,{rep},0.1000,0.3000,0.2000,0.0800,0.1500,0.0700,0.0900,0.2500,0.1600,0.1100,0.2000,0.0900,0.0700\n"
    found = read_table(table(tmp_path, CMU + row.format(rep=1) + row.format(rep=2)))
    presses = found.sessions["s002"]["1"]
    assert presses.codes == ["Period", "KeyT", "Digit5", "KeyR", "Enter"] * 2
    assert list(presses.down)[:6] == pytest.approx([0, 300, 450, 700, 900, 10_900])
    assert list(presses.up)[:5] == pytest.approx([100, 380, 540, 810, 970])
    typing = usable(presses.events())
    assert (typing.down[5] - typing.down[4]) > 1000  # too long for a pair of keys


# Aalto


def test_aalto_keycodes_become_codes_and_quotation_marks_are_text(tmp_path: Path) -> None:
    start = '7\t180565\t"The end\t"The end\t'
    found = read_table(
        table(
            tmp_path,
            AALTO
            + f"{start}1\t1472127797038\t1472127797443\tSHIFT\t16\n"
            + f"{start}2\t1472127797300\t1472127797400\tT\t84\n"
            + f"{start}3\t1472127797500\t1472127797580\t'\t222\n"
            + f"{start}4\t1472127797700\t1472127797780\t\t229\n",
            "7_keystrokes.txt",
        )
    )
    presses = found.sessions["7"]["180565"]
    assert presses.codes == ["ShiftLeft", "KeyT", "Quote", ""]
    assert presses.up[1] - presses.down[1] == 100


# Anything at all

cells = st.sampled_from(
    [
        "a",
        "0",
        "KeyA",
        "-1",
        "nan",
        "1e400",
        "",
        '"',
        "é",
        "\x00",
        "0.1",
        "1637356595913",
        "File.Edit",
        "16",
        "\n",
    ]
)


@settings(deadline=None)
@given(
    header=st.sampled_from([*HEADERS, "subject,key\n", ""]),
    rows=st.lists(st.lists(cells, max_size=18), max_size=6),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_no_table_does_anything_but_be_read_or_be_refused(
    tmp_path_factory: pytest.TempPathFactory, header: str, rows: list[list[str]], delimiter: str
) -> None:
    text = header + "".join(delimiter.join(row) + "\n" for row in rows)
    read_or_refused(tmp_path_factory.getbasetemp() / "any.csv", text.encode())


@settings(deadline=None)
@given(content=st.binary(max_size=400), header=st.sampled_from([*HEADERS, ""]))
def test_no_bytes_do_either(tmp_path_factory: pytest.TempPathFactory, content: bytes, header: str) -> None:
    read_or_refused(tmp_path_factory.getbasetemp() / "bytes.csv", header.encode() + content)
    read_or_refused(tmp_path_factory.getbasetemp() / "bytes.csv.gz", content)


def read_or_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    try:
        found = read_table(file)
    except TimelineError as error:
        assert str(error).startswith(f"{file}: ")
    else:
        for sessions in found.events().values():
            for events in sessions:
                usable(events)
