"""Serves the built page: one index.html for every view, and its assets."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from liveroom.web.security import new_nonce, page_policy

PAGE_PATHS = (
    "/",
    "/sign-in",
    "/join",
    "/room/{room}",
    "/room/{room}/replay",
    "/room/{room}/report",
    "/room/{room}/thanks",
    "/room/{room}/typing",
)
NONCE = "__NONCE__"
FOREVER = "public, max-age=31536000, immutable"

_NOT_BUILT = (
    "<!doctype html><title>liveroom</title>"
    "<p>The page is not built yet. Run <code>make setup</code> on the server, then reload.</p>"
)


class Assets(StaticFiles):
    """Files whose names carry a hash of their content never change."""

    async def check_config(self) -> None:
        """The page may be built later: until then nothing is found here, which is no mistake."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if path.startswith("assets/") and response.status_code == 200:
            response.headers["cache-control"] = FOREVER
        return response


def page_routes(folder: Path) -> list[BaseRoute]:
    async def index(request: Request) -> Response:
        try:
            text = (folder / "index.html").read_text(encoding="utf-8")
        except OSError:
            return HTMLResponse(_NOT_BUILT, 503)
        nonce = new_nonce()
        headers = {
            "content-security-policy": page_policy(nonce, request.headers.get("host", "")),
            "cache-control": "no-store",
        }
        return HTMLResponse(text.replace(NONCE, nonce), headers=headers)

    pages: list[BaseRoute] = [Route(path, index, methods=["GET"]) for path in PAGE_PATHS]
    return [*pages, Mount("/", Assets(directory=folder, check_dir=False))]
