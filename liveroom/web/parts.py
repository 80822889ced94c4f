"""What the routes need of the server; `app.py` puts it together."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from liveroom.invites import Invites
from liveroom.materials import Materials
from liveroom.rooms import Rooms
from liveroom.settings import Settings
from liveroom.sign_in import SignInDesk
from liveroom.store import Store
from liveroom.typing.sessions import Sessions
from liveroom.web.limiter import Limiter


@dataclass(frozen=True)
class Parts:
    """`base_url` begins every link, `origins` are the pages that may call, `page` is the folder of the built page."""

    settings: Settings
    folder: Path
    store: Store
    rooms: Rooms
    materials: Materials
    sessions: Sessions
    invites: Invites
    sign_in: SignInDesk
    limiter: Limiter
    wall: Callable[[], int]
    base_url: str
    page: Path
    prepare: Callable[[str], None]
    warning: str | None = None

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")
