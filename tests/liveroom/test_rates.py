"""Who sends too fast is read more slowly and told so once; who runs too fast is refused in a sentence."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveroom import frames, rates
from liveroom.messages import Refused, RunRequested, Slowed
from liveroom.rates import (
    BYTES_BURST,
    BYTES_PER_SECOND,
    FRAMES_BURST,
    FRAMES_PER_SECOND,
    PAUSE_US,
    Bucket,
    Pace,
)
from tests.support.rooms import Table, told
from tests.support.site import running_site
from tests.support.wire import WirePage

SECOND = 1_000_000


def test_a_bucket_lends_and_says_when_that_is_made_good() -> None:
    bucket = Bucket(per_second=10, burst=5)
    assert [bucket.spend(1, 0) for _ in range(7)] == [0, 0, 0, 0, 0, 100_000, 200_000]
    assert bucket.level(200_000) == 0
    assert not bucket.is_full(699_999)
    assert bucket.is_full(700_000)
    assert bucket.level(10 * SECOND) == 5, "it holds no more than its burst"


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 1024 * 1024)), max_size=60))
def test_nobody_who_waits_as_told_passes_the_rate(frames_sent: list[tuple[int, int]]) -> None:
    pace, now, sent, count = Pace(), 0, 0, 0
    for pause, size in frames_sent:
        now += pause
        sent, count = sent + size, count + 1
        assert sent <= BYTES_BURST + BYTES_PER_SECOND * now / SECOND + size
        wait, _ = pace.take(size, now)
        now += wait
        assert sent <= BYTES_BURST + BYTES_PER_SECOND * now / SECOND + 1
        assert count <= FRAMES_BURST + FRAMES_PER_SECOND * now / SECOND + 1


def test_a_burst_is_free_and_what_follows_waits() -> None:
    pace = Pace()
    assert all(pace.take(100, 0) == (0, False) for _ in range(FRAMES_BURST))
    assert pace.take(100, 0) == (PAUSE_US, True)
    assert pace.take(100, PAUSE_US) == (0, False), "the pause paid for some more"


def test_bytes_count_too() -> None:
    pace = Pace()
    mebi = 1024 * 1024
    assert [pace.take(mebi, 0)[0] for _ in range(17)] == [0] * 16 + [SECOND // 4]


def test_an_episode_is_told_once_and_a_new_one_again() -> None:
    pace = Pace()
    now = 0
    told_at = []
    for _ in range(3 * FRAMES_BURST):
        wait, tell = pace.take(10, now)
        told_at += [now] if tell else []
        now += wait
    assert len(told_at) == 1
    now += SECOND * FRAMES_BURST // FRAMES_PER_SECOND + SECOND
    assert [pace.take(10, now)[1] for _ in range(FRAMES_BURST + 1)].count(True) == 1


def test_typing_at_any_human_speed_never_waits() -> None:
    pace = Pace()
    assert all(pace.take(300, at)[0] == 0 for at in range(0, 600 * SECOND, 20_000))


def test_a_page_is_told_and_a_stock_client_is_not() -> None:
    table = Table()
    page, stock = table.page("p3"), table.stock("p1")
    for connection, hears in ((page, 1), (stock, 0)):
        answers = [table.room.paced(connection, 10, 0) for _ in range(FRAMES_BURST + 5)]
        assert answers[-1][0] > 0
        assert sum(len(told(effects, Slowed)) for _, effects in answers) == hears


def test_runs_over_the_rate_are_refused_in_a_sentence_that_names_the_frame() -> None:
    table = Table()
    candidate, interviewer = table.page("p3"), table.page("p1")
    for at in range(64):
        assert told(table.run(candidate, str(at)), RunRequested)
    refused = told(table.run(candidate, "one more"), Refused)[0]
    assert (refused.page, refused.n) == ("page1", 65)
    assert "wait a moment" in refused.reason
    assert told(table.run(interviewer, "mine"), RunRequested), "the rate is each person's own"
    table.now = 2 * SECOND
    assert "Too many runs are waiting" in told(table.run(candidate, "again"), Refused)[0].reason


def test_the_rate_of_runs_is_a_persons_not_a_tabs() -> None:
    table = Table()
    first, second = table.page("p3"), table.page("p3")
    for at in range(64):
        table.run(first if at % 2 else second, str(at))
    assert "wait a moment" in told(table.run(first, "one more"), Refused)[0].reason
    table.now = 2 * SECOND
    assert told(table.run(second, "now"), RunRequested)


@pytest.mark.asyncio
async def test_a_flood_is_told_of_once_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room(starter="")
        await site.give_consent(made)
        token = made["tokens"]
        cleo = WirePage(site.base_url, made["room"], token["candidate"], page="page-cleo")
        ivy = WirePage(site.base_url, made["room"], token["interviewer"], page="page-ivy")
        async with cleo, ivy:
            flood = FRAMES_BURST + 300

            async def send() -> None:
                for _ in range(flood):
                    await cleo.write("x")

            sending = asyncio.create_task(send())
            await cleo.until_saved(flood)
            await sending
            slowed = [frame for frame in cleo.heard if frame["type"] == "slowed"]
            assert len(slowed) == 1
            await ivy.until_text("x" * flood)
            assert "slowed" not in {frame["type"] for frame in ivy.heard}
            text = await site.owner("GET", f"/api/rooms/{made['room']}/code")
            assert text.content.decode().count("x") == flood


@pytest.mark.asyncio
async def test_a_flood_of_a_stock_client_is_read_to_its_end_too(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room(starter="")
        address = (site.base_url, made["room"], made["tokens"]["interviewer"])
        async with WirePage(*address, page="", text_frames=False) as plain:
            for _ in range(FRAMES_BURST + 100):
                await plain.socket.send(frames.update(plain.client.insert(0, "x")))
            async with WirePage(*address, page="page-ivy") as ivy:
                await ivy.until_text("x" * (FRAMES_BURST + 100))
            assert plain.heard == []


@pytest.mark.asyncio
async def test_over_the_rate_the_socket_is_not_read_and_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "FRAMES_BURST", 20)
    monkeypatch.setattr(rates, "FRAMES_PER_SECOND", 0.2)
    async with running_site(tmp_path) as site:
        made = await site.new_room(starter="")
        address = (site.base_url, made["room"])
        async with WirePage(*address, made["tokens"]["interviewer"], page="page-ivy") as ivy:
            for _ in range(40):
                await ivy.write("x")
            await ivy.next("slowed")
            monkeypatch.undo()
            async with WirePage(*address, made["tokens"]["owner"], page="page-olga") as olga:
                for _ in range(20):
                    await olga.until_saved(await olga.write("y"))
            text = (await site.owner("GET", f"/api/rooms/{made['room']}/code")).content.decode()
            assert text.count("x") == 19, "hello and step 1 are frames too"
