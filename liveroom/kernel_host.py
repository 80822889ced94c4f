"""The kernel host of a data folder, as the settings want it, with a sandbox or knowingly without one."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from kernels.client import ensure_host, socket_path
from liveroom.errors import BadSettings
from liveroom.settings import Settings, is_loopback

BEYOND_LOOPBACK = "I accept that code in rooms can read and change this machine"
UNSAFE = (
    "Kernels run WITHOUT a sandbox (--unsafe-kernels): whatever runs in a room can read and change everything that "
    "this user can. Every room says so."
)


def host_socket(folder: Path, settings: Settings) -> Path:
    """Where the host listens. One without a sandbox has a place of its own: no server takes it for the other."""
    path = socket_path(folder)
    return path.with_name("unsafe.sock") if settings.unsafe_kernels else path


def starting(folder: Path, settings: Settings, *, warm: int, linger: float) -> Callable[[], Awaitable[None]]:
    """What starts the host unless it runs."""
    return partial(
        ensure_host,
        host_socket(folder, settings),
        settings.environments(),
        warm=warm,
        most=settings.kernels_most,
        maximum=settings.limits(),
        linger=linger,
        unsafe=settings.unsafe_kernels,
        imports=settings.imports(),
    )


def check_reach(settings: Settings, host: str) -> None:
    """Kernels without a sandbox are for this machine alone, unless the settings say it twice. Raises BadSettings."""
    if not settings.unsafe_kernels or settings.unsafe_kernels_beyond_loopback == BEYOND_LOOPBACK:
        return
    public = settings.public_url
    if not is_loopback(host) or (public is not None and not is_loopback(urlsplit(public).hostname)):
        raise BadSettings(
            "With --unsafe-kernels whoever is in a room has this machine in their hands, so only this machine itself "
            f"is served; take --host and --public-url away, or also set unsafe_kernels_beyond_loopback = "
            f'"{BEYOND_LOOPBACK}".'
        )
