"""The queue of runs and what they put out. Pure: the host feeds in what the kernel says."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from kernels.outputs import AnyOutput, Asked, Cleared, Display, Finished
from liveroom.effects import Answer, Effect, Interrupt, Record, StartRun, Tell
from liveroom.messages import (
    InputOutput,
    Output,
    OutputAdded,
    OutputsCleared,
    Place,
    Question,
    QuestionAsked,
    RunFinished,
    RunRequested,
    RunStarted,
    RunState,
    RunView,
    SlottedOutput,
    StreamOutput,
)
from liveroom.outputs import PROMPT_CHARS_MAX, chars_of, joined, on_the_wire

QUEUED_MAX = 64
QUEUED_CHARS_MAX = 1_000_000
SHOWN_CHARS_MAX = 4 * 1024 * 1024
"""Of all sources and outputs together, for one who joins: escaped in JSON they still fit an outbox."""

LEFT_OUT = SlottedOutput(StreamOutput("stderr", "[what came before is left out here: it was too much]\n"))


@dataclass(slots=True)
class _Run:
    run: str
    by: str
    source: str
    place: Place
    requested_at_us: int
    state: RunState = "queued"
    started_at_us: int | None = None
    finished_at_us: int | None = None
    execution_count: int | None = None
    reason: str | None = None
    stale: bool = False
    clear_pending: bool = False
    is_cut: bool = False
    questions: int = 0
    question: Question | None = None
    outputs: list[SlottedOutput] = field(default_factory=list)
    slots: dict[str, int] = field(default_factory=dict)  # slot -> where it is among the outputs

    def put(self, output: Output, slot: str | None) -> None:
        """Add an output, or put it in the place of the one whose slot it has."""
        if isinstance(output, InputOutput):
            self.question = None
        at = None if slot is None else self.slots.get(slot)
        if at is not None:
            self.outputs[at] = SlottedOutput(output, slot)
            return
        if slot is not None:
            self.slots[slot] = len(self.outputs)
        self.outputs.append(SlottedOutput(output, slot))

    def ask(self, question: Question) -> None:
        self.questions, self.question = question.question, question

    def clear(self) -> None:
        self.outputs.clear()
        self.slots.clear()

    def shorten(self, chars_max: int) -> int:
        """Let go of the oldest outputs beyond so many characters; how many remain, with the source."""
        chars = len(self.source)
        for kept, slotted in enumerate(reversed(self.outputs)):
            cost = chars_of(slotted.output)
            if chars + cost > chars_max:
                self.outputs = [LEFT_OUT, *self.outputs[len(self.outputs) - kept :]]
                self.slots = {o.slot: at for at, o in enumerate(self.outputs) if o.slot is not None}
                break
            chars += cost
        return chars

    def view(self) -> RunView:
        return RunView(
            run=self.run,
            by=self.by,
            source=self.source,
            place=self.place,
            state=self.state,
            requested_at_us=self.requested_at_us,
            started_at_us=self.started_at_us,
            finished_at_us=self.finished_at_us,
            execution_count=self.execution_count,
            reason=self.reason,
            stale=self.stale,
            outputs=joined(self.outputs),
            question=self.question,
        )


class Runs:
    """Every run of a room, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._queue: list[str] = []
        self._slots: dict[str, str] = {}  # slot -> the run that shows it
        self.running: str | None = None

    def views(self) -> list[RunView]:
        """The latest runs, as many as one who joins can be sent."""
        return [run.view() for run in self._forget_old()]

    def _forget_old(self) -> list[_Run]:
        """Keep what is shown to those who join; of older runs and outputs only the timeline knows."""
        shown: list[_Run] = []
        left = SHOWN_CHARS_MAX
        for run in reversed(self._runs.values()):
            left -= run.shorten(left)
            if left >= 0:
                shown.append(run)
            elif run.finished_at_us is not None:
                run.source = ""
                run.clear()
        return shown[::-1]

    @property
    def idle(self) -> bool:
        return self.running is None and not self._queue

    @property
    def full(self) -> bool:
        waiting = sum(len(self._runs[name].source) for name in self._queue)
        return len(self._queue) >= QUEUED_MAX or waiting > QUEUED_CHARS_MAX

    def request(self, *, by: str, source: str, place: Place, at_us: int) -> tuple[RunView, list[Effect]]:
        """Put a run into the queue; the caller records the request itself."""
        run = _Run(f"run-{len(self._runs) + 1}", by, source, place, at_us)
        self._runs[run.run] = run
        self._queue.append(run.run)
        return run.view(), [Tell(RunRequested(run.view()))]

    def start_next(self, at_us: int) -> list[Effect]:
        """Start the first waiting run if nothing runs."""
        if self.running is not None or not self._queue:
            return []
        run = self._runs[self._queue.pop(0)]
        self._started(run, at_us)
        return [
            Record(None, "run-started", {"run": run.run}, at_us),
            Tell(RunStarted(run.run, at_us)),
            StartRun(run.run, run.source),
        ]

    def interrupt(self, at_us: int) -> list[Effect]:
        """Interrupt what runs and cancel what waits."""
        effects = self._cancel([self._runs[name] for name in self._queue], at_us)
        return [*effects, Interrupt()] if self.running is not None else effects

    def output(self, name: str, item: AnyOutput, at_us: int) -> list[Effect]:
        """Take one output of the running run; what comes after its end is dropped."""
        run = self._runs.get(name)
        if run is None or run.state != "running":
            return []
        if isinstance(item, Asked):
            return self._ask(run, item, at_us)
        if isinstance(item, Cleared):
            if item.wait:
                run.clear_pending = True
                return []
            return self._clear(run, at_us)
        effects = self._clear(run, at_us) if run.clear_pending else []
        target, slot = run, None
        if isinstance(item, Display) and item.slot is not None:
            slot = item.slot
            if item.update:
                target = self._runs.get(self._slots.get(slot, ""), run)
            self._slots[slot] = target.run
        for output, kept in on_the_wire(item):
            effects += kept
            target.put(output, slot)
            body: dict[str, object] = {"run": target.run, "output": msgspec.to_builtins(output)}
            if slot is not None:
                body["slot"] = slot
            effects += [Record(None, "output", body, at_us), Tell(OutputAdded(target.run, output, slot))]
        return effects

    def _ask(self, run: _Run, asked: Asked, at_us: int) -> list[Effect]:
        question = Question(run.questions + 1, asked.prompt[:PROMPT_CHARS_MAX], asked.hidden)
        run.ask(question)
        body = {"run": run.run, "question": question.question}
        body |= {"prompt": question.prompt, "hidden": question.hidden}
        return [Record(None, "question", body, at_us), Tell(QuestionAsked(run.run, question))]

    def answer(self, name: str, number: int, text: str, *, by: str, at_us: int) -> list[Effect]:
        """Take the first answer to what a run asks; later ones came too late. A hidden one goes to the kernel alone."""
        run = self._runs.get(name)
        if run is None or run.question is None or run.question.question != number:
            return []
        output = InputOutput(run.question.prompt, by, None if run.question.hidden else text)
        run.put(output, None)
        body: dict[str, object] = {"run": name, "output": msgspec.to_builtins(output)}
        return [Record(by, "output", body, at_us), Tell(OutputAdded(name, output)), Answer(text)]

    def cut(self, name: str, why: str, at_us: int) -> list[Effect]:
        """Say, once a run, why its outputs are not taken any more."""
        run = self._runs.get(name)
        if run is None or run.state != "running" or run.is_cut:
            return []
        run.is_cut = True
        output = StreamOutput("stderr", why)
        run.put(output, None)
        body: dict[str, object] = {"run": name, "output": msgspec.to_builtins(output)}
        return [Record(None, "output", body, at_us), Tell(OutputAdded(name, output))]

    def finished(self, name: str, end: Finished, at_us: int) -> list[Effect]:
        """End a run and start the next.

        After one that failed, the same person's waiting runs are cancelled, as notebooks do; after a death nothing is
        started, for there is nothing to start it on.
        """
        run = self._runs.get(name)
        if run is None or run.state != "running":
            return []
        effects = self._finish(run, end.status, at_us, count=end.execution_count, reason=end.reason)
        if end.status != "ok":
            waiting = [self._runs[name] for name in self._queue if self._runs[name].by == run.by]
            effects += self._cancel(waiting, at_us)
        self._forget_old()
        return effects if end.status == "died" else effects + self.start_next(at_us)

    def lost(self, at_us: int, reason: str) -> list[Effect]:
        """The kernel is gone: what ran has died and what waited is cancelled."""
        effects = self._cancel([self._runs[name] for name in self._queue], at_us)
        if self.running is not None:
            effects += self._finish(self._runs[self.running], "died", at_us, count=None, reason=reason)
        return effects

    def variables_gone(self) -> None:
        """Mark all ended runs: their variables no longer exist."""
        for run in self._runs.values():
            if run.finished_at_us is not None:
                run.stale = True

    def restore(self, kind: str, participant: str | None, at_us: int, body: dict[str, Any]) -> None:
        """Fold one event of the timeline in."""
        if kind == "run":
            place = Place(*body["place"])
            run = _Run(body["run"], participant or "", body["source"], place, at_us)
            self._runs[run.run] = run
            self._queue.append(run.run)
            return
        run = self._runs[body["run"]]
        match kind:
            case "run-started":
                self._queue.remove(run.run)
                self._started(run, at_us)
            case "output":
                slot = body.get("slot")
                if slot is not None:
                    self._slots[slot] = run.run
                run.put(msgspec.convert(body["output"], Output), slot)
            case "question":
                run.ask(Question(body["question"], body["prompt"], body["hidden"]))
            case "outputs-cleared":
                run.clear()
            case "run-finished":
                self._end(run, body["state"], at_us, body.get("execution_count"), body.get("reason"))

    def _started(self, run: _Run, at_us: int) -> None:
        run.state, run.started_at_us = "running", at_us
        self.running = run.run

    def _clear(self, run: _Run, at_us: int) -> list[Effect]:
        run.clear_pending = False
        if not run.outputs:
            return []
        run.clear()
        return [Record(None, "outputs-cleared", {"run": run.run}, at_us), Tell(OutputsCleared(run.run))]

    def _cancel(self, runs: list[_Run], at_us: int) -> list[Effect]:
        effects: list[Effect] = []
        for run in runs:
            effects += self._finish(run, "cancelled", at_us, count=None, reason=None)
        return effects

    def _finish(
        self, run: _Run, state: RunState, at_us: int, *, count: int | None, reason: str | None
    ) -> list[Effect]:
        self._end(run, state, at_us, count, reason)
        body = {"run": run.run, "state": state, "execution_count": count, "reason": reason}
        return [
            Record(None, "run-finished", body, at_us),
            Tell(RunFinished(run.run, state, at_us, count, reason)),
        ]

    def _end(self, run: _Run, state: RunState, at_us: int, count: int | None, reason: str | None) -> None:
        if run.run in self._queue:
            self._queue.remove(run.run)
        if self.running == run.run:
            self.running = None
        run.state, run.finished_at_us = state, at_us
        run.execution_count, run.reason, run.question = count, reason, None
