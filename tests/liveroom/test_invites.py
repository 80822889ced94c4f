"""A link is a signed capability: it opens one room in one role until it expires or is revoked."""

import dataclasses
from typing import Any

import pytest

from liveroom.errors import LinkExpired, LinkRevoked, LinkUnknown
from liveroom.invites import Invites
from liveroom.rows import StoredLink

LINK = StoredLink("serial-1", "room-1", "observer", 1_000_000, 2_000_000)
INVITES = Invites(b"s" * 32, contact="hiring@example.org")


def test_a_token_opens_its_link_and_is_the_same_when_shown_again() -> None:
    token = INVITES.token(LINK)
    assert INVITES.serial(token) == "serial-1"
    assert INVITES.check(token, LINK, now_wall_us=1_999_999) == LINK
    assert INVITES.token(LINK) == token


def test_an_expired_link_says_when_and_whom_to_ask() -> None:
    with pytest.raises(LinkExpired, match=r"expired on 1970-01-01\. Ask hiring@example\.org"):
        INVITES.check(INVITES.token(LINK), LINK, now_wall_us=2_000_000)


def test_a_revoked_link_says_so_even_after_it_expired() -> None:
    revoked = dataclasses.replace(LINK, revoked=True)
    with pytest.raises(LinkRevoked, match=r"withdrawn\. Ask hiring@example\.org"):
        INVITES.check(INVITES.token(LINK), revoked, now_wall_us=3_000_000)


@pytest.mark.parametrize("token", ["", "x", "WyJhIl0.abc", "é", "." * 500])
def test_garbage_is_an_unknown_link(token: str) -> None:
    with pytest.raises(LinkUnknown, match="not one of ours"):
        INVITES.serial(token)


def test_another_sites_signature_is_unknown() -> None:
    with pytest.raises(LinkUnknown):
        INVITES.serial(Invites(b"t" * 32, contact="").token(LINK))


@pytest.mark.parametrize("field", ["room", "role", "expires_wall_us"])
def test_a_token_that_promises_other_than_the_row_is_unknown(field: str) -> None:
    values: dict[str, Any] = {field: 5_000_000 if field == "expires_wall_us" else "owner"}
    promised = dataclasses.replace(LINK, **values)
    with pytest.raises(LinkUnknown):
        INVITES.check(INVITES.token(promised), LINK, now_wall_us=0)


def test_a_link_whose_room_was_deleted_is_unknown() -> None:
    with pytest.raises(LinkUnknown):
        INVITES.check(INVITES.token(LINK), None, now_wall_us=0)


def test_the_token_stands_behind_the_hash_where_no_server_logs_it() -> None:
    shown = INVITES.shown(LINK, base_url="https://example.org", now_wall_us=0)
    assert shown.url == f"https://example.org/join#{INVITES.token(LINK)}"
    assert (shown.state, shown.expires) == ("valid", "1970-01-01T00:00:02Z")
