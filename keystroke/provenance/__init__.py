"""Signs that keys came from a program, a replay or a broken clock; they stand apart from any likelihood ratio."""
