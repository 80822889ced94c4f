"""`liveroom compare` with a profile file, which holds statistics of typing and no typing."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from keystroke.timeline import SetUp
from liveroom.errors import LiveroomError
from liveroom.typing.conditions import conditions
from liveroom.typing.typed import Typed

if TYPE_CHECKING:
    from keystroke.population import Population


def compared_with_profile(
    path: Path, questioned: Typed, *, situation_differed: bool | None, population: "Population | None"
) -> dict[str, Any]:
    """The comparison as plain values, without what needs the profile's own times. Loads numpy."""
    from keystroke.profile_file import ProfileError, decode
    from keystroke.report import report_from_file

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
    return report_from_file(
        kept,
        questioned.keys,
        conditions=found.differing,
        condition_rows=[msgspec.structs.asdict(row) for row in found.shown],
        population=population,
    )
