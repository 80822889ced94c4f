import os
import signal

buffer = ctypes.create_string_buffer(256)
child = os.fork()
if child == 0:
    signal.pause()
    os._exit(0)
for pid in (1, os.getppid(), VICTIM_PID, HOST_PID, SUPERVISOR_PID):
    for name in (
        "mem",
        "maps",
        "environ",
        "fd",
        "syscall",
        "stack",
        "auxv",
        "root",
        "cwd",
        "ns/mnt",
        "task/1/mem",
    ):
        if name in ("root", "cwd"):
            attempt(f"to read {pid}/{name}", os.listdir, f"/proc/{pid}/{name}")
        elif name == "ns/mnt":
            attempt(f"to follow {pid}/{name}", os.readlink, f"/proc/{pid}/{name}")
        elif name != "maps":
            attempt(f"to open {pid}/{name}", lambda: os.close(os.open(f"/proc/{pid}/{name}", os.O_RDONLY)))
    attempt(f"process_vm_readv of {pid}", call, 310, pid, buffer, 1, buffer, 1, 0)
    attempt(f"process_vm_writev of {pid}", call, 311, pid, buffer, 1, buffer, 1, 0)
    attempt(f"to attach to {pid}", call, 101, 16, pid, 0, 0)
    attempt(f"to seize {pid}", call, 101, 0x4206, pid, 0, 0)
    attempt(f"pidfd_getfd of {pid}", lambda: call(438, os.pidfd_open(pid), 0, 0))
    attempt(f"kcmp of {pid}", call, 312, pid, os.getpid(), 0, 0, 0)
    attempt(f"a core of {pid}", write, f"/proc/{pid}/coredump_filter", "0")
attempt("to trace its own child", call, 101, 16, child, 0, 0)
attempt("being traced", call, 101, 0, 0, 0, 0)
attempt("to read its child by process_vm_readv", call, 310, child, buffer, 1, buffer, 1, 0)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
attempt("/dev/mem", open, "/dev/mem", "rb")
print("contained")
