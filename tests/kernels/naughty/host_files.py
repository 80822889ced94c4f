import os

PLACES = (
    CANARY_FILE,
    PROJECT,
    PROJECT + "/kernels",
    PROJECT + "/.venv",
    "/etc/shadow",
    "/etc/ssh",
    "/etc/machine-id",
    "/var",
    "/home",
    "/opt",
    "/srv",
    "/mnt",
    "/boot",
    "/run/secrets",
    "/var/run/docker.sock",
    "/run/systemd",
    "/root/.ssh",
    "/usr/local/bin",
    "/usr/local/lib",
    "/proc/1/root",
    "/proc/1/cwd",
    "/proc/1/fd",
    "/proc/1/environ",
    "/proc/1/maps",
    "/proc/kcore",
    "/sys/kernel",
    "/sys/fs",
    "/sys/class",
    "/sys/block",
    "/sys/firmware",
    "/lost+found",
)
for path in PLACES:
    try:
        found = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(64)
    except OSError:
        continue
    found = [name for name in found if name not in (".venv-kernel",)] if isinstance(found, list) else found
    if found:
        print("saw", path, found)
for folder, _, files in os.walk("/", onerror=None):
    if folder.startswith(("/proc", "/sys", "/usr", "/dev")):
        continue
    if "canary" in files:
        print("found the canary in", folder)
for way in (
    "/..",
    "/../..",
    "/proc/self/root/..",
    "/proc/self/cwd/../..",
    "/proc/thread-self/root/../..",
    "/dev/fd/0/..",
):
    if os.path.exists(way + CANARY_FILE):
        print("climbed out by", way)
for number in range(3, 1024):
    for way in (".", "..", "../../../../../.."):
        try:
            folder = os.open(way, os.O_RDONLY | os.O_DIRECTORY, dir_fd=number)
        except OSError:
            continue
        print("a folder is open, from before, as", number, os.listdir(folder))
        os.close(folder)
os.symlink(CANARY_FILE, "/tmp/link")
attempt("to follow a link out", open, "/tmp/link")
os.unlink("/tmp/link")
print("contained")
