import glob
import os

texts = [repr(dict(os.environ))]
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        texts.append(open(path, "rb").read().decode(errors="replace"))
    except OSError:
        pass
if any("canary" in text for text in texts):
    print("saw the canary in an environment or a command line")
try:
    memory = open("/proc/1/mem", "rb")
    print("opened the memory of process 1")
except OSError:
    pass
processes = [name for name in os.listdir("/proc") if name.isdigit()]
if len(processes) > 3:
    print("saw", len(processes), "processes")
print("contained")
