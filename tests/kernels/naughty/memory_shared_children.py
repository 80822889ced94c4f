# Small programs that each share a little with nobody and let go of it: none is large, all together are.
import subprocess
import sys
import time

PROGRAM = """
import mmap, time
block = mmap.mmap(-1, 160 << 20)
for at in range(0, len(block), 4096):
    block[at] = 1
block.madvise(mmap.MADV_DONTNEED)
print("let go", flush=True)
time.sleep(600)
"""
children = []
for _ in range(12):
    children.append(subprocess.Popen([sys.executable, "-I", "-S", "-c", PROGRAM], stdout=subprocess.PIPE))
    children[-1].stdout.readline()
time.sleep(2)
for child in children:
    child.kill()
print("held", 12 * 160, "MiB")
