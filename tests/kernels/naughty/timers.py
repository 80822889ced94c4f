import os
import signal
import struct
import threading
import time

fired = 0


def count(*_):
    global fired
    fired += 1


signal.signal(signal.SIGALRM, count)
signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-4)
time.sleep(0.05)
signal.setitimer(signal.ITIMER_REAL, 0)
signal.signal(signal.SIGALRM, signal.SIG_DFL)
made, timer = [], ctypes.c_int()
try:
    for _ in range(5000):
        call(
            222,
            1,
            b"\0" * 8 + (10).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(48),
            ctypes.byref(timer),
        )
        made.append(timer.value)
except OSError:
    pass
for number in made:
    call(226, number)
if len(made) > 600:
    print("made", len(made), "timers")
queued = 0
INFO = struct.pack("iii116x", signal.SIGRTMIN, 0, -1)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
try:
    for _ in range(5000):
        call(297, os.getpid(), threading.get_native_id(), int(signal.SIGRTMIN), INFO)
        queued += 1
except OSError:
    pass
while signal.sigtimedwait([signal.SIGRTMIN], 0):
    pass
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGRTMIN])
if queued > 600:
    print("queued", queued, "signals")
print("contained")
