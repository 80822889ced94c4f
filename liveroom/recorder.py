"""Everything that rooms want kept goes through here: written in groups, then made durable in groups."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from liveroom.errors import LiveroomError, StoreFailed
from liveroom.store import Batch

log = structlog.get_logger()

MISTAKE = "The server failed at keeping this, and its log says why; the room goes on from what was kept."


class Store(Protocol):
    """What the recorder needs of the store."""

    async def append(self, batches: Sequence[Batch]) -> None: ...

    async def sync(self) -> None: ...


class Recorder:
    """Group commit. A write returns when other processes could read it; a sync, when a power cut could not undo it.

    Batches that arrive while a transaction is under way share the next one, so the group grows with the load
    and an idle server waits for nobody.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Batch, asyncio.Future[None]]] = []
        self._unsynced: list[Callable[[], None]] = []
        self._written = asyncio.Event()
        self._to_sync = asyncio.Event()
        self._broken: str | None = None
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._sync())]

    async def write(self, batch: Batch) -> None:
        """Keep a batch, after all earlier ones; raises `Fenced` or `StoreFailed`, and then nothing of it is kept."""
        if self._broken is not None:
            raise StoreFailed(self._broken)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, done))
        self._written.set()
        await done

    def when_durable(self, call: Callable[[], None]) -> None:
        """Call back once all that was written until now is on disk."""
        self._unsynced.append(call)
        self._to_sync.set()

    async def close(self) -> None:
        """Finish what is waiting, then stop."""
        while self._waiting or self._unsynced:
            await asyncio.sleep(0.005)
            if self._broken is not None:
                break
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            await self._written.wait()
            self._written.clear()
            group, self._waiting = self._waiting, []
            failure = await self._append([batch for batch, _ in group])
            for batch, done in group:
                own = failure
                if len(group) > 1 and failure is not None and not isinstance(failure, StoreFailed):
                    # A full disk fails them all alike; one room's fence or mistake must not fail the others.
                    own = await self._append([batch])
                if done.done():
                    continue
                if own is None:
                    done.set_result(None)
                else:
                    done.set_exception(own)

    async def _append(self, batches: list[Batch]) -> LiveroomError | None:
        """Keep these; why not, if not. A mistake of ours is told too: every room waits for this task."""
        try:
            await self._store.append(batches)
        except LiveroomError as error:
            return error
        except Exception as error:
            log.error("could not write", exc_info=error)
            return LiveroomError(MISTAKE)
        return None

    async def _sync(self) -> None:
        while True:
            await self._to_sync.wait()
            self._to_sync.clear()
            calls, self._unsynced = self._unsynced, []
            try:
                await self._store.sync()
            except LiveroomError as error:
                # After a failed fsync the kernel may drop the pages: nothing written before can be vouched for.
                self._broken = f"{error.sentence} Restart the server once the disk is mended."
                log.critical("fsync failed; nothing more is acknowledged", error=error.sentence)
                return
            for call in calls:
                call()
