"""The supervisor of one sealed kernel: builds its sandbox, starts it, watches it, ends it. Stdlib only.

It is forked from the environment's zygote. Its control socket leads to whoever owns the kernel: the specification
comes first, then commands, one JSON object a line; events go back the same way. When the other end closes, the kernel
dies. Standard output and error become the kernel's.
"""

import contextlib
import os
import resource
import select
import signal
import socket
import stat
import struct
import time
from typing import Any, NoReturn

from kernels import libc, program, rootfs, seccomp, workfolder
from kernels.control import Control
from kernels.membership import Membership
from kernels.provisions import copy_tree, exit_event, resource_limits
from kernels.watchdog import Watchdog

INSIDE_UID = 1000
_SOCKETS = tuple(f"/ipc/k-{number}" for number in range(1, 6))
# Smallest, usual and largest, in bytes. Linux would give some MiB, out of what the whole machine may use for TCP.
_TCP_BUFFERS = {"tcp_rmem": "4096 131072 262144", "tcp_wmem": "4096 16384 262144"}
_NAMESPACES = libc.NEWNS | libc.NEWPID | libc.NEWNET | libc.NEWIPC | libc.NEWUTS


def supervise(channel: socket.socket) -> NoReturn:
    """Be the supervisor until the kernel ends or its owner goes."""
    control = Control(channel)
    try:
        spec = control.next_command()
        supervisor = Supervisor(control, spec)
        supervisor.start()
        supervisor.watch()
    except OSError as error:
        control.tell({"event": "failed", "what": str(error), "errno": error.errno})
    except EOFError:
        pass
    os._exit(0)


class Supervisor:
    """Owns the room's first process. Stays outside the room's pid namespace, so nothing in it can name us."""

    def __init__(self, control: Control, spec: dict[str, Any]) -> None:
        self.control = control
        self.spec = spec
        self.kernel_pid: int | None = None
        self._root = False
        self._init = 0
        self._data = -1
        self._filter = b""
        self._reader = 0
        self._membership = Membership(spec["cgroups"])
        self._watchdog = Watchdog(spec["memory_mib"], self._membership)
        self._status, self._status_inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)

    def start(self) -> None:
        """Isolate, build the tree and start the room's first process."""
        self._filter = seccomp.program()
        spec = self.spec
        self._root = os.geteuid() == 0 and _unshares(_NAMESPACES)
        if not self._root:
            outside = (os.geteuid(), os.getegid())
            if outside[0] == 0:
                raise OSError(1, "unshare as root: Operation not permitted")
            libc.unshare(_NAMESPACES | libc.NEWUSER)
            _map_ids(*outside)
        libc.raise_loopback()
        _shrink_buffers()
        socket.sethostname("kernel")
        self._data = rootfs.build(
            owner=spec["uid"] if self._root else INSIDE_UID,
            files=spec["files"],
            sockets=spec["sockets"],
            hidden=spec["hidden"],
            disk_mib=spec["disk_mib"],
            data_mib=spec["data_mib"],
        )
        self._init = os.fork()
        if self._init == 0:
            self._be_init()
        self._status_inside.close()
        for fd in (1, 2):
            os.dup2(0, fd)

    def watch(self) -> None:
        """Carry commands in and news out until the room is over."""
        next_look = time.monotonic()
        while True:
            channels = [self.control.channel, self._status]
            # Until the kernel is there, /proc may still be the host's, and there is nothing to look at.
            wait = None if self.kernel_pid is None else max(0.0, next_look - time.monotonic())
            readable, _, _ = select.select(channels, [], [], wait)
            if self._status in readable and not self._hear_status():
                return
            if self.control.channel in readable and not self._obey():
                return
            if self.kernel_pid is not None and time.monotonic() >= next_look:
                complaint = self._watchdog.complaint()
                next_look = time.monotonic() + self._watchdog.pause
                if complaint is not None:
                    self._end({"reason": complaint})
                    return

    def _hear_status(self) -> bool:
        """Hear the first process. False when the room is over."""
        message, ancillary, _, _ = self._status.recvmsg(4096, socket.CMSG_SPACE(12))
        if message == b"kernel":
            for _level, kind, payload in ancillary:
                if kind == socket.SCM_CREDENTIALS:
                    self.kernel_pid = struct.unpack("iii", payload[:12])[0]
            return True
        if message == b"bound" and all(_is_socket(path) for path in _SOCKETS):
            # From here on a candidate cannot put a link in a socket's place. No code of theirs ran before.
            libc.set_mount_attributes("/ipc", libc.MOUNT_ATTR_RDONLY)
            self.control.tell({"event": "ready"})
            return True
        if message.startswith(b"failed "):
            self._end({"event": "failed", "what": message[7:].decode(errors="replace")})
        elif reason := self._watchdog.killed():
            self._end({"reason": reason})
        elif message.startswith(b"exit "):
            self._end(exit_event(int(message[5:])))
        else:
            self._end(
                {"reason": "The kernel's first process was killed, most likely by a machine short of memory."}
            )
        return False

    def _obey(self) -> bool:
        """Do what the owner asks. False when the room is over."""
        try:
            while True:
                command = self.control.next_command()
                if command["do"] == "interrupt" and self.kernel_pid is not None:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(self.kernel_pid, command.get("signal", signal.SIGINT))
                elif command["do"] == "lower":
                    self._lower(command)
                elif command["do"] == "fill":
                    self._fill()
                elif command["do"] in ("list", "read"):
                    self._read_work_folder(command)
                if not self.control.has_more():
                    return True
        except (EOFError, ConnectionError):
            self._end(None)
            return False

    def _lower(self, command: dict[str, Any]) -> None:
        """Lower the limits of a kernel that was started ahead of need, before any code of the candidate's."""
        self._watchdog.memory_mib = command["memory_mib"]
        scratch = f"size={command['disk_mib']}m"
        libc.mount("", "/room", "", libc.MS_REMOUNT | libc.MS_NOSUID | libc.MS_NODEV, scratch)
        if self.kernel_pid is not None:
            self._limit_kernel(self.kernel_pid, command)
        self.control.tell({"event": "lowered"})

    def _limit_kernel(self, pid: int, command: dict[str, Any]) -> None:
        """Lower what Linux holds the kernel to, as its own user may: root in a container may lack CAP_SYS_RESOURCE."""
        uid = self.spec["uid"] if self._root else -1
        before = 0 if self._root else -1
        os.setresgid(uid, -1, -1)
        os.setresuid(uid, -1, -1)
        try:
            limits = resource_limits(command["memory_mib"], command["pids"], command["disk_mib"])
            for what in (resource.RLIMIT_DATA, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE):
                resource.prlimit(pid, what, (limits[what], limits[what]))
        finally:
            os.setresuid(before, -1, -1)
            os.setresgid(before, -1, -1)

    def _fill(self) -> None:
        """Copy the folder that came as a descriptor to data/: regular files and folders, nothing else."""
        source = self.control.descriptors.pop(0)
        try:
            copy_tree(source, self._data)
            self.control.tell({"event": "filled"})
        except OSError as error:
            self.control.tell({"event": "unfilled", "what": f"its data could not be copied ({error})"})
        finally:
            os.close(source)

    def _read_work_folder(self, command: dict[str, Any]) -> None:
        """Have a child of ours answer on the socket that came as a descriptor.

        It is born into the room's pid namespace, where its fellows may stop it; so whoever asks next ends it.
        """
        self._end_reader()
        connection = self.control.descriptors.pop(0)
        self._reader = os.fork()
        if self._reader == 0:
            uid = self.spec["uid"] if self._root else None
            workfolder.answer(connection, command, "/room", uid=uid, program=self._filter)
        os.close(connection)

    def _end_reader(self) -> None:
        if self._reader:
            os.kill(self._reader, signal.SIGKILL)
            os.waitpid(self._reader, 0)
            self._reader = 0

    def _end(self, event: dict[str, Any] | None) -> None:
        """Kill whatever is left of the room, wait until it is gone, and say why."""
        self._end_reader()  # a pid namespace is not over before everybody in it has been waited for
        self._membership.kill()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._init, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._init, 0)
        self._membership.remove()
        if event is not None:
            self.control.tell({"event": "ended", "reason": "", **event})

    def _be_init(self) -> NoReturn:
        """Be process 1 of the room: seal ourselves, start the kernel, reap until it ends."""
        try:
            self._membership.enter()
            libc.unshare(libc.NEWCGROUP)  # from here on the room's own group is the root of all it sees
            _close_all_but(self._status_inside.fileno())
            self._seal()
            kernel = os.fork()
            if kernel == 0:
                self._be_kernel()
            os.dup2(0, 1)
            os.dup2(0, 2)
            code = _reap_until(kernel)
            self._status_inside.send(b"exit %d" % code)
        except OSError as error:
            self._status_inside.send(f"failed {error}".encode())
        os._exit(0)

    def _seal(self) -> None:
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        rootfs.procfs()
        rootfs.enter()
        # With CAP_SYS_RESOURCE, while we have it, this is also the least that the room can make of it.
        _write("/proc/self/oom_score_adj", "900")
        if self._root:
            uid = self.spec["uid"]
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            libc.unshare(libc.NEWUSER)
            libc.prctl(
                libc.PR_SET_DUMPABLE, 1
            )  # a process that changed its user does not own its /proc entries
            _map_ids(uid, uid)
        os.setsid()
        os.nice(self.spec["nice"])
        os.umask(0o022)
        limits = resource_limits(self.spec["memory_mib"], self.spec["pids"], self.spec["disk_mib"])
        for what, wanted in limits.items():
            _, most = resource.getrlimit(what)
            value = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            resource.setrlimit(what, (value, value))
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)  # changing the user has cleared it
        libc.drop_capabilities()
        libc.prctl(libc.PR_SET_DUMPABLE, 0)
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        libc.set_seccomp_filter(self._filter)

    def _be_kernel(self) -> NoReturn:
        """Be the program of the room, in a process that looks as if it had been started for it alone."""
        self._status_inside.send(b"kernel")  # the socket adds our pid as the supervisor sees it
        signal.signal(signal.SIGINT, signal.default_int_handler)
        libc.prctl(
            libc.PR_SET_DUMPABLE, 1
        )  # its own /proc/self, as any process has; the first one's stays shut
        os.chdir("/room")
        # A source that is sealed has no sockets to bind. What can reach the supervisor is closed before it runs.
        if self.spec["source"] is None:
            program.run_kernel(self.spec["threads"], bound=self._bound)
        self._status_inside.close()
        program.run_source(self.spec["source"])

    def _bound(self) -> None:
        """The kernel has bound its sockets and has run no code of a candidate's yet."""
        self._status_inside.send(b"bound")
        self._status_inside.close()


def _unshares(flags: int) -> bool:
    """Try to leave namespaces as real root; in many containers root may not, and goes the user's way."""
    try:
        libc.unshare(flags)
    except PermissionError:
        return False
    return True


def _map_ids(uid: int, gid: int) -> None:
    """Show this one user inside the new user namespace as INSIDE_UID, and no other."""
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{INSIDE_UID} {uid} 1")
    _write("/proc/self/gid_map", f"{INSIDE_UID} {gid} 1")


def _shrink_buffers() -> None:
    """Bound what connections within the room may hold; where /proc/sys cannot be written, their number alone does."""
    for name, sizes in _TCP_BUFFERS.items():
        with contextlib.suppress(OSError):
            _write(f"/proc/sys/net/ipv4/{name}", sizes)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _close_all_but(kept: int) -> None:
    os.closerange(3, kept)
    os.closerange(kept + 1, 65536)


def _reap_until(kernel: int) -> int:
    """Reap the room's orphans until the kernel ends; its wait status, as a return code."""
    while True:
        pid, status = os.wait()
        if pid == kernel:
            return os.waitstatus_to_exitcode(status)


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except OSError:
        return False
