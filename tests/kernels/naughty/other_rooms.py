import glob
import os

if len(glob.glob("/ipc/*")) != 5:
    print("saw", glob.glob("/ipc/*"))
for path in glob.glob("/tmp/*") + glob.glob("/dev/shm/*") + glob.glob("/room/*"):
    if "neighbour" in path:
        print("saw", path)
for name in os.listdir("/proc"):
    if name.isdigit():
        try:
            if "neighbour" in open(f"/proc/{name}/cmdline").read():
                print("saw a neighbour's process")
        except OSError:
            pass
print("contained")
