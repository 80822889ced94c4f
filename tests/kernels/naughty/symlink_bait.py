# Laid out for whoever opens the work folder from outside, by name or by walking through it.
import os
import socket

os.symlink(CANARY_FILE, "notes.txt")
os.symlink("/etc", "folder")
os.symlink("loop", "loop")
os.symlink("/proc/self/root" + CANARY_FILE, "magic.txt")
os.mkfifo("pipe")
socket.socket(socket.AF_UNIX).bind("listening")
for name in ("kernels.sock", "k-1"):
    os.symlink(UNIX_PATH, name)
for name in (b"\xff\xfe", b"two\nlines", b"\x1b[2J", b"..\\..\\x", b"<script>", b"-rf", b"x" * 255):
    open(name, "w").close()
open("real.txt", "w").write("real")
os.link("real.txt", "twin.txt")
os.symlink("real.txt", "link-to-real.txt")
os.truncate("real.txt", 1 << 20)
open("unreadable", "w").close()
os.chmod("unreadable", 0)
os.makedirs("deep/" * 100)
print("laid")
