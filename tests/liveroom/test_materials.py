"""A room's data files: found where they are, named so that they can do no harm, shown by their first lines."""

import dataclasses
from pathlib import Path

import pytest

from kernels.errors import KernelsBusy
from kernels.kernel import DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, Limits
from kernels.scripted import ScriptedKernel, ScriptedPool
from liveroom.checks import write_files
from liveroom.materials import Materials, NoData, data_file, safe_name, uploads_folder
from liveroom.messages import DataFile
from tests.support.stored import stored_room

ROOM = stored_room()


def materials(folder: Path) -> Materials:
    return Materials(folder, ScriptedPool(), secret=b"site")


def upload(folder: Path, **files: bytes) -> Path:
    uploads = uploads_folder(folder, ROOM.id)
    uploads.mkdir(parents=True)
    write_files(uploads, {name.replace("_", "."): content for name, content in files.items()})
    return uploads


@pytest.mark.asyncio
async def test_a_room_without_files_has_no_folder(tmp_path: Path) -> None:
    assert await materials(tmp_path).data_folder(ROOM) is None
    assert await materials(tmp_path).data_files(ROOM) == []


@pytest.mark.asyncio
async def test_uploads_are_told_with_their_first_lines(tmp_path: Path) -> None:
    lines = "".join(f"row {number}, é\n" for number in range(1000)).encode()
    uploads = upload(tmp_path, train_csv=lines, model_npz=b"PK\0\1", broken_txt=b"\xff\xfe\xfd words here")
    assert await materials(tmp_path).data_folder(ROOM) == uploads
    assert await materials(tmp_path).data_files(ROOM) == [
        DataFile("broken.txt", 14, ""),
        DataFile("model.npz", 4, ""),
        DataFile("train.csv", len(lines), "\n".join(f"row {number}, é" for number in range(6))),
    ]


@pytest.mark.asyncio
async def test_a_character_cut_in_two_does_not_hide_a_text(tmp_path: Path) -> None:
    upload(tmp_path, long_txt=b"x" + "é".encode() * 5000)
    (file,) = await materials(tmp_path).data_files(ROOM)
    assert file.preview == "x" + "é" * 599


@pytest.mark.asyncio
async def test_an_upload_beside_an_exercises_files_wins_over_one_of_the_same_name(tmp_path: Path) -> None:
    made = materials(tmp_path)
    room = dataclasses.replace(ROOM, exercise="category-encoder")
    upload(tmp_path, notes_txt=b"mine")
    generated = tmp_path / "elsewhere"
    generated.mkdir()
    write_files(generated, {"notes.txt": b"generated", "train.csv": b"a,b\n"})

    async def ready(exercise: object) -> Path:
        return generated

    made._generated = ready  # type: ignore[method-assign]
    files = await made.data_files(room)
    assert files == [DataFile("notes.txt", 4, "mine"), DataFile("train.csv", 4, "a,b")]


@pytest.mark.asyncio
async def test_data_that_cannot_be_made_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    class BusyPool(ScriptedPool):
        async def lease(
            self,
            room: str,
            *,
            limits: Limits = DEFAULT_LIMITS,
            data: Path | None = None,
            environment: str = DEFAULT_ENVIRONMENT,
        ) -> ScriptedKernel:
            raise KernelsBusy("All kernels are in use.")

    made = Materials(tmp_path, BusyPool(), secret=b"site")
    with pytest.raises(NoData, match=r"could not be made\. All kernels are in use"):
        await made.data_folder(dataclasses.replace(ROOM, exercise="category-encoder"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.asyncio
async def test_an_exercise_that_is_not_there_any_more_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoData, match="There is no exercise 'gone'"):
        await materials(tmp_path).data_folder(dataclasses.replace(ROOM, exercise="gone"))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("train.csv", "train.csv"),
        ("../../etc/passwd", "etc_passwd"),
        (".bashrc", "bashrc"),
        ("my data (final).csv", "my_data_final_.csv"),
        ("Ünïcode.txt", "n_code.txt"),
        ("...", "file"),
        ("x" * 100 + ".csv", "x" * 60 + ".csv"),
    ],
)
def test_names_are_made_plain(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_only_the_folders_own_files_can_be_asked_for(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_files(data, {"a.csv": b"1"})
    (tmp_path / "secret").write_text("no")
    (data / "link").symlink_to(tmp_path / "secret")
    assert data_file(data, "a.csv") == data / "a.csv"
    for name in ("../secret", "link", "", ".", "a.csv/../a.csv", "/etc/passwd"):
        assert data_file(data, name) is None
