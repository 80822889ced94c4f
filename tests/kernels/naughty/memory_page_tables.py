# Reads one byte of every two mebibytes of a mapping that holds nothing: no memory but that of the page tables.
import mmap
import time

SIZE = 1 << 40
block = mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, prot=mmap.PROT_READ)
libc.madvise(
    ctypes.c_void_p(
        int(
            next(
                line
                for line in open("/proc/self/maps")
                if int(line.split()[0].split("-")[1], 16) - int(line.split("-")[0], 16) >= SIZE
            ).split("-")[0],
            16,
        )
    ),
    ctypes.c_size_t(SIZE),
    15,
)
for at in range(0, SIZE, 2 << 20):
    block[at]
time.sleep(2)
print("read all of", SIZE >> 30, "GiB")
