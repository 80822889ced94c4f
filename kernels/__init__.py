"""Isolated Jupyter kernels: the sandbox, the host that owns the kernels, and its client."""
