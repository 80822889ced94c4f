"""Turns what the owner asked for into a room: its text, its data files, its links and its first participants."""

import asyncio
import base64
import binascii
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from exercises.errors import UnknownExercise
from exercises.exercise import Exercise
from exercises.loader import load
from keystroke import timeline
from liveroom.api import NewRoom, Upload
from liveroom.checks import write_files
from liveroom.errors import BadRequest, NotFound
from liveroom.files import plain_text
from liveroom.materials import safe_name, uploads_folder
from liveroom.messages import Role
from liveroom.notebooks import percent_of
from liveroom.resources import check_wishes
from liveroom.rows import NewParticipant, StoredLink, StoredRoom
from liveroom.settings import Settings
from liveroom.store import Store
from liveroom.times import DAY_US, iso
from liveroom.tokens import digest, new_token

LINKED_ROLES: tuple[Role, ...] = ("interviewer", "observer", "candidate")
STARTER_CHARS_MAX = 200_000
DATA_BYTES_MAX = 32 * 1024 * 1024
MINUTES = 60
BLANK = "# %%\n"


@dataclass(frozen=True)
class Made:
    """A room that is now in the store, with the tokens that only their bearers will know from here on."""

    room: StoredRoom
    links: list[StoredLink]
    tokens: dict[Role, str]


@dataclass
class _Uploads:
    """What the uploaded files come to: a text, and data."""

    starter: str | None = None
    data: dict[str, bytes] = field(default_factory=dict)


async def make_room(
    asked: NewRoom, *, store: Store, folder: Path, settings: Settings, wall: Callable[[], int]
) -> Made:
    """Make a room; raises BadRequest or NotFound with the sentence for its maker."""
    exercise = _exercise(asked.exercise)
    check_wishes(asked, exercise, settings.limits(), settings.environments())
    uploads = _uploads(asked.uploads)
    former = await _former(store, asked)
    room = _room(asked, exercise, uploads, former, now_wall_us=wall())
    if uploads.data:
        await asyncio.to_thread(_write, uploads_folder(folder, room.id), uploads.data)
    links = [
        new_link(room.id, role, days=settings.link_days, now_wall_us=room.made_wall_us)
        for role in LINKED_ROLES
    ]
    tokens = {role: new_token() for role in (*LINKED_ROLES, "owner")}
    names: dict[Role, str] = {
        "interviewer": "Interviewer",
        "observer": "Observer",
        "candidate": room.candidate_name,
        "owner": settings.owner_name,
    }
    serials = {link.role: link.serial for link in links}
    people = [
        NewParticipant(names[role], role, serials.get(role), digest(token)) for role, token in tokens.items()
    ]
    await store.add_room(room, links, people)
    return Made(room, links, tokens)


def new_link(room: str, role: Role, *, days: int, now_wall_us: int) -> StoredLink:
    return StoredLink(secrets.token_hex(8), room, role, now_wall_us, now_wall_us + days * DAY_US)


def _exercise(slug: str | None) -> Exercise | None:
    if slug is None:
        return None
    try:
        return load(slug)
    except UnknownExercise as error:
        raise NotFound(str(error)) from error


async def _former(store: Store, asked: NewRoom) -> StoredRoom | None:
    """The take-home that the new room continues."""
    wanted = asked.continues or asked.with_
    if wanted is None:
        return None
    former = await store.room(wanted)
    if former is None:
        raise NotFound(f"There is no room {wanted} to continue; copy a take-home's id from the dashboard.")
    if former.kind != "take-home":
        raise BadRequest(f"Room {former.id} is not a take-home, and only a take-home can be continued.")
    return former


def _room(
    asked: NewRoom,
    exercise: Exercise | None,
    uploads: _Uploads,
    former: StoredRoom | None,
    *,
    now_wall_us: int,
) -> StoredRoom:
    if asked.lobby and asked.kind == "take-home":
        raise BadRequest(
            "A take-home has no lobby, for nobody is there to let its candidate in; leave it out."
        )
    room = secrets.token_urlsafe(9).replace("-", "x").replace("_", "y")
    made = iso(now_wall_us)
    header = timeline.Header(room, made, exercise.slug if exercise else None)
    starter = uploads.starter or asked.starter or (exercise.starter if exercise else BLANK)
    return StoredRoom(
        id=room,
        title=asked.title or (exercise.title if exercise else "Blank room"),
        kind=asked.kind,
        state="waiting",
        candidate_id=former.candidate_id if former else f"c-{secrets.token_hex(6)}",
        candidate_name=former.candidate_name if former else _name(asked.candidate),
        exercise=exercise.slug if exercise else None,
        brief=asked.brief or (exercise.brief if exercise else ""),
        starter=plain_text(starter),
        minutes=asked.minutes or (exercise.minutes if exercise else MINUTES),
        meeting_url=_meeting_url(asked.meeting_url),
        continues=former.id if former else None,
        made=made,
        # The header tells whole seconds, and all times in the timeline count from it.
        made_wall_us=now_wall_us // 1_000_000 * 1_000_000,
        started_wall_us=None,
        ended_wall_us=None,
        epoch=0,
        history=secrets.token_hex(8),
        header=timeline.header_line(header),
        replay_deleted=False,
        lobby=asked.lobby,
        accommodation=asked.accommodation,
        environment=asked.environment,
        memory_mib=asked.memory_mib,
        run_seconds=asked.run_seconds,
    )


def _name(candidate: str) -> str:
    name = " ".join(candidate.split())
    if not name:
        raise BadRequest("Give the candidate's name, as the others will see it.")
    return name


def _meeting_url(url: str | None) -> str | None:
    if not url:
        return None
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise BadRequest("The meeting link should be a web address that begins with https://.")
    return url


def _uploads(files: Sequence[Upload]) -> _Uploads:
    found = _Uploads()
    for file in files:
        content = _content(file)
        suffix = Path(file.name).suffix.lower()
        if suffix not in (".py", ".ipynb"):
            _add_data(found, file.name, content)
        elif found.starter is not None:
            raise BadRequest(
                f"{file.name} is a second starter; upload one .py or .ipynb, and everything else as data."
            )
        else:
            found.starter = _starter(file.name, content)
    return found


def _content(file: Upload) -> bytes:
    try:
        return base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(f"{file.name} did not arrive whole; upload it again.") from error


def _starter(name: str, content: bytes) -> str:
    if name.lower().endswith(".ipynb"):
        text = percent_of(content, name)
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadRequest(f"{name} is not UTF-8 text; save it as UTF-8 and upload it again.") from error
    if len(text) > STARTER_CHARS_MAX:
        raise BadRequest(f"{name} has more than {STARTER_CHARS_MAX:,} characters; upload a shorter one.")
    return text or BLANK


def _add_data(found: _Uploads, name: str, content: bytes) -> None:
    safe = safe_name(name)
    if safe in found.data:
        raise BadRequest(f"Two of the files would both be called {safe}; rename one of them.")
    found.data[safe] = content
    if sum(map(len, found.data.values())) > DATA_BYTES_MAX:
        raise BadRequest(
            f"The data files are larger than {DATA_BYTES_MAX // 2**20} MiB together; leave some out."
        )


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    write_files(folder, files)
