"""Wall-clock times as the database, people and programs have them."""

import time
from datetime import UTC, datetime

DAY_US = 86_400 * 1_000_000
MINUTE_US = 60 * 1_000_000
MICROS_MAX = 2**53 - 1
"""What a page can count to; some 285 years."""


def wall_us() -> int:
    """Microseconds since 1970, by the machine's clock."""
    return time.time_ns() // 1000


def monotonic_us() -> int:
    """Microseconds since some moment; never goes back."""
    return time.monotonic_ns() // 1000


def iso(at_wall_us: int) -> str:
    """ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(at_wall_us // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spoken(at_wall_us: int) -> str:
    """A date and time as a sentence has it: 2 March 2026, 14:00 UTC."""
    at = datetime.fromtimestamp(at_wall_us // 1_000_000, UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def spoken_day(at_wall_us: int) -> str:
    """A date as a sentence has it: 2 March 2026."""
    return spoken(at_wall_us).partition(",")[0]


def spoken_or_none(at_wall_us: int | None) -> str | None:
    """`spoken`, of a time that may not have come."""
    return None if at_wall_us is None else spoken(at_wall_us)
