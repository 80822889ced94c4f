# A pseudo-terminal of its own is fine: `!ls` needs one. Typing into it, loading drivers by it, or taking all is not.
import fcntl
import os
import struct
import termios

master, slave = os.openpty()
attempt("to type into a terminal", fcntl.ioctl, slave, termios.TIOCSTI, b"x")
attempt("to paste into a terminal", fcntl.ioctl, slave, 0x541C, b"\x03")
for discipline in (*range(1, 31),):
    attempt(
        f"line discipline {discipline}", fcntl.ioctl, slave, termios.TIOCSETD, struct.pack("i", discipline)
    )
attempt("to become the console", fcntl.ioctl, slave, termios.TIOCCONS)
attempt("a controlling terminal of the host's", os.open, "/dev/tty", os.O_RDWR)
os.close(master)
os.close(slave)
taken = []
try:
    for _ in range(220):
        taken += os.openpty()
except OSError:
    pass
if len(taken) > 2 * 100:
    print("took", len(taken) // 2, "terminals")
for number in taken:
    os.close(number)
print("contained")
