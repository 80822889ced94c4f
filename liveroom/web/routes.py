"""Every route of the API, in one list."""

from liveroom.api import Json, Ok
from liveroom.openapi import describe
from liveroom.web import routes_join, routes_owner, routes_room, routes_typing, routes_work
from liveroom.web.endpoint import Call, Endpoint


async def openapi(_call: Call) -> Json:
    """This description."""
    return describe(ENDPOINTS)


async def healthz(_call: Call) -> Ok:
    """Whether the server answers."""
    return Ok()


ENDPOINTS = [
    *routes_join.ENDPOINTS,
    *routes_owner.ENDPOINTS,
    *routes_room.ENDPOINTS,
    *routes_typing.ENDPOINTS,
    *routes_work.ENDPOINTS,
    Endpoint("GET", "/api/openapi.json", "anyone", openapi, Json),
    Endpoint("GET", "/healthz", "anyone", healthz, Ok),
]
