"""Reads a candidate's work folder from outside of the room: follows no link, opens nothing as root. Stdlib only.

The supervisor forks for each question, so that no tree, however made, keeps it from watching the room. Before the child
looks at anything it becomes the room's own user for good, with no capabilities, under the room's own filter.
"""

import contextlib
import json
import os
import signal
import socket
import stat
from typing import Any, NoReturn

from kernels import libc

FILES_MAX = 500
PATH_BYTES_MAX = 1024
PIECE_BYTES_MAX = 4 * 1024 * 1024
OK, REFUSED = b"+", b"-"
SECONDS_MAX = 10
_DEPTH_MAX = 16
_VISITED_MAX = 20_000
_LEFT_OUT = ("data", "__pycache__")
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


def answer(
    connection: int, command: dict[str, Any], folder: str, *, uid: int | None = None, program: bytes = b""
) -> NoReturn:
    """In a forked child: do what `command` says about `folder`, answer and end.

    Before, step down to `uid` (None: the user we are), under the filter over system calls that `program` is.
    """
    try:
        libc.prctl(
            libc.PR_SET_DUMPABLE, 0
        )  # the room sees us among its processes, and shall not look into us
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS_MAX)
        os.closerange(0, connection)
        os.closerange(connection + 1, 65536)
        _step_down(uid, program)
        with socket.socket(fileno=connection) as channel:
            channel.sendall(_answer(command, folder))
    finally:
        os._exit(0)


def _step_down(uid: int | None, program: bytes) -> None:
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.drop_capabilities()
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    if program:
        libc.set_seccomp_filter(program)


def _answer(command: dict[str, Any], folder: str) -> bytes:
    try:
        opened = os.open(folder, _FOLDER_FLAGS)
        if command["do"] == "list":
            return OK + json.dumps(list_files(opened)).encode()
        return OK + read_piece(opened, command["path"], command["offset"])
    except (OSError, ValueError) as error:
        return REFUSED + str(getattr(error, "strerror", None) or error).encode()


def list_files(folder: int) -> list[dict[str, Any]]:
    """Its regular files, those nearest to the top first where there are too many; dot-folders and data/ left out.

    A name that is no printable Unicode is left out too: nobody could ask for it.
    """
    found: list[dict[str, Any]] = []
    folders, visited = [("", 0)], 0
    while folders and len(found) < FILES_MAX and visited < _VISITED_MAX:
        path, depth = folders.pop(0)
        try:
            fd = libc.open_beneath(folder, path or ".", _FOLDER_FLAGS)
        except OSError:
            continue  # it has gone, or is no folder any more
        with contextlib.closing(_Folder(fd)) as entries:
            for entry in entries:
                visited += 1
                if visited >= _VISITED_MAX or len(found) >= FILES_MAX:
                    break
                below = f"{path}/{entry.name}" if path else entry.name
                if not below.isprintable() or len(os.fsencode(below)) > PATH_BYTES_MAX:
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                if stat.S_ISREG(status.st_mode):
                    found.append({"path": below, "size": status.st_size, "modified": max(0, status.st_mtime)})
                elif (
                    stat.S_ISDIR(status.st_mode)
                    and depth < _DEPTH_MAX
                    and not _is_left_out(below, entry.name)
                ):
                    folders.append((below, depth + 1))
    return sorted(found, key=lambda file: str(file["path"]))


def read_piece(folder: int, path: str, offset: int) -> bytes:
    """The bytes of a regular file from `offset` on, so many as fit a piece. Raises OSError or ValueError."""
    fd = libc.open_beneath(folder, path, _FILE_FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise ValueError("it is no regular file")
        return os.pread(fd, PIECE_BYTES_MAX, offset)
    finally:
        os.close(fd)


def _is_left_out(path: str, name: str) -> bool:
    return name.startswith(".") or path == _LEFT_OUT[0] or name == _LEFT_OUT[1]


class _Folder:
    """The entries of an open folder, which is closed with them."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._entries = os.scandir(fd)

    def __iter__(self) -> "Any":
        return self._entries

    def close(self) -> None:
        self._entries.close()
        os.close(self._fd)
