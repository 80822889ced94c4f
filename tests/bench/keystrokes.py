"""The published error rates: `KS_DATA=DIR make bench` measures them and writes docs/reference/keystroke-model.md.

DIR holds tables of typing by these names, `.csv.gz` each: villani_free and bbmas_desktop, of which the population was
made; and where they are there, aalto_subset and freihaut_password, which it has never seen.
"""

import asyncio
import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
CARD = ROOT / "docs" / "reference" / "keystroke-model.md"
PICTURES = ROOT / "docs" / "images" / "keystroke"
HEADING = "## Typing comparison\n\n"
NEEDED = ("villani_free", "bbmas_desktop")


async def measure() -> str:
    folder = os.environ.get("KS_DATA")
    if not folder:
        return HEADING + "Not measured: set `KS_DATA` to a folder with keystroke tables."
    data = Path(folder)
    if missing := [name for name in NEEDED if not (data / f"{name}.csv.gz").exists()]:
        return HEADING + f"Not measured: the folder of `KS_DATA` lacks {' and '.join(missing)}."
    return HEADING + await asyncio.to_thread(write, data)


def write(data: Path, card_path: Path = CARD, pictures_folder: Path = PICTURES) -> str:
    """Measure, write the card and its pictures, and say the main figures."""
    from tests.bench.card import card, summary  # numpy, and minutes of work: only where it is asked for
    from tests.bench.measured import measured
    from tests.bench.pictures import pictures

    found = measured(data)
    drawn = pictures(found.held_out)
    pictures_folder.mkdir(parents=True, exist_ok=True)
    for name, picture in drawn.items():
        (pictures_folder / name).write_text(picture, encoding="utf-8")
    card_path.write_text(card(found, pictures=list(drawn)), encoding="utf-8")
    return summary(found)
