import time

blocks = []
while True:
    blocks.append(b"x" * (16 << 20))
    time.sleep(
        0.02
    )  # slower than one look of the watchdog; a faster one meets the MemoryError of RLIMIT_DATA first
