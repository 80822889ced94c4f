# What the neighbour has left to be found: a file in each folder, a process, a terminal, sockets of all kinds.
import glob
import os
import socket

for path in glob.glob("/tmp/*") + glob.glob("/dev/shm/*") + glob.glob("/room/*") + glob.glob("/dev/pts/*"):
    if "neighbour" in path or (path.startswith("/dev/pts/") and path != "/dev/pts/ptmx"):
        print("saw", path)
for name in os.listdir("/proc"):
    if name.isdigit():
        try:
            if "neighbour" in open(f"/proc/{name}/cmdline").read():
                print("saw a neighbour's process")
        except OSError:
            pass
for address in ("\0neighbour", "/tmp/neighbour.sock", "/dev/shm/neighbour.sock"):
    attempt(f"to connect to {address!r}", socket.socket(socket.AF_UNIX).connect, address)
attempt("to connect to a neighbour's port", socket.create_connection, ("127.0.0.1", 7007), 0.3)
if open("/proc/sysvipc/shm").read().count("\n") != 1:
    print("saw shared memory")
print("contained")
