import array
import os
import socket
import struct


def connect(address, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_UNIX, kind) as caller:
        caller.connect(address)


for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    attempt("a unix socket by path", connect, UNIX_PATH, kind)
    attempt("an abstract unix socket", connect, ABSTRACT_NAME, kind)
    for path in (
        "/var/run/docker.sock",
        "/run/dbus/system_bus_socket",
        "/run/systemd/notify",
        "/run/containerd/containerd.sock",
        "/tmp/.X11-unix/X0",
    ):
        attempt(path, connect, path, kind)
for line in open("/proc/net/unix").read().splitlines()[1:]:
    path = line.split(None, 7)[7:]
    if path and not path[0].startswith("/ipc/k-"):
        print("saw a socket", path)
left, right = socket.socketpair()
CREDENTIALS = socket.SOL_SOCKET, 2
for pid, uid in ((1, 1000), (VICTIM_PID, 1000), (os.getpid(), 0), (HOST_PID, 0)):
    attempt(
        f"to pass for process {pid} of user {uid}",
        left.sendmsg,
        [b"x"],
        [(*CREDENTIALS, struct.pack("3i", pid, uid, uid))],
    )
own = [os.open(path, os.O_RDONLY) for path in ("/", "/proc/1", "/ipc", "/room/data")]
left.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", own))])
_, ancillary, _, _ = right.recvmsg(16, 256)
for number in array.array("i", ancillary[0][2]):
    for way in ("..", "../..", "../../.." + CANARY_FILE):
        if os.path.exists(f"/proc/self/fd/{number}/{way}{CANARY_FILE}"):
            print("climbed out by a folder that was handed over")
    attempt(
        "to write through a folder that was handed over",
        lambda: os.close(os.open("x", os.O_CREAT | os.O_WRONLY, dir_fd=number)),
    )
    os.close(number)
for number in own:
    os.close(number)
left.close()
right.close()
print("contained")
