"""How fast one connection may send, and one person may run: token buckets, with time handed in. Pure."""

FRAMES_PER_SECOND, FRAMES_BURST = 200, 1_000
BYTES_PER_SECOND, BYTES_BURST = 4 * 1024 * 1024, 16 * 1024 * 1024
"""A page that was offline resends thousands of edits: the first thousand at once, the others within seconds."""

RUNS_PER_SECOND, RUNS_BURST = 0.5, 64

PAUSE_US = 50_000
"""At least so long is a connection left unread that has sent too much; it may then send some frames at a time."""

SECOND_US = 1_000_000


class Bucket:
    """Fills with so many tokens a second, up to `burst`, where it begins. Times are in microseconds."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._tokens = burst
        self._at_us: int | None = None

    def level(self, now: int) -> float:
        """The tokens that are there; fewer than none while more were spent than there were."""
        if self._at_us is not None:
            gained = (now - self._at_us) * self._per_second / SECOND_US
            self._tokens = min(self._burst, self._tokens + gained)
        self._at_us = now
        return self._tokens

    def spend(self, tokens: float, now: int) -> int:
        """Take tokens, also more than there are; how long until that is made good."""
        self._tokens = self.level(now) - tokens
        return 0 if self._tokens >= 0 else round(-self._tokens * SECOND_US / self._per_second)

    def is_full(self, now: int) -> bool:
        return self.level(now) >= self._burst


class Pace:
    """What one connection has sent lately. Over the rate it is read more slowly; nothing of it is dropped."""

    def __init__(self) -> None:
        self._frames = Bucket(FRAMES_PER_SECOND, FRAMES_BURST)
        self._bytes = Bucket(BYTES_PER_SECOND, BYTES_BURST)
        self._slowed = False

    def take(self, size: int, now: int) -> tuple[int, bool]:
        """Count a frame of so many bytes: how long to read nothing more, and whether to say so.

        It is said once an episode: an episode lasts until the connection could send a whole burst again.
        """
        if self._slowed and self._frames.is_full(now) and self._bytes.is_full(now):
            self._slowed = False
        wait = max(self._frames.spend(1, now), self._bytes.spend(size, now))
        if wait == 0:
            return 0, False
        tell, self._slowed = not self._slowed, True
        return max(wait, PAUSE_US), tell
