"""Replies that are files to be saved; none of them may run as a page of ours."""

import re

from starlette.responses import Response

from liveroom.store import StoredRoom
from liveroom.web.security import CONTENT_POLICY

SEALED = {"content-security-policy": CONTENT_POLICY}

_OUTSIDE_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def attachment(content: bytes, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', **SEALED}
    return Response(content, headers=headers, media_type=media_type)


def name_of(room: StoredRoom) -> str:
    """The room's title as a file is called."""
    return _OUTSIDE_A_NAME.sub("-", room.title).strip("-.").lower() or "room"
