"""What `make setup` builds again, and what it leaves alone."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.setup.machine import PROJECT

FOLDERS = {
    "server": ".venv",
    "dev": ".venv",
    "kernel": ".venv-kernel",
    "modules": "frontend/node_modules",
    "page": "frontend/dist",
    "peers": "tests/bench/peers/node_modules",
}


class Clone:
    """A clone of what set-up is made from, where building a part only writes its stamp."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(PROJECT / name, path)
        for name in ("scripts", "requirements"):
            shutil.copytree(PROJECT / name, path / name)
        page = path / "frontend"
        (page / "src").mkdir(parents=True)
        (page / "src" / "main.tsx").write_text("export {};\n")
        for name in (
            "package.json",
            "package-lock.json",
            ".npmrc",
            "index.html",
            "icon.svg",
            "tsconfig.json",
        ):
            shutil.copy(PROJECT / "frontend" / name, page)
        shutil.copy(PROJECT / "frontend" / "vite.config.mjs", page)
        peers = path / "tests" / "bench" / "peers"
        peers.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PROJECT / "tests" / "bench" / "peers" / name, peers)

    def built(self) -> "Clone":
        for venv in (".venv", ".venv-kernel"):
            (self.path / venv / "bin").mkdir(parents=True)
            (self.path / venv / "bin" / "python").symlink_to("/bin/sh")
        keys = subprocess.run(
            ["sh", "scripts/keys"], cwd=self.path, capture_output=True, text=True, check=True
        )
        for name, key in (line.split("=") for line in keys.stdout.splitlines()):
            folder = self.path / FOLDERS[name]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f".stamp-{name}-{key}").touch()
        return self

    def to_build(self, goal: str = "setup") -> list[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        make = ["make", "--dry-run", goal]
        plan = subprocess.run(
            make, cwd=self.path, env=environment, capture_output=True, text=True, check=True
        )
        return re.findall(r"scripts/install (\w+)", plan.stdout)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_a_fresh_clone_builds_all_three_parts(clone: Clone) -> None:
    assert sorted(clone.to_build()) == ["kernel", "modules", "page", "server"]


def test_tests_need_more_than_running(clone: Clone) -> None:
    assert sorted(clone.to_build("test")) == ["dev", "kernel", "modules", "page", "server"]


def test_the_second_time_there_is_nothing_to_do(clone: Clone) -> None:
    assert clone.built().to_build() == []


@pytest.mark.parametrize(
    ("changed", "built"),
    [
        ("requirements/server.txt", ["server"]),
        ("requirements/kernel.txt", ["kernel"]),
        ("requirements/dev.txt", []),
        ("pyproject.toml", ["server"]),
        ("frontend/package-lock.json", ["modules", "page"]),
        ("frontend/src/main.tsx", ["page"]),
        ("frontend/vite.config.mjs", ["page"]),
    ],
)
def test_a_changed_file_rebuilds_what_is_made_from_it(clone: Clone, changed: str, built: list[str]) -> None:
    clone.built()
    with (clone.path / changed).open("a") as file:
        file.write("\n")
    assert clone.to_build() == built


def test_a_file_that_is_only_newer_rebuilds_nothing(clone: Clone) -> None:
    clone.built()
    for path in clone.path.rglob("*.txt"):
        path.touch()
    assert clone.to_build() == []


def test_a_set_up_that_was_interrupted_goes_on(clone: Clone) -> None:
    clone.built()
    next((clone.path / ".venv-kernel").glob(".stamp-*")).unlink()
    assert clone.to_build() == ["kernel"]


def test_a_venv_whose_python_was_removed_is_built_again(clone: Clone) -> None:
    clone.built()
    python = clone.path / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert clone.to_build() == ["server"]


def test_a_folder_that_was_moved_is_set_up_again(
    clone: Clone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone.built()
    moved = tmp_path_factory.mktemp("moved") / "liveroom"
    clone.path = clone.path.rename(moved)
    assert clone.to_build() == ["server", "kernel", "modules", "page"]


def test_a_part_that_cannot_be_built_says_how_to_go_on(clone: Clone) -> None:
    (clone.path / "frontend" / "package-lock.json").unlink()
    install = ["sh", "scripts/install", "modules", "frontend/node_modules/.stamp-modules-x"]
    done = subprocess.run(install, cwd=clone.path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith("[modules] not done: the lines above say why.")
    assert not (clone.path / "frontend" / "node_modules").exists()


def test_only_measuring_needs_the_servers_that_are_measured_beside(clone: Clone) -> None:
    assert "peers" not in clone.to_build("setup-tests")
    assert "peers" in clone.to_build("bench")
