"""Everything that rooms want kept goes through here: written in groups, then made durable in groups."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from liveroom.errors import LiveroomError, StoreFailed
from liveroom.store import Batch

log = structlog.get_logger()

MISTAKE = "The server failed at keeping this, and its log says why; the room goes on from what was kept."

GROUP_SECONDS = 0.006
"""From one transaction to the next, at least: a busy server writes more at a time, an idle one waits for nobody."""

SYNC_SECONDS = 0.025
"""From one sync to the next, at least."""


class Store(Protocol):
    """What the recorder needs of the store."""

    @property
    def busy(self) -> bool: ...

    async def free(self) -> None: ...

    def append_now(self, batches: Sequence[Batch]) -> None: ...

    async def sync(self) -> None: ...


class Writer(Protocol):
    """A room with something to keep."""

    def batch(self) -> Batch | None:
        """All that it wants kept now; None if that is nothing."""

    def kept(self) -> None:
        """Other processes can read the batch: perform what hung on it."""

    def failed(self, error: LiveroomError) -> None:
        """Nothing of the batch is kept."""


class Recorder:
    """Group commit: what all rooms want kept at one moment is one transaction, made on the event loop's own thread.

    The write only reaches the operating system's memory, which takes less time than handing it to a thread would.
    What waits for the disk, the sync, has a thread.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._writers: dict[Writer, None] = {}
        self._writing: asyncio.Handle | asyncio.Task[None] | None = None
        self._write_at = self._sync_at = 0.0
        self._unsynced: list[Callable[[], None]] = []
        self._to_sync = False
        self._syncing: asyncio.Task[None] | None = None
        self._broken: str | None = None

    def enlist(self, writer: Writer) -> None:
        """Have this room written and its effects performed with the next group."""
        self._writers[writer] = None
        if self._writing is None:
            now = self._loop.time()
            soon = self._write_at <= now
            self._writing = (
                self._loop.call_soon(self._write) if soon else self._loop.call_at(self._write_at, self._write)
            )

    def when_durable(self, call: Callable[[], None]) -> None:
        """Call back once all that was written until now is on disk."""
        self._unsynced.append(call)
        self._sync_soon()

    async def close(self) -> None:
        """Finish what is waiting, then stop."""
        if self._writers:
            await self._write_when_free()
        if self._syncing is not None:
            await self._syncing

    def _write(self) -> None:
        if self._store.busy:
            self._writing = asyncio.create_task(self._write_when_free())
            return
        self._writing = None
        self._write_at = self._loop.time() + GROUP_SECONDS
        writers, self._writers = self._writers, {}
        group: list[tuple[Writer, Batch]] = []
        for writer in writers:
            try:
                batch = writer.batch()
                if batch is None:
                    writer.kept()
                else:
                    group.append((writer, batch))
            except Exception as error:
                _mistake(writer, error)
        failure = self._append([batch for _, batch in group])
        for writer, batch in group:
            own = failure
            if len(group) > 1 and failure is not None and not isinstance(failure, StoreFailed):
                # A full disk fails them all alike; one room's fence or mistake must not fail the others.
                own = self._append([batch])
            try:
                if own is None:
                    writer.kept()
                else:
                    writer.failed(own)
            except Exception as error:
                _mistake(writer, error)

    async def _write_when_free(self) -> None:
        await self._store.free()
        self._write()

    def _append(self, batches: list[Batch]) -> LiveroomError | None:
        """Keep these; why not, if not. A mistake of ours is told too: every room waits for this."""
        if not batches:
            return None
        if self._broken is not None:
            return StoreFailed(self._broken)
        try:
            self._store.append_now(batches)
        except LiveroomError as error:
            return error
        except Exception as error:
            log.error("could not write", exc_info=error)
            return LiveroomError(MISTAKE)
        self._sync_soon()  # for those too who get no acknowledgement
        return None

    def _sync_soon(self) -> None:
        self._to_sync = True
        if self._syncing is None and self._broken is None:
            self._syncing = asyncio.create_task(self._sync())

    async def _sync(self) -> None:
        while self._to_sync:
            await asyncio.sleep(self._sync_at - self._loop.time())
            self._sync_at = self._loop.time() + SYNC_SECONDS
            self._to_sync = False
            calls, self._unsynced = self._unsynced, []
            try:
                await self._store.sync()
            except LiveroomError as error:
                # After a failed fsync the kernel may drop the pages: nothing written before can be vouched for.
                self._broken = f"{error.sentence} Restart the server once the disk is mended."
                log.critical("fsync failed; nothing more is acknowledged", error=error.sentence)
                break
            for call in calls:
                try:
                    call()
                except Exception as error:
                    log.error("an acknowledgement failed", exc_info=error)
        self._syncing = None


def _mistake(writer: Writer, error: Exception) -> None:
    """A mistake of ours in one room is told to that room, and is no matter of the others in its group."""
    log.error("a room failed", exc_info=error)
    writer.failed(LiveroomError(MISTAKE))
