"""How the owner gets in: a one-use link, then a session; or a token for the API."""

from collections.abc import Callable

from liveroom.errors import BadToken
from liveroom.rows import AccessKind
from liveroom.store import Store
from liveroom.times import DAY_US, MINUTE_US
from liveroom.tokens import digest, new_token

LINK_MINUTES = 10
SESSION_DAYS = 14


class SignInDesk:
    """Gives out what the owner signs in with. Only hashes are stored."""

    def __init__(self, store: Store, *, wall: Callable[[], int]) -> None:
        self._store = store
        self._wall = wall

    async def link(self, base_url: str) -> str:
        """An address that signs in the first who opens it, within ten minutes."""
        return f"{base_url}/sign-in#{await self._grant('sign-in', LINK_MINUTES * MINUTE_US)}"

    async def session(self, token: str) -> str:
        """Exchange a link's token for a session's; raises BadToken."""
        if not await self._store.take_grant(digest(token), "sign-in", now_us=self._wall()):
            raise BadToken(
                "This sign-in link was used already or is older than ten minutes; "
                "run `liveroom sign-in` on the server for a new one."
            )
        return await self._grant("session", SESSION_DAYS * DAY_US)

    async def api_token(self) -> str:
        """A bearer token for programs; it holds until the data folder is deleted."""
        return await self._grant("api", None)

    async def is_session(self, token: str) -> bool:
        return await self._store.granted(digest(token), "session", now_us=self._wall())

    async def is_api_token(self, token: str) -> bool:
        return await self._store.granted(digest(token), "api", now_us=self._wall())

    async def sign_out(self, token: str) -> None:
        await self._store.take_grant(digest(token), "session", now_us=self._wall())

    async def _grant(self, kind: AccessKind, lasts_us: int | None) -> str:
        token = new_token()
        now = self._wall()
        expires = None if lasts_us is None else now + lasts_us
        await self._store.grant(digest(token), kind, now_us=now, expires_wall_us=expires)
        return token
