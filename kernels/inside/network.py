"""Tells whether an exception came of having no network."""

import errno
import socket
from collections.abc import Iterator

_NUMBERS = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EHOSTDOWN})
_MOST = 64


def lacks_network(error: BaseException) -> bool:
    """Whether it, or anything that it came of or carries, is a name not found or a network not reached."""
    return any(
        isinstance(found, socket.gaierror) or (isinstance(found, OSError) and found.errno in _NUMBERS)
        for found in _related(error)
    )


def _related(error: BaseException) -> Iterator[BaseException]:
    """The exception's causes and contexts, and those that libraries wrap: in `args`, in `reason`, in a group."""
    waiting: list[object] = [error]
    seen: list[object] = []
    while waiting and len(seen) < _MOST:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or any(found is known for known in seen):
            continue
        seen.append(found)
        yield found
        waiting += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args[:8]]
        waiting += getattr(found, "exceptions", ())[:8]
