"""The judge's half: runs the checks, which ask the submission and examine its answers.

Runs in the judge's kernel as the module `judging`. A check is a generator function with a sentence:

    def check_keeps_rows(rng):
        '''No row is lost.'''
        frame = pandas.DataFrame({"x": rng.normal(size=9)})
        result = yield call("transform", frame)
        assert len(result) == 9, f"{len(result)} of 9 rows came back."
"""

import json
import sys
import zlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from exercises.harness_codec import Reader, Unreadable, Unsendable, Writer, emit

REASON_MAX = 600


@dataclass(frozen=True)
class Reference:
    """An object that stays in the candidate's kernel."""

    handle: int
    type_name: str


@dataclass(frozen=True)
class Raised:
    """What an `attempt` receives when the submission raised."""

    type_name: str
    message: str


@dataclass(frozen=True)
class Request:
    """One thing asked of the candidate's kernel."""

    op: str
    target: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    may_raise: bool = False

    @property
    def words(self) -> str:
        return str(self.target if self.op == "call" else (*self.args, self.op)[0])


def call(name: str, *args: Any, **kwargs: Any) -> Request:
    """Call a function or class of the submission."""
    return Request("call", name, args, kwargs)


def method(target: Reference, name: str, *args: Any, **kwargs: Any) -> Request:
    """Call a method of an object that an earlier request left there."""
    left = isinstance(target, Reference)
    assert left, (
        f"`{name}` was to be called on an earlier answer, which is {_kind(target)} instead of an object."
    )
    return Request("method", target, (name, *args), kwargs)


def attribute(target: Reference, name: str) -> Request:
    return Request("attribute", target, (name,), {})


def keep(value: Any) -> Request:
    """Put a value there, to hand it to several calls or to look at it again with `fetch`."""
    return Request("keep", value, (), {})


def fetch(target: Reference) -> Request:
    return Request("fetch", target, (), {})


def define(source: str, name: str, *args: Any, **kwargs: Any) -> Request:
    """Run a probe's source there and answer with a handle of `name(*args, **kwargs)`."""
    return Request("define", source, (name, *args), kwargs)


def attempt(request: Request) -> Request:
    """The same request, but an exception of the submission is an answer: `Raised`."""
    return Request(request.op, request.target, request.args, request.kwargs, may_raise=True)


def numbers(value: Any, what: str, shape: tuple[int, ...] | None = None) -> Any:
    """The answer as an array of floats; a sentence where it is something else."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise AssertionError(f"{what} should be numbers, not {_kind(value)}.") from None
    fits = shape is None or array.shape == shape
    assert fits, f"{what} has shape {array.shape}, where {shape} was expected."
    return array


def table(value: Any, what: str) -> Any:
    """The answer as a DataFrame; a sentence where it is something else."""
    assert type(value).__name__ == "DataFrame", f"{what} should be a DataFrame, not {_kind(value)}."
    return value


def parts(value: Any, what: str, count: int) -> list[Any]:
    """The answer as a tuple or list of `count` things; a sentence where it is something else."""
    assert isinstance(value, tuple | list), f"{what} should be {count} values, not {_kind(value)}."
    assert len(value) == count, f"{what} should be {count} values, not {len(value)}."
    return list(value)


def _kind(value: Any) -> str:
    return value.type_name if isinstance(value, Reference) else type(value).__name__


class Failed(Exception):
    """The check is over; the message is the reason."""


class Judging:
    """The checks of one file, of which one at a time is under way."""

    def __init__(self) -> None:
        self._checks: dict[str, Callable[[Any], Generator[Request, Any, None]]] = {}
        self._under_way: Generator[Request, Any, None] | None = None
        self._asked: Request | None = None

    def load(self, source: str) -> None:
        namespace: dict[str, Any] = {"__name__": "checks"}
        exec(compile(source, "<checks>", "exec"), namespace)  # noqa: S102 - the exercise's own checks
        self._checks = {name: value for name, value in namespace.items() if name.startswith("check_")}

    def begin(self, name: str, seed: int) -> dict[str, Any]:
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        self._under_way = self._checks[name](rng)
        return self._on(lambda: None)

    def resume(self, text: str) -> dict[str, Any]:
        return self._on(lambda: self._answer(text))

    def _on(self, receive: Callable[[], Any]) -> dict[str, Any]:
        """Send the check what it waits for, and tell what it asks next or how it ended."""
        assert self._under_way is not None
        try:
            self._asked = self._under_way.send(receive())
            return {"ask": _written(self._asked)}
        except StopIteration:
            return {"passed": True, "reason": None}
        except (AssertionError, Failed) as failure:
            return {
                "passed": False,
                "reason": str(failure)[:REASON_MAX] or "The answer is not what was asked.",
            }
        except Exception as error:  # an answer of an unforeseen kind: the submission's failure, not ours
            reason = f"The answer is not of the kind that was asked ({type(error).__name__}: {error})."
            return {"passed": False, "reason": reason[:REASON_MAX]}

    def _answer(self, text: str) -> Any:
        asked = self._asked
        assert asked is not None
        try:
            reply = Reader(Reference).read(text)
        except Unreadable as error:
            raise Failed(f"The answer of `{asked.words}` could not be read: {error}.") from error
        match reply:
            case {"value": value}:
                return value
            case {"raised": str(kind), "message": str(message), "line": str(line)}:
                if asked.may_raise:
                    return Raised(kind, message)
                place = f", at `{line}`" if line else ""
                said = f"{kind}: {message}" if message else kind
                raise Failed(f"`{asked.words}` raised {said}{place}")
            case {"missing": _}:
                raise Failed(f"There is no function or class named `{asked.words}`.")
            case {"unsendable": str(why)}:
                raise Failed(f"The answer of `{asked.words}` could not be sent: {why}.")
        raise Failed(f"The answer of `{asked.words}` breaks the format.")


def _written(request: Request) -> str:
    body = {
        "op": request.op,
        "target": request.target,
        "args": list(request.args),
        "kwargs": request.kwargs,
    }
    return Writer(_handle_of).write(body)


def _handle_of(value: object) -> tuple[int, str]:
    if not isinstance(value, Reference):
        raise Unsendable(f"a {type(value).__name__} cannot be sent")
    return value.handle, value.type_name


_judging = Judging()


def attach(names: dict[str, Any]) -> None:
    """The judge uses none of the kernel's own names."""


def load(marker: str, source: str) -> None:
    _judging.load(source)
    _tell(marker, {})


def begin(marker: str, name: str, seed: int) -> None:
    _tell(marker, _judging.begin(name, seed))


def resume(marker: str, text: str) -> None:
    _tell(marker, _judging.resume(text))


def _tell(marker: str, step: dict[str, Any]) -> None:
    emit(sys.stdout, marker, json.dumps(step))
