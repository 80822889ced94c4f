import os
import socket

for what, make in {
    "files": lambda: [os.open("/dev/null", os.O_RDONLY)],
    "pipes": lambda: list(os.pipe()),
    "sockets": lambda: [one.detach() for one in socket.socketpair()],
    "event polls": lambda: [call(291, 0)],
    "timers": lambda: [call(283, 1, 0)],
}.items():
    held = []
    try:
        for _ in range(5000):
            held += make()
    except OSError:
        pass
    for number in held:
        os.close(number)
    if len(held) > 512:
        print("opened", len(held), what)
# Descriptors in flight are in no table: Linux counts them for the user.
held, flying = [], 0
try:
    for _ in range(200):
        pair = socket.socketpair()
        held += pair
        pair[0].setblocking(False)
        for _ in range(100):
            socket.send_fds(pair[0], [b"x"], [0] * 250)
            flying += 250
except OSError:
    pass
for one in held:
    one.close()
if flying > 2 * 1024:
    print("kept", flying, "descriptors in flight")
print("contained")
