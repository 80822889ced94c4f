# A program from outside Python, unpacked to the one place where it may be: it has no more than we have.
import os
import subprocess

CODE = bytes.fromhex(  # unshare(CLONE_NEWUSER); exit(0 if it worked, else 7)
    "b810010000bf000000100f05"  # mov eax, 272; mov edi, 0x10000000; syscall
    "4885c0bf0000000074" + "05" + "bf07000000"  # test rax, rax; mov edi, 0; jz +5; mov edi, 7
    "b83c0000000f05"  # mov eax, 60; syscall
)
BASE = 0x400000
header = b"\x7fELF\x02\x01\x01" + bytes(9)
header += (2).to_bytes(2, "little") + (62).to_bytes(2, "little") + (1).to_bytes(4, "little")
header += (BASE + 120).to_bytes(8, "little") + (64).to_bytes(8, "little") + bytes(12)
header += (64).to_bytes(2, "little") + (56).to_bytes(2, "little") + (1).to_bytes(2, "little") + bytes(6)
size = (120 + len(CODE)).to_bytes(8, "little")
segment = (1).to_bytes(4, "little") + (5).to_bytes(4, "little") + bytes(8)
segment += BASE.to_bytes(8, "little") * 2 + size * 2 + (4096).to_bytes(8, "little")
for folder in ("/tmp", "/room", "/dev/shm"):
    path = f"{folder}/program"
    with open(path, "wb") as file:
        file.write(header + segment + CODE)
    os.chmod(path, 0o755)
    code = subprocess.run([path]).returncode
    if code != 7:
        print("a foreign program ended with", code)
    os.unlink(path)
print("contained")
