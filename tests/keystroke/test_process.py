"""How a text came about, counted by hand first."""

import json
import re
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from keystroke.process.build import build, edits_of
from keystroke.process.cohort import LEVELS, Cohort, measures, shipped
from keystroke.process.metrics import Metric, metrics
from keystroke.process.trace import (
    Cycle,
    Edit,
    Happening,
    How,
    Pause,
    RunAsked,
    RunEnded,
    Stretch,
    Trace,
    cycles,
    time_on_task_ms,
    trace,
)
from keystroke.timing import join, usable
from tests.support.typist import recorded
from tests.support.words import VERDICTS

STEP_MS = 200.0


def typed(text: str, *, at: int = 0, t_ms: float = 0.0, file: str = "main") -> list[Edit]:
    """A character every 200 ms, one behind the other."""
    return [
        Edit(t_ms + STEP_MS * i, "typed", at + i, 0, 1, file=file, begins_line=i == 0 or text[i - 1] == "\n")
        for i in range(len(text))
    ]


def counted(found: Trace) -> dict[str, object]:
    """The counts that are not zero, for comparison as a whole."""
    fields = {
        **vars(found),
        "put_in": dict(+found.put_in),
        "left": dict(+found.left),
    }
    return {name: value for name, value in fields.items() if value}


# Three documents


def test_a_document_typed_from_top_to_bottom() -> None:
    """Ten characters, a halt of 3 s before the second line, ten more."""
    edits = [*typed("import os\n"), *typed("print(os)\n", at=10, t_ms=9 * STEP_MS + 3000)]
    edits[10] = edits[10]._replace(begins_line=True)
    assert counted(trace(edits)) == {
        "steps": 19,
        "pauses": [Pause(3000, before_line=True)],
        "bursts": [10, 10],
        "revision_bursts": [20],
        "stretches": [Stretch(10, 0), Stretch(10, 10)],
        "put_in": {"typed": 20},
        "left": {"typed": 20},
        "typed_at_frontier": 20,
    }


def test_a_document_that_was_revised() -> None:
    """`abcdef`, two characters back, `xy`; then `Z` at the very beginning, and the `a` behind it is typed over."""
    edits = [
        *typed("abcdef"),
        Edit(1200, "typed", 5, 1, 0),
        Edit(1400, "typed", 4, 1, 0),
        *typed("xy", at=4, t_ms=1600),
        Edit(2000, "typed", 0, 0, 1),
        Edit(2200, "typed", 1, 1, 1),
    ]
    assert counted(trace(edits)) == {
        "steps": 11,
        "bursts": [10],
        "revision_bursts": [6, 3, 1],  # abcdef | xyZ | the one typed over a
        "revisions": 2,
        "stretches": [Stretch(6, 0), Stretch(2, 8), Stretch(1, 10), Stretch(1, 11)],
        "put_in": {"typed": 10},
        "taken_out": 3,
        "left": {"typed": 7},
        "typed_at_frontier": 8,  # not Z, and not what was typed behind it
    }


def test_a_document_that_was_pasted_and_then_typed_on() -> None:
    """Starter of 20; 300 pasted behind it, `# ok` typed behind that, 100 of one's own copied to the front."""
    edits = [
        Edit(0, "other", 0, 0, 20, own=False),
        Edit(100, "pasted", 20, 0, 300),
        *typed("# ok", at=320, t_ms=300),
        Edit(1100, "moved", 0, 0, 100),
    ]
    found = trace(edits)
    assert counted(found) == {
        "steps": 5,
        "bursts": [4],
        "revision_bursts": [4],
        "stretches": [Stretch(4, 2)],
        "put_in": {"pasted": 300, "typed": 4, "moved": 100},
        "left": {"pasted": 300, "typed": 4, "moved": 100},
        "typed_at_frontier": 4,
    }


# Where characters came from


def test_what_the_editor_adds_to_a_key_is_the_editors_and_typing_goes_on_within_it() -> None:
    """`f(` closes itself, `x` is typed within, `)` is typed over; Enter indents by four, `y` stands behind."""
    edits = [
        Edit(0, "typed", 0, 0, 1),
        Edit(200, "typed", 1, 0, 2, automatic=1),
        Edit(400, "typed", 2, 0, 1),
        Edit(600, "typed", 4, 0, 0),
        Edit(800, "typed", 4, 0, 5, automatic=4),
        Edit(1000, "typed", 9, 0, 1),
    ]
    found = trace(edits)
    assert dict(+found.put_in) == {"typed": 5, "automatic": 5}
    assert found.stretches == [Stretch(5, 0)]
    assert found.typed_at_frontier == 5
    assert found.revisions == 0


def test_a_corrected_indentation_is_no_revision_and_breaks_no_stretch() -> None:
    """The fifth character of `    else` takes its indentation back by four: the editor's doing, in the same edit."""
    edits = [*typed("    els"), Edit(1400, "automatic", 0, 4, 0), *typed("e:", at=3, t_ms=1400)]
    found = trace(edits)
    assert found.stretches == [Stretch(9, 0)]
    assert (found.revisions, found.taken_out) == (0, 0)


def test_a_completion_replaces_its_beginning_without_being_a_revision() -> None:
    edits = [*typed("pri"), Edit(900, "completed", 0, 3, 5), *typed("(", at=5, t_ms=1100)]
    found = trace(edits)
    assert dict(+found.left) == {"completed": 5, "typed": 1}
    assert (found.revisions, found.taken_out) == (0, 0)
    assert found.stretches == [Stretch(4, 0)]


def test_undo_and_redo_bring_text_back_as_what_it_was() -> None:
    """300 pasted, 4 typed; all is cut, the cut undone; the typing undone and redone."""
    edits = [
        Edit(0, "pasted", 0, 0, 300),
        *typed("# ok", at=300, t_ms=200),
        Edit(1000, "typed", 0, 304, 0),
        Edit(1200, "undo", 0, 0, 304),
        Edit(1400, "undo", 300, 4, 0),
        Edit(1600, "redo", 300, 0, 4),
    ]
    found = trace(edits)
    assert dict(+found.left) == dict(+found.put_in) == {"pasted": 300, "typed": 4}
    assert found.revisions == 1  # one run of them
    assert found.taken_out == 308


def test_undos_bring_back_the_last_that_went_and_then_what_went_before() -> None:
    """Two pasted, two typed; the typed ones cut, then the pasted ones; one undo, then another."""
    edits = [Edit(0, "pasted", 0, 0, 2), *typed("cd", at=2, t_ms=200)]
    edits += [Edit(800, "typed", 2, 2, 0), Edit(1000, "typed", 0, 2, 0)]
    assert dict(+trace([*edits, Edit(1200, "undo", 0, 0, 2)]).left) == {"pasted": 2}
    edits += [Edit(1200, "undo", 0, 0, 2), Edit(1400, "undo", 2, 0, 2)]
    assert dict(+trace(edits).left) == {"pasted": 2, "typed": 2}


def test_a_paste_ends_a_stretch() -> None:
    edits = [*typed("abc"), Edit(600, "pasted", 3, 0, 10), *typed("def", at=13, t_ms=800)]
    assert trace(edits).stretches == [Stretch(3, 0), Stretch(3, 4)]


def test_what_an_undo_cannot_know_is_nobodys() -> None:
    assert trace([Edit(0, "undo", 0, 0, 50)]).left.total() == 0
    starter_back = [
        Edit(0, "other", 0, 0, 50, own=False),
        Edit(1, "typed", 0, 50, 0),
        Edit(2, "undo", 0, 0, 50),
    ]
    assert trace(starter_back).left.total() == 0


def test_others_write_in_the_same_text_and_are_not_counted() -> None:
    """An interviewer's line goes in above and one below while the candidate types on; three of theirs go."""
    edits = [
        *typed("abc"),
        Edit(500, "typed", 0, 0, 40, own=False),
        Edit(550, "typed", 43, 0, 20, own=False),
        *typed("def", at=43, t_ms=600),
        Edit(1100, "typed", 40, 3, 0, own=False),
    ]
    found = trace(edits)
    assert found.stretches == [Stretch(6, 0)]
    assert dict(+found.put_in) == {"typed": 6}
    assert dict(+found.left) == {"typed": 3}
    assert (found.taken_out, found.revisions) == (0, 0)
    assert found.typed_at_frontier == 6


def test_each_file_has_a_frontier_of_its_own() -> None:
    edits = [*typed("abc"), *typed("xy", t_ms=600, file="f2"), *typed("de", at=3, t_ms=1000)]
    found = trace(edits)
    assert found.typed_at_frontier == 7
    assert [stretch.chars for stretch in found.stretches] == [3, 2, 2]


def test_a_clock_that_goes_back_makes_neither_step_nor_pause() -> None:
    edits = [Edit(5000, "typed", 0, 0, 1), Edit(0, "typed", 1, 0, 1), Edit(0, "typed", 2, 0, 1)]
    found = trace(edits)
    assert (found.steps, found.pauses, found.bursts) == (0, [], [3])


def test_positions_beyond_the_text_are_no_accident() -> None:
    assert trace([Edit(0, "typed", 10**9, 10**9, 2), Edit(1, "typed", 7, 5, 0)]).left["typed"] == 2


EDITS = st.builds(
    Edit,
    st.floats(0, 1e6),
    st.sampled_from(["typed", "completed", "automatic", "pasted", "moved", "undo", "redo", "other"]),
    st.integers(0, 40),
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(0, 6),
    file=st.sampled_from(["main", "f2"]),
    own=st.booleans(),
    begins_line=st.booleans(),
).map(lambda edit: edit._replace(automatic=min(edit.automatic, edit.inserted)))


@given(st.lists(EDITS, max_size=60))
def test_whatever_happens_no_more_is_left_than_was_put_in(edits: Sequence[Edit]) -> None:
    found = trace(edits)
    assert all(found.left[origin] <= found.put_in[origin] for origin in found.left)
    assert sum(found.bursts) == sum(found.revision_bursts) == found.typed
    assert sum(stretch.chars for stretch in found.stretches) == found.typed
    assert found.flowing <= found.typed
    assert 0 <= found.typed_at_frontier <= found.typed
    assert len(found.pauses) <= found.steps < max(len(edits), 1)
    assert all(edits[stretch.edit].own and edits[stretch.edit].typed for stretch in found.stretches)
    metrics(edits, [edit.t_ms for edit in edits])


# Errors


def test_an_error_that_was_taken_up_is_a_failed_run_then_an_edit_then_a_run() -> None:
    happenings: list[Happening] = [
        Edit(0, "typed", 0, 0, 1),
        RunAsked(0, "r1"),
        RunEnded(1000, "r1", failed=True),
        RunAsked(3000, "r2"),  # nothing was changed
        RunEnded(4000, "r2", failed=True),
        Edit(5000, "typed", 0, 0, 1, own=False),  # somebody else's
        RunAsked(6000, "r3"),
        RunEnded(7000, "r3", failed=True),
        Edit(8000, "typed", 0, 0, 1),
        RunAsked(17_000, "r4"),
        RunAsked(17_500, "r5"),
        RunEnded(18_000, "r4", failed=True),
        RunEnded(19_000, "r5", failed=False),
        Edit(20_000, "typed", 0, 0, 1),
        RunAsked(21_000, "r6"),
    ]
    assert cycles(happenings) == [Cycle(10_000, mended=False), Cycle(3000, mended=False)]
    assert cycles([*happenings, RunEnded(22_000, "r6", failed=False)])[1] == Cycle(3000, mended=True)


def test_time_on_task_leaves_long_pauses_out() -> None:
    assert time_on_task_ms([]) == 0
    assert time_on_task_ms([10_000, 40_000, 70_000, 520_000, 500_000]) == 30_000 + 30_000 + 20_000


# In words


def by_name(found: Sequence[Metric]) -> dict[str, Metric]:
    return {metric.name: metric for metric in found}


def test_every_number_is_said_in_words_with_an_ordinary_reason() -> None:
    happenings: list[Happening] = [
        Edit(0, "other", 0, 0, 20, own=False),
        Edit(100, "pasted", 20, 0, 300),
        *typed("x" * 60, at=320, t_ms=300),
        Edit(12_300, "typed", 379, 1, 0),
        Edit(15_300, "typed", 379, 0, 1, begins_line=True),
        RunAsked(16_000, "r1"),
        RunEnded(17_000, "r1", failed=True),
        Edit(18_000, "completed", 380, 0, 40),
        RunAsked(47_000, "r2"),
        RunEnded(48_000, "r2", failed=False),
    ]
    found = metrics(happenings, [0, 60_000, 130_000])
    assert [(metric.name, metric.value) for metric in found] == [
        ("Time on task", "1 minute, pauses of more than a minute left out"),
        (
            "Where the text came from",
            "400 characters of the candidate's at the end: 15% typed, 10% completed, "
            "75% pasted from outside the room",
        ),
        ("Largest paste from outside", "300 characters"),
        (
            "Pauses",
            "2 of 2 seconds or more, 1 of them before a line; 3% of the steps from one change to the next",
        ),
        ("Bursts between pauses", "Typically 30 characters from one pause to the next"),
        ("Bursts between revisions", "Typically 30 characters from one revision to the next"),
        ("Revisions", "1 time something was taken back, 1.6 for each 100 typed characters"),
        (
            "Typed in one go",
            "98% of what was typed came in stretches of 50 characters or more without a pause or a correction; "
            "the longest has 60",
        ),
        ("Taken out again", "1 character taken out for 401 put in (0%)"),
        ("Still there at the end", "400 of the 401 characters that were put in (100%)"),
        (
            "Written downwards",
            "100% of what was typed stood behind everything that the candidate had in that file",
        ),
        (
            "From an error to the next run",
            "1 of 1 failed run followed by an edit and another run, typically 30 seconds later; 1 of these ran through",
        ),
    ]
    assert by_name(found)["Largest paste from outside"].edit == 1
    assert by_name(found)["Typed in one go"].edit == 2
    assert all(metric.explanation.endswith(".") for metric in found)
    assert all(
        metric.percentile is None and metric.cohort is None for metric in found
    )  # 61 characters are too few


def test_of_a_text_that_was_only_pasted_nothing_is_said_of_typing() -> None:
    assert [metric.name for metric in metrics([Edit(0, "pasted", 0, 0, 9)], [])] == [
        "Time on task",
        "Where the text came from",
        "Largest paste from outside",
        "Taken out again",
        "Still there at the end",
        "From an error to the next run",
    ]


def test_where_nothing_was_written_little_is_said() -> None:
    assert [(metric.name, metric.value) for metric in metrics([], [])] == [
        ("Time on task", "Less than a minute, pauses of more than a minute left out"),
        ("Largest paste from outside", "None"),
        ("From an error to the next run", "No run of the candidate's failed"),
    ]


EMOTIONS = re.compile(
    r"stress|nervous|emotion|calm|mood|health|tired|handed|injur|\bage\b|gender", re.IGNORECASE
)


def test_no_metric_holds_a_word_of_verdict_or_of_feelings() -> None:
    typing = list(edits_of(usable(recorded("v010", 0))))
    pasted = Edit(typing[-1].t_ms, "pasted", 0, 0, 900)
    ended = RunEnded(typing[-1].t_ms, "r1", failed=True)
    shown = json.dumps([vars(metric) for metric in metrics([*typing, pasted, ended], [])])
    verdicts = set(VERDICTS.findall(shown)) - {"fail"}  # a run may fail
    assert not verdicts
    assert not EMOTIONS.findall(shown)


# Beside other people


def test_the_measures_that_prose_shows_too() -> None:
    """400 typed in all: 60 in one go, a pause, 40, a pause, 300 with a character taken back in their middle."""
    edits = [
        *typed("x" * 60),
        *typed("x" * 40, at=60, t_ms=20_000),
        *typed("x" * 150, at=100, t_ms=40_000),
        Edit(69_900, "typed", 249, 1, 0),
        *typed("x" * 150, at=249, t_ms=70_000),
    ]
    assert measures(trace(edits)) == {
        "pauses": 2 / 400,
        "bursts": 60,
        "revision bursts": 200,
        "revisions": 0.25,
        "flowing": 0.9,
    }
    assert measures(trace(edits[:300])) == {}  # 299 typed


def test_a_percentile_is_found_between_the_cohorts_quantiles() -> None:
    """Quantiles 1, 2, 3, 3, 3, 6, 7 … 19 at 5, 10, 15, 20, 25, 30 … 95 per cent."""
    quantiles = [1.0, 2.0, 3.0, 3.0, 3.0, *(float(x) for x in range(6, 20))]
    cohort = Cohort("19 people", 19, [], {"x": quantiles})
    assert len(quantiles) == len(LEVELS)
    found = [cohort.percentile("x", value) for value in (0.5, 1.0, 1.5, 3.0, 4.5, 19.0, 100.0)]
    assert found == [5.0, 5.0, 7.5, 20.0, 27.5, 95.0, 95.0]


def test_prose_typed_in_a_room_gets_its_percentiles() -> None:
    edits = [
        edit
        for session, start in enumerate((0.0, 1e6))
        for edit in (e._replace(t_ms=e.t_ms + start) for e in edits_of(usable(recorded("v010", session))))
    ]
    found = by_name(metrics(edits, []))
    compared = {name for name, metric in found.items() if metric.percentile is not None}
    assert compared == {
        "Pauses",
        "Bursts between pauses",
        "Bursts between revisions",
        "Revisions",
        "Typed in one go",
    }
    assert found["Pauses"].cohort == "110 people who wrote prose"
    assert found["Pauses"].percentile == round(
        shipped().percentile("pauses", measures(trace(edits))["pauses"]), 1
    )


def test_keys_become_the_edits_that_they_would_have_made() -> None:
    """`Ab`, Backspace, arrow left, `c`."""
    keys = ["ShiftLeft", "KeyA", "KeyB", "Backspace", "ArrowLeft", "KeyC"]
    events = [
        {"type": way, "t": 100.0 * i + dt, "code": code}
        for i, code in enumerate(keys)
        for way, dt in (("keydown", 0), ("keyup", 50))
    ]
    how: How = "typed"
    assert list(edits_of(usable(events)))[:3] == [
        Edit(100, how, 2, 0, 1),
        Edit(200, how, 3, 0, 1),
        Edit(300, how, 3, 1, 0),
    ]
    found = trace(list(edits_of(usable(events))))
    assert [stretch.chars for stretch in found.stretches] == [2, 1]
    assert found.revisions == 1


def test_a_cohort_is_made_of_quantiles_over_people() -> None:
    people = [
        [usable(recorded(person, session)) for session in range(6)] for person in ("v010", "v052", "v053")
    ]
    cohort = build(people, attribution=["here"])
    values = sorted(measures(trace(list(edits_of(join(sessions)))))["revisions"] for sessions in people)
    assert (cohort.name, cohort.people) == ("3 people who wrote prose", 3)
    assert cohort.quantiles["revisions"][LEVELS.index(50)] == round(values[1], 4)
    assert cohort.quantiles["revisions"] == [round(x, 4) for x in np.percentile(values, LEVELS).tolist()]


def test_the_shipped_cohort_is_whole() -> None:
    cohort = shipped()
    assert cohort.people == 110
    assert len(cohort.attribution) == 2
    for quantiles in cohort.quantiles.values():
        assert len(quantiles) == len(LEVELS)
        assert list(accumulate(quantiles, max)) == list(quantiles)
