"""Names of features and what they tell: which family one is of, which keys it is about, which others move alike.

A name is a family, a space and what was typed: `hold KeyA`, `DD KeyA>KeyB` (press to press), `UD KeyA>KeyB` (release to
press), and `rhythm …`, which is of no key.
"""

from collections.abc import Sequence
from functools import lru_cache

TIMED = ("hold", "DD", "UD")
"""The families that are times: those that styles move, and whose spread within a session tells how steady it is."""

FAMILIES = (*TIMED, "rhythm")

_LEFT = frozenset("QWERTASDFGZXCVB")


def family_of(feature: str) -> int:
    """By place in FAMILIES; the timed ones come first."""
    return FAMILIES.index(feature.split(" ", 1)[0])


def is_digraph(feature: str) -> bool:
    """Whether it stands for a pair of keys, of which each has one press-to-press time."""
    return feature.startswith("DD ")


def keys_of(feature: str) -> Sequence[str]:
    """The physical keys that a timed feature is about, one or two."""
    family, _, keys = feature.partition(" ")
    return keys.split(">") if family in TIMED else ()


@lru_cache(maxsize=20_000)
def kind_of(feature: str) -> str:
    """Features that move alike, by hand, thumb and edge of the keyboard: a rare one leans on its kind's spread."""
    family, _, _ = feature.partition(" ")
    keys = keys_of(feature)
    if not keys:
        return feature
    zones = [_zone(code) for code in keys]
    if len(keys) == 1:
        return f"{family} {zones[0]}"
    if keys[0] == keys[1]:
        return f"{family} same key"
    if set(zones) <= {"left", "right"}:
        return f"{family} {'same hand' if zones[0] == zones[1] else 'other hand'}"
    return f"{family} {'thumb' if 'edge' not in zones else 'edge'}"


def _zone(code: str) -> str:
    if code == "Space":
        return "thumb"
    if code.startswith("Key"):
        return "left" if code[3:] in _LEFT else "right"
    return "edge"
