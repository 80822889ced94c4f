"""The data folder's database: one connection that writes, several that read, and the lock that keeps others out."""

import asyncio
import errno
import fcntl
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import structlog
from sqlalchemy import URL, ClauseElement, Connection, event, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from liveroom.errors import DataFolderInUse, DataFolderUnusable, StoreFailed
from liveroom.tables import REVISION

log = structlog.get_logger()

FILE = "liveroom.db"
LOCK = "liveroom.lock"

T = TypeVar("T")

_READERS = 4
_SCRUB_TRIES = 50
_CHECKPOINT_ROWS = 10_000
"""Some 80 MB of -wal: pages that are written again meanwhile are moved once."""


class Database:
    """Opened once in a process. Never open the database's file beside it: closing it would drop SQLite's locks."""

    def __init__(self, folder: Path, lock: BinaryIO, *, waits_for_disk: bool = True) -> None:
        self.folder = folder
        self._waits_for_disk = waits_for_disk
        self._lock = lock
        url = URL.create("sqlite+aiosqlite", database=str(folder / FILE))
        self._writer = _engine(url, connections=1, pragmas=_WRITER)
        self._readers = _engine(url, connections=_READERS, pragmas=_READER)
        self._turn = asyncio.Lock()
        self._connection: AsyncConnection | None = None
        self._appender: sqlite3.Connection | None = None
        self._checkpointing: asyncio.Task[None] | None = None
        self._changes = 0
        self._wal: int | None = None
        self._sync_turn = asyncio.Lock()
        self._syncs_asked = self._syncs_done = 0
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
        self._of_thread = threading.local()
        self._plain: list[sqlite3.Connection] = []

    async def start(self) -> None:
        """Open the writing connection, which stays: without one, SQLite would unlink the -wal that is synced."""
        with _sentences(self.folder):
            self._connection = await self._writer.connect()
            found = await self._connection.run_sync(_revision)
            if found != REVISION:
                await self._connection.run_sync(_migrate)
            await self._connection.commit()
            self._appender = _appender(self.folder / FILE)

    async def close(self) -> None:
        """Checkpoints, closes and lets go of the data folder."""
        if self._checkpointing is not None:
            await self._checkpointing
        if self._appender is not None:
            self._appender.close()
        if self._connection is not None:
            await self._connection.close()
        await self._readers.dispose()
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._plain:
            connection.close()
        await self._writer.dispose()
        if self._wal is not None:
            os.close(self._wal)
        self._lock.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        with _sentences(self.folder):
            async with self._readers.connect() as connection:
                yield connection

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read one state of the database in a single visit to a thread.

        `reading` makes a visit for each statement and each beginning and end, and takes five times as long.
        """
        with _sentences(self.folder):
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._visit, work)

    def _visit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.folder / FILE, isolation_level=None, check_same_thread=False)
            for pragma in _READER:
                connection.execute(pragma)
            self._of_thread.connection = connection
            self._plain.append(connection)
        connection.execute("BEGIN")
        try:
            return work(connection)
        finally:
            connection.rollback()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction; the next one waits for it."""
        assert self._connection is not None
        async with self._turn:
            with _sentences(self.folder):
                async with self._connection.begin():
                    yield self._connection

    @property
    def busy(self) -> bool:
        return self._turn.locked()

    async def free(self) -> None:
        """Return when nobody has the turn; it is free until the caller next awaits."""
        async with self._turn:
            return

    def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction, now and on this thread; nobody else may have the turn.

        It only reaches the operating system's memory. Handing it to a thread took longer than doing it: each
        statement there lets go of the interpreter's lock and has to win it back from a busy event loop.
        """
        assert not self.busy
        assert self._appender is not None
        with _sentences(self.folder):
            result = _transaction(self._appender, work)
        if self._appender.total_changes - self._changes > _CHECKPOINT_ROWS and self._checkpointing is None:
            self._changes = self._appender.total_changes
            self._checkpointing = asyncio.create_task(self._checkpoint())
        return result

    async def _checkpoint(self) -> None:
        """Move the -wal into the database, in a thread; SQLite itself would do it in the middle of an append.

        Twice beside the appends, which go on meanwhile, and once with the turn, when little is left: only a -wal that
        is in the database as a whole is begun anew.
        """
        try:
            await asyncio.to_thread(_move_wal, self.folder / FILE, 2)
            async with self._turn:
                await asyncio.to_thread(_move_wal, self.folder / FILE, 1, begins_anew=True)
        except sqlite3.Error as error:
            log.warning(
                "the -wal stays for now", error=str(error)
            )  # nothing is lost by it, and it is tried again
        self._checkpointing = None

    async def sync(self) -> None:
        """Return when all that was written before is on the disk (SQLite itself only hands it to the kernel).

        Those who ask while the disk is at work share the next time that it is.
        """
        if not self._waits_for_disk:
            return
        self._syncs_asked += 1
        asked = self._syncs_asked
        async with self._sync_turn:
            if self._syncs_done >= asked:
                return
            asked = self._syncs_asked
            try:
                if self._wal is None:
                    self._wal = os.open(self.folder / f"{FILE}-wal", os.O_RDONLY | os.O_CLOEXEC)
                await asyncio.get_running_loop().run_in_executor(None, os.fdatasync, self._wal)
            except OSError as error:
                raise StoreFailed(_not_kept(self.folder, error.strerror or str(error))) from error
            self._syncs_done = asked

    async def scrub(self) -> None:
        """Overwrite what was deleted, also in the -wal, where SQLite's secure_delete does not reach.

        Waits for readers to finish; when they do not, nothing is promised and StoreFailed says so.
        """
        assert self._connection is not None
        async with self._turn:
            for _ in range(_SCRUB_TRIES):
                busy = (await self._connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar()
                await self._connection.rollback()
                if not busy:
                    return
                await asyncio.sleep(0.1)
        raise StoreFailed(
            "The deletion is done, but its traces are still in the database's log because it is being read; "
            "ask for the deletion again."
        )


class Statement:
    """A Core statement for `read` and `transact`, made once: compiling takes longer than running it."""

    def __init__(self, clause: ClauseElement) -> None:
        compiled = clause.compile(dialect=sqlite.dialect(paramstyle="named"))
        self._sql = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, db: sqlite3.Connection, **values: object) -> sqlite3.Cursor:
        return db.execute(self._sql, self._constants | values)


def take_folder(folder: Path) -> BinaryIO:
    """Make the folder and its empty database (readable by this user alone), and lock it while the file is open."""
    make_folder(folder)
    try:
        lock = os.fdopen(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
        with suppress(FileExistsError):
            os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise DataFolderUnusable(
                f"The data folder {folder} cannot be locked ({error.strerror}); "
                "choose one on a local disk with --data."
            ) from error
        raise DataFolderInUse(
            f"The data folder {folder} is in use by another liveroom; stop that one, or choose another with --data."
        ) from error
    return lock


def make_folder(folder: Path) -> None:
    """Make the data folder, for this user alone, where it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: OSError) -> DataFolderUnusable:
    return DataFolderUnusable(
        f"The data folder {folder} cannot be written ({error.strerror}); "
        "give this user the right to write there or choose another with --data."
    )


_WRITER = (
    "PRAGMA busy_timeout=5000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA wal_autocheckpoint=0",
)
_APPENDER = (
    "PRAGMA busy_timeout=1000",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=OFF",
)
"""An append finds its room's row by the epoch, in the same transaction."""

_READER = ("PRAGMA busy_timeout=5000", "PRAGMA query_only=ON")


def _engine(url: URL, *, connections: int, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=connections, max_overflow=0, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    return engine


def _appender(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in _APPENDER:
        connection.execute(pragma)
    return connection


def _move_wal(file: Path, times: int, *, begins_anew: bool = False) -> None:
    with closing(_appender(file)) as connection:
        for _ in range(times):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if begins_anew:
            # The first write into a -wal that begins anew waits for the disk: let it be this one.
            connection.execute("PRAGMA user_version = 0")


def _transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return result


def _revision(connection: Connection) -> str | None:
    """The migration that the database is at; None for an empty one."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _migrate(connection: Connection) -> None:
    # Alembic takes most of a second to import and is needed once a version.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DataFolderUnusable(
            "The data folder was written by a later version of liveroom; run that version or a later one on it."
        ) from error


@contextmanager
def _sentences(folder: Path) -> Iterator[None]:
    """Say in a sentence what SQLite could not do: a full disk, lost rights, a damaged file."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.DatabaseError) and not isinstance(
            cause, sqlite3.IntegrityError | sqlite3.ProgrammingError
        ):
            raise StoreFailed(_not_kept(folder, str(cause))) from error
        raise


def _not_kept(folder: Path, why: str) -> str:
    return (
        f"The data folder {folder} could not be used ({why}), so nothing was kept; "
        "make room on its disk or give back the right to write there, then try again."
    )
