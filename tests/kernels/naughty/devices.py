import os
import stat

for name in os.listdir("/dev"):
    if name not in (
        "null",
        "zero",
        "full",
        "random",
        "urandom",
        "pts",
        "ptmx",
        "fd",
        "stdin",
        "stdout",
        "stderr",
        "shm",
    ):
        print("saw /dev/" + name)
for path in (
    "/dev/mem",
    "/dev/kmsg",
    "/dev/vda",
    "/dev/fuse",
    "/dev/kvm",
    "/proc/kcore",
    "/proc/kmsg",
    "/proc/keys",
):
    try:
        if open(path, "rb").read(16):
            print("read", path)
    except OSError:
        pass
try:
    os.mknod("/tmp/disk", stat.S_IFBLK | 0o666, os.makedev(254, 0))
    print("made a device")
except OSError:
    pass
master, slave = os.openpty()  # a terminal of our own is fine
import fcntl
import termios

try:
    fcntl.ioctl(slave, termios.TIOCSTI, b"x")
    print("typed into a terminal")
except OSError:
    pass
os.close(master)
os.close(slave)
print("contained")
