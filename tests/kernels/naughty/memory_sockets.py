# Data that waits in sockets and pipes is in no process's figures.
import os
import socket
import time

held = []


def fill():
    mine = []
    try:
        while True:
            mine.append(socket.socketpair())
            for one in mine[-1]:
                one.setblocking(False)
                try:
                    while True:
                        one.send(bytes(65536))
                except BlockingIOError:
                    pass
    except OSError:
        pass
    time.sleep(4)


children = []
for _ in range(24):
    child = os.fork()
    if child == 0:
        fill()
        os._exit(0)
    children.append(child)
time.sleep(3)
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
print("held")
