"""Kernels without a sandbox are told of everywhere, are for this machine alone, and are never met by accident."""

from pathlib import Path

import pytest

from kernels.client import socket_path
from liveroom.errors import BadSettings
from liveroom.kernel_host import BEYOND_LOOPBACK, check_reach, host_socket
from liveroom.settings import Settings, read_settings
from tests.support.server import command
from tests.support.site import running_site
from tests.support.wire import WirePage

UNSAFE = Settings(unsafe_kernels=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.7", "interviews.example.org"])
def test_without_a_sandbox_other_machines_are_not_served(host: str) -> None:
    check_reach(Settings(), host)
    with pytest.raises(BadSettings, match=r"also set unsafe_kernels_beyond_loopback"):
        check_reach(UNSAFE, host)
    almost = Settings(unsafe_kernels=True, unsafe_kernels_beyond_loopback="yes")
    with pytest.raises(BadSettings, match=BEYOND_LOOPBACK):
        check_reach(almost, host)
    check_reach(Settings(unsafe_kernels=True, unsafe_kernels_beyond_loopback=BEYOND_LOOPBACK), host)


def test_nor_by_way_of_a_proxy_on_this_machine() -> None:
    check_reach(UNSAFE, "127.0.0.1")
    check_reach(Settings(unsafe_kernels=True, public_url="http://localhost:9000"), "127.0.0.1")
    with pytest.raises(BadSettings):
        check_reach(Settings(unsafe_kernels=True, public_url="https://interviews.example.org"), "127.0.0.1")


def test_the_flag_is_a_setting_that_wins(tmp_path: Path) -> None:
    assert not read_settings(tmp_path, {}, unsafe_kernels=None).unsafe_kernels
    assert read_settings(tmp_path, {"LIVEROOM_UNSAFE_KERNELS": "false"}, unsafe_kernels=True).unsafe_kernels


def test_a_host_without_a_sandbox_listens_elsewhere(tmp_path: Path) -> None:
    assert host_socket(tmp_path, Settings()) == socket_path(tmp_path)
    assert host_socket(tmp_path, UNSAFE) != socket_path(tmp_path)


@pytest.mark.asyncio
async def test_the_server_refuses_before_it_listens(tmp_path: Path) -> None:
    code, _, errors = await command(
        "serve", "--unsafe-kernels", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path / "data")
    )
    assert code == 1
    assert errors.startswith("With --unsafe-kernels whoever is in a room has this machine in their hands")
    assert errors.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.asyncio
async def test_every_room_and_the_dashboard_say_that_there_is_no_sandbox(tmp_path: Path) -> None:
    async with running_site(tmp_path, UNSAFE) as site:
        assert (await site.call("GET", "/api/site")).json["unsafeKernels"] is True
        made = await site.new_room()
        link = made["links"]["candidate"].partition("#")[2]
        practice = (await site.call("POST", "/api/practice", {"link": link})).json
        for room, token in (
            (made["room"], made["tokens"]["observer"]),
            (practice["room"], practice["token"]),
        ):
            async with WirePage(site.base_url, room, token, page="page-1") as page:
                assert page.welcome["unsafeKernels"] is True
    async with running_site(tmp_path / "safe") as site:
        assert "unsafeKernels" not in (await site.call("GET", "/api/site")).json
        made = await site.new_room()
        async with WirePage(site.base_url, made["room"], made["tokens"]["observer"], page="page-1") as page:
            assert "unsafeKernels" not in page.welcome
