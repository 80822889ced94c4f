# Pages of a shared mapping stay when a process lets go of them, and are no process's any more: there must be none that
# is not in a file of the room's.
import mmap
import multiprocessing.shared_memory
import os

for flags in (mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, 0x03 | mmap.MAP_ANONYMOUS):
    attempt("to share memory with nobody", mmap.mmap, -1, 1 << 20, flags)
for path in ("/dev/zero", "/dev/full", "/dev/null", "/dev/random"):
    number = os.open(path, os.O_RDWR)
    for flags in (mmap.MAP_SHARED, mmap.MAP_PRIVATE):
        attempt("to share memory by " + path, mmap.mmap, number, 1 << 20, flags)
    os.close(number)
if open("/dev/zero", "rb").read(16) != bytes(16):
    print("there are no zeros in /dev/zero")
honest = multiprocessing.shared_memory.SharedMemory(create=True, size=1 << 20)  # a file in /dev/shm
honest.buf[0] = 1
honest.close()
honest.unlink()
try:
    multiprocessing.shared_memory.SharedMemory(create=True, size=1 << 30).buf[:] = bytes(1 << 30)
    print("shared a GiB")
except (OSError, MemoryError):
    pass
print("contained")
