# The five sockets of the kernel: in their place nothing else can be put, a link to another's socket least of all.
import os
import socket

before = sorted(os.listdir("/ipc"))
if before != ["k-1", "k-2", "k-3", "k-4", "k-5"]:
    print("saw", before)
with socket.socket(socket.AF_UNIX) as mine:
    attempt("to bind another socket in /ipc", mine.bind, "/ipc/k-6")
for what, action in {
    "to remove a socket": lambda: os.unlink("/ipc/k-1"),
    "to rename a socket": lambda: os.rename("/ipc/k-2", "/ipc/k-9"),
    "to exchange two sockets": lambda: call(316, -100, b"/ipc/k-1", -100, b"/ipc/k-2", 2),
    "to put a link in a socket's place": lambda: os.replace("/tmp/link", "/ipc/k-1"),
    "to add a link": lambda: os.symlink(UNIX_PATH, "/ipc/k-9"),
    "to link a socket elsewhere": lambda: os.link("/ipc/k-1", "/tmp/k-1"),
    "to change the folder's mode": lambda: os.chmod("/ipc", 0o777),
    "to change a socket's mode": lambda: os.chmod("/ipc/k-1", 0o777),
    "to change a socket's owner": lambda: os.chown("/ipc/k-1", 1000, 1000),
    "to remove the folder": lambda: os.rmdir("/ipc"),
    "to move the folder": lambda: os.rename("/ipc", "/tmp/ipc"),
    "to climb out of the folder": lambda: open("/ipc/../.." + CANARY_FILE),
}.items():
    attempt(what, action)
if sorted(os.listdir("/ipc")) != before:
    print("changed", before, "to", sorted(os.listdir("/ipc")))
print("contained")
