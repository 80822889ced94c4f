"""The errors of the kernels package; each carries a sentence for a person."""


class KernelError(Exception):
    """Something about kernels failed; `str(error)` says what, why and what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class KernelsBusy(KernelError):
    """All kernels that this machine may run are in use."""


class KernelsUnavailable(KernelError):
    """No kernel can be started here, or the kernel host cannot be reached."""


class KernelLost(KernelError):
    """The kernel, or the host that ran it, is gone, and its variables with it."""


class KernelOccupied(KernelError):
    """The kernel is alive and has no time to answer: something runs that does not let it."""


class NoSuchFile(KernelError):
    """The work folder has no such regular file, or it cannot be read."""
