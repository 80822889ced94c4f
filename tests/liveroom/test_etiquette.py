"""Lobby, roles and links as they meet people on the wire: real sockets and HTTP on a whole server."""

import json
from pathlib import Path
from typing import Any

import pytest

from liveroom.settings import Settings
from tests.support.site import TestSite, running_site
from tests.support.wire import WirePage

pytestmark = pytest.mark.asyncio

DAY_US = 86_400_000_000


def page(site: TestSite, made: Any, role: str, *, name: str | None = None) -> WirePage:
    return WirePage(site.base_url, made["room"], made["tokens"][role], page=name or f"page-{role}")


def stock(site: TestSite, made: Any, role: str) -> WirePage:
    return WirePage(site.base_url, made["room"], made["tokens"][role], page="", text_frames=False)


async def id_of(site: TestSite, made: Any, role: str) -> str:
    people = await site.parts.store.participants(made["room"])
    return next(person.participant for person in people if person.role == role)


async def set_role(
    site: TestSite, made: Any, participant: str, role: str, *, token: str | None = None
) -> Any:
    path = f"/api/rooms/{made['room']}/participants/{participant}/role"
    return await site.call("POST", path, {"role": role}, token=token or site.api_token)


async def test_the_lobby_from_outside_to_inside(tmp_path: Path) -> None:
    async with running_site(tmp_path, Settings(candidate_sees_replay=True)) as site:
        made = await site.new_room(lobby=True, accommodation=25, title="Two of us", candidate="Cleopatra")
        await site.give_consent(made)
        base, token = f"/api/rooms/{made['room']}", made["tokens"]["candidate"]

        async def statuses() -> dict[str, int]:
            asked = ("code", "data/any.csv", "replay", "export")
            return {name: (await site.call("GET", f"{base}/{name}", token=token)).status for name in asked}

        assert set((await statuses()).values()) == {403}
        refusal = (await site.call("GET", f"{base}/code", token=token)).json
        assert refusal["code"] == "waits-in-lobby"
        assert (await site.call("GET", f"{base}/kept", token=token)).json["title"] == "Two of us"
        link = made["links"]["candidate"].partition("#")[2]
        assert (await site.call("POST", "/api/join/look", {"link": link})).json["minutes"] == 75
        assert (await site.owner("GET", "/api/rooms")).json[0]["minutes"] == 75

        plain = stock(site, made, "candidate")
        await plain.connect()
        assert await plain.closed() == (4403, "An interviewer has not let you in yet; wait on the page.")

        async with page(site, made, "interviewer") as ivy:
            await ivy.until_saved(await ivy.write("canary-of-the-room"))
            cleo = page(site, made, "candidate")
            await cleo.connect()
            await cleo.hello()
            assert (await cleo.next("lobby"))["hosts"] == ["Interviewer"]
            other = page(site, made, "observer")
            await other.open()
            await other.close()
            waits = await ivy.until_person("candidate", waiting=True)
            exported = (await site.owner("GET", f"{base}/export")).content
            assert b"canary-of-the-room" in exported
            for word in (waits["name"], waits["participant"]):
                assert f'"{word}"'.encode() not in exported, "nothing of one who waits is on the timeline"
            await ivy.run("1 + 1")
            await ivy.next("run-finished")
            await ivy.send({"type": "admit", "participant": waits["participant"]})
            await cleo.next("admitted")
            assert {frame["type"] for frame in cleo.heard} == {"lobby", "admitted"}
            assert cleo.binary == [], "neither text nor carets"
            assert "canary-of-the-room" not in json.dumps(cleo.heard)
            await cleo.hello()
            welcome = await cleo.next("welcome")
            assert (welcome["timer"]["minutes"], welcome["timer"]["accommodation"]) == (75, 25)
            await cleo.close()
        assert await statuses() == {"code": 200, "data/any.csv": 404, "replay": 200, "export": 200}

    async with running_site(tmp_path) as again, page(again, made, "candidate", name="page-later") as cleo:
        assert "canary-of-the-room" in str(cleo.client), "let in once is let in"


async def test_who_was_never_let_in_has_nothing_of_the_room_after_its_end_either(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room(lobby=True)
        await site.give_consent(made, replay=False)
        base, token = f"/api/rooms/{made['room']}", made["tokens"]["candidate"]
        assert (await site.owner("POST", f"{base}/end")).status == 200
        while not (await site.parts.store.room(made["room"])).replay_deleted:  # type: ignore[union-attr]
            await site.owner("GET", base)
        reply = await site.call("GET", f"{base}/code", token=token)
        assert (reply.status, reply.json["code"]) == (403, "waits-in-lobby")


async def test_a_take_home_has_no_lobby(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        asked = {"kind": "take-home", "candidate": "Ada", "lobby": True}
        reply = await site.owner("POST", "/api/rooms", asked)
        assert (reply.status, reply.json["code"]) == (400, "bad-request")


async def test_a_new_role_holds_at_once_on_every_socket(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room(exercise="category-encoder")
        await site.give_consent(made)
        ben = await site.call(
            "POST", "/api/join", {"link": made["links"]["interviewer"].partition("#")[2], "name": "Ben"}
        )
        made["tokens"]["ben"] = ben.json["token"]
        ivy_id = await id_of(site, made, "interviewer")
        async with (
            page(site, made, "interviewer") as ivy,
            page(site, made, "ben") as other,
            page(site, made, "candidate") as cleo,
        ):
            plain = stock(site, made, "interviewer")
            await plain.open()
            assert ivy.welcome["room"]["guide"]
            assert (await set_role(site, made, ivy_id, "observer", token=ben.json["token"])).status == 200
            welcome = await ivy.next("welcome")
            assert (welcome["role"], "guide" in welcome["room"]) == ("observer", False)
            assert (await plain.closed())[0] == 1013
            await other.until_person("observer", participant=ivy_id)
            ivy.heard.clear()
            await other.send({"type": "write-note", "note": "n1", "text": "canary-of-the-panel"})
            await other.next("note-changed")
            n = await ivy.write("canary-of-the-demoted")
            refused = await ivy.next("refused")
            assert (refused["page"], refused["n"]) == (ivy.page, n)
            assert await ivy.next("start-over")
            assert "canary-of-the-panel" not in json.dumps(ivy.heard)
            await cleo.until_saved(await cleo.write("# here"))
            assert "canary-of-the-demoted" not in str(cleo.client)
            assert "canary-of-the-panel" not in json.dumps(cleo.heard)
            assert "refused" not in {frame["type"] for frame in cleo.heard}
        notes = await site.call(
            "GET", f"/api/rooms/{made['room']}/replay", token=made["tokens"]["interviewer"]
        )
        assert b"canary-of-the-panel" not in notes.content


async def test_who_may_change_whose_role(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room()
        ids = {role: await id_of(site, made, role) for role in made["tokens"]}
        ivy = made["tokens"]["interviewer"]

        async def status(role: str, to: str, token: str | None = None) -> int:
            reply = await set_role(site, made, ids[role], to, token=token)
            return int(reply.status)

        for role in ("observer", "candidate"):
            assert await status("observer", "interviewer", made["tokens"][role]) == 403
        assert await status("interviewer", "observer", ivy) == 403, "one's own"
        assert await status("candidate", "observer") == 403
        assert await status("owner", "observer") == 403
        assert await status("observer", "candidate") == 400
        assert await status("observer", "owner") == 400
        assert (await set_role(site, made, "p99", "observer")).status == 404
        assert await status("observer", "interviewer", ivy) == 200
        assert await status("observer", "observer", made["tokens"]["owner"]) == 200
        assert await status("interviewer", "observer") == 200
        people = await site.parts.store.participants(made["room"])
        assert {p.participant: p.role for p in people}[ids["interviewer"]] == "observer"


async def test_an_expired_link_ends_nobodys_stay(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room()
        async with page(site, made, "interviewer") as ivy:
            site.clock.ahead_us = 15 * DAY_US
            await ivy.until_saved(await ivy.write("still here"))
            await ivy.open()
            assert "still here" in str(ivy.client)
        link = made["links"]["interviewer"].partition("#")[2]
        assert (await site.call("POST", "/api/join", {"link": link, "name": "Late"})).status == 410


async def test_focus_time_and_files_are_in_the_replay(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        made = await site.new_room(accommodation=50)
        await site.give_consent(made)
        async with page(site, made, "candidate") as cleo:
            await cleo.send({"type": "start-focus-time"})
            begun = await cleo.next("focus-time-changed")
            await cleo.send({"type": "add-file", "path": "model.py"})
            files = await cleo.next("files-changed")
        replay = (await site.owner("GET", f"/api/rooms/{made['room']}/replay")).json
        played = {frame["message"]["type"]: frame["message"] for frame in replay["frames"]}
        assert played["focus-time-changed"]["focusTime"] == begun["focusTime"]
        assert played["files-changed"]["files"] == files["files"]
        assert played["timer-changed"]["timer"]["accommodation"] == 50
