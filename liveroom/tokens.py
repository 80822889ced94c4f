"""Secrets that people and programs hold, and the only form in which they are stored."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from liveroom.errors import DataFolderUnusable

SECRET_BYTES = 32


def new_token() -> str:
    """256 bits by chance, as they may stand in an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(token: str) -> bytes:
    """What is stored of a token. Chance of 256 bits needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).digest()


def site_secret(folder: Path, name: str) -> bytes:
    """The secret of that name in the data folder, made at its first use and readable by its owner alone."""
    path = folder / name
    with suppress(FileNotFoundError):
        return _read(path)
    making = folder / f".{name}.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first, and its secret holds
            os.link(making, path)
        making.unlink()
    except OSError as error:
        raise DataFolderUnusable(
            f"The secret {path} cannot be written ({error.strerror}); give this user the right to write there."
        ) from error
    return _read(path)


def _read(path: Path) -> bytes:
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise DataFolderUnusable(
            f"The secret {path} is damaged; restore it from a back-up, or delete it: links made with it end then."
        )
    return secret
