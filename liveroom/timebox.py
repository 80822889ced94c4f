"""How long the candidate has: the clock, its accommodation and extension, and the time unwatched. Pure."""

from liveroom.effects import Effect, Record, Tell
from liveroom.messages import Accommodation, FocusTime, FocusTimeChanged, Timer, TimerChanged

MINUTE_US = 60_000_000


class Timebox:
    """A room's clock. It starts when the candidate is first in the room, and its end only says so."""

    def __init__(self, minutes: int, accommodation: Accommodation) -> None:
        """`minutes` as anybody has them; a candidate with an accommodation gets per cent more."""
        self._minutes = minutes
        self.timer = Timer(minutes_given(minutes, accommodation), accommodation=accommodation)
        self.focus_time: FocusTime | None = None

    @property
    def started(self) -> bool:
        return self.timer.started_at_us is not None

    def start(self, now: int) -> list[Effect]:
        return self._set(self.timer.minutes, now, None, now)

    def extend(self, minutes: int, by: str | None, now: int) -> list[Effect]:
        """Give so many minutes more."""
        return self._set(self.timer.minutes + minutes, self.timer.started_at_us, by, now)

    def accommodate(self, percent: Accommodation, by: str, now: int) -> list[Effect]:
        """Give per cent more than the room's minutes, in place of what was given before; only before the start."""
        self.timer = Timer(minutes_given(self._minutes, percent), accommodation=percent)
        return self._changed(by, now)

    def go_on(self, by: str | None, now: int) -> list[Effect]:
        """Give ten minutes from now, because the time was over."""
        started = self.timer.started_at_us or now
        return self._set((now - started) // MINUTE_US + 10, started, by, now)

    def restore(self, timer: Timer) -> None:
        self.timer = timer

    def _set(self, minutes: int, started: int | None, by: str | None, now: int) -> list[Effect]:
        ends = None if started is None else started + minutes * MINUTE_US
        self.timer = Timer(minutes, started, ends, self.timer.accommodation)
        return self._changed(by, now)

    def _changed(self, by: str | None, now: int) -> list[Effect]:
        timer = self.timer
        body = {"minutes": timer.minutes, "started_at_us": timer.started_at_us}
        body |= {"ends_at_us": timer.ends_at_us, "accommodation": timer.accommodation}
        return [Record(by, "timer", dict(body), now), Tell(TimerChanged(timer, now, by))]

    # --- focus time

    def begin_focus_time(self, minutes: int, by: str, now: int) -> list[Effect]:
        """Let the candidate work unwatched; nothing happens while they do already."""
        if self.focus_time is not None:
            return []
        self.focus_time = FocusTime(now, now + minutes * MINUTE_US, by)
        return self._focus_changed(by, now)

    def end_focus_time(self, by: str | None, now: int) -> list[Effect]:
        """End it, by somebody's wish or because its time is over."""
        if self.focus_time is None:
            return []
        self.focus_time = None
        return self._focus_changed(by, now)

    def restore_focus_time(self, focus_time: FocusTime | None) -> None:
        self.focus_time = focus_time

    def _focus_changed(self, by: str | None, now: int) -> list[Effect]:
        ends = None if self.focus_time is None else self.focus_time.ends_at_us
        record = Record(by, "focus-time", {"ends_at_us": ends}, now)
        return [record, Tell(FocusTimeChanged(now, self.focus_time, by))]


def minutes_given(minutes: int, percent: int) -> int:
    """So many per cent more, in whole minutes, rounded up."""
    return -(-minutes * (100 + percent) // 100)
