"""One server and one Chromium a module; a test's people come and go, and none may have met anything odd."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.browser import People, chromium
from tests.support.server import Server, serving

SITE = [
    "--set",
    "organisation=Larkspur Robotics",
    "--set",
    "contact=people@larkspur.example",
    "--set",
    "owner_name=Ada Lind",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    folder: Path = tmp_path_factory.mktemp("e2e") / "data"
    async with serving(folder, *SITE) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def people(server: Server, browser: Browser) -> AsyncIterator[People]:
    people = People(browser, server.url)
    yield people
    assert await people.leave() == []
