"""The pinned requirements hold what the code imports, and come from wherever the machine is set up to look."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.setup.machine import PROJECT

OURS = {"liveroom", "kernels", "keystroke", "exercises", "tests", "scripts"}
# Run by the kernels' interpreter, or read by people: not the server's imports.
IN_KERNELS = ("exercises/catalogue/", "exercises/harness", "tests/kernels/naughty/")

LENT_BY_KERNELS = "keystroke/neural/"
"""Never imported by the server: it is run where the kernels' environment lends its torch."""


def pins(name: str) -> dict[str, str]:
    lines = (PROJECT / "requirements" / f"{name}.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def wishes() -> dict[str, list[Requirement]]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return {
        "server": [Requirement(text) for text in project["project"]["dependencies"]],
        "dev": [Requirement(text) for text in project["dependency-groups"]["dev"]],
    }


def imported_at(path: Path) -> set[str]:
    """The top-level names that a file imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("name", ["server", "dev"])
def test_every_wish_is_pinned_to_a_version_that_grants_it(name: str) -> None:
    pinned = {**pins("server"), **pins("dev")}
    for wish in wishes()[name]:
        assert wish.specifier.contains(pinned[canonicalize_name(wish.name)]), wish


@pytest.mark.parametrize("package", ["liveroom", "kernels", "keystroke", "exercises", "tests", "scripts"])
def test_what_a_package_imports_is_declared(package: str) -> None:
    wished = wishes()["server"] + (wishes()["dev"] if package in {"tests", "scripts"} else [])
    declared = {canonicalize_name(wish.name) for wish in wished}
    owners = packages_distributions()
    for path in sorted((PROJECT / package).rglob("*.py")):
        where = path.relative_to(PROJECT).as_posix()
        if where.startswith(IN_KERNELS):
            continue
        here = declared | (set(pins("kernel")) if where.startswith(LENT_BY_KERNELS) else set())
        for name in imported_at(path) - OURS - sys.stdlib_module_names:
            owned_by = {canonicalize_name(owner) for owner in owners.get(name, [name])}
            assert owned_by & here, f"{where} imports {name}, which pyproject.toml does not declare"


def test_the_server_needs_neither_torch_nor_the_tests_tools() -> None:
    assert not {"torch", "ipykernel", "pytest", "playwright", "mypy"} & set(pins("server"))


def test_kernels_have_torch_and_nothing_for_graphics_cards() -> None:
    kernel = pins("kernel")
    assert kernel["torch"] == "2.13.0"
    assert {"ipykernel", "numpy", "pandas", "scikit-learn", "matplotlib"} <= set(kernel)
    assert not [name for name in kernel if name.startswith(("nvidia", "cuda", "triton"))]


def test_both_sides_of_the_sandbox_speak_one_jupyter() -> None:
    server, kernel = pins("server"), pins("kernel")
    for name in ("jupyter-client", "pyzmq"):
        assert server[name] == kernel[name]


def test_the_lock_names_versions_and_hashes_but_no_registry() -> None:
    text = (PROJECT / "frontend" / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert '"resolved"' not in text
    assert all("integrity" in package for name, package in packages.items() if name)
    assert "node_modules/codemirror" not in packages  # at `latest` that is version 5


def test_the_page_pins_what_it_asks_for() -> None:
    package = json.loads((PROJECT / "frontend" / "package.json").read_text())
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned: {version}"


def test_no_index_is_named_but_pytorchs() -> None:
    files = [PROJECT / "Makefile", PROJECT / "frontend" / ".npmrc", PROJECT / ".ci" / "run"]
    files += (PROJECT / "scripts").iterdir()
    files += (PROJECT / "requirements").iterdir()
    hosts = {
        host
        for path in files
        if path.is_file()
        for host in re.findall(r"https?://([^/\s\"']+)", path.read_text())
    }
    assert hosts - {"127.0.0.1:5173", "127.0.0.1:$port"} == {"download.pytorch.org", "nodejs.org"}
