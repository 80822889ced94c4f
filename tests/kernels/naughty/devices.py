import os
import stat

EXPECTED = {
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
}
for name in set(os.listdir("/dev")) - EXPECTED:
    print("saw /dev/" + name)
for path in (
    "/dev/mem",
    "/dev/kmsg",
    "/dev/vda",
    "/dev/sda",
    "/dev/fuse",
    "/dev/kvm",
    "/dev/net/tun",
    "/dev/tty",
    "/dev/console",
    "/dev/loop-control",
    "/dev/nvidia0",
    "/dev/input/event0",
    "/dev/userfaultfd",
    "/dev/rtc",
    "/dev/snapshot",
    "/proc/kcore",
    "/proc/kmsg",
    "/proc/keys",
    "/proc/kallsyms",
    "/proc/iomem",
    "/proc/interrupts",
    "/proc/locks",
    "/proc/diskstats",
    "/proc/cmdline",
    "/proc/timer_list",
):
    try:
        if open(path, "rb").read(16):
            print("read", path)
    except OSError:
        pass
for kind in (stat.S_IFBLK, stat.S_IFCHR):
    for folder in ("/tmp", "/room", "/dev/shm", "/dev", "/dev/pts", "/ipc"):
        for major, minor in ((1, 1), (1, 11), (8, 0), (254, 0), (10, 229), (5, 0), (0, 0)):
            path = f"{folder}/device"
            try:
                os.mknod(path, kind | 0o666, os.makedev(major, minor))
            except OSError:
                continue
            if (kind, major) != (stat.S_IFCHR, 0):  # which is nothing but a mark for a deleted file
                print("made a device", path, major, minor)
            os.unlink(path)
for name in ("null", "zero", "full"):
    attempt(f"to change /dev/{name}", os.chmod, f"/dev/{name}", 0o600)
    attempt(f"to remove /dev/{name}", os.unlink, f"/dev/{name}")
print("contained")
