# What is mounted here: nothing of the host's can be written to, and nothing shows more of it than the packages.
import os

for line in open("/proc/self/mountinfo"):
    before, _, after = line.partition(" - ")
    root, at, options = before.split()[3:6]
    kind, source = after.split()[:2]
    fresh = kind in ("tmpfs", "proc", "devpts")
    options = options.split(",")
    if "nosuid" not in options:
        print("programs at", at, "can change their user")
    if at in ("/tmp", "/room", "/dev/shm", "/dev/pts", "/proc"):
        if not fresh:
            print("may write to", at, kind)
    elif "ro" not in options:
        print("may write to", at, kind)
    if not fresh and root in ("/", "/root", "/home", "/etc", "/var", "/tmp"):
        print("sees the host's", root, "at", at)
    if any(option.startswith(("shared:", "master:")) for option in before.split()[6:]):
        print("mounts of the host's appear in", at)
if os.stat("/").st_dev == os.stat("/usr").st_dev:
    print("the root is the host's")
if os.stat("/tmp").st_dev != os.stat("/room").st_dev:
    print("/tmp and /room have a disk each")
print("contained")
