# Looks through all of its own memory for what was secret before the fork: half of each secret is known here, and
# the hash of the other half, so that what is found is not what was looked with.
import hashlib

PR_SET_DUMPABLE = 4
libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self/mem is root's


def found_in(block, half, rest_hash, rest_length):
    at = block.find(half)
    while at >= 0:
        rest = block[at + len(half) : at + len(half) + rest_length]
        if hashlib.sha256(rest).hexdigest() == rest_hash:
            return True
        at = block.find(half, at + 1)
    return False


STEP, OVERLAP = 16 << 20, 256
scanned, seen = 0, set()
with open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in open("/proc/self/maps").read().splitlines():
        place, permissions, *_, name = [*line.split(None, 5), ""][:6]
        if "r" not in permissions or name in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
            continue
        start, end = (int(word, 16) for word in place.split("-"))
        while start < end:
            try:
                memory.seek(start)
                block = memory.read(min(STEP, end - start))
            except (OSError, OverflowError):
                break
            if not block:
                break
            scanned += len(block)
            seen |= {what for what, *secret in SECRETS if what not in seen and found_in(block, *secret)}
            if len(block) < STEP:
                break
            start += len(block) - OVERLAP
libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
for what in sorted(seen - {"its own"}):
    print("holds", what)
if "its own" not in seen:
    print("cannot see even its own secret, so this proves nothing")
if scanned < 20 << 20:
    print("read only", scanned, "bytes of its memory")
print("contained")
