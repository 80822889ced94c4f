import os

os.symlink(CANARY_FILE, "notes.txt")
os.symlink("/etc", "folder")
os.mkfifo("pipe")
for name in ("kernels.sock", "k-1"):
    os.symlink(UNIX_PATH, name)
print("laid")
