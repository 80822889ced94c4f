"""An experiment beside the product: a neural encoder of typing. Nothing imports it, and it alone needs torch.

`presses`, `file` and `fusion` do without. See docs/decisions/0018-no-net-by-default.md for what it came to.
"""
