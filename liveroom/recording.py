"""What pages tell that is counted: edits, keys, set-ups, pastes, focus, asks to run; once each, in order. Pure."""

from liveroom.audience import ALL
from liveroom.close_codes import BAD_FRAME, TRY_AGAIN
from liveroom.effects import Acknowledge, Close, Effect, Record, Tell
from liveroom.messages import (
    SOURCE_CHARS_MAX,
    Caret,
    Edit,
    Focus,
    Keys,
    Paste,
    Refused,
    RequestRun,
    SetUp,
)
from liveroom.pages import Pages
from liveroom.people import CARET_EVERY_US, Connection
from liveroom.quota import Quota
from liveroom.runs import Runs
from liveroom.writing import Writing

Recorded = Edit | Keys | SetUp | Paste | Focus | RequestRun


class Recording:
    """Numbers go up by one a frame: a resend is known by its number, and nothing may be left out."""

    def __init__(self, pages: Pages, writing: Writing, runs: Runs, quota: Quota) -> None:
        self._pages = pages
        self._writing = writing
        self._runs = runs
        self._quota = quota

    def take(
        self, connection: Connection, message: Recorded, now: int, *, why_not: str | None
    ) -> list[Effect]:
        """Take a frame that is counted; one that was recorded before is acknowledged again and does nothing.

        `why_not` is a sentence where its sender may not write now.
        """
        if message.page != connection.page:
            return [Close(connection.connection, BAD_FRAME, "The frame names another page.")]
        last = self._pages.last(message.page)
        acknowledge = Acknowledge(connection.connection, message.page, message.n)
        if connection.starting_over:
            return []  # typed before the page heard that its text was refused
        if message.n <= last:
            return [acknowledge]
        if message.n > last + 1:
            # Taking it would make the earlier ones look like resends, and lose them.
            return [Close(connection.connection, TRY_AGAIN, "A frame was left out; the page connects again.")]
        match message:
            case Edit():
                effects = self._writing.edit(connection, message, now, why_not=why_not)
            case Keys():
                effects = self._typing(connection, message, "keys", {"keys": message.keys}, now)
            case SetUp():
                effects = self._typing(connection, message, "set-up", _set_up(message), now)
            case Paste():
                effects = self._paste(connection, message, now, why_not)
            case Focus():
                effects = self._focus(connection, message, now)
            case RequestRun():
                effects = self._request_run(connection, message, now, why_not)
        if not connection.starting_over:
            logged = any(isinstance(effect, Record) and effect.n == message.n for effect in effects)
            self._pages.record(message.page, message.n, logged=logged)
        if not any(isinstance(e, Tell) and isinstance(e.message, Refused) for e in effects):
            effects.append(acknowledge)
        return effects

    def _typing(
        self, connection: Connection, message: Keys | SetUp, kind: str, facts: dict[str, object], now: int
    ) -> list[Effect]:
        if not connection.allowed.typing:
            return _refused(connection, "Typing is not recorded for you in this room.", message)
        if full := self._quota.everything_stops:
            return _refused(connection, full, message)
        body = {"page": message.page, "n": message.n, **facts}
        return [Record(connection.person.participant, kind, body, now, ALL, message.page, message.n)]

    def _paste(self, connection: Connection, message: Paste, now: int, why_not: str | None) -> list[Effect]:
        if why_not is not None:
            return _refused(connection, why_not, message)
        body = {"page": message.page, "n": message.n, "client_at_us": message.client_at_us}
        body |= {"chars": message.chars, "lines": message.lines, "own": message.own}
        return [Record(connection.person.participant, "paste", body, now, ALL, message.page, message.n)]

    def _focus(self, connection: Connection, message: Focus, now: int) -> list[Effect]:
        if not connection.allowed.metrics:
            return _refused(connection, "Focus is not recorded for you in this room.", message)
        if full := self._quota.everything_stops:
            return _refused(connection, full, message)
        body = {"page": message.page, "n": message.n, "client_at_us": message.client_at_us}
        body["focused"] = message.focused
        return [Record(connection.person.participant, "focus", body, now, ALL, message.page, message.n)]

    def _request_run(
        self, connection: Connection, message: RequestRun, now: int, why_not: str | None
    ) -> list[Effect]:
        if why_not is not None:
            return _refused(connection, why_not, message)
        if len(message.source) > SOURCE_CHARS_MAX:
            reason = (
                f"A cell that runs has at most {SOURCE_CHARS_MAX:,} characters; split it with a # %% line."
            )
            return _refused(connection, reason, message)
        if self._runs.full:
            return _refused(connection, "Too many runs are waiting; interrupt them first.", message)
        if connection.person.runs.level(now) < 1:
            reason = (
                "You ran cells faster than one every two seconds for long; wait a moment, then run it again."
            )
            return _refused(connection, reason, message)
        connection.person.runs.spend(1, now)
        by, place = connection.person.participant, message.place
        view, told = self._runs.request(by=by, source=message.source, place=place, at_us=now)
        body: dict[str, object] = {
            "run": view.run,
            "source": message.source,
            "place": [place.file, place.position, place.offset],
            "page": message.page,
            "n": message.n,
            "client_at_us": message.client_at_us,
        }
        record = Record(by, "run", body, now, ALL, message.page, message.n)
        return [record, *told, *self._runs.start_next(now)]

    def caret(self, connection: Connection, caret: Caret, now: int) -> list[Effect]:
        """Take where a selection went, for the replay; not counted, and not more often than a replay shows."""
        if (
            caret == connection.caret
            or now - connection.caret_at_us < CARET_EVERY_US
            or self._quota.everything_stops
        ):
            return []
        connection.caret, connection.caret_at_us = caret, now
        body: dict[str, object] = {"file": caret.file, "anchor": caret.anchor, "head": caret.head}
        return [Record(connection.person.participant, "caret", body, now)]


def _set_up(message: SetUp) -> dict[str, object]:
    return {
        "client_at_us": message.client_at_us,
        "tick_us": message.tick_us,
        "isolated": message.isolated,
        "platform": message.platform,
        "browser": message.browser,
        "layout": message.layout,
        "touch": message.touch,
    }


def _refused(connection: Connection, reason: str, message: Recorded) -> list[Effect]:
    return [Tell(Refused(reason, message.page, message.n), to=connection.connection)]
