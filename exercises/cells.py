"""The code cells of a py:percent file."""

import re

_MARK = re.compile(r"^# %%(.*)$", re.MULTILINE)
_PROSE = re.compile(r"\[(?:markdown|md|raw)\]")


def code_cells(text: str) -> list[str]:
    """The sources between `# %%` marks, in order, without prose cells and empty ones."""
    first, *rest = _MARK.split(text)
    pairs = zip(rest[::2], rest[1::2], strict=True)  # what stands after the mark, and the lines below it
    sources = [first, *(source for title, source in pairs if not _PROSE.search(title))]
    return [source.strip("\n") + "\n" for source in sources if source.strip()]
