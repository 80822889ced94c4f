"""Prints the address of PyTorch's own index of CPU builds if it answers within two seconds, else nothing."""

import os
import threading
import urllib.request

INDEX = "https://download.pytorch.org/whl/cpu"
PATIENCE_S = 2.0


def answers(index: str, patience_s: float = PATIENCE_S) -> bool:
    """Whether the index has torch and says so in time, whatever keeps it: names, connection or reply."""
    answered = threading.Event()

    def ask() -> None:
        request = urllib.request.Request(f"{index}/torch/", method="HEAD")  # noqa: S310 - ours, a constant
        try:
            with urllib.request.urlopen(request, timeout=patience_s):  # noqa: S310
                answered.set()
        except (OSError, ValueError):
            pass  # no answer is the answer

    # In a thread, because a silent name server keeps the caller for longer than any timeout given to it.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience_s)
    return answered.is_set()


if __name__ == "__main__":
    if answers(INDEX):
        print(INDEX, flush=True)
    os._exit(0)  # without waiting for a thread that is still asking
