"""How the work in a room went: facts with their instants, and process metrics, read from the timeline. Pure.

Only what every candidate's room has is read. Keys are recorded of those alone who let their typing be compared, and a
report must not tell who did.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from keystroke.process.metrics import metrics
from keystroke.process.trace import Edit, Happening, How, RunAsked, RunEnded
from keystroke.timeline import Event
from liveroom.api import Fact, ProcessMetric

LISTED_MAX = 40
MESSAGE_CHARS_MAX = 160
ACTIONS = frozenset({"edit", "run", "caret", "paste"})
FAILED = frozenset({"error", "died", "timed-out"})
FINISHED = FAILED | {"ok"}

_HOW: Mapping[str, How] = {
    "typed": "typed",
    "auto-closed": "typed",
    "indented": "typed",
    "deleted": "typed",
    "completed": "completed",
    "pasted": "pasted",
    "dropped": "pasted",
    "undo": "undo",
    "redo": "redo",
    "command": "automatic",
}

_ONE_KEY = re.compile(r"""\n\s+|\(\)|\[\]|\{\}|(['"`])\1(?:\1\1)?""")
"""What one key writes in this editor: a line's end and the next line's indentation, or a bracket and its other half."""

_LINE_UNITS = 400
"""Who has only blanks in so much text before the caret is taken to begin a line."""


def process_facts(timeline: Sequence[Event], candidate: str) -> Iterator[Fact]:
    """What the candidate ran, and what came in by clipboard."""
    yield from _runs(timeline, candidate)
    yield from _pastes(timeline, candidate)


def process_metrics(timeline: Sequence[Event], candidate: str) -> list[ProcessMetric]:
    """The numbers of `keystroke.process` with the instants at which a replay shows what they speak of."""
    happenings, at_us = happenings_of(timeline, candidate)
    instants_ms = [e.at_us / 1000 for e in timeline if e.participant == candidate and e.kind in ACTIONS]
    return [
        ProcessMetric(
            metric.name,
            metric.value,
            metric.explanation,
            metric.percentile,
            metric.cohort,
            None if metric.edit is None else at_us[metric.edit],
        )
        for metric in metrics(happenings, instants_ms)
    ]


def happenings_of(timeline: Sequence[Event], candidate: str) -> tuple[list[Happening], list[int]]:
    """Everybody's edits and the candidate's runs, in order; and the instant of each edit."""
    reader = _Reader(candidate)
    happenings: list[Happening] = []
    at_us: list[int] = []
    for event in timeline:
        for happening in reader.read(event):
            happenings.append(happening)
            if isinstance(happening, Edit):
                at_us.append(event.at_us)
    return happenings, at_us


class _Reader:
    """Remembers the texts, and what came by clipboard until the edit that it came with."""

    def __init__(self, candidate: str) -> None:
        self._candidate = candidate
        self._texts: dict[str, bytearray] = defaultdict(bytearray)  # in UTF-16, whose units the ops count
        self._own_copies: dict[str, bool] = {}
        self._runs: set[str] = set()

    def read(self, event: Event) -> Iterator[Happening]:
        body, by_candidate = event.body, event.participant == self._candidate
        match event.kind:
            case "edit":
                yield from self._edits(event)
            case "paste":
                self._own_copies[body["page"]] = body.get("own") is True
            case "run" if by_candidate:
                self._runs.add(body["run"])
                yield RunAsked(event.at_us / 1000, body["run"])
            case "run-finished" if body["run"] in self._runs and body["state"] in FINISHED:
                yield RunEnded(event.at_us / 1000, body["run"], failed=body["state"] in FAILED)

    def _edits(self, event: Event) -> Iterator[Edit]:
        own = event.participant == self._candidate
        how = self._how(event) if own else "other"
        for number, (file, start, deleted, inserted) in enumerate(event.body["ops"]):
            text = self._texts[file]
            at, gone, came = _narrowed(text, start, deleted, inserted)
            edit = Edit(
                # A page's own clock has the pauses of a page whose edits were held up and came all at once.
                event.body.get("client_at_us", event.at_us) / 1000,
                how,
                at,
                gone,
                len(came) // 2,
                file=file,
                own=own,
                begins_line=_begins_line(text, at),
            )
            went = _decoded(text[2 * at : 2 * (at + gone)])
            text[2 * at : 2 * (at + gone)] = came
            if how == "typed":
                yield from _of_one_key(edit, event.body["origin"], went, _decoded(came), number)
            else:
                yield edit

    def _how(self, event: Event) -> How:
        page = event.body.get("page")
        how = _HOW.get(event.body["origin"], "other")
        if page is None:
            return "other"  # a plain Yjs client calls everything typed
        if how == "pasted":
            return "moved" if self._own_copies.pop(page, False) else "pasted"
        return how


def _of_one_key(edit: Edit, origin: str, went: str, came: str, number: int) -> Iterator[Edit]:
    """A key may do more than write its character: the editor closes a bracket, or gives a line its indentation."""
    if origin == "indented" and not went.strip(" \t"):
        if edit.deleted:
            yield edit._replace(how="automatic", inserted=0)
        if edit.inserted:
            by_hand = 0 if not came.strip(" \t") else 1
            yield edit._replace(deleted=0, automatic=edit.inserted - by_hand)
    elif origin == "auto-closed" and number > 0:
        yield edit._replace(how="automatic")  # around a selection, the bracket at its end
    elif origin == "auto-closed" or _ONE_KEY.fullmatch(came):
        yield edit._replace(automatic=max(edit.inserted - 1, 0))
    else:
        yield edit


def _narrowed(text: bytearray, start: int, deleted: int, inserted: str) -> tuple[int, int, bytes]:
    """Where an edit began to change anything, how much went, and what came: a completion writes its beginning anew."""
    came, gone = inserted.encode("utf-16-le", "surrogatepass"), text[2 * start : 2 * (start + deleted)]
    shorter = min(len(came), len(gone))
    same = next((i for i in range(0, shorter, 2) if came[i : i + 2] != gone[i : i + 2]), shorter)
    came, gone = came[same:], gone[same:]
    shorter = min(len(came), len(gone))
    tail = next(
        (i for i in range(0, shorter, 2) if came[-i - 2 : -i or None] != gone[-i - 2 : -i or None]), shorter
    )
    return start + same // 2, (len(gone) - tail) // 2, came[: len(came) - tail]


def _decoded(units: bytes | bytearray) -> str:
    return units.decode("utf-16-le", "surrogatepass")


def _begins_line(text: bytearray, at: int) -> bool:
    before = _decoded(text[2 * max(at - _LINE_UNITS, 0) : 2 * at])
    return not before.rpartition("\n")[2].strip()


def _runs(timeline: Sequence[Event], candidate: str) -> Iterator[Fact]:
    own = {event.body["run"] for event in timeline if event.kind == "run" and event.participant == candidate}
    ends = [e for e in timeline if e.kind == "run-finished" and e.body["run"] in own]
    failed = [event for event in ends if event.body["state"] in FAILED]
    yield Fact(
        "Runs by the candidate", f"{len(own)}, of which {len(failed)} ended in an error" if own else "None"
    )
    failures = {
        event.body["run"]: event.body["output"]
        for event in timeline
        if event.kind == "output" and event.body["output"].get("type") == "failure"
    }
    for event in failed[:LISTED_MAX]:
        failure = failures.get(event.body["run"])
        what = f"{failure['name']}: {failure['message']}" if failure else event.body.get("reason")
        yield Fact("Error", _short(what or "The run did not end by itself."), event.at_us)


def _pastes(timeline: Sequence[Event], candidate: str) -> Iterator[Fact]:
    pastes = [event for event in timeline if event.kind == "paste" and event.participant == candidate]
    foreign = [event for event in pastes if not event.body.get("own")]
    chars = sum(event.body["chars"] for event in foreign)
    value = f"{len(pastes)}, of which {len(foreign)} from outside the room with {_count(chars, 'character')}"
    yield Fact("Pastes by the candidate", value if pastes else "None")
    largest = sorted(pastes, key=lambda event: -int(event.body["chars"]))[:LISTED_MAX]
    for event in sorted(largest, key=lambda event: event.at_us):
        size = f"{_count(event.body['chars'], 'character')} in {_count(event.body['lines'], 'line')}"
        yield Fact("Paste", f"{size}, copied in this room" if event.body.get("own") else size, event.at_us)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def _short(text: str) -> str:
    line = text.splitlines()[0] if text else text
    return line if len(line) <= MESSAGE_CHARS_MAX else line[: MESSAGE_CHARS_MAX - 1] + "…"
