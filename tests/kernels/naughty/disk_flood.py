# All that may be written is one disk, so that it cannot be taken once for each folder.
import os
import shutil

FOLDERS = ("/tmp", "/room", "/dev/shm")
written = 0
for folder in FOLDERS:
    try:
        for part in range(8):
            with open(f"{folder}/flood{part}", "wb") as file:
                for _ in range(16):
                    file.write(bytes(1 << 20))
                    written += 1
    except OSError:
        pass
for folder in FOLDERS:
    for part in range(8):
        if os.path.exists(f"{folder}/flood{part}"):
            os.unlink(f"{folder}/flood{part}")
if not 32 <= written <= 64:
    print("wrote", written, "MiB")
attempt(
    "a file larger than the disk",
    lambda: os.posix_fallocate(os.open("/tmp/large", os.O_CREAT | os.O_WRONLY), 0, 1 << 30),
)
os.unlink("/tmp/large")
held = open("/tmp/deleted", "wb")  # what is deleted still counts while somebody holds it
os.unlink("/tmp/deleted")
try:
    for _ in range(128):
        os.write(held.fileno(), bytes(1 << 20))
    print("wrote 128 MiB to a deleted file")
except OSError:
    pass
held.close()
for kind, make in {
    "files": lambda path: open(path, "w").close(),
    "folders": os.mkdir,
    "links": lambda path: os.symlink("x" * 4000, path),
    "pipes": os.mkfifo,
    "hard links": lambda path: os.link("/tmp/one", path),
}.items():
    os.makedirs("/tmp/inodes", exist_ok=True)
    open("/tmp/one", "w").close()
    try:
        for made in range(20000):
            make(f"/tmp/inodes/{made}")
        print("made", made, kind)
    except OSError:
        pass
    shutil.rmtree("/tmp/inodes")
    os.unlink("/tmp/one")
os.makedirs("/tmp/deep")
os.chdir("/tmp/deep")
try:
    for _ in range(20000):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    print("made 20,000 folders, one in the other")
except OSError:
    pass
os.chdir("/room")
os.system("rm -rf /tmp/deep")
print("contained")
