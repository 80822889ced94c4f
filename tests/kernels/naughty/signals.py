import fcntl
import os
import signal

OUTSIDE = [VICTIM_PID, SUPERVISOR_PID, HOST_PID]
SIGNALS = (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGHUP, 0)
inside = {int(name) for name in os.listdir("/proc") if name.isdigit()}
for pid in OUTSIDE:
    if pid in inside:
        continue  # one of ours that happens to have the number
    for number in SIGNALS:
        attempt(f"signal {number} to {pid}", os.kill, pid, number)
        attempt(f"signal {number} to group {pid}", os.killpg, pid, number)
        attempt(f"signal {number} to thread {pid}", call, 234, pid, pid, int(number))
    attempt(f"a queued signal to {pid}", call, 129, pid, 15, bytes(128))
    attempt(f"a descriptor of {pid}", os.pidfd_open, pid)
    attempt(f"the priority of {pid}", os.setpriority, os.PRIO_PROCESS, pid, 19)
    attempt(f"the limits of {pid}", call, 302, pid, 7, 0, bytes(16))
    attempt(f"the session of {pid}", os.getsid, pid)
    attempt(f"the group of {pid}", os.setpgid, 0, pid)
    attempt(f"the processors of {pid}", os.sched_setaffinity, pid, {0})
    reader, writer = os.pipe()
    attempt(f"SIGIO to {pid}", lambda: fcntl.fcntl(reader, fcntl.F_SETOWN, pid))
    os.close(reader)
    os.close(writer)
# Linux drops what process 1 of a namespace does not wait for, from those inside.
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGSEGV, signal.SIGTSTP):
    try:
        os.kill(1, number)
        signal.pidfd_send_signal(os.pidfd_open(1), number)
    except OSError:
        pass
if open("/proc/1/stat").read().rpartition(")")[2].split()[0] in "TtZ":
    print("stopped process 1")
child = in_a_child(lambda: [os.setsid(), os.kill(-1, signal.SIGCONT), os.kill(-1, 0)])
for number in (signal.SIGKILL, signal.SIGSTOP):
    try:
        os.kill(-1, number)  # everybody that we may see, except ourselves
    except OSError:
        pass
print("contained")
