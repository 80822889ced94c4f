"""How good comparisons are: on people with known answers, beside methods of the literature, and under attack."""
