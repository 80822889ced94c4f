"""The kernel as its room knows it: how it is, what its runs put out, and who may ask it what. Pure."""

from kernels.outputs import AnyOutput, Asked, Finished
from liveroom.effects import Ask, ConnectionId, Effect, Interrupt, Record, ReleaseKernel, Restart, Tell
from liveroom.messages import (
    AnswerQuestion,
    Complete,
    Inspect,
    KernelChanged,
    KernelState,
    ListVariables,
    Unanswered,
)
from liveroom.people import WRITERS, Connection, Participant
from liveroom.quota import Quota
from liveroom.runs import Runs

ENDED = "The room has ended, and its kernel with it."
FOR_WRITERS = "Your role in this room is to watch, and this is for those who write."


class RoomKernel:
    """What is known of the kernel. The host drives it, and tells here what becomes of it.

    `reason` is a sentence about its state. With the state "none" it says why there is none any more, and nobody's
    arrival alone starts another.
    """

    def __init__(self, runs: Runs, quota: Quota) -> None:
        self.state: KernelState = "none"
        self.reason: str | None = None
        self._runs = runs
        self._quota = quota

    def wanted_for(self, person: Participant) -> bool:
        """Whether a kernel should be made ready because of them."""
        return self.state == "none" and self.reason is None and person.role in WRITERS

    def output(self, run: str, item: AnyOutput | Finished, now: int) -> list[Effect]:
        """Take what the kernel says of a run."""
        match item:
            case Finished():
                return self._finished(run, item, now)
            case Asked() if stop := self._quota.everything_stops:
                return [*self._runs.cut(run, stop, now), Interrupt()]  # it would wait for ever
            case Asked():
                return self._runs.output(run, item, now)
            case _:
                stop = self._quota.outputs_stop
                return self._runs.output(run, item, now) if stop is None else self._runs.cut(run, stop, now)

    def _finished(self, run: str, end: Finished, now: int) -> list[Effect]:
        if run != self._runs.running:
            return []  # ended by a restart or by the room's end, and what became of the kernel is said already
        effects = self._runs.finished(run, end, now)
        if end.status == "died":
            effects += self.changed("lost", now, reason=end.reason, fresh=True)
        elif self.state == "busy" and self._runs.idle:
            effects += self.changed("ready", now)
        return effects

    def changed(
        self, state: KernelState, now: int, *, reason: str | None = None, fresh: bool = False
    ) -> list[Effect]:
        """The host says how the kernel is; `fresh` means that its variables are gone."""
        effects: list[Effect] = []
        if state == "lost":
            effects += self._runs.lost(now, reason or "The kernel stopped.")
        if fresh:
            self._runs.variables_gone()
        if state == self.state and not fresh and reason is None:
            return effects
        self.state, self.reason = state, reason
        body: dict[str, object] = {"state": state, "reason": reason, "fresh": fresh}
        return [*effects, Record(None, "kernel", body, now), Tell(KernelChanged(state, reason, fresh))]

    def answered_interrupt(self, sentence: str, now: int) -> list[Effect]:
        """An interrupt had a word to say; once the run is over it is not news any more."""
        return self.changed("busy", now, reason=sentence) if self.state == "busy" else []

    def restart(self, by: Participant, now: int) -> list[Effect]:
        effects = self._runs.lost(now, f"{by.name} restarted the kernel.")
        return [*effects, *self.changed("starting", now, fresh=True), Restart()]

    def reclaim(self, notice: str, now: int) -> list[Effect]:
        """End the kernel of a room in which nobody is; the next run starts another."""
        return [
            *self._runs.lost(now, notice),
            *self.changed("none", now, reason=notice, fresh=True),
            ReleaseKernel(),
        ]

    def ended(self, now: int) -> list[Effect]:
        """The room ends, and leaves nothing of its kernel; that it is gone goes without saying."""
        self.state, self.reason = "none", None
        return self._runs.lost(now, "The room ended.")

    # --- what people ask

    def answer(self, by: Participant, message: AnswerQuestion, now: int) -> list[Effect]:
        """Pass on what somebody answers to a run's `input()`."""
        return self._runs.answer(message.run, message.question, message.text, by=by.participant, at_us=now)

    def ask(
        self, by: Connection, asked: Complete | Inspect | ListVariables, *, is_over: bool
    ) -> list[Effect]:
        """Ask the live kernel. Nothing of it is recorded. Looking at the variables is for everyone in the room."""
        if is_over:
            return _unanswered(by.connection, asked.ask, ENDED)
        if by.person.role not in WRITERS and not isinstance(asked, ListVariables):
            return _unanswered(by.connection, asked.ask, FOR_WRITERS)
        return [Ask(by.connection, asked)]

    # --- the log

    def restore(self, state: KernelState, reason: str | None, *, fresh: bool) -> None:
        """Fold one event of the timeline in."""
        self.state, self.reason = state, reason
        if fresh:
            self._runs.variables_gone()

    def recovered(self, now: int) -> list[Effect]:
        """The log is folded in, and the server that ran these runs is gone."""
        if self.state != "none":
            self.state, self.reason = "none", None
        return self._runs.lost(now, "The server restarted while this ran; run the cell again.")


def _unanswered(to: ConnectionId, ask: int, reason: str) -> list[Effect]:
    return [Tell(Unanswered(ask, reason), to=to)]
