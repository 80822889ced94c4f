"""The filter of system calls: its table against libseccomp's, its program by running it."""

import ctypes
import errno
import os
import shutil
import struct

import pytest

from kernels import seccomp

X86_64 = 0xC000_003E
I386 = 0x4000_0003
ALLOWED = "allowed"
KILLED = "killed"
UNKNOWN = os.strerror(errno.ENOSYS)
REFUSED = os.strerror(errno.EPERM)
OLDEST_LIBRARY_KNOWS = 449  # futex_waitv; what came later may be news to it

HARMFUL = """
mount umount2 pivot_root chroot unshare setns open_tree move_mount fsopen mount_setattr ptrace
process_vm_readv process_vm_writev pidfd_getfd kcmp add_key request_key keyctl bpf perf_event_open
io_uring_setup io_uring_enter userfaultfd memfd_create memfd_secret shmget shmat msgget semget mq_open
init_module finit_module delete_module kexec_load reboot swapon quotactl settimeofday clock_settime adjtimex
sethostname syslog acct iopl ioperm modify_ldt personality name_to_handle_at open_by_handle_at fanotify_init
inotify_init1 splice tee vmsplice sync syncfs ioprio_set setxattr move_pages migrate_pages mbind
process_madvise landlock_create_ruleset seccomp statmount listmount lsm_set_self_attr vhangup lookup_dcookie
nfsservctl uselib ustat sysfs remap_file_pages
"""


def decide(number: int, *arguments: int, arch: int = X86_64) -> str:
    """Run the program as Linux would on one call."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    call = struct.pack("<IIQ6Q", number & 0xFFFF_FFFF, arch, 0, *(word & 2**64 - 1 for word in padded))
    instructions = list(struct.iter_unpack("HBBI", seccomp.program()))
    assert len(instructions) <= 4096  # Linux takes no more
    at, word = 0, 0
    while True:
        code, if_true, if_false, operand = instructions[at]
        at += 1
        match code:
            case 0x20:
                (word,) = struct.unpack_from("<I", call, operand)
            case 0x54:
                word &= operand
            case 0x05:
                at += operand
            case 0x15 | 0x25 | 0x35:
                holds = {
                    0x15: word == operand,
                    0x25: word > operand,
                    0x35: word >= operand,
                }
                at += if_true if holds[code] else if_false
            case 0x06:
                return verdict(operand)
            case _:
                raise AssertionError(f"no such instruction: {code:#x}")


def verdict(value: int) -> str:
    action, data = value & 0xFFFF_0000, value & 0xFFFF
    return {0x7FFF_0000: ALLOWED, 0x8000_0000: KILLED}.get(action) or os.strerror(data)


def libseccomp() -> ctypes.CDLL:
    """Debian and Ubuntu always have it: apt and systemd stand on it. Elsewhere it may be missing."""
    try:
        return ctypes.CDLL("libseccomp.so.2")
    except OSError:
        if shutil.which("apt-get"):
            raise
        pytest.skip("libseccomp.so.2 is not on this machine; install your system's libseccomp")


def test_every_name_has_the_number_that_libseccomp_gives_it() -> None:
    library = libseccomp()
    resolve = library.seccomp_syscall_resolve_name_arch
    numbers = {
        name: resolve(ctypes.c_uint32(X86_64), name.encode())
        for name, number in seccomp.ALLOWED.items()
        if number <= OLDEST_LIBRARY_KNOWS or resolve(ctypes.c_uint32(X86_64), name.encode()) != -1
    }
    assert numbers.items() <= seccomp.ALLOWED.items()
    assert seccomp.ALLOWED.keys() - numbers.keys() <= {"fchmodat2"}


def test_what_is_in_the_table_is_allowed_and_all_else_is_not() -> None:
    by_argument = {"socket": 1, "socketpair": 1}  # the first argument that is let through
    for number in range(600):
        names = [name for name, allowed in seccomp.ALLOWED.items() if allowed == number]
        expected = UNKNOWN if number == 435 or number > 462 else REFUSED
        assert decide(number, *(by_argument.get(name, 0) for name in names)) == (
            ALLOWED if names else expected
        ), names or number


@pytest.mark.parametrize("name", HARMFUL.split())
def test_what_could_harm_is_not_in_the_table(name: str) -> None:
    assert name not in seccomp.ALLOWED
    number = libseccomp().seccomp_syscall_resolve_name_arch(ctypes.c_uint32(X86_64), name.encode())
    assert number < 0 or decide(number) == REFUSED


def test_calls_of_other_architectures_do_not_get_through() -> None:
    assert decide(20, arch=I386) == KILLED  # a 32-bit getpid
    assert decide(39, arch=0xC000_00B7) == KILLED  # aarch64
    for number in (0, 39, 435, 512, 547):
        assert decide(0x4000_0000 | number) == UNKNOWN  # x32
    assert decide(-1) == UNKNOWN


SIGCHLD, THREAD = 17, 0x003D_0F00
UNIX, INET, INET6, NETLINK = 1, 2, 10, 16
ADDRESS_WITH_A_ZERO_HALF = 1 << 32


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("clone", (SIGCHLD,), ALLOWED),
        ("clone", (THREAD,), ALLOWED),
        *(
            ("clone", (flag | SIGCHLD,), REFUSED)
            for flag in (
                0x0002_0000,
                0x0200_0000,
                0x0400_0000,
                0x0800_0000,
                0x1000_0000,
                0x2000_0000,
                0x4000_0000,
            )
        ),
        ("mmap", (0, 4096, 3, 0x22), ALLOWED),
        ("mmap", (0, 2 << 20, 3, 0x4_0022), REFUSED),
        ("mmap", (0, 4096, 3, 0x1, 7), ALLOWED),
        ("mmap", (0, 4096, 3, 0x21), REFUSED),
        ("mmap", (0, 4096, 3, 0x23), REFUSED),
        ("ioctl", (0, 0x5401), ALLOWED),
        ("ioctl", (0, 0x5412), REFUSED),
        ("ioctl", (0, 0xFFFF_FFFF_0000_5412), REFUSED),  # Linux drops the upper half
        ("ioctl", (0, 0x541C), REFUSED),
        ("ioctl", (0, 0x5423), REFUSED),
        ("prctl", (15, 0), ALLOWED),
        ("prctl", (35, 14), REFUSED),
        ("fcntl", (0, 1), ALLOWED),
        ("fcntl", (0, 1024), REFUSED),
        ("fcntl", (0, 1026), REFUSED),
        ("socket", (UNIX, 1, 0), ALLOWED),
        ("socket", (INET, 1, 0), ALLOWED),
        ("socket", (INET, 1, 6), ALLOWED),
        ("socket", (INET6, 2, 17), ALLOWED),
        ("socket", (NETLINK, 3, 0), ALLOWED),
        ("socket", (NETLINK, 3, 6), REFUSED),
        ("socket", (NETLINK, 3, 12), REFUSED),
        ("socket", (INET, 1, 132), REFUSED),
        ("socket", (INET, 1, 262), REFUSED),
        ("socket", (INET, 3, 1), REFUSED),
        *(
            ("socket", (family, 2, 0), REFUSED)
            for family in (0, 3, 4, 5, 9, 17, 21, 29, 30, 31, 38, 40, 44, 45)
        ),
        ("socketpair", (UNIX, 1, 0), ALLOWED),
        ("socketpair", (30, 1, 0), REFUSED),
        ("setrlimit", (7,), ALLOWED),
        ("setrlimit", (4,), REFUSED),
        ("prlimit64", (0, 7, 4096), ALLOWED),
        ("prlimit64", (0, 4, 0), ALLOWED),
        ("prlimit64", (0, 4, 4096), REFUSED),
        ("prlimit64", (0, 4, ADDRESS_WITH_A_ZERO_HALF), REFUSED),
    ],
)
def test_some_calls_are_judged_by_their_arguments(
    name: str, arguments: tuple[int, ...], expected: str
) -> None:
    assert decide(seccomp.ALLOWED[name], *arguments) == expected


def test_another_machine_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = os.uname_result(("Linux", "host", "6.1", "#1", "aarch64"))
    monkeypatch.setattr(os, "uname", lambda: machine)
    with pytest.raises(
        OSError, match="on x86_64 only, and this machine is aarch64; run the kernel host on x86_64"
    ):
        seccomp.program()
