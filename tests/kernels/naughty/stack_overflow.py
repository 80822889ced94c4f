import ctypes
import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __repr__(self):
        return repr(self)


CALLBACK = ctypes.CFUNCTYPE(None)


def deeper():
    CALLBACK(deeper)()  # through C, where no count of frames stops it


deeper()
