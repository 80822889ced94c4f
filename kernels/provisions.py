"""What a sealed kernel is given: its environment, its limits, its data; and how its end is told. Stdlib only."""

import os
import resource
import shutil
import signal
import stat
import sys
from typing import Any

_MIB = 1024 * 1024


def environment() -> dict[str, str]:
    """Everything that the kernel sees of an environment; nothing is inherited."""
    folder = "/tmp"  # noqa: S108 - the room's own
    return {
        "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/room",
        "USER": "candidate",
        "LOGNAME": "candidate",
        "SHELL": "/bin/sh",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "TMPDIR": folder,
        "IPYTHONDIR": f"{folder}/.ipython",
        "JUPYTER_CONFIG_DIR": f"{folder}/.jupyter",
        "JUPYTER_DATA_DIR": f"{folder}/.jupyter",
        "JUPYTER_RUNTIME_DIR": f"{folder}/.jupyter",
        "MPLCONFIGDIR": f"{folder}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "XDG_CACHE_HOME": f"{folder}/.cache",
        "XDG_CONFIG_HOME": f"{folder}/.config",
        "TORCH_HOME": f"{folder}/.torch",
        "PIP_NO_INDEX": "1",  # there is no network: pip answers at once instead of trying for ten seconds
    }


def resource_limits(memory_mib: int, pids: int, disk_mib: int) -> dict[int, int]:
    """Limits that Linux holds each process to; the watchdog holds the whole room.

    RLIMIT_DATA lies above the room's limit, so that one too large allocation is a MemoryError, not a death.
    """
    return {
        resource.RLIMIT_DATA: (memory_mib + 1024) * _MIB,
        resource.RLIMIT_FSIZE: disk_mib * _MIB,
        resource.RLIMIT_NPROC: pids,
        resource.RLIMIT_NOFILE: 512,
        # Linux takes 1 for "not even to a crash handler", to which it would give the core of a process with 0.
        resource.RLIMIT_CORE: 1,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 64 * 1024,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
        resource.RLIMIT_SIGPENDING: 512,
        resource.RLIMIT_STACK: 64 * _MIB,
    }


def exit_event(code: int) -> dict[str, Any]:
    if code >= 0:
        return {"code": code, "reason": f"The kernel ended itself with exit code {code}."}
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    if -code == signal.SIGKILL:
        reason = "The kernel was killed (SIGKILL), by its own code or by a machine short of memory."
    elif -code == signal.SIGSYS:
        reason = "The kernel was ended for a system call that no sealed kernel may make (SIGSYS)."
    else:
        described = signal.strsignal(-code) or "unknown"
        reason = f"The kernel crashed with {name} ({described.lower()})."
    return {"code": code, "reason": reason}


def copy_tree(source: int, target: int) -> None:
    for name in os.listdir(source):
        try:
            fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=source)
        except OSError:
            continue  # a link, a socket, or gone
        try:
            mode = os.fstat(fd).st_mode
            if stat.S_ISDIR(mode):
                os.mkdir(name, 0o755, dir_fd=target)
                below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=target)
                try:
                    copy_tree(fd, below)
                finally:
                    os.close(below)
            elif stat.S_ISREG(mode):
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
                copy = os.open(name, flags, 0o444, dir_fd=target)
                with open(fd, "rb", closefd=False) as reader, open(copy, "wb") as writer:
                    shutil.copyfileobj(reader, writer, _MIB)
        finally:
            os.close(fd)
