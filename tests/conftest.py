"""What holds for all tests."""

import os

# Kernels import what a test needs when it needs it: five seconds for each server that a test starts would be the better
# part of all. Where it matters what is imported ahead, a test says so.
os.environ.setdefault("LIVEROOM_KERNEL_IMPORTS", "")
