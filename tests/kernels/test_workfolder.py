"""What a work folder shows to the outside, and what it cannot make anybody open."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernels import workfolder


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def opened(room: Path) -> Iterator[int]:
    fd = os.open(room, os.O_RDONLY | os.O_DIRECTORY)
    yield fd
    os.close(fd)


def paths(folder: int) -> list[object]:
    return [file["path"] for file in workfolder.list_files(folder)]


def test_files_are_listed_with_their_sizes_and_read_in_pieces(room: Path, opened: int) -> None:
    (room / "deep").mkdir()
    (room / "deep" / "model.bin").write_bytes(b"x" * 10)
    os.utime(room / "deep" / "model.bin", (5, 5))
    assert workfolder.list_files(opened) == [{"path": "deep/model.bin", "size": 10, "modified": 5.0}]
    assert workfolder.read_piece(opened, "deep/model.bin", 4) == b"x" * 6
    assert workfolder.read_piece(opened, "deep/model.bin", 10) == b""


def test_data_hidden_folders_and_whatever_is_no_regular_file_are_left_out(room: Path, opened: int) -> None:
    for name in ("data", ".cache", "__pycache__", "kept/data"):
        (room / name).mkdir(parents=True)
        (room / name / "file").touch()
    (room / "link").symlink_to("/etc/passwd")
    (room / "folder-link").symlink_to("/etc")
    os.mkfifo(room / "pipe")
    assert paths(opened) == ["kept/data/file"]


def test_names_that_nobody_could_ask_for_are_left_out(room: Path, opened: int) -> None:
    for name in (
        b"latin-\xe9",
        b"two\nlines",
        "right\u202eleft".encode(),
        b"\x1b[31mred",
        "größe 🙂".encode(),
    ):
        Path(os.fsdecode(os.path.join(os.fsencode(room), name))).touch()
    assert paths(opened) == ["größe 🙂"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("link", "symbolic links"),
        ("folder-link/passwd", "symbolic links"),
        ("../outside", "cross-device"),
        ("sub/../../outside", "cross-device"),
        ("/etc/passwd", "cross-device"),
        ("pipe", "no regular file"),
        ("sub", "no regular file"),
        ("nothing", "No such file"),
        ("", "No such file"),
    ],
)
def test_only_regular_files_beneath_the_folder_are_opened(
    room: Path, opened: int, path: str, why: str
) -> None:
    (room / "sub").mkdir()
    (room.parent / "outside").write_text("secret")
    (room / "link").symlink_to(room.parent / "outside")
    (room / "folder-link").symlink_to("/etc")
    os.mkfifo(room / "pipe")
    with pytest.raises((OSError, ValueError), match=why):
        workfolder.read_piece(opened, path, 0)


def test_a_file_swapped_for_a_link_between_two_pieces_is_not_followed(room: Path, opened: int) -> None:
    (room / "file").write_text("mine")
    assert workfolder.read_piece(opened, "file", 0) == b"mine"
    (room / "link").symlink_to("/etc/passwd")
    (room / "link").rename(room / "file")
    with pytest.raises(OSError, match="symbolic links"):
        workfolder.read_piece(opened, "file", 4)


def test_a_huge_sparse_file_gives_one_piece_at_a_time(room: Path, opened: int) -> None:
    with open(room / "sparse", "wb") as file:
        file.truncate(1 << 40)
    assert [file["size"] for file in workfolder.list_files(opened)] == [1 << 40]
    assert len(workfolder.read_piece(opened, "sparse", (1 << 40) - 5)) == 5
    assert len(workfolder.read_piece(opened, "sparse", 0)) == workfolder.PIECE_BYTES_MAX


def test_of_too_many_files_those_near_the_top_are_listed(room: Path, opened: int) -> None:
    deep = room.joinpath(*["deep"] * 30)
    deep.mkdir(parents=True)
    (deep / "too-deep").touch()
    for number in range(workfolder.FILES_MAX):
        (room / "deep" / f"below-{number}").touch()
    for number in range(20):
        (room / f"top-{number}").touch()
    listed = paths(opened)
    assert len(listed) == workfolder.FILES_MAX
    assert sum(str(path).startswith("top-") for path in listed) == 20
    assert not any("too-deep" in str(path) for path in listed)
