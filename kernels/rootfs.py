"""The file tree that a sealed kernel sees, built by its supervisor in a mount namespace of its own. Stdlib only."""

import os
import stat
import sys
from collections.abc import Iterable

from kernels import libc

STAGE = "/tmp"  # noqa: S108 - covered in our own mount namespace; nobody else sees what is built there
_READ_ONLY = libc.MOUNT_ATTR_RDONLY | libc.MOUNT_ATTR_NOSUID
_QUIET = libc.MS_NOSUID | libc.MS_NODEV
_DEVICES = ("null", "zero", "full", "random", "urandom")
# The same to read; but a shared mapping of /dev/zero is memory that no limit sees.
_STAND_INS = {"/dev/zero": "/dev/full"}
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_WRITABLE = (("tmp", "/tmp", 0o1777), ("room", "/room", 0o755), ("shm", "/dev/shm", 0o1777))  # noqa: S108
_TERMINALS = 64  # of the machine's few thousand, which rooms would else take from each other
# What the machine and its other users do: their keys and locks, its addresses, disks and the beat of its devices.
_PROC_MASKED = (
    "cmdline",
    "diskstats",
    "interrupts",
    "iomem",
    "ioports",
    "kallsyms",
    "kcore",
    "key-users",
    "keys",
    "kmsg",
    "latency_stats",
    "locks",
    "partitions",
    "sched_debug",
    "softirqs",
    "swaps",
    "sysrq-trigger",
    "timer_list",
)
_PROC_READ_ONLY = ("sys", "bus", "fs", "irq", "acpi", "scsi")
_ETC = {
    "passwd": "root:x:0:0:root:/:/usr/sbin/nologin\ncandidate:x:1000:1000:candidate:/room:/bin/sh\n",
    "group": "root:x:0:\ncandidate:x:1000:\n",
    "hosts": "127.0.0.1 localhost kernel\n::1 localhost\n",
    "hostname": "kernel\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "resolv.conf": "",
}


def build(
    *,
    owner: int,
    files: dict[str, str],
    sockets: str | None,
    hidden: Iterable[str],
    disk_mib: int,
    data_mib: int,
) -> int:
    """Build the tree at STAGE and return a descriptor through which `data/`, read-only inside, can be filled.

    `owner` is the user, as seen from here, who will own what the kernel may write. `procfs` and `enter` come
    next, in the first process of the new pid namespace.
    """
    libc.mount("", "/", "", libc.MS_REC | libc.MS_PRIVATE)
    # Descriptors are taken before the stage covers /tmp, where a source may lie.
    interpreters = [(path, _path_fd(path)) for path in interpreter_paths()]
    system = _path_fd("/usr")
    extras = [(path, _path_fd(_STAND_INS.get(path, path))) for path in _existing_extras()]
    socket_fd = _path_fd(sockets) if sockets else None
    libc.mount("tmpfs", STAGE, "tmpfs", _QUIET, "mode=755,size=16m,nr_inodes=4096")
    # First, for an interpreter may lie under /tmp, and what is mounted later would cover it.
    data = _scratch(owner, disk_mib, data_mib)
    _bind(system, "/usr")
    for name in _SYSTEM:
        _system_folder(name)
    _interpreters(interpreters, [*hidden, "/usr/local", *_foreign_packages()])
    _devices()
    for path, fd in extras:
        _bind(fd, path)
    for name, text in _ETC.items():
        _write(f"/etc/{name}", text)
    for path, text in files.items():
        _write(path, text)
    if socket_fd is not None:
        _bind(socket_fd, "/ipc", attributes=libc.MOUNT_ATTR_NOSUID | libc.MOUNT_ATTR_NODEV)
    os.makedirs(STAGE + "/proc")
    return data


def procfs() -> None:
    """Mount the room's own /proc. Before `enter`: Linux refuses a fresh procfs once the old one is out of sight."""
    libc.mount("proc", STAGE + "/proc", "proc", _QUIET | libc.MS_NOEXEC)
    for name in _PROC_MASKED:
        if os.path.exists(f"{STAGE}/proc/{name}"):
            libc.mount(f"{STAGE}/dev/null", f"{STAGE}/proc/{name}", "", libc.MS_BIND)
    for name in _PROC_READ_ONLY:
        path = f"{STAGE}/proc/{name}"
        if os.path.isdir(path):
            libc.mount(path, path, "", libc.MS_BIND | libc.MS_REC)
            libc.set_mount_attributes(path, _READ_ONLY)


def enter() -> None:
    """Make the tree the root of every process in this mount namespace, and let go of the old one."""
    libc.mount("", STAGE, "", libc.MS_REMOUNT | libc.MS_BIND | libc.MS_RDONLY | _QUIET)
    os.chdir(STAGE)
    libc.pivot_root(".", ".")  # the old root now lies on top of the new one
    libc.detach(".")
    os.chdir("/")


def interpreter_paths() -> list[str]:
    """What this interpreter needs to run, its virtual environment last, so that it lies on top."""
    binary = os.path.realpath(sys.executable)
    bases = {
        sys.base_prefix,
        sys.base_exec_prefix,
        os.path.realpath(sys.base_prefix),
        os.path.dirname(os.path.dirname(binary)),
    }
    found: list[str] = []
    for base in sorted(bases - {sys.prefix, "/usr", "/"}):
        found += _parts_of_usr_local() if base == "/usr/local" else [base]
    if sys.prefix not in ("/usr", "/", "/usr/local"):
        found.append(sys.prefix)
    return found


def _parts_of_usr_local() -> list[str]:
    """An interpreter in /usr/local shares the folder with strangers, so only its own parts are shown."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    wanted = [f"/usr/local/bin/{name}" for name in ("python3", version)]
    wanted += [f"/usr/local/lib/{version}", f"/usr/local/include/{version}"]
    wanted += [
        f"/usr/local/lib/{name}" for name in os.listdir("/usr/local/lib") if name.startswith("libpython")
    ]
    return [path for path in wanted if os.path.exists(path)]


def _foreign_packages() -> list[str]:
    """Packages and environments beside the interpreter that this environment does not use."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = ["/usr/lib/python3/dist-packages"]
    for base in {sys.base_prefix, os.path.realpath(sys.base_prefix)}:
        found += [
            f"{base}/lib/{version}/site-packages",
            f"{base}/lib/{version}/dist-packages",
            f"{base}/envs",
        ]
    return [path for path in found if path not in sys.path and not sys.prefix.startswith(path + "/")]


def _interpreters(interpreters: list[tuple[str, int]], hidden: list[str]) -> None:
    """Show the interpreter and cover the rest; what is covered first may be uncovered by what lies on top."""
    covered = [path for path in hidden if _cover(path)]
    for path, fd in interpreters:
        _bind(fd, path)
        covered += [below for below in hidden if below.startswith(path + "/") and _cover(below)]
    for path in covered:
        libc.mount("", STAGE + path, "", libc.MS_REMOUNT | libc.MS_BIND | libc.MS_RDONLY | _QUIET)


def _existing_extras() -> list[str]:
    wanted = (
        "/etc/alternatives",
        "/etc/fonts",
        "/etc/ld.so.cache",
        "/sys/devices/system/cpu",
        *_device_paths(),
    )
    return [path for path in wanted if os.path.exists(path)]


def _device_paths() -> list[str]:
    return [f"/dev/{name}" for name in _DEVICES]


def _devices() -> None:
    pts = STAGE + "/dev/pts"
    os.makedirs(pts)
    libc.mount(
        "devpts",
        pts,
        "devpts",
        libc.MS_NOSUID | libc.MS_NOEXEC,
        f"newinstance,ptmxmode=0666,mode=620,max={_TERMINALS}",
    )
    os.symlink("pts/ptmx", STAGE + "/dev/ptmx")
    os.symlink("/proc/self/fd", STAGE + "/dev/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{STAGE}/dev/{name}")


def _scratch(owner: int, disk_mib: int, data_mib: int) -> int:
    """All that the kernel may write is one tmpfs of a fixed size, seen at /tmp, /room and /dev/shm."""
    shelf, lower = STAGE + "/run/shelf", STAGE + "/run/lower"
    os.makedirs(shelf)
    os.makedirs(lower)
    inodes = max(4096, disk_mib * 64)
    libc.mount("tmpfs", shelf, "tmpfs", _QUIET, f"mode=755,size={disk_mib}m,nr_inodes={inodes}")
    for name, target, mode in _WRITABLE:
        os.mkdir(f"{shelf}/{name}")
        if name == "room":
            os.mkdir(f"{shelf}/{name}/data", 0o755)
        os.chown(f"{shelf}/{name}", owner, owner)
        os.chmod(f"{shelf}/{name}", mode)
        os.makedirs(STAGE + target, exist_ok=True)
        libc.mount(f"{shelf}/{name}", STAGE + target, "", libc.MS_BIND)
        libc.set_mount_attributes(STAGE + target, libc.MOUNT_ATTR_NOSUID | libc.MOUNT_ATTR_NODEV)
    libc.mount("tmpfs", lower, "tmpfs", _QUIET, f"mode=755,size={data_mib}m,nr_inodes=16384")
    libc.mount(lower, STAGE + "/room/data", "", libc.MS_BIND)
    libc.set_mount_attributes(STAGE + "/room/data", _READ_ONLY | libc.MOUNT_ATTR_NODEV)
    fd = os.open(lower, os.O_RDONLY | os.O_DIRECTORY)
    libc.detach(lower)
    libc.detach(shelf)
    os.rmdir(lower)
    os.rmdir(shelf)
    return fd


def _path_fd(path: str) -> int:
    return os.open(path, os.O_PATH)


def _bind(fd: int, path: str, *, attributes: int = _READ_ONLY) -> None:
    """Show what `fd` names at `path`. Recursive: a user may not separate a mount from those that came with it."""
    target = STAGE + path
    if stat.S_ISDIR(os.fstat(fd).st_mode):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o444))
    libc.mount(f"/proc/self/fd/{fd}", target, "", libc.MS_BIND | libc.MS_REC)
    libc.set_mount_attributes(target, attributes)
    os.close(fd)


def _cover(path: str) -> bool:
    """Lay an empty folder over whatever folder is at `path`; the caller makes it read-only when all is in place."""
    if not os.path.isdir(STAGE + path):
        return False
    libc.mount("tmpfs", STAGE + path, "tmpfs", _QUIET, "mode=755,size=1m,nr_inodes=1024")
    return True


def _system_folder(name: str) -> None:
    if os.path.islink(f"/{name}"):
        os.symlink(os.readlink(f"/{name}"), f"{STAGE}/{name}")
    elif os.path.isdir(f"/{name}"):
        _bind(_path_fd(f"/{name}"), f"/{name}")


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(STAGE + path), exist_ok=True)
    with open(STAGE + path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(STAGE + path, 0o444)
