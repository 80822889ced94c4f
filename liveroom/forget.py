"""Deletes for good: a candidate, a room, a replay, or what was recorded of somebody's keys."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kernels.errors import KernelError
from liveroom.api import Forgotten
from liveroom.errors import NotFound
from liveroom.replay import decode_events, last_files
from liveroom.store import Store
from liveroom.typing.sessions import rooms_to_compare_with
from liveroom.typing.typed import TYPING_KINDS

CloseRoom = Callable[[str], Awaitable[None]]
"""Ends a room's live side: its connections, its kernel, and whatever still writes to it."""


async def forget_candidate(
    store: Store, folder: Path, candidate_id: str, *, close: CloseRoom, now_wall_us: int
) -> Forgotten:
    """Delete a candidate with all their rooms, from the disk too. What stays is a tombstone without a name.

    Asked again, it deletes what a first time may have left in the database's log.
    """
    rooms = await store.rooms_of(candidate_id)
    for room in rooms:
        await _close(close, room)
    stone = await store.forget_candidate(candidate_id, now_wall_us=now_wall_us)
    if stone is None:
        raise NotFound(
            f"There is no candidate {candidate_id}; copy the name as the dashboard shows it, or an id."
        )
    await _remove_files(folder, rooms)
    await store.scrub()
    note = (
        f"{_count(stone.rooms, 'room')} and {_count(stone.events, 'event')} were deleted for good. "
        "Backups that were made before still hold them; delete those too."
    )
    return Forgotten(candidate_id, stone.rooms, stone.events, note)


async def forget_room(store: Store, folder: Path, room: str, *, close: CloseRoom, now_wall_us: int) -> None:
    """Delete one room; with a candidate's last room the candidate goes too."""
    stored = await store.room(room)
    if stored is None:
        return
    await _close(close, room)
    if await store.rooms_of(stored.candidate_id) == [room]:
        await store.forget_candidate(stored.candidate_id, now_wall_us=now_wall_us)
    else:
        await store.delete_room(room)
    await _remove_files(folder, [room])
    await store.scrub()


async def delete_replay(store: Store, room: str) -> bool:
    """Delete an ended room's timeline if its candidate declined the replay; its last files stay.

    True if something was deleted. The room's host must be closed before: what it would write is refused.
    """
    stored, consent = await store.room(room), await store.consent(room)
    if stored is None or stored.state != "ended" or stored.replay_deleted:
        return False
    if consent is None or consent.replay:
        return False
    lines = [row.line for row in await store.events(room) if row.leaf is None]
    events = await asyncio.to_thread(decode_events, lines)
    await store.delete_timeline(room, last_files(events))
    await store.scrub()
    return True


async def withdraw_typing(store: Store, room: str) -> int:
    """Delete a room's key events and set-ups and take the consent to compare back; the number of events.

    What people wrote beside the comparison goes too, and beside a later room's that was with this one alone. The rest
    of the timeline stays and still verifies.
    """
    consent = await store.consent(room)
    if consent is not None:
        await store.set_consent(replace(consent, typing=False))
    withdrawn = await store.withdraw_events(room, TYPING_KINDS)
    for one in [room, *await _left_without_profile(store, room)]:
        await store.delete_typing_review(one)
    await store.scrub()
    return withdrawn


async def _left_without_profile(store: Store, room: str) -> list[str]:
    """The later rooms of the same candidate that could have been compared with this one, and now with none."""
    withdrawn = await store.room(room)
    if withdrawn is None or withdrawn.ended_wall_us is None:
        return []
    found = []
    for one in await store.rooms_of(withdrawn.candidate_id):
        later = await store.room(one)
        if later is None or later.started_wall_us is None or later.started_wall_us < withdrawn.ended_wall_us:
            continue
        if not await rooms_to_compare_with(store, later):
            found.append(one)
    return found


async def _close(close: CloseRoom, room: str) -> None:
    with suppress(KernelError):  # where no kernel host answers there is no kernel to end
        await close(room)


async def _remove_files(folder: Path, rooms: list[str]) -> None:
    for room in rooms:
        await asyncio.to_thread(shutil.rmtree, folder / "rooms" / room, ignore_errors=True)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
