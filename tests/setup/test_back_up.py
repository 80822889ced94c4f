"""A backup of a data folder whose server is writing."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.setup.machine import PROJECT

WRITER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=OFF")
db.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, twin INTEGER)")
seq = 0
while True:
    db.execute("BEGIN")
    db.execute("INSERT INTO event VALUES (?, ?)", (2 * seq, seq))
    db.execute("INSERT INTO event VALUES (?, ?)", (2 * seq + 1, seq))
    db.execute("COMMIT")
    seq += 1
    if seq == 300:
        print("written", flush=True)
"""


def back_up(data: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROJECT / "scripts" / "back_up.py"), str(data), str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder in use: another process writes into its database without a pause."""
    folder = tmp_path / "data"
    (folder / "rooms" / "r7" / "data").mkdir(parents=True)
    (folder / "rooms" / "r7" / "data" / "train.csv").write_text("a,b\n")
    (folder / "secret").write_bytes(b"\x07" * 32)
    for name in ("liveroom.lock", "kernels.sock", "kernels.sock.lock", "kernels.log", "server.url"):
        (folder / name).touch()
    command = [sys.executable, "-c", WRITER, str(folder / "liveroom.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        yield folder
        writer.kill()


def test_the_copy_is_one_moment_of_the_database_with_the_files_beside_it(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "monday"
    done = back_up(data, target)
    assert (done.returncode, done.stderr) == (0, "")
    with closing(sqlite3.connect(target / "liveroom.db")) as copy:
        count, last = copy.execute("SELECT count(*), max(seq) FROM event").fetchone()
        halves = copy.execute("SELECT twin FROM event GROUP BY twin HAVING count(*) != 2").fetchall()
    assert count == last + 1 >= 600
    assert halves == []
    names = sorted(path.name for path in target.iterdir())
    assert names == ["liveroom.db", "rooms", "secret"]
    assert (target / "rooms" / "r7" / "data" / "train.csv").read_text() == "a,b\n"


def test_only_its_owner_can_read_it(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "copy")
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "copy" / "liveroom.db").stat().st_mode) == 0o600


def test_an_older_backup_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    done = back_up(data, tmp_path / "copy")
    assert done.returncode == 1
    assert "backups are not overwritten" in done.stderr


def test_another_folder_is_not_taken_for_a_data_folder(tmp_path: Path) -> None:
    done = back_up(tmp_path, tmp_path / "copy")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "is not a data folder of liveroom" in done.stderr
