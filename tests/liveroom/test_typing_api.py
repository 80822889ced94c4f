"""The comparison's endpoints on a real server: the candidate's steps in their order, and nobody else's."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from keystroke.timeline import KeyEvent, one_after_another
from liveroom.settings import Settings
from liveroom.times import DAY_US
from tests.support.site import Reply, TestSite, running_site
from tests.support.typist import recordings
from tests.support.wire import WirePage

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[TestSite]:
    async with running_site(tmp_path / "data") as running:
        yield running


async def hold(site: TestSite, *, typing: bool = True, **asked: object) -> Any:
    """A room in which the candidate was for a moment, and that has ended."""
    made = await site.new_room(**asked)
    await site.give_consent(made, typing=typing)
    async with WirePage(site.base_url, made["room"], made["tokens"]["candidate"], page="page-1"):
        pass
    assert (await site.owner("POST", f"/api/rooms/{made['room']}/end")).status == 200
    return made


async def a_pair(site: TestSite, *, typing: bool = True) -> Any:
    """The live room that continued a take-home."""
    take_home = await hold(site, kind="take-home")
    return await hold(site, continues=take_home["room"], typing=typing)


async def ask(
    site: TestSite, made: Any, what: str = "", body: Mapping[str, object] | None = None, *, role: str
) -> Reply:
    method = "GET" if body is None else "POST"
    return await site.call(method, f"/api/rooms/{made['room']}{what}", body, token=made["tokens"][role])


async def test_the_candidate_answers_reads_writes_and_then_the_panel_reads_and_reviews(
    site: TestSite,
) -> None:
    made = await a_pair(site)
    assert (await ask(site, made, "/report", role="observer")).json["comparison"] == {"status": "not-run-yet"}
    own = (await ask(site, made, "/typing", role="candidate")).json
    assert (own["state"], own["comparison"]) == ("ask", {"status": "not-run-yet"})

    reading = (await ask(site, made, "/typing/situation", {"differed": True}, role="candidate")).json
    assert (reading["state"], reading["comparison"]["status"]) == ("reading", "insufficient_data")
    assert (await ask(site, made, "/report", role="observer")).json["comparison"] == {"status": "not-run-yet"}

    shown = (await ask(site, made, "/typing/note", {"text": "A new keyboard."}, role="candidate")).json
    assert (shown["state"], "opened" in shown) == ("shown", False)
    report = (await ask(site, made, "/report", role="observer")).json
    assert report["comparison"] == shown["comparison"]
    assert report["review"] == shown["review"]
    assert "opened" in (await ask(site, made, "/typing", role="candidate")).json

    review = {"reviewer": "Ada Lovelace", "note": "We talked about it."}
    reviewed = (await ask(site, made, "/typing/review", review, role="interviewer")).json
    assert reviewed["review"] == {**report["review"], **reviewed["review"]}
    assert (reviewed["review"]["reviewer"], reviewed["review"]["reviewerNote"]) == tuple(review.values())
    whos = [view.who for view in await site.parts.store.typing_views(made["room"])]
    assert [who.rpartition(" ")[2] for who in whos] == ["(observer)", "(interviewer)"]


async def test_what_was_typed_on_which_set_up_reaches_the_report_over_the_wire(site: TestSite) -> None:
    async def typed(keys: Sequence[Sequence[KeyEvent]], platform: str, **asked: object) -> Any:
        made = await site.new_room(**asked)
        await site.give_consent(made)
        async with WirePage(site.base_url, made["room"], made["tokens"]["candidate"], page="page-1") as page:
            n = await page.keys(one_after_another(keys), start_us=page.welcome["nowUs"])
            set_up = {"isolated": True, "platform": platform, "browser": "firefox", "touch": False}
            page.n = n + 1
            await page.send({"type": "set-up", "page": "page-1", "n": page.n, "clientAtUs": 1, **set_up})
            await page.until_saved(page.n)
        await site.owner("POST", f"/api/rooms/{made['room']}/end")
        return made

    person = recordings()["v053"]
    take_home = await typed(person[:3], "mac", kind="take-home", title="At home")
    live = await typed(person[3:], "linux", continues=take_home["room"])
    own = (await ask(site, live, "/typing/situation", {"differed": True}, role="candidate")).json[
        "comparison"
    ]
    assert own["status"] == "ok"
    assert own["log10Lr"] > 0
    assert own["profileQuality"][0].startswith("The profile was made of the take-home “At home” of ")
    assert {row["name"] for row in own["conditions"] if row.get("differs") and "effect" in row} >= {
        "Operating system",
        "Set-up or situation, as the candidate says",
    }
    assert "The two sessions were typed on different operating systems." in own["reasons"]
    start_us = own["windows"][0]["fromUs"]
    assert own["windows"][-1]["toUs"] - start_us > 60_000_000


STEPS = [
    ("/typing", None),
    ("/typing/situation", {"differed": False}),
    ("/typing/note", {"text": "Not mine."}),
]


@pytest.mark.parametrize(("what", "body"), STEPS)
async def test_nobody_answers_for_the_candidate(
    site: TestSite, what: str, body: Mapping[str, object] | None
) -> None:
    made, other = await a_pair(site), await a_pair(site)
    for role in ("interviewer", "observer", "owner"):
        assert (await ask(site, made, what, body, role=role)).status == 403, role
    path, method = f"/api/rooms/{made['room']}{what}", "GET" if body is None else "POST"
    for token in (other["tokens"]["candidate"], site.api_token, "nonsense", None):
        assert (await site.call(method, path, body, token=token)).status == 401, token
    assert (await ask(site, made, "/typing", role="candidate")).json["state"] == "ask"


@pytest.mark.parametrize(("what", "body"), STEPS)
async def test_a_revoked_links_candidate_has_nothing_more(
    site: TestSite, what: str, body: Mapping[str, object] | None
) -> None:
    made = await a_pair(site)
    links = (await site.owner("GET", f"/api/rooms/{made['room']}")).json["links"]
    serial = next(one["serial"] for one in links if one["role"] == "candidate")
    await site.owner("POST", f"/api/rooms/{made['room']}/links/{serial}/revoke")
    assert (await ask(site, made, what, body, role="candidate")).status == 401


async def test_a_candidate_does_not_review(site: TestSite) -> None:
    made = await a_pair(site)
    review = {"reviewer": "Me", "note": "All fine."}
    assert (await ask(site, made, "/typing/review", review, role="candidate")).status == 403
    locked = await ask(site, made, "/typing/review", review, role="interviewer")
    assert (locked.status, "three days" in locked.json["error"]) == (409, True)


async def test_steps_out_of_their_order_are_refused_in_words(site: TestSite) -> None:
    made = await a_pair(site)
    early = await ask(site, made, "/typing/note", {"text": "x"}, role="candidate")
    assert (early.status, early.json["code"]) == (409, "conflict")
    assert (await ask(site, made, "/typing/situation", {"differed": False}, role="candidate")).status == 200
    again = await ask(site, made, "/typing/situation", {"differed": True}, role="candidate")
    assert (again.status, again.json["error"]) == (
        409,
        "The question is closed; write in your note what the answer leaves out.",
    )
    long = await ask(site, made, "/typing/note", {"text": "x" * 4001}, role="candidate")
    assert long.status == 400


async def test_declined_and_asked_read_alike_on_the_wire(site: TestSite) -> None:
    """Before three days and after, a room in which typing was declined is one that has no comparison."""
    declined, silent = await a_pair(site, typing=False), await a_pair(site)
    assert (await ask(site, declined, "/typing", role="candidate")).json["state"] == "none"
    assert (await ask(site, silent, "/typing", role="candidate")).json["state"] == "ask"

    async def panel(made: Any) -> bytes:
        reply = await ask(site, made, "/report", role="interviewer")
        assert reply.status == 200
        return reply.content.partition(b'"comparison"')[2].replace(made["room"].encode(), b"")

    before = [(await panel(made)).partition(b'"takeHome"')[0] for made in (declined, silent)]
    assert before == [b':{"status":"not-run-yet"},'] * 2
    site.clock.ahead_us = 3 * DAY_US
    assert (await panel(declined)).startswith(b':{"status":"not-run"},')
    assert (await ask(site, silent, "/typing", role="candidate")).json["state"] == "shown"


@pytest.mark.parametrize("allowed", [False, True])
async def test_the_candidate_opens_the_replay_where_the_site_allows_it_on_the_panels_clock(
    tmp_path: Path, allowed: bool
) -> None:
    settings = Settings(candidate_sees_replay=allowed)
    async with running_site(tmp_path / "data", settings) as site:
        made = await a_pair(site)
        own = (await ask(site, made, "/typing", role="candidate")).json
        panels = (await ask(site, made, "/report", role="observer")).json
        assert (own["startUs"], own.get("replay", False)) == (panels["startUs"], allowed)
        replay = await ask(site, made, "/replay", role="candidate")
        assert (replay.status == 200) is allowed


async def test_reopening_a_room_locks_its_comparison_again(site: TestSite) -> None:
    made = await a_pair(site)
    await ask(site, made, "/typing/situation", {"differed": False}, role="candidate")
    await ask(site, made, "/typing/note", {"text": "Mine."}, role="candidate")
    await site.owner("POST", f"/api/rooms/{made['room']}/reopen")
    assert (await ask(site, made, "/report", role="owner")).json["comparison"] == {"status": "not-run-yet"}
    await site.owner("POST", f"/api/rooms/{made['room']}/end")
    own = (await ask(site, made, "/typing", role="candidate")).json
    assert (own["state"], own["review"]["candidateNote"]) == ("ask", "Mine.")


async def test_a_report_is_exported_with_a_reviewers_note_and_not_without(site: TestSite) -> None:
    made = await a_pair(site)
    path = "/report/export?as="
    locked = await ask(site, made, f"{path}html", role="owner")
    site.clock.ahead_us = 3 * DAY_US
    unread = await ask(site, made, f"{path}json", role="owner")
    for refused in (locked, unread):
        assert (refused.status, "reviewer's name and note" in refused.json["error"]) == (409, True)
    assert await site.parts.store.typing_views(made["room"]) == []

    await ask(
        site, made, "/typing/review", {"reviewer": "Ada <b>", "note": "Read & talked."}, role="observer"
    )
    page = await ask(site, made, f"{path}html", role="interviewer")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-disposition"] == (
        f'attachment; filename="blank-room-{made["room"]}-report.html"'
    )
    assert "sandbox" in page.headers["content-security-policy"]
    assert b"Ada &lt;b&gt;" in page.content
    whole = (await ask(site, made, f"{path}json", role="interviewer")).json
    assert whole == (await ask(site, made, "/report", role="interviewer")).json
    assert (await site.owner("GET", f"/api/rooms/{made['room']}{path}json")).json == whole
    assert (await ask(site, made, f"{path}pdf", role="owner")).status == 400
    assert (await ask(site, made, f"{path}html", role="candidate")).status == 403
