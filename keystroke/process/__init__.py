"""How a text came about, as numbers that say what they count, from its edits alone.

Keys are left out on purpose: they are known only of those who let them be recorded, and whoever reads these numbers
must not be able to tell who did.
"""
