"""The HTTP API as OpenAPI 3.1, made from the list of routes and the shapes of api.py."""

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import msgspec

from liveroom.api import Problem
from liveroom.web.endpoint import Download, Endpoint, Who

_REF = "#/components/schemas/{name}"

_SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    "anyone": [],
    "owner": [{"session": []}, {"apiToken": []}],
    "participant": [{"participantToken": []}],
    "owner or participant": [{"session": []}, {"apiToken": []}, {"participantToken": []}],
}

_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "liveroom_session",
        "description": "The owner's session; behind TLS the cookie is called __Host-liveroom.",
    },
    "apiToken": {"type": "http", "scheme": "bearer", "description": "From `liveroom token new`."},
    "participantToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "From POST /api/rooms or POST /api/join; good in its own room.",
    },
}


def describe(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The whole document. Routes outside /api are described too."""
    listed = list(endpoints)
    shapes = {one.reply for one in listed if _is_shape(one.reply)} | {one.body for one in listed if one.body}
    _, components = msgspec.json.schema_components([Problem, *sorted(shapes, key=repr)], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in listed:
        paths.setdefault(endpoint.template, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "liveroom", "version": version("liveroom")},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SCHEMES},
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.handle.__name__,
        "summary": (endpoint.handle.__doc__ or "").strip(),
        "security": _SECURITY[endpoint.who],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", endpoint.template)
        ]
        + [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
            for name in endpoint.query
        ],
        "responses": {
            "200": {"description": "Done", "content": _content(endpoint.reply)},
            "default": {"description": "Why not", "content": _content(Problem)},
        },
    }
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(endpoint.body)}
    return operation


def _content(reply: Any) -> dict[str, Any]:
    if isinstance(reply, Download):
        return {reply.media_type: {"schema": {"type": "string", "format": "binary"}}}
    (schema,), _ = msgspec.json.schema_components([reply], ref_template=_REF)
    return {"application/json": {"schema": schema}}


def _is_shape(reply: Any) -> bool:
    return not isinstance(reply, Download)
