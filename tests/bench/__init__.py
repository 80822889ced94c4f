"""Measurements. Nothing here passes or fails: `make bench` writes docs/benchmarks.md."""
