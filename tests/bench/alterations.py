"""What happens to recorded typing on other machines: coarse clocks, lost releases, another keyboard, slower hands."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from keystroke.evaluation.trials import Alter
from keystroke.timing import Floats, Typing, tick_ms


def coarse(step_ms: float) -> Alter:
    def alter(typing: Typing) -> Typing:
        down, up = (np.floor(times / step_ms) * step_ms for times in (typing.down, typing.up))
        return _timed(typing, down, up)

    return alter


def slower(factor: float) -> Alter:
    return lambda typing: _timed(typing, typing.down * factor, typing.up * factor)


def held_longer(ms: float) -> Alter:
    return lambda typing: _timed(typing, typing.down, typing.up + ms)


def without_releases(typing: Typing) -> Typing:
    return _timed(typing, typing.down, np.full(len(typing), np.nan))


def with_other_keys(typing: Typing) -> Typing:
    """Each key is named like another one of the same text: what is left is rhythm."""
    codes = sorted(set(typing.codes))
    other = dict(zip(codes, np.random.default_rng(len(typing)).permutation(codes).tolist(), strict=True))
    return replace(typing, codes=[other[code] for code in typing.codes])


def _timed(typing: Typing, down: Floats, up: Floats) -> Typing:
    return replace(typing, down=down, up=up, tick_ms=tick_ms(np.concatenate([down, up])))


ALTERATIONS: Mapping[str, Alter | None] = {
    "as recorded": None,
    "clock in steps of 1 ms": coarse(1),
    "clock in steps of 2 ms": coarse(2),
    "clock in steps of 16 ms": coarse(16),
    "clock in steps of 100 ms": coarse(100),
    "no releases": without_releases,
    "15 % slower": slower(1.15),
    "held 20 ms longer": held_longer(20),
}
"""Of the questioned session alone: the profile is as it was recorded."""
