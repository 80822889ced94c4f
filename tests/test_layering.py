"""The arrows between packages go one way, and what decides does no I/O."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INDEPENDENT = {"kernels", "keystroke", "exercises"}
PURE = (
    "audience",
    "document",
    "effects",
    "frames",
    "lib0",
    "messages",
    "files",
    "notes",
    "pages",
    "people",
    "presence",
    "quota",
    "rates",
    "room",
    "room_kernel",
    "resources",
    "outputs",
    "rounds",
    "runs",
    "timebox",
    "updates",
    "checkpoints",
    "writing",
    "consent",
    "export",
    "replay",
    "report",
    "process",
    "report_page",
    "typing/typed",
    "typing/conditions",
    "typing/comparison",
    "typing/unlocking",
)
IMPURE = {
    "asyncio",
    "socket",
    "subprocess",
    "time",
    "sqlalchemy",
    "starlette",
    "uvicorn",
    "os",
    "random",
    "secrets",
}
STDLIB_ONLY = [
    "zygote",
    "sandbox",
    "program",
    "provisions",
    "seccomp",
    "rootfs",
    "libc",
    "watchdog",
    "membership",
    "unsealed",
    "control",
]


WITHIN_KEYSTROKE: dict[str, set[str]] = {
    "timeline": set(),
    "timing": set(),
    "files": {"timeline"},
    "features": set(),
    "profile": {"features", "timing"},
    "provenance": {"timing"},
    "evidence": {"features", "profile", "timing"},
    "calibration": {"timing"},
    "comparison": {"calibration", "evidence", "features", "population", "profile", "provenance", "timing"},
}
"""What the parts of `keystroke` that all others rest on may import of it."""


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", sorted(INDEPENDENT))
def test_a_package_knows_nothing_of_the_server_or_of_its_neighbours(package: str) -> None:
    others = {"liveroom", *INDEPENDENT} - {package}
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in others
    }
    assert found == set()


@pytest.mark.parametrize("part", WITHIN_KEYSTROKE)
def test_arrows_within_keystroke_go_one_way(part: str) -> None:
    root = ROOT / "keystroke"
    paths = [*(root / part).rglob("*.py")] or [root / f"{part}.py"]
    found = {
        name.split(".")[1]
        for path in paths
        for name in imported(path)
        if name.startswith("keystroke.") and name.split(".")[1] != part
    }
    assert found <= WITHIN_KEYSTROKE[part]


def test_a_comparison_does_not_know_how_it_is_evaluated() -> None:
    """Only commands do, and what measures a population that it has made."""
    root = ROOT / "keystroke"
    users = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in root.rglob("*.py")
        if any(name.startswith("keystroke.evaluation") for name in imported(path))
    }
    elsewhere = {user for user in users if not user.startswith(("evaluation.", "commands.", "neural."))}
    assert elsewhere == {"population.build", "population.recalibrate"}


@pytest.mark.parametrize("module", PURE)
def test_what_decides_imports_nothing_that_acts(module: str) -> None:
    names = set(imported(ROOT / "liveroom" / f"{module}.py"))
    assert {name for name in names if name.split(".")[0] in IMPURE} == set()
    assert not {
        name for name in names if name.startswith(("liveroom.store", "liveroom.host", "liveroom.web"))
    }


def test_sql_lives_in_the_store() -> None:
    allowed = {
        "store.py",
        "store_access.py",
        "store_people.py",
        "store_review.py",
        "store_deletion.py",
        "store_opening.py",
        "database.py",
        "tables.py",
    }
    users = {
        path.name
        for path in (ROOT / "liveroom").glob("*.py")
        if any(name.split(".")[0] == "sqlalchemy" for name in imported(path))
    }
    assert users <= allowed


def test_only_the_kernels_package_speaks_to_kernels() -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "liveroom").rglob("*.py")
        if any(name.split(".")[0] in {"zmq", "jupyter_client"} for name in imported(path))
    }
    assert users == set()


@pytest.mark.parametrize("module", STDLIB_ONLY)
def test_what_runs_before_the_sandbox_needs_only_the_standard_library(module: str) -> None:
    import sys

    outside = {
        name
        for name in imported(ROOT / "kernels" / f"{module}.py")
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("kernels")
    }
    assert outside == set()
