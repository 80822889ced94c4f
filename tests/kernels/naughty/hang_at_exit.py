import atexit
import time

atexit.register(time.sleep, 600)
print("ready to hang")
