"""Numbers for kernels, so that those of one machine are different users to it."""

from kernels.launch import SLOTS
from kernels.sealed import SealedKernel


class Slots:
    """A number is free again once nothing is left of the kernel that had it."""

    def __init__(self) -> None:
        self._held: dict[int, SealedKernel] = {}
        self._next = 0

    def free(self) -> int:
        """The next number that no kernel has; what was free longest comes first."""
        self._held = {slot: kernel for slot, kernel in self._held.items() if not kernel.gone}
        for _ in range(SLOTS):
            self._next = (self._next + 1) % SLOTS
            if self._next not in self._held:
                break
        return self._next

    def hold(self, kernel: SealedKernel) -> None:
        self._held[kernel.slot] = kernel
