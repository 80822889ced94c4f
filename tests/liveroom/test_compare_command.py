"""`liveroom compare` on rooms keeps to what candidates were told; on files it asks nothing."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from keystroke import timeline
from keystroke.profile_file import Enrolled, SetUpClass, encode, make
from keystroke.timing import usable
from liveroom.cli import main
from liveroom.store import Store
from liveroom.times import wall_us
from liveroom.typing.own_typing import answer_situation, write_note
from liveroom.typing.sessions import Sessions
from tests.support.held import HOUR_US, held
from tests.support.stored import MADE
from tests.support.typist import recordings

SOMEBODY = recordings()["v053"]
ANOTHER = recordings()["v052"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A take-home and the live room after it, long unlocked."""
    folder = tmp_path / "data"

    async def fill(store: Store) -> None:
        await held(store, "home", hour=0, kind="take-home", keys=SOMEBODY[:3])
        await held(store, "live", hour=1, continues="home", keys=SOMEBODY[3:])

    in_store(folder, fill)
    return folder


def in_store(folder: Path, work: Callable[[Store], Awaitable[None]]) -> None:
    async def opened() -> None:
        store = await Store.open(folder)
        try:
            await work(store)
        finally:
            await store.close()

    asyncio.run(opened())


def run(folder: Path, profile: str | Path, questioned: str | Path, *more: str) -> Result:
    sides = ["--profile", str(profile), "--questioned", str(questioned)]
    return CliRunner().invoke(main, ["compare", *sides, "--data", str(folder), *more])


def compared(folder: Path, profile: str | Path, questioned: str | Path, *more: str) -> Any:
    result = run(folder, profile, questioned, "--json", *more)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def exported(folder: Path, room: str) -> Path:
    path = folder.parent / f"{room}.jsonl"
    done = CliRunner().invoke(main, ["export", room, "-o", str(path), "--data", str(folder)])
    assert done.exit_code == 0, done.output
    return path


def test_rooms_that_are_unlocked_are_compared_as_the_report_compares_them(folder: Path) -> None:
    found = compared(folder, "home", "live")
    assert found["status"] == "ok"
    assert 0 < found["log10_lr"] <= 2
    said = run(folder, "home", "live").output
    assert said.startswith("The timing is")
    assert "more likely if the same person typed both" in said
    assert f"{found['n_profile']} and {found['n_questioned']} keys compared" in said

    async def views(store: Store) -> None:
        assert [view.who for view in await store.typing_views("live")] == ["the owner"] * 2

    in_store(folder, views)


def test_until_it_is_unlocked_a_room_is_not_run_yet_whatever_its_candidate_chose(folder: Path) -> None:
    now = wall_us()

    async def fill(store: Store) -> None:
        for room, typing in (("asked", True), ("declined", False)):
            times: dict[str, Any] = {"started_wall_us": now - 2 * HOUR_US, "ended_wall_us": now - HOUR_US}
            await held(
                store,
                room,
                hour=1,
                typing=typing,
                continues="home",
                keys=SOMEBODY[3:] if typing else (),
                **times,
            )
        going: dict[str, Any] = {"started_wall_us": now, "ended_wall_us": None, "state": "open"}
        await held(store, "going-on", hour=1, continues="home", **going)

    in_store(folder, fill)
    results = [run(folder, "home", room) for room in ("asked", "declined", "going-on")]
    assert {(result.exit_code, result.output) for result in results} == {
        (
            0,
            "Not run yet.\n"
            "It is unlocked three days after the room's end, or when the candidate lets the panel see it.\n",
        )
    }
    assert compared(folder, "home", "asked")["status"] == "not-run-yet"
    # Nor by the other end: as the profile of a file.
    assert compared(folder, "asked", exported(folder, "home"))["status"] == "not-run-yet"


def test_the_candidates_note_unlocks_and_their_yes_is_a_condition(folder: Path) -> None:
    now = wall_us()

    async def fill(store: Store) -> None:
        times: dict[str, Any] = {"started_wall_us": now - 2 * HOUR_US, "ended_wall_us": now - HOUR_US}
        await held(store, "fresh", hour=1, continues="home", keys=SOMEBODY[3:], **times)
        await answer_situation(Sessions(store), "fresh", differed=True, now_wall_us=now)
        await write_note(Sessions(store), "fresh", "", now_wall_us=now)

    in_store(folder, fill)
    found = compared(folder, "home", "fresh")
    assert found["status"] == "ok"
    assert "The candidate says that their set-up or situation was different." in found["reasons"]


def test_declined_and_withdrawn_and_never_typed_read_alike(folder: Path) -> None:
    async def fill(store: Store) -> None:
        await held(store, "declined", hour=1, continues="home", typing=False)
        await held(store, "silent", hour=1, continues="home")

    in_store(folder, fill)
    results = {run(folder, "home", room).output for room in ("declined", "silent")}
    assert results == {"Not run.\n"}


def test_rooms_are_compared_with_the_same_candidates_earlier_ones_alone(folder: Path) -> None:
    async def fill(store: Store) -> None:
        await held(store, "others", hour=1, candidate_id="candidate-2", keys=ANOTHER)

    in_store(folder, fill)
    for profile, questioned, words in (
        ("home", "others", "of different candidates"),
        ("live", "home", "had not ended when home began"),
    ):
        result = run(folder, profile, questioned)
        assert (result.exit_code, words in result.stderr) == (1, True), result.output


def test_several_rooms_and_files_make_one_profile(folder: Path) -> None:
    async def fill(store: Store) -> None:
        await held(store, "later", hour=2, continues="home", keys=SOMEBODY[4:])

    in_store(folder, fill)
    one = compared(folder, "home", "later")
    two = compared(folder, "home", "later", "--profile", "live")
    mixed = compared(folder, "home", "later", "--profile", str(exported(folder, "live")))
    assert one["n_profile"] < two["n_profile"] == mixed["n_profile"]
    assert two["log10_lr"] == mixed["log10_lr"]


@pytest.mark.parametrize("made", ["yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_file_of_no_time_is_one_sentence(tmp_path: Path, made: str) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(timeline.header_line(timeline.Header("r1", made, None)) + b"\n")
    result = run(tmp_path, path, path)
    assert (result.exit_code, "does not say when it was made" in result.stderr) == (1, True), result.output


def test_keys_of_any_time_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    header = timeline.header_line(timeline.Header("r1", MADE, None))
    line = timeline.line(
        1, 10**30, "p1", "keys", "all", {"page": "x", "n": 1, "keys": [[10**30, "down", "KeyA"]]}
    )
    path.write_bytes(header + b"\n" + timeline.export_line(line, b"0" * 16, b"0" * 32) + b"\n")
    assert compared(tmp_path, path, path)["status"] == "insufficient_data"


def a_profile(path: Path, *, today: date, set_ups: Sequence[SetUpClass] = ()) -> Path:
    made = make([Enrolled(usable(session), set_ups) for session in SOMEBODY[:3]], today=today)
    path.write_bytes(encode(made))
    return path


def test_a_profile_file_stands_for_the_sessions_it_was_made_of(folder: Path) -> None:
    path = a_profile(folder.parent / "profile.json", today=datetime.now(UTC).date())
    found, from_room = compared(folder, path, "live"), compared(folder, "home", "live")
    assert found["status"] == from_room["status"] == "ok"
    assert found["n_profile"] == from_room["n_profile"]
    assert found["log10_lr"] == pytest.approx(from_room["log10_lr"], abs=0.2)
    assert "more likely if the same person typed both" in run(folder, path, "live").output
    with_room = run(folder, path, "live", "--profile", "home")
    assert (with_room.exit_code, with_room.stderr.startswith("A profile file stands alone")) == (1, True)


def test_a_profile_knows_on_what_it_was_typed(folder: Path) -> None:
    set_ups = [SetUpClass("ios", "safari", None, True)]
    path = a_profile(folder.parent / "profile.json", today=datetime.now(UTC).date(), set_ups=set_ups)
    found = compared(folder, path, "live")
    assert found["status"] == "incompatible_conditions"
    assert [found["conditions"][0][side] for side in ("name", "profile", "questioned", "differs")] == [
        *("Operating system", "iOS", "not recorded"),
        False,
    ]


def test_a_profile_that_expired_or_is_none_is_one_sentence(folder: Path) -> None:
    expired = a_profile(folder.parent / "profile.json", today=date(2026, 1, 1))
    broken = folder.parent / "broken.json"
    broken.write_text('{"profile": 2, "made": 7}')
    for path, words in ((expired, "expired on 2026-01-31"), (broken, "This is no profile")):
        result = run(folder, path, "live")
        assert (result.exit_code, words in result.stderr) == (1, True), result.output
        assert len(result.stderr.splitlines()) == 1


def test_a_sites_own_population_is_the_cohort(folder: Path) -> None:
    from keystroke.population import shipped

    own = shipped().to_dict()
    own["cohort"] = {**own["cohort"], "name": "Acme's thirty engineers"}
    (folder.parent / "own.json").write_text(json.dumps(own))
    (folder / "liveroom.toml").write_text(f'population = "{folder.parent / "own.json"}"\n')
    files = (exported(folder, "home"), exported(folder, "live"))
    assert (
        compared(folder, *files)["cohort"]
        == compared(folder, "home", "live")["cohort"]
        == "Acme's thirty engineers"
    )
