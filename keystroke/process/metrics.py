"""Process metrics as people read them: each a number in words, with ordinary reasons for it. There is no sum of them.

None is evidence of who wrote a text, and none says anything of a person's mood, health or habits of hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from keystroke.process.cohort import Cohort, measures, shipped
from keystroke.process.trace import (
    FLOWING_CHARS,
    ORIGINS,
    Edit,
    Happening,
    RunEnded,
    Trace,
    cycles,
    time_on_task_ms,
    trace,
)

MS_PER_MINUTE = 60_000


@dataclass(frozen=True)
class Metric:
    """One number. `explanation` gives ordinary reasons for it. `edit` is the index of the edit that it points to.

    `percentile` is how many per cent of the cohort's people have less, None where they did nothing of the kind.
    """

    name: str
    value: str
    explanation: str
    percentile: float | None = None
    cohort: str | None = None
    edit: int | None = None


def metrics(
    happenings: Sequence[Happening], instants_ms: Sequence[float], cohort: Cohort | None = None
) -> list[Metric]:
    """All that can be said of one person's part. `happenings` are everybody's edits and the person's runs, in order;
    `instants_ms` are those of everything that the person did.

    `Metric.edit` counts the edits among the happenings.
    """
    edits = [happening for happening in happenings if isinstance(happening, Edit)]
    found = trace(edits)
    compared = measures(found)
    cohort = cohort or shipped()

    def beside_others(metric: Metric, measure: str) -> Metric:
        if measure not in compared:
            return metric
        percentile = round(cohort.percentile(measure, compared[measure]), 1)
        return replace(metric, percentile=percentile, cohort=cohort.name)

    return [
        _time_on_task(instants_ms),
        *([_origins(found)] if found.left.total() else []),
        _largest_paste(edits),
        *(beside_others(metric, measure) for measure, metric in _typed(found)),
        *_product(found),
        _errors(happenings),
    ]


def _time_on_task(instants_ms: Sequence[float]) -> Metric:
    minutes = round(time_on_task_ms(instants_ms) / MS_PER_MINUTE)
    return Metric(
        "Time on task",
        f"{_count(minutes, 'minute') if minutes else 'Less than a minute'}, pauses of more than a minute left out",
        "Reading, thinking and talking leave no trace here.",
    )


_CAME = {
    "typed": "typed",
    "completed": "completed",
    "automatic": "put there by the editor (brackets, indentation, commands)",
    "pasted": "pasted from outside the room",
    "moved": "copied within the room",
    "other": "written with another editor, which does not tell",
}


def _origins(found: Trace) -> Metric:
    total = found.left.total()
    shares = [
        f"{_per_cent(found.left[origin], total)} {_CAME[origin]}" for origin in ORIGINS if found.left[origin]
    ]
    return Metric(
        "Where the text came from",
        f"{_count(total, 'character')} of the candidate's at the end: {', '.join(shares)}",
        "People paste from their own notes, from documentation and from an editor of their own. "
        "What an undo brought back counts as what it was before; starter text and what others wrote are left out.",
    )


def _largest_paste(edits: Sequence[Edit]) -> Metric:
    pasted = [
        (edit.inserted, -index) for index, edit in enumerate(edits) if edit.own and edit.how == "pasted"
    ]
    size, index = max(pasted, default=(0, 0))
    return Metric(
        "Largest paste from outside",
        _count(size, "character") if pasted else "None",
        "An own snippet, a line of documentation, an error message looked up, or text that was copied "
        "where this page could not see it.",
        edit=-index if pasted else None,
    )


def _typed(found: Trace) -> Iterator[tuple[str, Metric]]:
    """What is said of typing, each with the measure of the cohort that shows the same."""
    if not found.typed:
        return
    before_line = sum(pause.before_line for pause in found.pauses)
    yield (
        "pauses",
        Metric(
            "Pauses",
            f"{len(found.pauses):,} of 2 seconds or more, {before_line:,} of them before a line; "
            f"{_per_cent(len(found.pauses), found.steps)} of the steps from one change to the next",
            "People stop to think, to read, to run code and to talk. More pauses than in prose are the rule.",
        ),
    )
    yield (
        "bursts",
        Metric(
            "Bursts between pauses",
            f"Typically {_count(round(median(found.bursts)), 'character')} from one pause to the next",
            "Code comes in short lines, and completion shortens them. A plan made before makes bursts long.",
        ),
    )
    yield (
        "revision bursts",
        Metric(
            "Bursts between revisions",
            f"Typically {_count(round(median(found.revision_bursts)), 'character')} from one revision to the next",
            "Careful typing, a familiar keyboard and completion make these long; an unfamiliar one makes them short.",
        ),
    )
    yield (
        "revisions",
        Metric(
            "Revisions",
            f"{_count(found.revisions, 'time')} something was taken back, "
            f"{100 * found.revisions / found.typed:.1f} for each 100 typed characters",
            "Slips of the finger and changes of mind look alike. Who thinks before typing takes little back.",
        ),
    )
    longest = max(found.stretches, key=lambda stretch: stretch.chars)
    yield (
        "flowing",
        Metric(
            "Typed in one go",
            f"{_per_cent(found.flowing, found.typed)} of what was typed came in stretches of {FLOWING_CHARS} "
            f"characters or more without a pause or a correction; the longest has {longest.chars:,}",
            "Text that is copied by eye looks like this, and so does what somebody knows by heart, planned on paper, "
            "is told by somebody in the room, or types every day.",
            edit=longest.edit,
        ),
    )


def _product(found: Trace) -> Iterator[Metric]:
    """What became of the text that was put in; prose typed elsewhere has nothing to set beside it."""
    put_in = found.put_in.total()
    if not put_in:
        return
    yield Metric(
        "Taken out again",
        f"{_count(found.taken_out, 'character')} taken out for {put_in:,} put in "
        f"({_per_cent(found.taken_out, put_in)})",
        "Starter text that was replaced counts, too, and so does one large experiment that was thrown away.",
    )
    left = found.left.total()
    yield Metric(
        "Still there at the end",
        f"{left:,} of the {_count(put_in, 'character')} that were put in ({_per_cent(left, put_in)})",
        "Much is left of a text that was planned, and of one that there was no time to revise.",
    )
    if found.typed:
        yield Metric(
            "Written downwards",
            f"{_per_cent(found.typed_at_frontier, found.typed)} of what was typed stood behind everything that the "
            "candidate had in that file",
            "Notebooks and starter text lead downwards, and whoever plans ahead seldom goes back. "
            "Imports, fixes and pairing lead upwards.",
        )


def _errors(happenings: Sequence[Happening]) -> Metric:
    failed = sum(isinstance(happening, RunEnded) and happening.failed for happening in happenings)
    taken_up = cycles(happenings)
    value = "No run of the candidate's failed"
    if failed:
        value = f"{len(taken_up):,} of {_count(failed, 'failed run')} followed by an edit and another run"
    if taken_up:
        seconds = round(median(cycle.ms for cycle in taken_up) / 1000)
        mended = sum(cycle.mended for cycle in taken_up)
        value += f", typically {_count(seconds, 'second')} later; {mended:,} of these ran through"
    return Metric(
        "From an error to the next run",
        value,
        "Some run often and let errors guide them, others read first. An error may be what somebody wanted to see.",
    )


def _per_cent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "0%"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
