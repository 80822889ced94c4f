import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(86399)
    os._exit(0)
print("left one behind")
