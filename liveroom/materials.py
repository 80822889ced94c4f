"""The files that a room's kernel sees in `data/`: an exercise's generated ones, and what the owner uploaded."""

import asyncio
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from exercises.errors import ExerciseError
from exercises.exercise import Exercise
from exercises.generator import generate
from exercises.loader import load
from kernels.errors import KernelError
from kernels.kernel import Pool
from liveroom.checks import JUDGING, executing, seed_of, write_files
from liveroom.errors import Unavailable
from liveroom.messages import DataFile
from liveroom.resources import environment_of

PREVIEW_LINES = 6
PREVIEW_CHARS = 600
NAME_MAX = 64
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class NoData(Unavailable):
    """A room's files could not be made."""

    code = "no-data"


class RoomWithData(Protocol):
    """What must be known of a room to find its files."""

    @property
    def id(self) -> str: ...
    @property
    def exercise(self) -> str | None: ...


class Materials:
    """Finds the folder of a room's files, and makes an exercise's at their first use."""

    def __init__(self, folder: Path, pool: Pool, *, secret: bytes) -> None:
        self._folder = folder
        self._pool = pool
        self._secret = secret
        self._making: dict[str, asyncio.Lock] = {}

    async def data_folder(self, room: RoomWithData) -> Path | None:
        """The folder to bind, or None where the room has no files. Raises NoData."""
        uploads = uploads_folder(self._folder, room.id)
        has_uploads = await asyncio.to_thread(_has_files, uploads)
        if room.exercise is None:
            return uploads if has_uploads else None
        try:
            generated = await self._generated(load(room.exercise))
        except (KernelError, ExerciseError, OSError) as error:
            raise NoData(f"The exercise's data could not be made. {error}") from error
        if not has_uploads:
            return generated
        await asyncio.to_thread(_complete, uploads, generated)
        return uploads

    async def data_files(self, room: RoomWithData) -> list[DataFile]:
        """The files by name, each with its first lines."""
        folder = await self.data_folder(room)
        return [] if folder is None else await asyncio.to_thread(_described, folder)

    async def _generated(self, exercise: Exercise) -> Path:
        seed = seed_of(self._secret, "data", exercise.slug)
        digest = hashlib.sha256(f"{seed}\n{exercise.data}".encode()).hexdigest()[:16]
        target = self._folder / "exercises" / exercise.slug / digest
        async with self._making.setdefault(str(target), asyncio.Lock()):
            if not await asyncio.to_thread(target.is_dir):
                files = await self._generate(exercise, seed, f"data:{exercise.slug}:{digest}")
                await asyncio.to_thread(_put, target, files)
        return target

    async def _generate(self, exercise: Exercise, seed: int, lease: str) -> dict[str, bytes]:
        kernel = await self._pool.lease(lease, limits=JUDGING, environment=environment_of(exercise))
        try:
            return await generate(exercise, seed, executing(kernel))
        finally:
            await self._pool.release(lease)


def uploads_folder(folder: Path, room: str) -> Path:
    """Where a room's uploads are kept; everything under its parent goes when the room is deleted."""
    return folder / "rooms" / room / "data"


def safe_name(name: str) -> str:
    """A file's name as the sandbox and a download may carry it: a plain name, never a path or a hidden file."""
    stem, dot, suffix = _UNSAFE.sub("_", name).strip("._").rpartition(".")
    if not dot:
        return suffix[:NAME_MAX] or "file"
    suffix = suffix[:16]
    return f"{stem[: NAME_MAX - len(suffix) - 1]}.{suffix}"


def data_file(folder: Path, name: str) -> Path | None:
    """The path of one of the folder's files, or None for every other name."""
    return next((path for path in _files(folder) if path.name == name), None)


def _put(target: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder whole or not at all: a rename is the last step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=target.parent, prefix=".making-"))
    try:
        write_files(making, files)
        os.rename(making, target)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)
        if not target.is_dir():  # unless another process made it in the meantime
            raise


def _complete(uploads: Path, generated: Path) -> None:
    """Put the exercise's files beside the uploads; an upload of the same name stays."""
    for path in _files(generated):
        target = uploads / path.name
        if not target.exists():
            shutil.copyfile(path, target)


def _has_files(folder: Path) -> bool:
    return bool(_files(folder))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())


def _described(folder: Path) -> list[DataFile]:
    return [DataFile(path.name, path.stat().st_size, _preview(path)) for path in _files(folder)]


def _preview(path: Path) -> str:
    """The first lines of a text, or nothing for what is not one."""
    with path.open("rb") as file:
        start = file.read(4 * PREVIEW_CHARS)
    if b"\0" in start:
        return ""
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:  # not just a character cut in two at the end
            return ""
        text = start[: error.start].decode()
    return "\n".join(text[:PREVIEW_CHARS].splitlines()[:PREVIEW_LINES])
