# Not naughty: the second room, which leaves everything open that `other_rooms.py` looks for.
import os
import socket
import subprocess

for place in ("/tmp", "/dev/shm", "/room"):
    open(f"{place}/neighbour", "w").close()
process = subprocess.Popen(["sh", "-c", "sleep 600 # neighbour"])
terminal = os.openpty()
listeners = [socket.create_server(("127.0.0.1", 7007))]
for address in ("\0neighbour", "/tmp/neighbour.sock", "/dev/shm/neighbour.sock"):
    listeners.append(socket.socket(socket.AF_UNIX))
    listeners[-1].bind(address)
    listeners[-1].listen()
