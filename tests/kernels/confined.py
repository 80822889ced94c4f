"""Runs the doctor where something is missing: `confined.py ENVIRONMENT WHAT…`; prints its report as JSON.

`confined.py -m WHAT MODULE ARGUMENT…` runs a module there instead.
"""

import ctypes
import json
import os
import struct
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

import msgspec  # noqa: E402

from kernels import libc  # noqa: E402
from kernels.doctor import examine  # noqa: E402
from tests.kernels.as_user import become  # noqa: E402

_CAP_SYS_ADMIN = 21
_UNSHARE = 272
_ALLOW, _ERRNO = 0x7FFF_0000, 0x0005_0000


def an_ordinary_user() -> None:
    become(12345)


def no_unshare() -> None:
    """As under Docker's own filter of system calls, or systemd's RestrictNamespaces."""
    rules = [(0x20, 0, 0, 0), (0x15, 0, 1, _UNSHARE), (6, 0, 0, 0x0005_0001), (6, 0, 0, 0x7FFF_0000)]
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    libc.set_seccomp_filter(b"".join(struct.pack("HBBI", *rule) for rule in rules))


def the_filter_that_we_ship() -> None:
    """As Docker and Kubernetes lay it on a container: by libseccomp, which leaves out names that it does not know."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    profile = json.loads((PROJECT / "docs" / "how-to" / "deploy" / "seccomp.json").read_text())
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ERRNO | profile["defaultErrnoRet"])))
    for rule in profile["syscalls"]:
        allowed = rule["action"] == "SCMP_ACT_ALLOW"
        action = ctypes.c_uint32(_ALLOW if allowed else _ERRNO | rule["errnoRet"])
        for name in rule["names"]:
            number = library.seccomp_syscall_resolve_name(name.encode())
            assert number < 0 or library.seccomp_rule_add(context, action, number, 0) == 0
    assert library.seccomp_load(context) == 0


def covered_proc() -> None:
    """As Docker and Kubernetes cover it."""
    libc.unshare(libc.NEWNS)
    libc.mount("", "/", "", libc.MS_REC | libc.MS_PRIVATE)
    covered = [
        name for name in ("kcore", "keys", "timer_list", "sched_debug") if Path("/proc", name).exists()
    ]
    for name in covered:
        libc.mount("/dev/null", f"/proc/{name}", "", libc.MS_BIND)


def no_namespaces() -> None:
    """In a user namespace whose own limit of them is none, as the ordinary user of it."""
    user, group = os.geteuid(), os.getegid()
    libc.prctl(libc.PR_SET_DUMPABLE, 1)  # a process that changed its user does not own its /proc entries
    libc.unshare(libc.NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"1000 {user} 1")
    Path("/proc/self/gid_map").write_text(f"1000 {group} 1")
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    start_again()


def no_new_privileges() -> None:
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)


def no_sys_admin() -> None:
    """Root as most containers know it: an interpreter that is started now never has the capability."""
    libc.prctl(libc.PR_CAPBSET_DROP, _CAP_SYS_ADMIN)
    start_again()


def start_again() -> None:
    """With the capabilities that an interpreter gets that is started now."""
    os.execv(sys.executable, [sys.executable, __file__, sys.argv[1]])


def a_closed_tmp() -> None:
    libc.unshare(libc.NEWNS)
    libc.mount("", "/", "", libc.MS_REC | libc.MS_PRIVATE)
    libc.mount("tmpfs", "/tmp", "tmpfs", libc.MS_RDONLY)


def main() -> None:
    if sys.argv[1] == "-m":
        globals()[sys.argv[2]]()
        os.execv(sys.executable, [sys.executable, "-m", *sys.argv[3:]])
    for what in sys.argv[2:]:
        globals()[what]()
    print(msgspec.json.encode(examine(Path(sys.argv[1]))).decode())


if __name__ == "__main__":
    main()
