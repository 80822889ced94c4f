"""The supervisor of a kernel WITHOUT a sandbox, for `--unsafe-kernels` alone; it speaks as the sealed one's does.

What runs here can do whatever the user can who started the kernel host. What is kept is order: a folder of its own,
limits of each process, and an end that takes all of its processes along. Stdlib only.
"""

import contextlib
import importlib
import os
import resource
import select
import shutil
import signal
import socket
import stat
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from kernels import libc, program, workfolder
from kernels.control import Control
from kernels.membership import Membership
from kernels.provisions import copy_tree, environment, exit_event, resource_limits

_CONNECTION = "/run/kernel/connection.json"
_SOCKETS = "/ipc/k"
# Those on processes and signals count all that the user has anywhere, so they are of no use here.
_LIMITS = (resource.RLIMIT_DATA, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)


def supervise(channel: socket.socket) -> NoReturn:
    """Be the supervisor until the kernel ends or its owner goes."""
    control = Control(channel)
    try:
        room = Unsealed(control, control.next_command())
        try:
            room.start()
            room.watch()
        finally:
            room.clear()
    except OSError as error:
        control.tell({"event": "failed", "what": str(error), "errno": error.errno})
    except EOFError:
        pass
    os._exit(0)


class Unsealed:
    """One kernel and its folder, which stands for /room and /tmp of a sealed one."""

    def __init__(self, control: Control, spec: dict[str, Any]) -> None:
        self._control = control
        self._spec = spec
        self._folder = Path(tempfile.mkdtemp(prefix="liveroom-unsafe-"))
        self._membership = Membership(spec["cgroups"])
        self._kernel = 0
        self._news, self._news_inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def start(self) -> None:
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)  # whatever it starts comes to us when its parent ends
        for name in ("tmp", "room", "room/data"):
            (self._folder / name).mkdir()
        connection = self._spec["files"].get(_CONNECTION, "").replace(_SOCKETS, f"{self._spec['sockets']}/k")
        (self._folder / "connection.json").write_text(connection, encoding="utf-8")
        self._ends, wake = socket.socketpair()
        for end in (self._ends, wake):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake.detach())
        self._kernel = os.fork()
        if self._kernel == 0:
            self._be_kernel()
        self._news_inside.close()
        for fd in (1, 2):
            os.dup2(0, fd)

    def watch(self) -> None:
        """Carry commands in and news out until the kernel has ended."""
        listening = [self._control.channel, self._news, self._ends]
        while True:
            readable, _, _ = select.select(listening, [], [])
            if self._control.channel in readable and not self._obey():
                return
            if self._news in readable:
                if self._news.recv(64) == b"bound" and self._has_sockets():
                    self._control.tell({"event": "ready"})
                listening.remove(self._news)  # one word, and then its end
            if self._ends in readable and (status := self._reap()) is not None:
                peak = self._membership.peak_if_killed_mib()
                event = exit_event(os.waitstatus_to_exitcode(status))
                if peak is not None:
                    event["reason"] = f"The kernel ran out of memory: it used {peak} MiB, as much as it may."
                self._control.tell({"event": "ended", **event})
                return

    def _reap(self) -> int | None:
        """Reap whatever has ended: the kernel's orphans come to us. The kernel's wait status once it is among them."""
        self._ends.recv(4096)
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0] != 0:
                if ended[0] == self._kernel:
                    return ended[1]
        return None

    def clear(self) -> None:
        """End all that is left of it, and remove its folder."""
        self._membership.kill()
        while True:
            for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)
            try:
                os.wait()
            except ChildProcessError:
                break
        self._membership.remove()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _obey(self) -> bool:
        """Do what the owner asks. False when it is gone."""
        try:
            while True:
                command = self._control.next_command()
                if command["do"] == "interrupt":
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(self._kernel, command.get("signal", signal.SIGINT))
                elif command["do"] == "lower":
                    self._limit(self._kernel, command)
                    self._control.tell({"event": "lowered"})
                elif command["do"] == "fill":
                    self._fill()
                elif command["do"] in ("list", "read"):
                    self._read_work_folder(command)
                if not self._control.has_more():
                    return True
        except (EOFError, ConnectionError):
            return False

    def _fill(self) -> None:
        source = self._control.descriptors.pop(0)
        target = os.open(self._folder / "room" / "data", os.O_RDONLY | os.O_DIRECTORY)
        try:
            copy_tree(source, target)
            self._control.tell({"event": "filled"})
        except OSError as error:
            self._control.tell({"event": "unfilled", "what": f"its data could not be copied ({error})"})
        finally:
            os.close(source)
            os.close(target)

    def _read_work_folder(self, command: dict[str, Any]) -> None:
        connection = self._control.descriptors.pop(0)
        if os.fork() == 0:
            signal.set_wakeup_fd(-1)
            workfolder.answer(connection, command, str(self._folder / "room"))
        os.close(connection)

    def _limit(self, pid: int, asked: dict[str, Any]) -> None:
        limits = resource_limits(asked["memory_mib"], asked["pids"], asked["disk_mib"])
        for what in _LIMITS:
            hard = resource.prlimit(pid, what)[1]
            value = limits[what] if hard == resource.RLIM_INFINITY else min(limits[what], hard)
            resource.prlimit(pid, what, (value, value))

    def _has_sockets(self) -> bool:
        paths = [f"{self._spec['sockets']}/k-{number}" for number in range(1, 6)]
        return all(os.path.exists(path) and stat.S_ISSOCK(os.lstat(path).st_mode) for path in paths)

    def _be_kernel(self) -> NoReturn:
        try:
            self._membership.enter()
            os.setsid()
            libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.nice(self._spec["nice"])
            self._limit(0, self._spec)
            kept = self._news_inside.fileno()
            os.closerange(3, kept)
            os.closerange(kept + 1, 65_536)
            os.environ.update(self._environment())
            tempfile.tempdir = None  # found anew, from these
            os.chdir(self._folder / "room")
        except OSError as error:
            os.write(2, str(error).encode())
            os._exit(1)
        if self._spec["source"] is not None:
            self._news_inside.close()
            program.run_source(self._spec["source"])
        main, app = (importlib.import_module(f"kernels.inside.{name}") for name in ("main", "app"))
        vars(main)["CONNECTION"] = str(self._folder / "connection.json")
        vars(app)["PROFILE"] = str(self._folder / "tmp" / ".ipython")
        program.run_kernel(self._spec["threads"], bound=self._bound)

    def _bound(self) -> None:
        self._news_inside.send(b"bound")
        self._news_inside.close()

    def _environment(self) -> dict[str, str]:
        """As sealed kernels have it, in our folder."""
        return {
            name: f"{self._folder}{value}"
            for name, value in environment().items()
            if value in ("/room", "/tmp") or value.startswith("/tmp/.")  # noqa: S108 - a sealed kernel's own
        }
