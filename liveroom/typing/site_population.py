"""The reference population that a site compares with, where it has one of its own."""

from pathlib import Path
from typing import TYPE_CHECKING

from liveroom.errors import BadSettings

if TYPE_CHECKING:
    from keystroke.population import Population


def site_population(path: Path | None) -> "Population | None":
    """The setting `population`; None: the shipped one. Loads numpy where there is a path. Raises BadSettings."""
    if path is None:
        return None
    from keystroke.population import read_population
    from keystroke.report import base_rates, report

    try:
        population = read_population(path)
        # What a comparison would stumble over is found here: by a comparison of nothing, and what only a ratio needs.
        report([[]], [], population=population)
        base_rates(0, population)
    except OSError as error:
        raise BadSettings(
            f"The setting population cannot be used: {path} cannot be read ({error.strerror})."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadSettings(
            f"The setting population cannot be used: {path} is not a population file ({error}); "
            "`python -m keystroke recalibrate` writes one."
        ) from error
    return population
