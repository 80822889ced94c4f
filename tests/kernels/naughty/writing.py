import fcntl
import glob
import mmap
import os
import sys

import numpy

package = os.path.dirname(numpy.__file__)
compiled = glob.glob(package + "/__pycache__/*.pyc")[0]
places = [
    "/x",
    "/usr/x",
    "/usr/local/x",
    "/usr/bin/python3",
    "/etc/passwd",
    "/etc/ld.so.cache",
    "/etc/x",
    "/dev/x",
    "/ipc/x",
    "/run/x",
    "/run/kernel/x",
    "/run/kernel/kernels/inside/main.py",
    "/room/data/x",
    "/proc/sys/kernel/hostname",
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/vm/drop_caches",
    "/proc/sys/net/ipv4/ip_forward",
    "/proc/sys/fs/binfmt_misc/register",
    "/proc/sys/user/max_user_namespaces",
    "/proc/1/oom_score_adj",
    "/proc/sysrq-trigger",
    "/proc/mtrr",
    "/proc/self/uid_map",
    "/proc/self/gid_map",
    "/proc/self/setgroups",
    "/proc/self/attr/current",
    "/proc/irq/0/smp_affinity",
    "/sys/devices/system/cpu/cpu0/online",
    "/sys/fs/cgroup/x",
    "/sys/fs/cgroup/cgroup.procs",
    "/sys/kernel/uevent_helper",
    sys.prefix + "/x",
    sys.prefix + "/bin/python",
    sys.base_prefix + "/x",
    package + "/x.py",
    package + "/__pycache__/x.pyc",
    numpy.__file__,
    compiled,
]
for place in places:
    for flags in (os.O_WRONLY | os.O_APPEND, os.O_WRONLY | os.O_CREAT | os.O_EXCL, os.O_RDWR | os.O_TRUNC):
        try:
            number = os.open(place, flags)
        except OSError:
            continue
        try:
            os.write(number, b"x")
            print("wrote", place)
        except OSError:
            pass
        os.close(number)
owned = os.open(numpy.__file__, os.O_RDONLY)
reading = mmap.mmap(owned, 0, mmap.MAP_PRIVATE, mmap.PROT_READ)
for what, action in {
    "to map a package for writing": lambda: mmap.mmap(
        owned, 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE
    ),
    "to open a package again for writing": lambda: os.open(f"/proc/self/fd/{owned}", os.O_RDWR),
    "to change a package's mode": lambda: os.chmod(numpy.__file__, 0o777),
    "to change a package's owner": lambda: os.chown(numpy.__file__, 1000, 1000),
    "to change a package's times": lambda: os.utime(numpy.__file__, (0, 0)),
    "to mark a package": lambda: os.setxattr(numpy.__file__, "user.x", b"x"),
    "to cut a package short": lambda: os.truncate(numpy.__file__, 0),
    "to change an open package's mode": lambda: os.fchmod(owned, 0o777),
    "to hold up whoever writes to a package": lambda: fcntl.fcntl(owned, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    "to remove a package": lambda: os.unlink(numpy.__file__),
    "to rename a package": lambda: os.rename(package, package + "x"),
    "to link a package": lambda: os.link(numpy.__file__, package + "/x.py"),
    "to link a package to its own disk": lambda: os.link(numpy.__file__, "/tmp/numpy"),
    "to make a folder among the packages": lambda: os.mkdir(package + "/x"),
    "to put a link among the packages": lambda: os.symlink("/tmp", package + "/x"),
    "to remove a compiled file": lambda: os.unlink(compiled),
    "to replace a compiled file": lambda: os.rename("/tmp/mine.pyc", compiled),
    "to change the environment's mode": lambda: os.chmod(sys.prefix, 0o777),
    "to move data": lambda: os.rename("/room/data", "/room/other"),
    "to remove data": lambda: os.rmdir("/room/data"),
    "to change data's mode": lambda: os.chmod("/room/data", 0o777),
    "to move the work folder": lambda: os.rename("/room", "/tmp/room"),
    "to put a link in the root": lambda: os.symlink("/tmp", "/x"),
    "to change the root's mode": lambda: os.chmod("/", 0o777),
}.items():
    attempt(what, action)
reading.close()
os.close(owned)
print("contained")
