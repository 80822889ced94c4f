import socket
import struct
import urllib.request


def tcp(host, port):
    socket.create_connection((host, port), timeout=0.3).close()


def udp(host, port, question=b"question"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sender.settimeout(0.3)
        sender.connect((host, port))
        sender.send(question)
        sender.recv(16)


DNS = struct.pack("!6H", 1, 0x100, 1, 0, 0, 0) + b"\x07example\x03com\x00" + struct.pack("!2H", 1, 1)
for host in ("127.0.0.1", HOST_ADDRESS, "::1", "1.1.1.1", "169.254.169.254", "0.0.0.0", "::ffff:127.0.0.1"):
    attempt(f"TCP to {host}", tcp, host, TCP_PORT)
    attempt(f"HTTP to {host}", tcp, host, 80)
for host in ("127.0.0.1", HOST_ADDRESS, "255.255.255.255", "224.0.0.1"):
    attempt(f"UDP to {host}", udp, host, UDP_PORT)
for host in ("8.8.8.8", "127.0.0.53", "127.0.0.1", HOST_ADDRESS):
    attempt(f"DNS over {host}", udp, host, 53, DNS)
attempt("a name", socket.getaddrinfo, "example.com", 80)
attempt("a web page", lambda: urllib.request.urlopen("http://example.com", timeout=0.3))
if [name for _, name in socket.if_nameindex()] != ["lo"]:
    print("saw interfaces", socket.if_nameindex())
ALLOWED = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
for family in range(48):
    for kind in (
        socket.SOCK_STREAM,
        socket.SOCK_DGRAM,
        socket.SOCK_RAW,
        socket.SOCK_SEQPACKET,
        socket.SOCK_RDM,
    ):
        if family not in ALLOWED:
            attempt(f"a socket of family {family}", lambda: socket.socket(family, kind).close())
        if family != socket.AF_UNIX:
            attempt(f"a pair of sockets of family {family}", lambda: socket.socketpair(family, kind))
for protocol in range(1, 263):
    attempt(
        f"a raw socket of protocol {protocol}",
        lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol),
    )
    if protocol not in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            attempt(f"protocol {protocol}", lambda: socket.socket(socket.AF_INET, kind, protocol))
    if protocol < 32:
        attempt(
            f"netlink protocol {protocol}",
            lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol),
        )
print("contained")
