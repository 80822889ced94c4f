"""`liveroom compare` with a profile file, which holds statistics of typing and no typing."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keystroke.timeline import SetUp
from liveroom.errors import LiveroomError
from liveroom.typing.conditions import conditions
from liveroom.typing.typed import Typed

if TYPE_CHECKING:
    from keystroke.population import Population

_BEGINNING = 200


def is_profile(path: Path) -> bool:
    """JSON that is no timeline: a timeline's first line says that it is one."""
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    return beginning.lstrip().startswith(b"{") and b'"timeline"' not in beginning


def compared_with_profile(
    path: Path, questioned: Typed, *, situation_differed: bool | None, population: "Population | None"
) -> dict[str, Any]:
    """The comparison as plain values, without what needs the profile's own times. Loads numpy."""
    from keystroke.comparison import compare_profiles
    from keystroke.profile import profile
    from keystroke.profile_file import ProfileError, decode, in_words
    from keystroke.report import sentence, verbal

    try:
        kept = decode(path.read_bytes(), today=datetime.now(UTC).date())
    except ProfileError as error:
        raise LiveroomError(f"{path}: {error}") from error
    set_ups = [
        SetUp(0, None, False, one.platform, one.browser, one.layout, one.touch)
        for session in kept.sessions
        for one in session.set_ups
    ]
    found = conditions(
        [Typed(str(path), [], set_ups, 0, 0)], questioned, situation_differed=situation_differed
    )
    comparison = compare_profiles(
        kept.profile, profile(questioned.keys), conditions=found.differing, population=population
    )
    ratio = comparison.log10_lr
    return {
        **dataclasses.asdict(comparison),
        "cohort": comparison.cohort["name"],
        "sentence": None if ratio is None else sentence(ratio),
        "verbal": None if ratio is None else verbal(ratio),
        "conditions": found.shown,
        "profile_quality": in_words(kept),
    }
