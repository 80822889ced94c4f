"""How often one address may try what costs or could be guessed at."""

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from liveroom.errors import TooMany


class Limiter:
    """Counts attempts by address in this process's memory."""

    def __init__(self) -> None:
        self._strategy = MovingWindowRateLimiter(MemoryStorage())
        self._rates: dict[str, RateLimitItem] = {}

    async def count(self, rate: str, what: str, address: str) -> None:
        """One more attempt, at a rate like "20/minute"; raises TooMany."""
        item = self._rates.setdefault(rate, parse(rate))
        if not await self._strategy.hit(item, what, address):
            raise TooMany("Too many attempts from your network in a short time; wait a minute and try again.")
