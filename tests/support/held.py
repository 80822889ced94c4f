"""Rooms that were held, in the store, with a candidate who typed or declined."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from keystroke.timeline import KeyEvent
from liveroom.rows import Batch, StoredConsent
from liveroom.store import Store
from liveroom.times import MINUTE_US
from tests.support.stored import MADE_US, chained, stored_room
from tests.support.timelines import typed

HOUR_US = 60 * MINUTE_US


async def held(
    store: Store,
    room: str,
    *,
    hour: int,
    replay: bool = True,
    typing: bool = True,
    keys: Sequence[Sequence[KeyEvent]] = (),
    **fields: Any,
) -> int:
    """A room that took the whole hour, counted from the making of the first; when it ended."""
    began, ended = MADE_US + hour * HOUR_US, MADE_US + (hour + 1) * HOUR_US
    values: dict[str, Any] = {"state": "ended", "started_wall_us": began, "ended_wall_us": ended, **fields}
    stored = dataclasses.replace(stored_room(room), **values)
    await store.add_room(stored, [], [])
    await store.set_consent(StoredConsent(room, replay, True, typing, "text", "00", MADE_US))
    events = [(e.at_us, e.participant, e.kind, e.audience, e.body) for e in typed(keys).events]
    rows = chained(stored, *events)
    note = {"note": "n1", "text": "Calm.", "at_us": 5}
    notes = [row._replace(chain=1) for row in chained(stored, (5, "p1", "note", "panel", note))]
    await store.append([Batch(room, 0, rows + notes)])
    return ended
