"""The one place where an error becomes a reply: a status, a code for programs, a sentence for a person."""

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from exercises.errors import ExerciseError
from kernels.errors import KernelError, NoSuchFile
from liveroom import errors
from liveroom.api import Problem

_STATUS: dict[type[Exception], int] = {
    errors.BadRequest: 400,
    errors.SignInNeeded: 401,
    errors.BadToken: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.LinkGone: 410,
    errors.TooLarge: 413,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.StoreFailed: 503,
    errors.RoomDamaged: 503,
    errors.LiveroomError: 500,
    NoSuchFile: 404,
    KernelError: 503,
    ExerciseError: 400,
}

_HTTP = {
    404: ("not-found", "There is nothing at this address."),
    405: ("not-allowed", "This address does not take that method; /api/openapi.json lists what there is."),
}


def problem(status: int, code: str, sentence: str) -> Response:
    return Response(msgspec.json.encode(Problem(code, sentence)), status, media_type="application/json")


def reply_to(error: Exception) -> Response:
    """The reply for an error that has a sentence."""
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    other = "not-found" if status == 404 else "unavailable"
    code = error.code if isinstance(error, errors.LiveroomError) else other
    return problem(status, code, str(error))


async def on_known(_request: Request, error: Exception) -> Response:
    return reply_to(error)


async def on_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, *_HTTP.get(error.status_code, ("failed", error.detail)))


async def on_unknown(_request: Request, _error: Exception) -> Response:
    """A mistake of ours; Starlette raises it again, so that the log has it."""
    return problem(500, "failed", "The server failed at this, and its log says why. Try again in a moment.")


HANDLERS = {
    errors.LiveroomError: on_known,
    KernelError: on_known,
    ExerciseError: on_known,
    HTTPException: on_http,
    Exception: on_unknown,
}
