import os
import resource
import signal

for pid in (VICTIM_PID, SUPERVISOR_PID, HOST_PID):
    try:
        os.kill(pid, signal.SIGKILL)
        if pid > 1000:
            print("sent a signal to", pid)
    except (ProcessLookupError, PermissionError):
        pass
for pid in (1, 0):
    try:
        if pid == 1:
            os.kill(1, signal.SIGKILL)  # Linux drops it: process 1 of a namespace is safe from those inside
    except OSError:
        pass
try:
    os.kill(-1, signal.SIGKILL)  # everybody that we may see, except ourselves
except OSError:
    pass
try:
    resource.setrlimit(resource.RLIMIT_NPROC, (100000, 100000))
    print("raised a limit")
except (ValueError, OSError):
    pass
try:
    os.nice(-10)
    print("became more important")
except OSError:
    pass
print("contained")
