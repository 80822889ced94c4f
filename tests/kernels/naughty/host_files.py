import os

for path in (
    CANARY_FILE,
    PROJECT,
    "/etc/shadow",
    "/var",
    "/home",
    "/opt",
    "/usr/local/bin",
    "/proc/1/root",
    "/proc/1/cwd",
):
    try:
        found = os.listdir(path) if os.path.isdir(path) else open(path).read()
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
for number in os.listdir("/proc/self/fd"):
    try:
        target = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    if target.startswith("/") and not target.startswith(("/dev/", "/room", "/tmp", "/proc", "/usr")):
        print("inherited", target)
for root in ("/..", "/../..", "/proc/self/root/.."):
    if os.path.exists(root + CANARY_FILE):
        print("climbed out by", root)
print("contained")
