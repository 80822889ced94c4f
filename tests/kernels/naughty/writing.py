import os
import sys

import numpy

places = [
    "/x",
    "/usr/x",
    "/usr/local/x",
    "/etc/passwd",
    "/etc/x",
    "/dev/x",
    "/ipc/x",
    "/run/kernel/x",
    "/run/kernel/kernels/inside/main.py",
    "/room/data/x",
    "/proc/sys/kernel/hostname",
    "/proc/sys/vm/overcommit_memory",
    "/proc/1/oom_score_adj",
    "/proc/sysrq-trigger",
    "/sys/devices/system/cpu/cpu0/online",
    "/sys/fs/cgroup/x",
    sys.prefix + "/x",
    sys.base_prefix + "/x",
    numpy.__file__,
]
for place in places:
    try:
        with open(place, "a") as file:
            file.write("x")
        print("wrote", place)
    except OSError:
        pass
for action in (
    lambda: os.unlink("/ipc/k-1"),
    lambda: os.rename("/ipc/k-2", "/ipc/k-9"),
    lambda: os.symlink("/tmp", "/ipc/k-9"),
    lambda: os.chmod("/ipc", 0o777),
    lambda: os.rename("/room/data", "/room/other"),
    lambda: os.rmdir("/room/data"),
    lambda: os.chmod("/room/data", 0o777),
    lambda: os.chmod(sys.prefix, 0o777),
):
    try:
        action()
        print("changed what is not its own")
    except OSError:
        pass
print("contained")
