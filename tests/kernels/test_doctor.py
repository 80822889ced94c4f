"""The doctor starts a real sandbox, or says why it cannot and what mends it."""

import subprocess
import sys
from pathlib import Path

from kernels.doctor import Finding, Report, examine

PROJECT = Path(__file__).resolve().parents[2]


def test_a_machine_that_can_seal_kernels_is_well(environment: Path) -> None:
    assert examine(environment) == Report(True, [])


def test_an_environment_below_tmp_is_seen_under_the_kernels_own_tmp(environment: Path, folder: Path) -> None:
    """Of a project that was cloned there. `folder` is in /tmp."""
    subprocess.run(
        [environment / "bin" / "python", "-m", "venv", "--without-pip", folder / "env"], check=True
    )
    packages = next((folder / "env" / "lib").glob("python*")) / "site-packages"
    (packages / "ipykernel").mkdir()  # what the doctor starts does without one that works
    (packages / "ipykernel" / "__init__.py").touch()
    assert examine(folder / "env") == Report(True, [])


def test_a_missing_environment_is_told_with_its_mend(folder: Path) -> None:
    report = examine(folder / "nothing")
    assert not report.ok
    assert [finding.mend for finding in report.findings] == ["run `make setup`"]


def test_where_namespaces_are_refused_nothing_starts_and_the_flags_are_named(environment: Path) -> None:
    """As in a container with its usual seccomp profile: unshare answers EPERM."""
    source = (
        "import sys, struct; from pathlib import Path; from kernels import libc\n"
        "rules = [(0x20, 0, 0, 0), (0x15, 0, 1, 272), (6, 0, 0, 0x00050001), (6, 0, 0, 0x7fff0000)]\n"
        "libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)\n"
        "libc.set_seccomp_filter(b''.join(struct.pack('HBBI', *rule) for rule in rules))\n"
        "from kernels.doctor import examine\n"
        f"report = examine(Path({str(environment)!r}))\n"
        "print(report.ok, report.sentence())"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.startswith("False A kernel's sandbox could not be made: "), done.stderr
    assert "Operation not permitted" in done.stdout
    assert "--security-opt systempaths=unconfined" in done.stdout
    assert "procMount: Unmasked" in done.stdout


def test_all_findings_are_one_text() -> None:
    report = Report(False, [Finding("A is missing.", "add A"), Finding("B is too old.", "renew B")])
    assert report.sentence() == "A is missing. To mend it: add A. B is too old. To mend it: renew B."
