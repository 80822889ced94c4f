"""Awareness is relayed 20 times a second at most, and the last state always arrives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from liveroom import frames, lib0
from liveroom.effects import ConnectionId, Relay
from liveroom.lib0 import Reader
from liveroom.presence import Presence
from tests.support.live import site
from tests.support.rooms import Table, of

A, B = ConnectionId(1), ConnectionId(2)
MINE: Callable[[int], bool] = lambda client: True  # noqa: E731


def state(client: int, clock: int, text: str) -> bytes:
    return b"\x01" + lib0.uint(client) + lib0.uint(clock) + lib0.buffer(text.encode())


def read(update: bytes) -> list[tuple[int, int, str]]:
    reader = Reader(update)
    return [(reader.uint(), reader.uint(), reader.string()) for _ in range(reader.uint())]


def due(presence: Presence, now: int) -> list[tuple[ConnectionId, list[tuple[int, int, str]]]]:
    return [(sender, read(update)) for sender, update in presence.due(now)]


def test_the_first_state_goes_on_at_once_and_of_many_the_last() -> None:
    presence = Presence()
    presence.receive(A, state(7, 1, '{"a":1}'), owns=MINE)
    assert due(presence, 0) == [(A, [(7, 1, '{"a":1}')])]
    for clock in range(2, 50):
        presence.receive(A, state(7, clock, f'{{"a":{clock}}}'), owns=MINE)
        assert due(presence, 1_000 * clock) == []
    assert presence.due_at_us() == 50_000
    assert due(presence, 50_000) == [(A, [(7, 49, '{"a":49}')])]
    assert presence.due_at_us() is None


def test_one_who_moves_much_holds_nobody_else_back() -> None:
    presence = Presence()
    presence.receive(A, state(7, 1, "{}"), owns=MINE)
    due(presence, 0)
    presence.receive(A, state(7, 2, "{}"), owns=MINE)
    presence.receive(B, state(8, 1, "{}"), owns=MINE)
    assert due(presence, 10) == [(B, [(8, 1, "{}")])]
    assert due(presence, 50_000) == [(A, [(7, 2, "{}")])]


def test_states_of_several_clients_of_one_connection_go_together() -> None:
    presence = Presence()
    presence.receive(A, state(7, 1, "{}"), owns=MINE)
    due(presence, 0)
    presence.receive(A, state(7, 2, "{}"), owns=MINE)
    presence.receive(A, state(9, 1, "{}"), owns=MINE)
    assert due(presence, 60_000) == [(A, [(7, 2, "{}"), (9, 1, "{}")])]


def test_an_end_that_was_held_back_is_told_when_the_connection_goes() -> None:
    presence = Presence()
    presence.receive(A, state(7, 1, "{}"), owns=MINE)
    due(presence, 0)
    presence.receive(A, state(7, 2, "null"), owns=MINE)
    gone = presence.leave(A)
    assert gone is not None
    assert read(gone) == [(7, 2, "null")]
    assert presence.due_at_us() is None


def test_what_was_held_back_of_one_who_left_is_not_told_after_their_end() -> None:
    presence = Presence()
    presence.receive(A, state(7, 1, "{}"), owns=MINE)
    due(presence, 0)
    presence.receive(A, state(7, 2, "{}"), owns=MINE)
    gone = presence.leave(A)
    assert gone is not None
    assert read(gone) == [(7, 3, "null")]
    assert due(presence, 100_000) == []


def test_a_state_that_moved_to_another_connection_outlives_the_first() -> None:
    presence = Presence()
    presence.receive(A, state(7, 1, "{}"), owns=MINE)
    presence.receive(B, state(7, 2, "{}"), owns=MINE)
    assert presence.leave(A) is None
    assert read(presence.everyone()) == [(7, 2, "{}")]


def test_a_room_rings_for_what_it_held_back() -> None:
    table = Table()
    first = table.page("p1")
    mine = table.clients[first].id
    for clock in (1, 2, 3):
        table.did(table.room.receive_binary(first, frames.awareness(state(mine, clock, "{}")), clock))
    assert len(of(table.log, Relay)) == 1
    assert table.room.alarm_at_us() == 50_001
    rung = of(table.room.tick(50_001), Relay)
    assert [r.but for r in rung] == [first]
    assert read(rung[0].frame[2:]) == [(mine, 3, "{}")]
    assert table.room.alarm_at_us() is None


@pytest.mark.asyncio
async def test_the_last_state_reaches_the_others_though_nothing_follows_it(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        ivy, olaf = await here.page("Ivy"), await here.page("Olaf")
        for clock in (1, 2, 3):
            await ivy.host.settled()  # nothing waits that would look at the clock by the way
            moved = state(ivy.client.id, clock, f'{{"at":{clock}}}')
            ivy.host.receive(ivy.connection, frames.awareness(moved))
        heard: list[int] = []
        while 3 not in heard:
            frame = frames.read(await olaf.ear.next_binary())
            if frame.kind == "awareness":
                heard += [clock for client, clock, _ in read(frame.content) if client == ivy.client.id]
        assert heard == sorted(heard)
