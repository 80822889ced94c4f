import glob
import os

texts = [repr(dict(os.environ))]
for path in (
    glob.glob("/proc/[0-9]*/environ")
    + glob.glob("/proc/[0-9]*/cmdline")
    + glob.glob("/proc/[0-9]*/task/*/environ")
):
    try:
        texts.append(open(path, "rb").read().decode(errors="replace"))
    except OSError:
        pass
libc.getenv.restype = ctypes.c_char_p
texts.append(repr(libc.getenv(b"CANARY")))
if any("canary" in text for text in texts):
    print("saw the canary in an environment or a command line")
known = """
CLICOLOR CLICOLOR_FORCE FORCE_COLOR GIT_PAGER HOME IPYTHONDIR JPY_PARENT_PID JUPYTER_CONFIG_DIR
JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR KMP_DUPLICATE_LIB_OK KMP_INIT_AT_FORK LANG LC_CTYPE LOGNAME
MKL_NUM_THREADS MPLBACKEND MPLCONFIGDIR OMP_NUM_THREADS OPENBLAS_NUM_THREADS PAGER PATH PIP_NO_INDEX
PYDEVD_USE_FRAME_EVAL PYTHONPATH SHELL TERM TMPDIR TORCHINDUCTOR_CACHE_DIR TORCH_HOME TZ USER XDG_CACHE_HOME
XDG_CONFIG_HOME
"""
if set(os.environ) - set(known.split()):
    print("was given", set(os.environ) - set(known.split()))
processes = [name for name in os.listdir("/proc") if name.isdigit()]
if len(processes) > 3:
    print("saw", len(processes), "processes")
print("contained")
