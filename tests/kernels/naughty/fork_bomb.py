import os
import time

made, refused = 0, False
children = []
for _ in range(400):
    try:
        child = os.fork()
    except OSError:
        refused = True
        break
    if child == 0:
        time.sleep(600)
        os._exit(0)
    children.append(child)
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
print("contained" if refused and len(children) < 64 else f"made {len(children)} processes")
