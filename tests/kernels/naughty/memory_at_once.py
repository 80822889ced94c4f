try:
    block = bytearray(20 << 30)
    print("got 20 GiB")
except MemoryError:
    print("contained")
