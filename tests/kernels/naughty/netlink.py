# The network is a loopback, and stays so: no addresses, routes, neighbours, links or rules are added or taken away.
import fcntl
import os
import socket
import struct

NEWLINK, DELLINK, NEWADDR, DELADDR, NEWROUTE, NEWNEIGH, NEWRULE, NEWQDISC, NEWNSID = (
    16,
    17,
    20,
    21,
    24,
    28,
    32,
    36,
    88,
)
ACK, REQUEST, CREATE = 4, 1, 0x400


def attribute(kind, value):
    return struct.pack("HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


LINK = struct.pack("BxHiII", 0, 0, 1, 0, 1)  # lo, down
ADDRESS = struct.pack("BBBBI", 2, 24, 0, 0, 1) + attribute(2, bytes((10, 0, 0, 1)))
ROUTE = struct.pack("BBBBBBBBI", 2, 0, 0, 0, 254, 3, 0, 1, 0) + attribute(4, struct.pack("I", 1))
VETH = struct.pack("BxHiII", 0, 0, 0, 0, 0) + attribute(18, attribute(1, b"veth"))
MESSAGES = {
    "to take lo down": (NEWLINK, LINK),
    "to remove lo": (DELLINK, LINK),
    "to add a pair of interfaces": (NEWLINK, VETH),
    "to add an address": (NEWADDR, ADDRESS),
    "to remove an address": (
        DELADDR,
        struct.pack("BBBBI", 2, 8, 0, 0, 1) + attribute(2, bytes((127, 0, 0, 1))),
    ),
    "to add a route": (NEWROUTE, ROUTE),
    "to add a neighbour": (
        NEWNEIGH,
        struct.pack("BxxxiHBB", 2, 1, 128, 0, 0) + attribute(1, bytes((10, 0, 0, 2))),
    ),
    "to add a rule": (NEWRULE, ROUTE),
    "to shape traffic": (
        NEWQDISC,
        struct.pack("BxxxiIII", 0, 1, 0, 0xFFFFFFFF, 0) + attribute(1, b"pfifo\0"),
    ),
    "to name a namespace": (
        NEWNSID,
        struct.pack("Bxxx", 0)
        + attribute(1, struct.pack("i", 7))
        + attribute(2, struct.pack("I", os.getpid())),
    ),
}


def tell(kind, body):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as link:
        link.settimeout(1)
        link.send(struct.pack("IHHII", 16 + len(body), kind, REQUEST | ACK | CREATE, 1, 0) + body)
        (error,) = struct.unpack_from("i", link.recv(4096), 16)
    if error:
        raise OSError(-error, "refused")


for what, message in MESSAGES.items():
    attempt(what, tell, *message)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    name = struct.pack("16s", b"lo")
    attempt("to take lo down by ioctl", fcntl.ioctl, probe, 0x8914, name + struct.pack("H", 0) + bytes(14))
    attempt(
        "to give lo an address by ioctl",
        fcntl.ioctl,
        probe,
        0x8916,
        name + struct.pack("HH4s8x", 2, 0, bytes((10, 0, 0, 1))),
    )
    attempt("to rename lo", fcntl.ioctl, probe, 0x8923, name + b"eth0".ljust(24, b"\0"))
    attempt("to add a tunnel", fcntl.ioctl, probe, 0x89F1, b"tunl0".ljust(16, b"\0") + bytes(24))
    attempt("to route by ioctl", fcntl.ioctl, probe, 0x890B, bytes(120))
    attempt("to bind to an interface", probe.setsockopt, socket.SOL_SOCKET, 25, b"eth0\0")
    attempt("to use an address that is not its own", probe.setsockopt, 0, 19, 1)
attempt("to add a packet filter", lambda: socket.socket(socket.AF_INET).setsockopt(0, 64, bytes(92)))
with socket.socket() as server, socket.socket() as client:  # and it still works
    server.bind(("127.0.0.1", 0))
    server.listen()
    client.connect(server.getsockname())
print("contained")
