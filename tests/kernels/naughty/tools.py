# What the other snippets share; it is run once in every kernel that is going to misbehave.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def attempt(what, action, *arguments):
    """Say so if it works. Not a word if the system refuses, which is what should happen."""
    try:
        result = action(*arguments)
    except (OSError, ValueError, OverflowError):
        return None
    print("managed", what)
    return result


def write(path, text):
    number = os.open(path, os.O_WRONLY)
    try:
        os.write(number, text.encode())
    finally:
        os.close(number)


def call(number, *arguments):
    """A system call by its number, past whatever a library would check first."""
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


def in_a_child(action):
    """Do it in a process that may die of it; its wait status."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]
