"""The system calls that a sealed kernel may make: an allow-list for x86_64, as a BPF program. Stdlib only."""

import errno
import os
import struct
from collections.abc import Iterable

# The names and numbers are Linux's own for x86_64 (asm/unistd_64.h). Whatever is not here is refused: above all
# mounts, namespaces, tracing, other processes' memory, keys, bpf, perf, io_uring, userfaultfd, System V and POSIX
# queues and shared memory, memfd (memory that no limit sees), modules, clocks, file handles and fanotify.
# Docker allows some that we do not: sync and syncfs write out the disks of the whole machine, inotify spends a
# quota that all rooms of one user share, splice, tee and vmsplice have been ways into Linux and no notebook needs
# them, and ioprio_set would let a room's reading of /usr go before the server's.
_TABLE = """
read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 poll 7 lseek 8 mmap 9 mprotect 10 munmap 11 brk 12
rt_sigaction 13 rt_sigprocmask 14 rt_sigreturn 15 ioctl 16 pread64 17 pwrite64 18 readv 19 writev 20 access 21 pipe 22
select 23 sched_yield 24 mremap 25 msync 26 mincore 27 madvise 28 dup 32 dup2 33 pause 34 nanosleep 35 getitimer 36
alarm 37 setitimer 38 getpid 39 sendfile 40 socket 41 connect 42 accept 43 sendto 44 recvfrom 45 sendmsg 46 recvmsg 47
shutdown 48 bind 49 listen 50 getsockname 51 getpeername 52 socketpair 53 setsockopt 54 getsockopt 55 clone 56 fork 57
vfork 58 execve 59 exit 60 wait4 61 kill 62 uname 63 fcntl 72 flock 73 fsync 74 fdatasync 75 truncate 76 ftruncate 77
getdents 78 getcwd 79 chdir 80 fchdir 81 rename 82 mkdir 83 rmdir 84 creat 85 link 86 unlink 87 symlink 88 readlink 89
chmod 90 fchmod 91 chown 92 fchown 93 lchown 94 umask 95 gettimeofday 96 getrlimit 97 getrusage 98 sysinfo 99
times 100 getuid 102 getgid 104 setuid 105 setgid 106 geteuid 107 getegid 108 setpgid 109 getppid 110 getpgrp 111
setsid 112 setreuid 113 setregid 114 getgroups 115 setgroups 116 setresuid 117 getresuid 118 setresgid 119
getresgid 120 getpgid 121 setfsuid 122 setfsgid 123 getsid 124 capget 125 capset 126 rt_sigpending 127
rt_sigtimedwait 128 rt_sigqueueinfo 129 rt_sigsuspend 130 sigaltstack 131 utime 132 mknod 133 statfs 137 fstatfs 138
getpriority 140 setpriority 141 sched_setparam 142 sched_getparam 143 sched_setscheduler 144 sched_getscheduler 145
sched_get_priority_max 146 sched_get_priority_min 147 sched_rr_get_interval 148 mlock 149 munlock 150 mlockall 151
munlockall 152 prctl 157 arch_prctl 158 setrlimit 160 gettid 186 readahead 187 getxattr 191 lgetxattr 192
fgetxattr 193 listxattr 194 llistxattr 195 flistxattr 196 removexattr 197 lremovexattr 198 fremovexattr 199 tkill 200
time 201 futex 202 sched_setaffinity 203 sched_getaffinity 204 epoll_create 213 getdents64 217 set_tid_address 218
restart_syscall 219 fadvise64 221 timer_create 222 timer_settime 223 timer_gettime 224 timer_getoverrun 225
timer_delete 226 clock_gettime 228 clock_getres 229 clock_nanosleep 230 exit_group 231 epoll_wait 232 epoll_ctl 233
tgkill 234 utimes 235 get_mempolicy 239 waitid 247 ioprio_get 252 openat 257 mkdirat 258 mknodat 259 fchownat 260
futimesat 261 newfstatat 262 unlinkat 263 renameat 264 linkat 265 symlinkat 266 readlinkat 267 fchmodat 268
faccessat 269 pselect6 270 ppoll 271 set_robust_list 273 get_robust_list 274 sync_file_range 277 utimensat 280
epoll_pwait 281 signalfd 282 timerfd_create 283 eventfd 284 fallocate 285 timerfd_settime 286 timerfd_gettime 287
accept4 288 signalfd4 289 eventfd2 290 epoll_create1 291 dup3 292 pipe2 293 preadv 295 pwritev 296
rt_tgsigqueueinfo 297 recvmmsg 299 prlimit64 302 sendmmsg 307 getcpu 309 sched_setattr 314 sched_getattr 315
renameat2 316 getrandom 318 execveat 322 membarrier 324 mlock2 325 copy_file_range 326 preadv2 327 pwritev2 328
pkey_mprotect 329 pkey_alloc 330 pkey_free 331 statx 332 rseq 334 pidfd_send_signal 424 pidfd_open 434 close_range 436
openat2 437 faccessat2 439 epoll_pwait2 441 futex_waitv 449 fchmodat2 452
"""
_words = _TABLE.split()
ALLOWED: dict[str, int] = dict(zip(_words[::2], map(int, _words[1::2]), strict=True))

_NEWEST_KNOWN = 462
_CLONE3 = 435
_ARCH_X86_64 = 0xC000_003E

# mount, cgroup, uts, ipc, user, pid, net
_NEW_NAMESPACES = (0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000)
_MAP_HUGETLB = 0x4_0000  # a pool of the machine's, in no process's figures
_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20  # together: memory that stays when nobody seems to have it any more
_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
_ROUTE, _TCP, _UDP = 0, 6, 17  # other protocols would load modules; netlink answers questions about `lo`
# Typing into a terminal (TIOCSTI, TIOCLINUX), and line disciplines (TIOCSETD), which load modules too.
_TERMINAL_TRICKS = (0x5412, 0x541C, 0x5423)
_WATCHING_FILES = (1024, 1026)  # F_SETLEASE, by which whoever writes to the packages waits, and F_NOTIFY
_SET_MM = (35,)  # of prctl: what Linux says of a process's memory and command line
_CORE, _OTHER_LIMITS = 4, (0, 1, 2, 3, *range(5, 16))

_LOAD, _KEEP_BITS, _EQUAL, _ABOVE, _AT_LEAST = 0x20, 0x54, 0x15, 0x25, 0x35
_SKIP, _RETURN = 0x05, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOW = 0x7FFF_0000
_KILL = 0x8000_0000
_ERRNO = 0x0005_0000

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
Words = tuple[int, ...]

_allow: Instruction = (_RETURN, 0, 0, _ALLOW)
_refuse: Instruction = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
_unknown: Instruction = (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)


def program() -> bytes:
    """The filter, ready for the kernel. Raises OSError on machines whose system calls it does not know."""
    machine = os.uname().machine
    if machine != "x86_64":
        raise OSError(
            errno.ENOTSUP,
            f"kernels can be sealed on x86_64 only, and this machine is {machine}; run the kernel host on x86_64",
        )
    return b"".join(struct.pack("HBBI", *instruction) for instruction in _instructions())


def _instructions() -> list[Instruction]:
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, _ARCH_X86_64),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers
        (_LOAD, 0, 0, _NUMBER_AT),
        (_EQUAL, 0, 1, _CLONE3),
        _unknown,  # its flags lie in memory, out of a filter's sight; libc falls back to clone
        *_call("clone", _without_flags(0, _NEW_NAMESPACES)),
        *_call("mmap", _without_flags(3, (_MAP_HUGETLB, _MAP_SHARED | _MAP_ANONYMOUS))),
        *_call("ioctl", _none_of(1, _TERMINAL_TRICKS)),
        *_call("prctl", _none_of(0, _SET_MM)),
        *_call("fcntl", _none_of(1, _WATCHING_FILES)),
        *_call(
            "socket",
            _if_all((_low(0), (_UNIX,)))
            + _if_all((_low(0), (_INET, _INET6)), (_low(2), (0, _TCP, _UDP)))
            + _if_all((_low(0), (_NETLINK,)), (_low(2), (_ROUTE,))),
        ),
        *_call("socketpair", _if_all((_low(0), (_UNIX,)))),
        # A limit of 1 keeps Linux from giving a core to the machine's crash handler; one of 0 would not.
        *_call("setrlimit", _if_all((_low(0), _OTHER_LIMITS))),
        *_call(
            "prlimit64",
            _if_all((_low(1), _OTHER_LIMITS))
            + _if_all((_low(1), (_CORE,)), (_low(2), (0,)), (_high(2), (0,))),
        ),
    ]
    for first, last in ranges(ALLOWED.values()):
        code += [(_AT_LEAST, 0, 2, first), (_ABOVE, 1, 0, last), _allow]
    return [*code, (_ABOVE, 0, 1, _NEWEST_KNOWN), _unknown, _refuse]


def _call(name: str, body: list[Instruction]) -> list[Instruction]:
    """What decides about one call by its arguments; whatever `body` does not allow is refused."""
    return [(_EQUAL, 0, len(body) + 1, ALLOWED[name]), *body, _refuse]


def _without_flags(argument: int, flags: Words) -> list[Instruction]:
    """Allow where none of `flags` is set; one of several bits is set where all of them are."""
    code = [_allow]
    for bits in reversed(flags):
        code = [(_LOAD, 0, 0, _low(argument)), (_KEEP_BITS, 0, 0, bits), (_EQUAL, len(code), 0, bits), *code]
    return code


def _none_of(argument: int, values: Words) -> list[Instruction]:
    return [(_LOAD, 0, 0, _low(argument)), *_any_of(values), _allow]


def _if_all(*conditions: tuple[int, Words]) -> list[Instruction]:
    """Allow when the word at each place is one of its values; else go on after these instructions."""
    code = [_allow]
    for place, values in reversed(conditions):
        code = [(_LOAD, 0, 0, place), *_any_of(values), (_SKIP, 0, 0, len(code)), *code]
    return code


def _any_of(values: Words) -> list[Instruction]:
    """Skip the next instruction when the loaded word is one of `values`."""
    return [(_EQUAL, len(values) - position, 0, value) for position, value in enumerate(values)]


def _low(argument: int) -> int:
    """Where the lower half of an argument lies: all that Linux looks at where the argument is an int."""
    return _ARGUMENTS_AT + 8 * argument


def _high(argument: int) -> int:
    return _low(argument) + 4


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of consecutive numbers, as (first, last)."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
