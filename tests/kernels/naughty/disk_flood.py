import os

written = 0
try:
    for part in range(8):
        with open(f"/tmp/flood{part}", "wb") as file:
            for _ in range(16):
                file.write(bytes(1 << 20))
                written += 1
except OSError:
    pass
finally:
    for part in range(8):
        if os.path.exists(f"/tmp/flood{part}"):
            os.unlink(f"/tmp/flood{part}")
if written > 64:
    print("wrote", written, "MiB")
made = 0
os.makedirs("inodes", exist_ok=True)
try:
    for made in range(20000):
        open(f"inodes/{made}", "w").close()
    print("made", made, "files")
except OSError:
    pass
import shutil

shutil.rmtree("inodes")
print("contained")
