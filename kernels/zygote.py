"""The process that an environment's kernels are forked from: everything is imported here, once. Stdlib only.

It is run by the environment's own interpreter with -I. Standard input is a socket to its owner, one byte a packet:
each comes with three descriptors, a room's control socket and its standard output and error, and makes one fork, the
room's supervisor. What a room is to be comes over the room's own socket, so nothing of a room is ever in the memory
that all later rooms begin with.
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import NoReturn

from kernels import libc, program
from kernels.provisions import environment

_LARGE_PAGE = 2 * 1024 * 1024


def main() -> NoReturn:
    """Import what the command line names, then fork whenever the owner asks, until it goes.

    Its first word says what is forked: "sealed" supervisors or "unsealed" ones, never both.
    """
    owner = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1):
        os.dup2(null, fd)
    os.close(null)
    kind, *purpose = sys.argv[2:]
    supervise = importlib.import_module(
        "kernels.unsealed" if kind == "unsealed" else "kernels.sandbox"
    ).supervise
    notes = _prepare(purpose)
    _become_nobody()
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        _tell(
            owner, refused=f"it has {threads} threads after its imports, and such a process cannot be forked"
        )
        os._exit(1)
    # Linux reaps the supervisors, who are heard on their sockets.
    for number in (signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)
    program.settle()
    gc.collect()
    gc.freeze()  # a collection in a fork would write to every page that it shares with the others
    gc.disable()
    _gather_pages()
    _tell(owner, notes=notes)
    _serve(owner, supervise)


def _prepare(purpose: list[str]) -> list[str]:
    """Import, and build ahead what every kernel needs. What could not be imported, as sentences."""
    if not purpose:
        return []  # for programs of ours, which import what they need
    _, *imports = purpose
    notes: list[str] = importlib.import_module("kernels.inside.main").prepare(imports)
    return notes


def _serve(owner: socket.socket, supervise: Callable[[socket.socket], NoReturn]) -> NoReturn:
    while True:
        wanted, descriptors, _, _ = socket.recv_fds(owner, 1, 3)
        if not wanted:
            os._exit(0)
        control, output, errors = descriptors
        try:
            forked = os.fork()
        except OSError as error:
            forked = -1
            os.write(
                control, json.dumps({"event": "failed", "what": f"fork: {error.strerror}"}).encode() + b"\n"
            )
        if forked == 0:
            owner.close()
            os.dup2(output, 1)
            os.dup2(errors, 2)
            os.close(output)
            os.close(errors)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            supervise(socket.socket(fileno=control))
        for fd in descriptors:
            os.close(fd)


def _gather_pages() -> None:
    """Put what was imported into large pages: three forks a room took 9 ms each to copy its table of small ones."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        mappings = [line.split() for line in file]
    for place, access, *_, name in [mapping if len(mapping) > 5 else [*mapping, ""] for mapping in mappings]:
        if access == "rw-p" and name in ("", "[heap]"):
            start, end = (int(edge, 16) for edge in place.split("-"))
            for at in range(-(-start // _LARGE_PAGE) * _LARGE_PAGE, end - _LARGE_PAGE + 1, _LARGE_PAGE):
                libc.collapse(at, _LARGE_PAGE)


def _tell(owner: socket.socket, **word: object) -> None:
    owner.send(json.dumps(word).encode())


def _become_nobody() -> None:
    """Take on the environment that rooms see, and forget by what command and in which folder we were started."""
    start, end = _place_of_command_line()
    os.environ.clear()
    os.environ.update(environment())
    tempfile.tempdir = None
    sys.argv = [""]
    sys.orig_argv = [sys.executable]
    ctypes.memset(start, 0, end - start)
    ctypes.memmove(start, b"python", len(b"python"))


def _place_of_command_line() -> tuple[int, int]:
    """Where Linux reads /proc/self/cmdline and, right behind it, /proc/self/environ: from, to."""
    with open("/proc/self/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    arguments_start, environment_end = int(fields[45]), int(fields[48])  # fields 48 and 51 of proc(5)
    return arguments_start, environment_end
