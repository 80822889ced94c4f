"""Puts the server together: everything below takes what it needs as arguments, and here they are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp

from exercises.errors import ExerciseError
from exercises.loader import load
from kernels.errors import KernelError
from kernels.kernel import Pool
from liveroom.checks import Judged, run_checks, seed_of
from liveroom.checks import site_secret as checks_secret
from liveroom.errors import Unavailable
from liveroom.forget import delete_replay
from liveroom.invites import Invites
from liveroom.materials import Materials
from liveroom.messages import CheckKind, DataFile
from liveroom.quota import MIB
from liveroom.retention import enforce_daily
from liveroom.rooms import Rooms, Services
from liveroom.rows import StoredRoom
from liveroom.settings import Settings
from liveroom.sign_in import SignInDesk
from liveroom.store import Store
from liveroom.times import monotonic_us, wall_us
from liveroom.tokens import site_secret
from liveroom.typing.sessions import Sessions
from liveroom.typing.site_population import site_population
from liveroom.web.errors import HANDLERS
from liveroom.web.limiter import Limiter
from liveroom.web.pages import page_routes
from liveroom.web.parts import Parts
from liveroom.web.routes import ENDPOINTS
from liveroom.web.security import Shield
from liveroom.web.socket import endpoint as socket

LINKS_SECRET = "links.secret"  # noqa: S105
PAGE = Path(__file__).parent.parent / "frontend" / "dist"


def make_parts(
    settings: Settings,
    *,
    store: Store,
    pool: Pool,
    folder: Path,
    base_url: str,
    warning: str | None = None,
    page: Path = PAGE,
    holds_rooms: bool = True,
    wall: Callable[[], int] = wall_us,
    monotonic: Callable[[], int] = monotonic_us,
) -> Parts:
    """Everything that routes need. Without `holds_rooms`, new rooms wait for a server to open them."""
    secret = checks_secret(folder)
    materials = Materials(folder, pool, secret=secret)
    services = Services(
        data_folder=materials.data_folder,
        data_files=partial(_data_files, materials),
        judge=partial(_judge, materials, pool, secret),
        ended=partial(delete_replay, store),
    )
    rooms = Rooms(
        store,
        pool,
        services,
        limits=settings.limits(),
        monotonic=monotonic,
        wall=wall,
        idle_seconds=settings.room_idle_seconds,
        practice_most=settings.practice_rooms_most,
        room_bytes_most=settings.room_mib_most * MIB,
        kernel_idle_minutes=settings.kernel_idle_minutes,
        unsafe_kernels=settings.unsafe_kernels,
    )
    return Parts(
        settings=settings,
        folder=folder,
        store=store,
        rooms=rooms,
        materials=materials,
        sessions=Sessions(store, population=site_population(settings.population)),
        invites=Invites(site_secret(folder, LINKS_SECRET), contact=settings.contact),
        sign_in=SignInDesk(store, wall=wall),
        limiter=Limiter(),
        wall=wall,
        base_url=base_url,
        page=page,
        prepare=rooms.prepare if holds_rooms else _leave_alone,
        warning=warning,
    )


def create_app(parts: Parts, *, keeps_house: bool = True) -> ASGIApp:
    """The ASGI application. With `keeps_house`, what is past its time is deleted while it runs."""
    app = Starlette(
        routes=[
            *(endpoint.route(parts) for endpoint in ENDPOINTS),
            WebSocketRoute("/ws/{room}", socket),
            *page_routes(parts.page),
        ],
        exception_handlers=HANDLERS,
        lifespan=partial(_lifespan, parts, keeps_house),
    )
    app.state.rooms = parts.rooms
    # Around everything, also around the replies to our own mistakes.
    return Shield(app, public_url=parts.settings.public_url, access_log=parts.settings.access_log)


@asynccontextmanager
async def _lifespan(parts: Parts, keeps_house: bool, _app: Starlette) -> AsyncIterator[None]:
    housekeeping = asyncio.create_task(_keep_house(parts)) if keeps_house else None
    if keeps_house:
        await _resume_take_homes(parts)
    yield
    if housekeeping is not None:
        housekeeping.cancel()
        with suppress(asyncio.CancelledError):
            await housekeeping
    await parts.rooms.close()


async def _resume_take_homes(parts: Parts) -> None:
    """Open those that are under way: each submits itself at the end of its time, whether or not somebody comes back."""
    for room in await parts.store.rooms():
        if room.kind == "take-home" and room.state == "open":
            parts.rooms.prepare(room.id)


async def _keep_house(parts: Parts) -> None:
    await enforce_daily(
        parts.store,
        parts.folder,
        retention_days=parts.settings.retention_days,
        wall=parts.wall,
        close=parts.rooms.forget,
    )


async def _judge(
    materials: Materials, pool: Pool, secret: bytes, room: StoredRoom, which: CheckKind, submission: str
) -> Judged:
    if room.exercise is None:
        return Judged(None, "This room has no exercise, so there is nothing to check.")
    try:
        exercise = load(room.exercise)
        data = await materials.data_folder(room)
    except (ExerciseError, KernelError) as error:
        return Judged(None, str(error))
    seed = seed_of(secret, "checks", room.id)
    return await run_checks(exercise, submission, which=which, seed=seed, pool=pool, room=room.id, data=data)


async def _data_files(materials: Materials, room: StoredRoom) -> list[DataFile]:
    try:
        return await materials.data_files(room)
    except KernelError as error:
        raise Unavailable(str(error)) from error


def _leave_alone(_room: str) -> None:
    """A room that is made without a server is opened by the server that runs next."""
