"""Follow the edits of a text: where its characters came from, and in which pieces and pauses they were written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

PAUSE_MS = 2000.0
"""Where writing research usually draws the line between a movement of the hands and a halt."""

FLOWING_CHARS = 50
"""About a line of code."""

How = Literal["typed", "completed", "automatic", "pasted", "moved", "undo", "redo", "other"]
Origin = Literal["typed", "completed", "automatic", "pasted", "moved", "other"]
"""What an undo or a redo brings back is again what it was before."""

ORIGINS: tuple[Origin, ...] = ("typed", "completed", "automatic", "pasted", "moved", "other")
_SOMEBODY_ELSES = 0
_MARK = {origin: mark for mark, origin in enumerate(ORIGINS, start=1)}
_BEHIND_THE_FRONTIER = bytes([_SOMEBODY_ELSES, _MARK["automatic"]])


class Edit(NamedTuple):
    """At `at` in a file, `deleted` characters went and `inserted` came, at `t_ms` by the clock of whoever did it.

    `how`: "automatic" is what the editor wrote by itself or for a command, "moved" was copied where the text is, and
    "other" cannot be told. Of what came, the last `automatic` characters are the editor's: an indentation, a
    closing bracket. `own`: the person whose numbers these are did it. `begins_line`: it is the first in its line.
    """

    t_ms: float
    how: How
    at: int
    deleted: int
    inserted: int
    automatic: int = 0
    file: str = "main"
    own: bool = True
    begins_line: bool = False

    @property
    def typed(self) -> int:
        return self.inserted - self.automatic if self.how == "typed" else 0

    @property
    def revises(self) -> bool:
        """Whether something was taken back, and not by the editor, as when it corrects an indentation."""
        return self.how in ("undo", "redo") or (
            self.deleted > 0 and self.how not in ("completed", "automatic")
        )


class RunAsked(NamedTuple):
    """The person asked for a run."""

    t_ms: float
    run: str


class RunEnded(NamedTuple):
    """A run of the person's came to its end."""

    t_ms: float
    run: str
    failed: bool


Happening = Edit | RunAsked | RunEnded


class Pause(NamedTuple):
    ms: float
    before_line: bool


class Stretch(NamedTuple):
    """Characters typed one behind the other without a pause or a correction; `edit` is the index of the first."""

    chars: int
    edit: int


@dataclass
class Trace:
    """What is counted of one person's edits; characters unless it says otherwise."""

    steps: int = 0
    """From one change to the next, where these were not at the same instant."""
    pauses: list[Pause] = field(default_factory=list)
    bursts: list[int] = field(default_factory=list)
    """Typed between two pauses."""
    revision_bursts: list[int] = field(default_factory=list)
    """Typed between two revisions."""
    revisions: int = 0
    """Runs of edits that took something back."""
    stretches: list[Stretch] = field(default_factory=list)
    put_in: Counter[Origin] = field(default_factory=Counter)
    taken_out: int = 0
    left: Counter[Origin] = field(default_factory=Counter)
    """Still in the text at the end."""
    typed_at_frontier: int = 0
    """Typed where the person had nothing behind it in that file."""

    @property
    def typed(self) -> int:
        return self.put_in["typed"]

    @property
    def flowing(self) -> int:
        return sum(stretch.chars for stretch in self.stretches if stretch.chars >= FLOWING_CHARS)


def trace(edits: Sequence[Edit]) -> Trace:
    """Follow all edits of a text, everybody's, in the order in which it took them."""
    tracer = _Tracer()
    for index, edit in enumerate(edits):
        tracer.follow(index, edit)
    return tracer.end()


class _Text:
    """One file: a mark a character says how it came, and what undo and redo would bring back is kept as it was."""

    def __init__(self) -> None:
        self.marks = bytearray()
        self._undoable = bytearray()
        self._redoable = bytearray()

    def apply(self, edit: Edit) -> bool:
        """Make the edit; whether it stood at the frontier, behind everything that the person had written."""
        start = min(edit.at, len(self.marks))
        gone = self.marks[start : start + edit.deleted]
        del self.marks[start : start + edit.deleted]
        if edit.own:
            (self._redoable if edit.how == "undo" else self._undoable).extend(gone)
        at_frontier = start >= len(self.marks.rstrip(_BEHIND_THE_FRONTIER))
        self.marks[start:start] = self._marks_of(edit)
        return at_frontier

    def _marks_of(self, edit: Edit) -> bytes | bytearray:
        if not edit.own:
            return bytes([_SOMEBODY_ELSES]) * edit.inserted
        if edit.how == "undo" or edit.how == "redo":
            kept = self._undoable if edit.how == "undo" else self._redoable
            first = max(len(kept) - edit.inserted, 0)
            again = kept[first:]
            del kept[first:]
            return again + bytes([_SOMEBODY_ELSES]) * (edit.inserted - len(again))
        by_hand = edit.inserted - edit.automatic
        return bytes([_MARK[edit.how]]) * by_hand + bytes([_MARK["automatic"]]) * edit.automatic


class _Tracer:
    """Goes through the edits once. `_burst`, `_between` and `_flow` are the runs of typing that have not ended."""

    def __init__(self) -> None:
        self._trace = Trace()
        self._texts: dict[str, _Text] = defaultdict(_Text)
        self._last: Edit | None = None
        self._burst = 0
        self._between = 0
        self._flow = Stretch(0, 0)
        self._place: tuple[str, int, int] | None = None
        """The file and the part of it that the last change filled: who types on does so within it or at its end."""

    def follow(self, index: int, edit: Edit) -> None:
        at_frontier = self._texts[edit.file].apply(edit)
        if not edit.own:
            self._make_room(edit)
            return
        paused = self._step(edit)
        self._revise(edit)
        if paused or edit.revises or edit.how in ("pasted", "moved", "other") or not self._goes_on(edit):
            self._end_flow()
        if edit.typed:
            self._type(index, edit, at_frontier=at_frontier)
        if edit.how != "undo" and edit.how != "redo":
            self._trace.put_in[edit.how] += edit.inserted - edit.automatic
            self._trace.put_in["automatic"] += edit.automatic
        self._trace.taken_out += edit.deleted if edit.revises else 0
        if edit.how == "automatic":
            self._make_room(edit)
        else:
            self._place = (edit.file, edit.at, edit.at + edit.inserted)
        self._last = edit

    def end(self) -> Trace:
        self._end_burst()
        self._end_between()
        self._end_flow()
        for text in self._texts.values():
            for origin, mark in _MARK.items():
                self._trace.left[origin] += text.marks.count(mark)
        return self._trace

    def _type(self, index: int, edit: Edit, *, at_frontier: bool) -> None:
        self._trace.typed_at_frontier += edit.typed if at_frontier else 0
        self._burst += edit.typed
        self._between += edit.typed
        first = self._flow.edit if self._flow.chars else index
        self._flow = Stretch(self._flow.chars + edit.typed, first)

    def _step(self, edit: Edit) -> bool:
        """Whether a pause came before the edit. A clock that went backwards, or a resend, makes no pause."""
        gap = 0.0 if self._last is None else edit.t_ms - self._last.t_ms
        if gap > 0:
            self._trace.steps += 1
        if gap < PAUSE_MS:
            return False
        self._trace.pauses.append(Pause(gap, edit.begins_line))
        self._end_burst()
        return True

    def _revise(self, edit: Edit) -> None:
        if edit.revises and not (self._last is not None and self._last.revises):
            self._trace.revisions += 1
            self._end_between()

    def _goes_on(self, edit: Edit) -> bool:
        """Whether the caret had stayed. What the editor does, or a key that finds its bracket there, moves none."""
        if (
            self._place is None
            or edit.how in ("completed", "automatic")
            or edit.deleted == edit.inserted == 0
        ):
            return True
        file, start, end = self._place
        return edit.file == file and (start < edit.at <= end or edit.at == end)

    def _make_room(self, edit: Edit) -> None:
        """What somebody else or the editor writes before the place moves it."""
        if self._place is not None and self._place[0] == edit.file and edit.at <= self._place[1]:
            file, start, end = self._place
            moved = edit.inserted - edit.deleted
            self._place = (file, start + moved, end + moved)

    def _end_burst(self) -> None:
        if self._burst:
            self._trace.bursts.append(self._burst)
        self._burst = 0

    def _end_between(self) -> None:
        if self._between:
            self._trace.revision_bursts.append(self._between)
        self._between = 0

    def _end_flow(self) -> None:
        if self._flow.chars:
            self._trace.stretches.append(self._flow)
        self._flow = Stretch(0, 0)


class Cycle(NamedTuple):
    """A run that failed, an edit after it, and the next run: `ms` lie between failure and asking again."""

    ms: float
    mended: bool


def cycles(happenings: Iterable[Happening]) -> list[Cycle]:
    """The failed runs of the person that were followed by an edit of theirs and then by another run of theirs.

    `mended`: that run did not fail. One that never came to an end mended nothing.
    """
    found: list[Cycle] = []
    failed_at: float | None = None
    edited = False
    running: dict[str, float] = {}
    for happening in happenings:
        match happening:
            case Edit():
                edited = edited or happening.own
            case RunAsked():
                if failed_at is not None and edited:
                    running[happening.run] = max(happening.t_ms - failed_at, 0.0)
                failed_at = None
            case RunEnded():
                if (ms := running.pop(happening.run, None)) is not None:
                    found.append(Cycle(ms, mended=not happening.failed))
                if happening.failed:
                    failed_at, edited = happening.t_ms, False
    return [*found, *(Cycle(ms, mended=False) for ms in running.values())]


def time_on_task_ms(instants_ms: Iterable[float], *, longest_pause_ms: float = 60_000.0) -> float:
    """The time between one action and the next, those further apart than the longest pause left out."""
    steps = (later - earlier for earlier, later in pairwise(sorted(instants_ms)))
    return sum(step for step in steps if step <= longest_pause_ms)
