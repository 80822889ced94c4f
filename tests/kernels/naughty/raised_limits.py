import fcntl
import mmap
import os
import resource
import struct

for name in dir(resource):
    if name.startswith("RLIMIT_"):
        what = getattr(resource, name)
        soft, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            attempt(f"to raise {name}", resource.setrlimit, what, (hard + 1, hard + 1))
            attempt(f"to lift {name}", resource.setrlimit, what, (-1, -1))
            attempt(f"to raise {name} of process 1", resource.prlimit, 1, what, (hard + 1, hard + 1))
        elif name not in ("RLIMIT_CPU", "RLIMIT_RSS", "RLIMIT_AS", "RLIMIT_RTTIME"):
            print("without limit:", name)
attempt("to be more important", os.nice, -1)
attempt("to be the most important", os.setpriority, os.PRIO_PROCESS, 0, -20)
attempt("to make its user more important", os.setpriority, os.PRIO_USER, 0, -20)
attempt("to make its session more important", write, "/proc/self/autogroup", "-20")
for policy in (os.SCHED_FIFO, os.SCHED_RR):
    attempt("real time", os.sched_setscheduler, 0, policy, os.sched_param(1))
attempt("a deadline", call, 314, 0, struct.pack("IIQiIQQQ", 48, 6, 0, 0, 0, 10**6, 10**7, 10**7), 0)
attempt("real time of the disk", call, 251, 1, 0, 1 << 13)
attempt("the best of the disk", call, 251, 1, 0, 2 << 13)
attempt("to be killed last", write, "/proc/self/oom_score_adj", "-1")
attempt("never to be killed", write, "/proc/self/oom_score_adj", "-1000")
block = mmap.mmap(-1, 8 << 20, flags=mmap.MAP_PRIVATE)
address = ctypes.addressof(ctypes.c_char.from_buffer(block))
attempt("to lock memory", call, 149, address, len(block))
attempt("to lock all memory", call, 151, 3)
attempt("huge pages", mmap.mmap, -1, 2 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)
attempt("more in a pipe", lambda: [fcntl.fcntl(os.pipe()[1], 1031, 1 << 24)])
attempt(
    "a core", resource.setrlimit, resource.RLIMIT_CORE, (0, 0)
)  # 0 leaves it to the machine's crash handler
os.chdir("/tmp")
in_a_child(os.abort)
if any(name.startswith("core") for name in os.listdir("/tmp")):
    print("left a core")
os.chdir("/room")
print("contained")
