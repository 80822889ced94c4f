"""Links into a room: signed capabilities that can be shown again, expire, and are revoked by serial. Pure."""

from typing import Any, Literal

from itsdangerous import BadSignature, URLSafeSerializer

from liveroom.api import Link
from liveroom.errors import LinkExpired, LinkRevoked, LinkUnknown
from liveroom.rows import StoredLink
from liveroom.times import iso

State = Literal["valid", "expired", "revoked"]


class Invites:
    """Writes and reads the tokens of links. The same link always has the same token."""

    def __init__(self, secret: bytes, *, contact: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="liveroom.link")
        self._contact = contact

    def token(self, link: StoredLink) -> str:
        return str(self._serializer.dumps(_claims(link)))

    def serial(self, token: str) -> str:
        """The serial of a token that this site signed; raises LinkUnknown."""
        try:
            _room, _role, serial, _expires = self._serializer.loads(token)
        except (BadSignature, TypeError, ValueError) as error:
            raise self.unknown() from error
        return str(serial)

    def check(self, token: str, link: StoredLink | None, *, now_wall_us: int) -> StoredLink:
        """The link that may be opened now with this token; raises which of the three it is not, and whom to ask."""
        if link is None or self.token(link) != token:
            raise self.unknown()
        match state_of(link, now_wall_us=now_wall_us):
            case "revoked":
                raise LinkRevoked(f"This link was withdrawn. Ask {self._contact} for a new one.")
            case "expired":
                raise LinkExpired(
                    f"This link expired on {iso(link.expires_wall_us)[:10]}. Ask {self._contact} for a new one."
                )
            case "valid":
                return link

    def unknown(self) -> LinkUnknown:
        return LinkUnknown(
            "This link is not one of ours, or a part of it is missing. "
            f"Copy the whole link again, or ask {self._contact} for a new one."
        )

    def shown(self, link: StoredLink, *, base_url: str, now_wall_us: int) -> Link:
        """The link as its owner sees it. The token stands behind the #, where no server logs it."""
        return Link(
            link.serial,
            link.role,
            f"{base_url}/join#{self.token(link)}",
            iso(link.made_wall_us),
            iso(link.expires_wall_us),
            state_of(link, now_wall_us=now_wall_us),
        )


def state_of(link: StoredLink, *, now_wall_us: int) -> State:
    if link.revoked:
        return "revoked"
    return "expired" if link.expires_wall_us <= now_wall_us else "valid"


def _claims(link: StoredLink) -> list[Any]:
    return [link.room, link.role, link.serial, link.expires_wall_us]
