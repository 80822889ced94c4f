"""The files of a room: what they may be called, what they may hold, and how they leave. Pure."""

import io
import re
import zipfile
from collections.abc import Collection, Mapping

from liveroom.errors import BadRequest
from liveroom.messages import PATH_CHARS_MAX

FILES_MAX = 50
MAIN_PATH = "main.py"
"""What the first file is called until somebody renames it."""

_OUTSIDE_A_PATH = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


def sound_path(path: str, *, taken: Collection[str]) -> str:
    """The path as it is kept; raises BadRequest with the sentence for whoever asked.

    Paths are relative, with `/` between folders, and differ by more than case, so that they are files anywhere.
    """
    parts = [part.strip() for part in path.split("/")]
    sound = "/".join(parts)
    if not sound or len(sound) > PATH_CHARS_MAX:
        raise BadRequest(f"A file's name has 1 to {PATH_CHARS_MAX} characters; choose another.")
    if any(part in ("", ".", "..") for part in parts) or _OUTSIDE_A_PATH.search(sound):
        raise BadRequest(
            f"{sound} cannot be a file's name; use letters, digits, dots, dashes and single slashes."
        )
    if sound.casefold() in {other.casefold() for other in taken}:
        raise BadRequest(f"There is a file {sound} already; choose another name.")
    return sound


def plain_text(text: str) -> str:
    """Text as a room holds it: lines end in `\n`, and there is no NUL."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def zipped(files: Mapping[str, str]) -> bytes:
    """A zip archive of these texts, by their paths; the same bytes for the same files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for path, text in files.items():
            zip_file.writestr(zipfile.ZipInfo(path), text.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED)
    return archive.getvalue()
