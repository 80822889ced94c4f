import socket
import urllib.request


def attempt(what, action):
    try:
        action()
    except (OSError, ValueError):
        return
    print("managed", what)


def tcp(host):
    socket.create_connection((host, TCP_PORT), timeout=0.5).close()


def udp(host):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.settimeout(0.5)
        sender.sendto(b"question", (host, UDP_PORT))
        sender.recv(16)


def unix(address):
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(address)


for host in ("127.0.0.1", HOST_ADDRESS, "::1", "1.1.1.1"):
    attempt(f"TCP to {host}", lambda: tcp(host))
for host in ("127.0.0.1", HOST_ADDRESS):
    attempt(f"UDP to {host}", lambda: udp(host))
attempt("a name", lambda: socket.getaddrinfo("example.com", 80))
attempt("HTTP", lambda: urllib.request.urlopen("http://example.com", timeout=0.5))
attempt("a unix socket by path", lambda: unix(UNIX_PATH))
attempt("an abstract unix socket", lambda: unix(ABSTRACT_NAME))
for family in (17, 38, 40, 21, 9, 31):  # packet, alg, vsock, rds, x25, bluetooth
    attempt(f"a socket of family {family}", lambda: socket.socket(family, socket.SOCK_DGRAM))
attempt("a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
print("contained")
