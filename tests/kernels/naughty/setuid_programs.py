# Programs that would run as root: from the host's own /usr, and of its own making.
import glob
import os
import shutil
import stat
import subprocess

programs = []
for folder in ("/usr/bin", "/usr/sbin", "/usr/lib/openssh", "/usr/lib/dbus-1.0", "/usr/libexec"):
    for path in glob.glob(folder + "/*"):
        if os.lstat(path).st_mode & (stat.S_ISUID | stat.S_ISGID):
            programs.append(path)
for command in (
    ["su", "-c", "id -u"],
    ["sudo", "-n", "id", "-u"],
    ["pkexec", "id", "-u"],
    ["mount", "-t", "tmpfs", "x", "/tmp"],
    ["newuidmap", "1", "0", "0", "1"],
):
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        continue
    if result.returncode == 0:
        print("managed", command, result.stdout)
shutil.copy("/usr/bin/id", "/tmp/id")
os.chmod("/tmp/id", 0o6755)
shown = subprocess.run(["/tmp/id", "-u"], capture_output=True, text=True).stdout.strip()
if shown not in ("1000", ""):
    print("a program of its own ran as", shown)
quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
for path in [*programs, "/tmp/id"]:
    try:
        child = subprocess.Popen([path, "--version"], **quiet)
        ids = next(line for line in open(f"/proc/{child.pid}/status") if line.startswith("Uid"))
    except (OSError, StopIteration):
        continue
    if set(ids.split()[1:]) != {"1000"}:
        print(path, "runs as", ids)
    child.kill()
    child.wait()
os.unlink("/tmp/id")
print("contained")
