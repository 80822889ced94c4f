"""Interrupts a run that ignores being interrupted, with its variables kept.

Code that ignores SIGINT catches what it raises, or took its handler's place. So this listens for a signal that nobody
uses, and does not leave it at one exception: the candidate's line that would run next, such as the one that catches the
first exception, raises another. The host sends the signal again until the run is over.
"""

import asyncio
import functools
import importlib
import signal
import sys
from types import FrameType
from typing import Any

SIGNAL = signal.SIGURG


def listen() -> None:
    """Install the handler, on the main thread."""
    shell = importlib.import_module("IPython.core.interactiveshell").InteractiveShell
    signal.signal(SIGNAL, functools.partial(_insist, shell))


def stand_down() -> None:
    """No line raises any more."""
    if sys.gettrace() is _watch:
        sys.settrace(None)


def leave_no_trace(error: BaseException | None) -> None:
    """Take our own frames off the tracebacks that a candidate is shown."""
    while error is not None:
        step = error.__traceback__
        while step is not None:
            if step.tb_next is not None and step.tb_next.tb_frame.f_code.co_filename == __file__:
                step.tb_next = None
            step = step.tb_next
        error = error.__context__


def _insist(shell: Any, _number: int, frame: FrameType | None) -> None:
    frames = []
    while frame is not None and frame.f_code is not shell.run_code.__code__:
        frames.append(frame)
        frame = frame.f_back
    if frame is None:
        _cancel(shell)
    elif frames and _is_candidates(frames[-1]):  # else IPython has the exception already, and shows it
        _mark([*frames, frame])
        raise KeyboardInterrupt


def _cancel(shell: Any) -> None:
    """Nothing of the run is on the stack: unless it awaits something, it is over."""
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:
        return
    for task in tasks:
        waiting: Any = task.get_coro()
        if getattr(waiting, "cr_code", None) is shell.run_cell_async.__code__:
            frames = []
            while (frame := getattr(waiting, "cr_frame", None)) is not None:
                frames.append(frame)
                waiting = waiting.cr_await
            _mark(frames)
            task.get_loop().call_soon_threadsafe(task.cancel)


def _mark(frames: list[FrameType]) -> None:
    """Have the candidate's frames raise, until IPython's below them has what they raised; a library's may clean up."""
    for frame in frames:
        frame.f_trace = _raise if _is_candidates(frame) else _stand_down
    sys.settrace(_watch)


def _is_candidates(frame: FrameType) -> bool:
    return frame.f_globals is sys.modules["__main__"].__dict__


def _watch(_frame: FrameType, _event: str, _argument: Any) -> None:
    """Keeps tracing on for the frames that are marked; new ones are left alone."""


def _raise(_frame: FrameType, event: str, _argument: Any) -> Any:
    """A trace function that raises is the last to be called, so the host has to send its signal again."""
    if event == "line":
        raise KeyboardInterrupt
    return _raise


def _stand_down(frame: FrameType, event: str, _argument: Any) -> Any:
    if event == "line" and frame.f_code.co_name == "run_code":
        stand_down()
    return _stand_down
