# Pages of a shared anonymous mapping stay when the process lets go of them, and are no process's any more.
import mmap

blocks = []
while True:
    block = mmap.mmap(-1, 64 << 20)
    for at in range(0, len(block), 4096):
        block[at] = 1
    block.madvise(mmap.MADV_DONTNEED)
    blocks.append(block)
