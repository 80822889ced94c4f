"""The candidate's half of the judging: answers calls to the functions that the submission defined.

Runs in the candidate's kernel. The submission may tamper with all of it, and then fails its own checks:
nothing here is trusted by the other side, which reads the answers strictly.
"""

import io
import sys
import traceback
from collections.abc import Callable
from typing import Any

from exercises.harness_codec import Reader, Unsendable, Writer, emit

MESSAGE_MAX = 500
KEPT_MAX = 10_000


class Missing(Exception):
    """The submission has no function or class of that name."""


class Answering:
    """The submission's names, and the objects that live on between calls under handles."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._kept: list[Any] = []
        self._out = sys.stdout  # before the submission can put something else there

    def answer(self, marker: str, text: str) -> None:
        """Perform one request and write the framed reply. An interrupt is left to the kernel."""
        try:
            reply = self._reply(text)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: it must not end the kernel
            reply = Writer().write(_described(error))
        emit(self._out, marker, reply)

    def _reply(self, text: str) -> str:
        request = Reader(lambda handle, _: self._kept[handle]).read(text)
        result = self._quietly(lambda: self._perform(**request))
        return Writer(self._keep).write({"value": result})

    def _perform(self, op: str, target: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if op == "call":
            return self._named(target)(*args, **kwargs)
        if op == "method":
            return getattr(target, args[0])(*args[1:], **kwargs)
        if op == "attribute":
            return getattr(target, args[0])
        if op == "define":
            namespace: dict[str, Any] = {"__name__": "probe"}
            exec(compile(target, "<probe>", "exec"), namespace)  # noqa: S102 - the judge's own probe
            return _Held(namespace[args[0]](*args[1:], **kwargs))
        return _Held(target) if op == "keep" else target

    def _named(self, name: str) -> Callable[..., Any]:
        found = self._names.get(name)
        if not callable(found):
            raise Missing(name)
        return found  # type: ignore[no-any-return]

    def _keep(self, value: object) -> tuple[int, str]:
        if len(self._kept) == KEPT_MAX:
            raise Unsendable("too many objects are kept")
        kept = value.value if isinstance(value, _Held) else value
        self._kept.append(kept)
        return len(self._kept) - 1, type(kept).__name__

    def _quietly(self, act: Callable[[], Any]) -> Any:
        """What the submission prints in a call would crowd out the answer."""
        before = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = _Sink()
        try:
            return act()
        finally:
            sys.stdout, sys.stderr = before


class _Held:
    """Wraps a value that stays here even though it could cross."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _Sink(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


def _described(error: BaseException) -> dict[str, Any]:
    if isinstance(error, Missing):
        return {"missing": str(error)}
    if isinstance(error, Unsendable):
        return {"unsendable": str(error)}
    try:
        message = str(error)[:MESSAGE_MAX]
    except Exception:
        message = ""
    lines = [
        entry.line for entry in traceback.extract_tb(error.__traceback__) if "ipykernel" in entry.filename
    ]
    return {"raised": type(error).__name__, "message": message, "line": (lines or [""])[-1]}


_answering: Answering


def attach(names: dict[str, Any]) -> None:
    """Called once, before the submission runs."""
    global _answering
    _answering = Answering(names)


def answer(marker: str, text: str) -> None:
    """Called for every request."""
    _answering.answer(marker, text)
