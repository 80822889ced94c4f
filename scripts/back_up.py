"""Copies a data folder, of a running server too: `python3 scripts/back_up.py data backups/today`."""

import argparse
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

DATABASE = "liveroom.db"
# Made anew by the server that opens the copy, or part of the database's copy already.
LEFT_OUT = shutil.ignore_patterns(f"{DATABASE}*", "*.lock", "*.sock*", "*.log", "server.url", "exercises")


class CannotBackUp(Exception):
    """Why, and what to do, in one sentence."""


def back_up(data: Path, target: Path) -> int:
    """Copy everything that cannot be made again; the number of bytes in the copy."""
    if not (data / DATABASE).is_file():
        raise CannotBackUp(
            f"{data} is not a data folder of liveroom: it has no {DATABASE}; name the right one."
        )
    if target.exists():
        raise CannotBackUp(f"{target} exists, and backups are not overwritten; name a folder that does not.")
    os.umask(0o077)  # what is in it is as private as the data folder
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    # The database first: a file that is uploaded meanwhile is then one too many in the copy, never one too few.
    _copy_database(data / DATABASE, unfinished / DATABASE)
    shutil.copytree(data, unfinished, ignore=LEFT_OUT, dirs_exist_ok=True)
    unfinished.chmod(0o700)  # copytree gave it the data folder's mode
    unfinished.rename(target)
    return sum(path.stat().st_size for path in target.rglob("*") if path.is_file())


def _copy_database(source: Path, target: Path) -> None:
    """One moment of it: SQLite's backup reads a snapshot, and the server goes on writing."""
    with closing(sqlite3.connect(source, timeout=10)) as live, closing(sqlite3.connect(target)) as copy:
        live.execute("PRAGMA query_only=ON")
        live.backup(copy)
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise CannotBackUp(
            f"The copy of {source} is damaged ({verdict}); check the disk, and keep older backups."
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the server's data folder")
    parser.add_argument("target", type=Path, help="a folder that does not exist yet")
    options = parser.parse_args()
    try:
        size = back_up(options.data, options.target)
    except CannotBackUp as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, sqlite3.Error) as error:
        print(
            f"The backup is not complete ({error}); nothing was written as {options.target}.", file=sys.stderr
        )
        return 1
    print(f"{options.target}: {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
