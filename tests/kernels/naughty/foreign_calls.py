# Machine code that makes its calls by another door: the 32-bit one, where numbers mean other things, and x32's.
import mmap
import os

INT_0X80 = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20 (a 32-bit getpid); int 0x80; ret
MOUNT_BY_INT_0X80 = b"\xb8\x15\x00\x00\x00\xcd\x80\xc3"
SYSENTER = b"\xb8\x14\x00\x00\x00\x0f\x34\xc3"


def run(code):
    page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    os._exit(0 if ctypes.CFUNCTYPE(ctypes.c_int)(address)() >= 0 else 2)


for code in (INT_0X80, MOUNT_BY_INT_0X80, SYSENTER):
    status = in_a_child(lambda: run(code))
    if not os.WIFSIGNALED(status):
        print("a 32-bit call got through")
for number in (39, 272, 56, 520, 521, 545):
    attempt(f"x32 call {number}", call, 0x40000000 | number, 0x10000000, 0, 0)
for number in (435, 463, 470, 500, 1000, -1):
    attempt(f"call {number}", call, number, 0, 0, 0, 0)
print("contained")
