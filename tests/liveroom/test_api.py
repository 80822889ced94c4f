"""The HTTP API as browsers and programs meet it: a real server, a real database, kernels that follow a script."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from keystroke import timeline
from liveroom.effects import Record
from liveroom.rows import Batch, BlobRow
from liveroom.settings import Settings
from liveroom.times import DAY_US, MINUTE_US
from liveroom.tokens import digest
from liveroom.web.endpoint import BODY_BYTES_MAX
from tests.support.live import Ear
from tests.support.site import TestSite, running_site

pytestmark = pytest.mark.asyncio

EXERCISE = "category-encoder"


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[TestSite]:
    async with running_site(tmp_path / "data", Settings(contact="hiring@acme.example")) as running:
        yield running


def link_of(made: Any, role: str) -> str:
    return str(made["links"][role]).partition("#")[2]


async def join(site: TestSite, made: Any, role: str, name: str | None = None) -> Any:
    reply = await site.call("POST", "/api/join", {"link": link_of(made, role), "name": name})
    assert reply.status == 200, reply.content
    return reply.json


# Making rooms


async def test_a_blank_room_has_a_link_and_a_token_for_each_role(site: TestSite) -> None:
    made = await site.new_room(title="Pairing", brief="Talk.", starter="x = 1\r\n", minutes=45)
    assert set(made["links"]) == {"interviewer", "observer", "candidate"}
    assert set(made["tokens"]) == {"interviewer", "observer", "candidate", "owner"}
    (summary,) = (await site.owner("GET", "/api/rooms")).json
    assert (summary["title"], summary["state"], summary["minutes"]) == ("Pairing", "waiting", 45)
    assert summary["nextStep"] == "Send Ada the candidate link, and open the room when it is time."
    stored = await site.parts.store.room(made["room"])
    assert stored is not None
    assert stored.starter == "x = 1\n"
    header = timeline.read([stored.header]).header
    assert (header.room, header.made) == (stored.id, stored.made)


async def test_an_exercise_gives_its_brief_and_starter(site: TestSite) -> None:
    exercises = (await site.owner("GET", "/api/exercises")).json
    chosen = exercises[0]
    made = await site.new_room(exercise=chosen["slug"])
    stored = await site.parts.store.room(made["room"])
    assert stored is not None
    assert (stored.title, stored.minutes, stored.exercise) == (
        chosen["title"],
        chosen["minutes"],
        chosen["slug"],
    )
    assert stored.brief
    assert stored.starter


async def test_uploads_become_the_starter_and_the_data(site: TestSite) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": "print(1)"}]}).encode()
    uploads = [
        {"name": "task.ipynb", "content": base64.b64encode(notebook).decode()},
        {"name": "rows of data.csv", "content": base64.b64encode(b"a,b\n1,2\n").decode()},
    ]
    made = await site.new_room(uploads=uploads)
    await site.give_consent(made)
    token = made["tokens"]["candidate"]
    code = await site.call("GET", f"/api/rooms/{made['room']}/code", token=token)
    assert code.content == b"# %%\nprint(1)\n"
    assert code.headers["content-disposition"] == 'attachment; filename="blank-room.py"'
    data = await site.call("GET", f"/api/rooms/{made['room']}/data/rows_of_data.csv", token=token)
    assert data.content == b"a,b\n1,2\n"
    other = await site.call("GET", f"/api/rooms/{made['room']}/data/..%2F..%2Fliveroom.db", token=token)
    assert other.status == 404


IMPOSSIBLE: list[tuple[dict[str, object], int, str]] = [
    ({"exercise": "no-such"}, 404, "There is no exercise"),
    ({"continues": "no-such"}, 404, "There is no room no-such"),
    ({"candidate": "  "}, 400, "candidate's name"),
    ({"minutes": 3}, 400, ">= 5"),
    ({"surprise": 1}, 400, "surprise"),
    ({"kind": "exam"}, 400, "exam"),
    ({"meetingUrl": "javascript:alert(1)"}, 400, "web address"),
    ({"uploads": [{"name": "a.ipynb", "content": "e30="}]}, 400, "a.ipynb is not a Jupyter notebook"),
    ({"uploads": [{"name": "a.py", "content": "//79"}]}, 400, "a.py is not UTF-8"),
    ({"uploads": [{"name": "a.csv", "content": "?"}]}, 400, "did not arrive whole"),
    ({"uploads": [{"name": "a/b.csv", "content": ""}]}, 400, "name"),
    ({"uploads": [{"name": n, "content": ""} for n in ("a.py", "b.py")]}, 400, "second starter"),
    ({"uploads": [{"name": n, "content": ""} for n in ("a b.csv", "a?b.csv")]}, 400, "both be called"),
]


async def test_a_room_that_cannot_be_is_one_sentence(site: TestSite) -> None:
    for asked, status, words in IMPOSSIBLE:
        reply = await site.owner("POST", "/api/rooms", {"kind": "live", "candidate": "Ada", **asked})
        assert (reply.status, words in reply.json["error"]) == (status, True), (asked, reply.content)
    assert (await site.owner("GET", "/api/rooms")).json == []


async def test_a_room_that_continues_a_take_home_is_the_same_candidates(site: TestSite) -> None:
    take_home = await site.new_room(kind="take-home", candidate="Ada")
    live = await site.new_room(continues=take_home["room"], candidate="Somebody Else")
    rooms = {room["room"]: room for room in (await site.owner("GET", "/api/rooms")).json}
    assert rooms[live["room"]]["candidate"] == "Ada"
    assert rooms[live["room"]]["candidateId"] == rooms[take_home["room"]]["candidateId"]
    assert rooms[take_home["room"]]["continuedBy"] == live["room"]
    again = await site.new_room(**{"with": take_home["room"]})
    assert (await site.owner("GET", f"/api/rooms/{again['room']}")).json["summary"]["continues"] == (
        take_home["room"]
    )
    refused = await site.owner(
        "POST", "/api/rooms", {"kind": "live", "candidate": "Ada", "continues": live["room"]}
    )
    assert "not a take-home" in refused.json["error"]


# Links


async def test_looking_at_a_link_records_nothing_and_says_what_it_leads_to(site: TestSite) -> None:
    made = await site.new_room(kind="take-home", meetingUrl="https://meet.example/1")
    before = await site.parts.store.participants(made["room"])
    invitation = (await site.call("POST", "/api/join/look", {"link": link_of(made, "candidate")})).json
    assert (invitation["role"], invitation["needsName"]) == ("candidate", False)
    assert invitation["notice"]["contact"] == "hiring@acme.example"
    assert invitation["meetingUrl"] == "https://meet.example/1"
    observer = (await site.call("POST", "/api/join/look", {"link": link_of(made, "observer")})).json
    assert observer["needsName"]
    assert "notice" not in observer
    assert await site.parts.store.participants(made["room"]) == before


async def test_each_interviewer_is_a_participant_and_the_candidate_always_the_same(site: TestSite) -> None:
    made = await site.new_room()
    ben = await join(site, made, "interviewer", "  Ben   B ")
    cleo = await join(site, made, "interviewer", "Cleo")
    first, again = await join(site, made, "candidate"), await join(site, made, "candidate", "Mallory")
    assert ben["participant"] != cleo["participant"]
    assert first["participant"] == again["participant"]
    assert first["token"] != again["token"]
    assert first["consentNeeded"]
    names = {p.participant: p.name for p in await site.parts.store.participants(made["room"])}
    assert (names[ben["participant"]], names[first["participant"]]) == ("Ben B", "Ada")
    nameless = await site.call("POST", "/api/join", {"link": link_of(made, "observer")})
    assert (nameless.status, nameless.json["code"]) == (400, "bad-request")


async def test_links_that_do_not_open_say_why_and_whom_to_ask(site: TestSite) -> None:
    made = await site.new_room()
    link = link_of(made, "observer")
    unknown = await site.call("POST", "/api/join/look", {"link": link[:-1] + "x"})
    assert (unknown.status, unknown.json["code"]) == (404, "link-unknown")

    details = (await site.owner("GET", f"/api/rooms/{made['room']}")).json
    serial = next(one["serial"] for one in details["links"] if one["role"] == "observer")
    revoked = await site.owner("POST", f"/api/rooms/{made['room']}/links/{serial}/revoke")
    assert revoked.status == 200
    gone = await site.call("POST", "/api/join", {"link": link, "name": "Olaf"})
    assert (gone.status, gone.json["code"]) == (410, "link-revoked")

    site.clock.ahead_us = 15 * DAY_US
    expired = await site.call("POST", "/api/join", {"link": link_of(made, "interviewer"), "name": "Ben"})
    assert (expired.status, expired.json["code"]) == (410, "link-expired")
    for reply in (unknown, gone, expired):
        assert "hiring@acme.example" in reply.json["error"]
    states = {
        one["role"]: one["state"]
        for one in (await site.owner("GET", f"/api/rooms/{made['room']}")).json["links"]
    }
    assert states == {"interviewer": "expired", "observer": "revoked", "candidate": "expired"}


async def test_a_revoked_links_tokens_open_nothing_more(site: TestSite) -> None:
    made = await site.new_room()
    ben = await join(site, made, "interviewer", "Ben")
    path = f"/api/rooms/{made['room']}"
    assert (await site.call("GET", f"{path}/code", token=ben["token"])).status == 200
    links = (await site.owner("GET", path)).json["links"]
    serial = next(one["serial"] for one in links if one["role"] == "interviewer")
    other = await site.new_room()
    assert (await site.owner("POST", f"/api/rooms/{other['room']}/links/{serial}/revoke")).status == 404
    await site.owner("POST", f"{path}/links/{serial}/revoke")
    refused = await site.call("GET", f"{path}/code", token=ben["token"])
    assert (refused.status, refused.json["code"]) == (401, "bad-token")
    assert (await site.call("GET", f"{path}/code", token=made["tokens"]["observer"])).status == 200


async def test_a_new_link_lasts_as_long_as_it_was_given(site: TestSite) -> None:
    made = await site.new_room()
    path = f"/api/rooms/{made['room']}/links"
    link = (await site.owner("POST", path, {"role": "observer", "days": 30})).json
    site.clock.ahead_us = 29 * DAY_US
    look = await site.call("POST", "/api/join/look", {"link": link["url"].partition("#")[2]})
    assert look.status == 200
    assert (await site.owner("POST", path, {"role": "owner"})).status == 400


# Who may do what


async def test_a_sign_in_link_works_once_and_for_ten_minutes(site: TestSite) -> None:
    url = (await site.owner("POST", "/api/sign-in-links")).json["url"]
    token = url.partition("/sign-in#")[2]
    reply = await site.call("POST", "/api/sign-in", {"token": token})
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    session = {"Cookie": cookie.partition(";")[0]}
    assert (await site.call("GET", "/api/rooms", headers=session)).status == 200
    assert (await site.call("GET", "/api/site", headers=session)).json["signedIn"] is True
    assert (await site.call("GET", "/api/site")).json["signedIn"] is False

    again = await site.call("POST", "/api/sign-in", {"token": token})
    assert (again.status, again.json["code"]) == (401, "bad-token")
    late = (await site.owner("POST", "/api/sign-in-links")).json["url"].partition("#")[2]
    site.clock.ahead_us = 10 * MINUTE_US
    assert (await site.call("POST", "/api/sign-in", {"token": late})).status == 401

    assert (await site.call("POST", "/api/sign-out", headers=session)).status == 200
    assert (await site.call("GET", "/api/rooms", headers=session)).status == 401


async def test_owners_routes_are_closed_to_everyone_else(site: TestSite) -> None:
    made = await site.new_room()
    for token in (None, "nonsense", made["tokens"]["owner"], made["tokens"]["candidate"]):
        for method, path in (("GET", "/api/rooms"), ("POST", "/api/tokens"), ("GET", "/api/candidates")):
            assert (await site.call(method, path, token=token)).status == 401, (token, path)


async def test_a_participants_token_is_good_in_its_own_room_alone(site: TestSite) -> None:
    mine, theirs = await site.new_room(), await site.new_room(candidate="Bob")
    token = mine["tokens"]["interviewer"]
    assert (await site.call("GET", f"/api/rooms/{mine['room']}/report", token=token)).status == 200
    assert (await site.call("GET", f"/api/rooms/{theirs['room']}/report", token=token)).status == 401
    assert (await site.call("GET", "/api/rooms/no-such-room/report", token=token)).status == 401


async def test_the_panels_views_are_not_the_candidates(site: TestSite) -> None:
    made = await site.new_room()
    await site.give_consent(made)
    for what in ("replay", "report"):
        await assert_the_panels(site, made, what)


async def assert_the_panels(site: TestSite, made: Any, what: str) -> None:
    path = f"/api/rooms/{made['room']}/{what}"
    statuses = {
        role: (await site.call("GET", path, token=made["tokens"][role])).status for role in made["tokens"]
    }
    assert statuses == {"owner": 200, "interviewer": 200, "observer": 200, "candidate": 403}


async def test_a_site_may_let_candidates_see_their_replay(tmp_path: Path) -> None:
    async with running_site(tmp_path, Settings(candidate_sees_replay=True)) as site:
        made = await site.new_room(exercise=EXERCISE)
        path = f"/api/rooms/{made['room']}/replay"
        assert (await site.call("GET", path, token=made["tokens"]["candidate"])).status == 403
        await site.give_consent(made)
        own = (await site.call("GET", path, token=made["tokens"]["candidate"])).json
        panel = (await site.call("GET", path, token=made["tokens"]["interviewer"])).json
        assert "guide" not in own["view"]
        assert panel["view"]["guide"]


async def test_the_owner_enters_with_a_token_of_their_own(site: TestSite) -> None:
    made = await site.new_room()
    entered = [(await site.owner("POST", f"/api/rooms/{made['room']}/enter")).json for _ in range(2)]
    assert {one["role"] for one in entered} == {"owner"}
    assert len({one["participant"] for one in entered}) == 1
    assert len({one["token"] for one in entered}) == 2
    assert (await site.owner("POST", "/api/rooms/no-such-room/enter")).json["code"] == "room-gone"


# Consent


async def test_before_consent_the_candidate_has_nothing_of_the_room(site: TestSite) -> None:
    made = await site.new_room()
    token = made["tokens"]["candidate"]
    for path in ("code", "data/x.csv"):
        reply = await site.call("GET", f"/api/rooms/{made['room']}/{path}", token=token)
        assert (reply.status, reply.json["code"]) == (403, "consent-needed")
    assert (await site.give_consent(made, typing=False)).status == 200
    assert (await site.call("GET", f"/api/rooms/{made['room']}/code", token=token)).status == 200
    consent = await site.parts.store.consent(made["room"])
    assert consent is not None
    assert (consent.replay, consent.metrics, consent.typing) == (True, True, False)
    look = (await site.call("POST", "/api/join/look", {"link": link_of(made, "candidate")})).json
    assert "notice" not in look


async def test_only_the_candidate_consents_and_only_to_the_text_that_was_shown(site: TestSite) -> None:
    made = await site.new_room()
    answer = {"textHash": "0" * 64, "replay": True, "metrics": True, "typing": True}
    path = f"/api/rooms/{made['room']}/consent"
    assert (await site.call("POST", path, answer, token=made["tokens"]["interviewer"])).status == 403
    assert (await site.call("POST", path, answer, token=made["tokens"]["candidate"])).status == 409
    assert await site.parts.store.consent(made["room"]) is None


async def test_the_last_page_says_what_was_kept_and_until_when(site: TestSite) -> None:
    made = await site.new_room()
    await site.give_consent(made)
    path = f"/api/rooms/{made['room']}/kept"
    kept = (await site.call("GET", path, token=made["tokens"]["candidate"])).json
    assert len(kept["kept"]) == 4
    assert "hiring@acme.example" in kept["howToDelete"]
    assert (await site.call("GET", path, token=made["tokens"]["observer"])).status == 403


async def test_a_program_with_a_token_reads_the_notice_before_it_answers(site: TestSite) -> None:
    made = await site.new_room()
    path, tokens = f"/api/rooms/{made['room']}/consent", made["tokens"]
    assert (await site.call("GET", path, token=tokens["interviewer"])).status == 403
    text_hash = (await site.call("GET", path, token=tokens["candidate"])).json["textHash"]
    answer = {"textHash": text_hash, "replay": True, "metrics": False, "typing": True}
    assert (await site.call("POST", path, answer, token=tokens["candidate"])).status == 200


async def test_a_candidate_takes_the_typing_back_without_asking(site: TestSite) -> None:
    made = await site.new_room()
    await site.give_consent(made)
    path, token = f"/api/rooms/{made['room']}", made["tokens"]["candidate"]
    assert (await site.call("GET", f"{path}/kept", token=token)).json["typingKept"]
    for other in ("interviewer", "observer"):
        refused = await site.call("POST", f"{path}/withdraw-typing", {}, token=made["tokens"][other])
        assert refused.status == 403
    assert (await site.call("POST", f"{path}/withdraw-typing", {}, token=token)).status == 200
    kept = (await site.call("GET", f"{path}/kept", token=token)).json
    assert kept["kept"][-1] == "No key presses."
    assert "typingKept" not in kept


# During and after


async def test_ending_and_reopening_are_the_interviewers(site: TestSite) -> None:
    made = await site.new_room()
    path, tokens = f"/api/rooms/{made['room']}", made["tokens"]
    for role, status in (("candidate", 403), ("observer", 403), ("interviewer", 200)):
        assert (await site.call("POST", f"{path}/end", token=tokens[role])).status == status
    assert (await site.owner("GET", path)).json["summary"]["state"] == "ended"
    assert (await site.owner("POST", f"{path}/end")).status == 409
    assert (await site.call("POST", f"{path}/reopen", token=tokens["observer"])).status == 403
    assert (await site.owner("POST", f"{path}/reopen")).status == 200
    assert (await site.owner("POST", f"{path}/reopen")).status == 409


async def test_programs_of_the_owner_read_what_the_panel_reads(site: TestSite) -> None:
    made = await site.new_room(exercise="category-encoder")
    path = f"/api/rooms/{made['room']}"
    assert (await site.owner("GET", f"{path}/report")).json["comparison"] == {"status": "not-run-yet"}
    replay = (await site.owner("GET", f"{path}/replay")).json
    assert replay["view"]["room"] == made["room"]
    assert replay["view"]["guide"]


async def test_a_take_home_is_submitted_by_its_candidate(site: TestSite) -> None:
    made = await site.new_room(kind="take-home")
    await site.give_consent(made)
    path = f"/api/rooms/{made['room']}"
    assert (await site.call("POST", f"{path}/end", token=made["tokens"]["candidate"])).status == 200
    summary = (await site.owner("GET", path)).json["summary"]
    assert (summary["state"], summary["nextStep"]) == (
        "ended",
        "Make the live room that continues it with Ada.",
    )


async def test_a_take_home_submits_itself_though_its_time_ran_out_while_the_server_was_away(
    tmp_path: Path,
) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room(kind="take-home", minutes=5)
        await site.give_consent(made)
        await site.parts.rooms.join(
            made["room"], digest(made["tokens"]["candidate"]), Ear(), speaks_text=False
        )
        await (await site.parts.rooms.host(made["room"])).settled()
    async with running_site(tmp_path, ahead_us=10 * MINUTE_US) as site, asyncio.timeout(10):
        while (await site.owner("GET", f"/api/rooms/{made['room']}")).json["summary"]["state"] != "ended":
            await asyncio.sleep(0.01)


async def test_an_export_verifies_and_the_candidates_withholds_the_panels_lines(site: TestSite) -> None:
    made = await site.new_room()
    path = f"/api/rooms/{made['room']}/export?as=timeline"
    tokens = made["tokens"]
    assert (await site.call("GET", path, token=tokens["candidate"])).json["code"] == "consent-needed"
    await site.give_consent(made)
    host = await site.parts.rooms.host(made["room"])
    private = {"reason": "for the panel's eyes"}
    host.apply(lambda _room, now: [Record(None, "checks", private, now, audience="panel")])
    await host.settled()
    whole = await site.owner("GET", path)
    own = await site.call("GET", path, token=tokens["candidate"])
    for reply in (whole, own):
        assert isinstance(timeline.verify(reply.content.splitlines()), timeline.Verified)
    assert [event.kind for event in timeline.read(whole.content.splitlines()).events][:2] == ["room", "edit"]
    assert timeline.read(own.content.splitlines()).redacted == [3]
    assert b"panel's eyes" in whole.content
    assert b"panel's eyes" not in own.content
    assert (await site.call("GET", path, token=tokens["observer"])).status == 403
    assert (await site.owner("GET", path.replace("timeline", "video"))).status == 400


async def test_a_blob_is_for_those_who_were_shown_it(site: TestSite) -> None:
    made, other = await site.new_room(), await site.new_room(candidate="Bob")
    await site.give_consent(made)
    room = await site.parts.store.room(made["room"])
    assert room is not None
    shown = BlobRow(room.id, "aa" * 32, "text/html", "all", b"<script>alert(1)</script>")
    private = BlobRow(room.id, "bb" * 32, "image/png", "panel", b"\x89PNG")
    await site.parts.store.append([Batch(room.id, room.epoch, blobs=[shown, private])])

    async def fetch(blob: BlobRow, role: str, made: Any = made) -> Any:
        path = f"/api/rooms/{made['room']}/blobs/{blob.sha256}"
        return await site.call("GET", path, token=made["tokens"][role])

    reply = await fetch(shown, "candidate")
    assert reply.content == shown.content
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in reply.headers["content-security-policy"]
    assert (await fetch(private, "interviewer")).content == private.content
    assert (await fetch(private, "candidate")).status == 404
    assert (await fetch(shown, "interviewer", other)).status == 404


async def test_a_declined_replay_is_gone_after_the_end_and_the_code_stays(site: TestSite) -> None:
    made = await site.new_room(starter="# %%\nx = 1\n")
    await site.give_consent(made, replay=False)
    path, tokens = f"/api/rooms/{made['room']}", made["tokens"]
    await site.call("POST", f"{path}/end", token=tokens["interviewer"])
    while (await site.owner("GET", path)).json["summary"].get("replay", True) is not False:
        pass
    replay = await site.call("GET", f"{path}/replay", token=tokens["interviewer"])
    assert (replay.status, replay.json["code"]) == (404, "no-replay")
    assert (await site.owner("GET", f"{path}/export")).status == 404
    assert (await site.call("GET", f"{path}/report", token=tokens["interviewer"])).json["replay"] is False
    assert (await site.call("GET", f"{path}/code", token=tokens["candidate"])).content == b"# %%\nx = 1\n"
    assert (await site.owner("POST", f"{path}/reopen")).status == 409


async def test_a_forgotten_candidate_leaves_nothing_behind(site: TestSite) -> None:
    made = await site.new_room(candidate="Zoltan")
    (known,) = (await site.owner("GET", "/api/candidates")).json
    assert (known["name"], known["rooms"]) == ("Zoltan", [made["room"]])
    path = f"/api/candidates/{known['candidateId']}/forget"
    forgotten = (await site.owner("POST", path)).json
    assert forgotten["rooms"] == 1
    assert (await site.owner("GET", "/api/rooms")).json == []
    assert (await site.owner("GET", f"/api/rooms/{made['room']}")).status == 404
    look = await site.call("POST", "/api/join/look", {"link": link_of(made, "candidate")})
    assert look.json["code"] == "link-unknown"
    folder = site.parts.folder
    assert not any(b"Zoltan" in file.read_bytes() for file in folder.glob("liveroom.db-wal"))


# Bad input


async def test_a_body_that_is_not_the_shape_is_refused_in_a_sentence(site: TestSite) -> None:
    for body in (b"", b"{", b"[]", b"null", b"\xff", b"[" * 10_000, b'{"link": 1}'):
        reply = await site.call("POST", "/api/join/look", body)
        assert (reply.status, reply.json["code"]) == (400, "bad-request"), body
        assert "LookAtLink" in reply.json["error"]


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(site: TestSite) -> None:
    reply = await site.call("POST", "/api/join/look", headers={"Content-Length": str(BODY_BYTES_MAX + 1)})
    assert (reply.status, reply.json["code"]) == (413, "too-large")


async def test_addresses_that_are_not_there_are_sentences_too(site: TestSite) -> None:
    missing = await site.call("GET", "/api/no-such")
    assert (missing.status, missing.json["code"]) == (404, "not-found")
    wrong = await site.call("POST", "/api/site")
    assert wrong.status == 405


async def test_attempts_to_sign_in_are_limited(site: TestSite) -> None:
    statuses = [(await site.call("POST", "/api/sign-in", {"token": "guess"})).status for _ in range(21)]
    assert statuses == [401] * 20 + [429]
