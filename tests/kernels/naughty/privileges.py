import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
NEW_USER, NEW_NS = 0x10000000, 0x20000


def attempt(what, number, *arguments):
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result >= 0:
        print("managed", what)


buffer = ctypes.create_string_buffer(256)
attempt("unshare user", 272, NEW_USER)
attempt("unshare mount", 272, NEW_NS)
attempt("setns", 308, os.open("/proc/self/ns/mnt", os.O_RDONLY), 0)
attempt("mount", 165, b"x", b"/tmp", b"tmpfs", 0, 0)
attempt("bind mount", 165, b"/usr", b"/tmp", 0, 4096, 0)
attempt("remount", 165, 0, b"/usr", 0, 32 | 4096, 0)
attempt("umount", 166, b"/room/data", 2)
attempt("chroot", 161, b"/tmp")
attempt("pivot_root", 155, b"/tmp", b"/tmp")
attempt("open_tree", 428, -100, b"/", 1)
attempt("fsopen", 430, b"tmpfs", 0)
attempt("mount_setattr", 442, -100, b"/", 0, buffer, 32)
attempt("ptrace of process 1", 101, 16, 1, 0, 0)
attempt("being traced", 101, 0, 0, 0, 0)
attempt("process_vm_readv", 310, os.getpid(), buffer, 1, buffer, 1, 0)
attempt("pidfd_getfd", 438, os.pidfd_open(os.getpid()), 0, 0)
attempt("kcmp", 312, 1, 1, 0, 0, 0)
attempt("keyctl", 250, 0, -1, 0)
attempt("add_key", 248, b"user", b"x", b"y", 1, -1)
attempt("bpf", 321, 0, buffer, 64)
attempt("perf_event_open", 298, buffer, 0, -1, -1, 0)
attempt("io_uring_setup", 425, 4, buffer)
attempt("userfaultfd", 323, 1)
attempt("memfd_create", 319, b"x", 0)
attempt("memfd_secret", 447, 0)
attempt("shmget", 29, 0, 4096, 0o1600)
attempt("msgget", 68, 0, 0o1600)
attempt("mq_open", 240, b"q", 0o102, 0o600, 0)
attempt("fanotify_init", 300, 0, 0)
attempt("name_to_handle_at", 303, -100, b"/", buffer, buffer, 0)
attempt("sethostname", 170, b"x", 1)
attempt("settimeofday", 164, buffer, 0)
attempt("syslog", 103, 3, buffer, 256)
attempt("personality", 135, 0x0040000)
attempt("clone into a user namespace", 56, NEW_USER | 17, 0, 0, 0, 0)
attempt("clone3", 435, buffer, 88)
attempt("setuid(0)", 105, 0)
attempt("setgroups", 116, 0, 0)
attempt("kexec_load", 246, 0, 0, 0, 0)
attempt("init_module", 175, buffer, 8, b"")
attempt("an x32 call", 0x40000000 + 39)
status = open("/proc/self/status").read()
for line in status.splitlines():
    if line.startswith("Cap") and int(line.split()[1], 16):
        print("holds", line)
print("contained")
