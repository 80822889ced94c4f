"""Fixtures of the set-up's tests."""

from pathlib import Path

import pytest

from tests.setup.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Has nothing but what any Linux has."""
    folder = tmp_path / "bin"
    folder.mkdir()
    bare = Machine(folder)
    bare.has("id", "dirname", "date")
    return bare


@pytest.fixture
def complete(machine: Machine) -> Machine:
    """Has all that liveroom needs, too."""
    machine.has_python()
    machine.answers("node", "echo 20.20")
    machine.answers("npm", "exit 0")
    return machine
