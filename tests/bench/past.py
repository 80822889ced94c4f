"""Rooms that people have typed in before: data folders to measure openings on."""

import base64
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from keystroke.timeline import SALT_BYTES
from liveroom.effects import ConnectionId, Effect, Keep, Record
from liveroom.log import Log, start_of
from liveroom.messages import Caret, Edit, FromClient, Hello, Keys, KeyWay
from liveroom.people import Allowed
from liveroom.room import Room
from liveroom.rows import NewParticipant, StoredConsent
from liveroom.store import Store
from liveroom.times import wall_us
from liveroom.tokens import digest
from tests.bench.page import Page
from tests.support.rooms import facts
from tests.support.stored import link, stored_room
from tests.support.yjs import Client

KEYS_PER_S = 8
PAGE = "past"
ROLES = ("interviewer", "observer", "candidate")
ROWS_AT_ONCE = 20_000
NO_KERNELS = ("--set", "kernels_warm=0", "--set", "kernels_most=1")
"""For a server whose rooms are measured, and not its kernels."""


@dataclass(frozen=True)
class Target:
    """A room, and its people's tokens by role."""

    room: str
    tokens: dict[str, str]


class Typist:
    """Types 8 keys a second: as people do, lines that grow at the end or elsewhere and some taken back, or `evenly`."""

    def __init__(self, seed: int = 1, *, evenly: bool = False) -> None:
        self._evenly = evenly
        self.client = Client()
        self._random = random.Random(seed)
        self._at = self._length = 0
        self._n = 0

    def keys(self, edits: int) -> Iterator[tuple[int, list[FromClient]]]:
        """`(time, frames)` of each edit: the update, the caret, and twice a second the keys."""
        pressed: list[tuple[int, KeyWay, str, int]] = []
        for number in range(edits):
            at_us = 1_000_000 + number * 1_000_000 // KEYS_PER_S
            frames: list[FromClient] = [self._edit(at_us), Caret("main", self._at, self._at)]
            pressed += [(at_us, "down", "KeyA", 0), (at_us + 60_000, "up", "KeyA", 0)]
            if len(pressed) == 8:
                self._n += 1
                frames.append(Keys(PAGE, self._n, pressed))
                pressed = []
            yield at_us, frames

    def _edit(self, at_us: int) -> Edit:
        chance = self._random
        if not self._evenly and chance.random() < 0.01:
            self._at = chance.randrange(self._length + 1)
        if not self._evenly and self._at and chance.random() < 0.12:
            update = self.client.delete(self._at - 1, self._at)
            self._at -= 1
            self._length -= 1
        else:
            update = self.client.insert(self._at, chance.choice("abcdefgh    \n"))
            self._at += 1
            self._length += 1
        self._n += 1
        return Edit(PAGE, self._n, at_us, "typed", base64.b64encode(update).decode())


def pages(port: int, target: Target) -> list[Page]:
    """A page of each of the room's people; the candidate's is the last."""
    address = f"ws://127.0.0.1:{port}/ws/{target.room}?token="
    return [Page(f"{address}{target.tokens[role]}", f"{role}-again") for role in ROLES]


def typed(edits: int, *, evenly: bool = False) -> list[Record]:
    """What a room records of so many edits of its candidate's."""
    room = Room(facts())
    for number, role in enumerate(ROLES, start=1):
        room.people.know(f"p{number}", role.title(), role, "#123456")  # type: ignore[arg-type]
    candidate, typist = ConnectionId(1), Typist(evenly=evenly)
    effects: list[Effect] = room.first_events(0)
    effects += room.join(candidate, "p3", speaks_text=True, allowed=Allowed(True, True), now=1)
    effects += room.receive(candidate, Hello(PAGE, typist.client.id), 2)
    for at_us, frames in typist.keys(edits):
        for frame in frames:
            effects += room.receive(candidate, frame, at_us)
    return [effect for effect in effects if isinstance(effect, Record)]


async def make(folder: Path, *, rooms: int, edits: int, evenly: bool = False) -> list[Target]:
    """A data folder with so many rooms, in each of which the candidate has made so many edits."""
    records = typed(edits, evenly=evenly)
    store = await Store.open(folder)
    try:
        return [await _add(store, f"past-{number}", records) for number in range(rooms)]
    finally:
        await store.close()


async def _add(store: Store, name: str, records: list[Record]) -> Target:
    room = stored_room(name, starter="", made_wall_us=wall_us())
    tokens = {role: f"{name}-{role}" for role in ROLES}
    people = [
        NewParticipant(role.title(), role, None, digest(token))  # type: ignore[arg-type]
        for role, token in tokens.items()
    ]
    await store.add_room(room, [link(f"{name}-link", room=name)], people)
    await store.set_consent(StoredConsent(name, True, True, True, "text", "hash", 0))
    begin = start_of(room.header)
    log = Log(name, room.epoch, {0: begin, 1: begin}, salt=lambda: os.urandom(SALT_BYTES))
    keeps: list[Keep] = []
    for start in range(0, len(records), ROWS_AT_ONCE):
        batch, heads = log.batch(records[start : start + ROWS_AT_ONCE], keeps)
        await store.append([batch])
        log.advance(heads)
    return Target(name, tokens)
