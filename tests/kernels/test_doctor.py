"""The doctor starts a real sandbox, or says why it cannot and what mends it."""

import asyncio
import ctypes
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kernels import seccomp
from kernels.cgroups import Cgroups, Tree
from kernels.doctor import Report, examine, examine_here
from kernels.kernel import Limits
from kernels.mends import DOCKER, KUBERNETES, PODMAN, SYSTEMD, Finding, explain
from kernels.surroundings import Place, Surroundings, surroundings

PROJECT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take that away")
REFUSED = "A kernel's sandbox could not be made: unshare(0x6c020000): Operation not permitted."


def confined(environment: Path, *what: str, **environ: str) -> Report:
    """The doctor's report from a process that lacks these things."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("confined.py"), environment, *what],
        env={"PATH": os.defpath, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=Report)


def the_finding(report: Report) -> Finding:
    assert not report.ok
    [finding] = report.findings
    return finding


def facts(report: Report) -> dict[str, str]:
    return {fact.name: fact.text for fact in report.facts}


def test_a_machine_that_can_seal_kernels_is_well_and_is_described(environment: Path) -> None:
    report = examine(environment)
    assert (report.ok, report.findings) == (True, [])
    assert list(facts(report)) == ["machine", "environment", "sandbox", "memory", "processor", "processes"]
    assert "ipykernel" in facts(report)["environment"]
    assert facts(report)["sandbox"].startswith("started in ")
    assert report.text().endswith("A sealed kernel starts here.")


def test_control_groups_that_a_sandbox_could_not_enter_are_not_counted_on(
    environment: Path, tmp_path: Path
) -> None:
    cgroups = Cgroups([Tree(1, tmp_path, frozenset({"memory", "cpu", "pids"}))])  # a folder like any other
    report = asyncio.run(examine_here(environment, cgroups))
    assert report.ok
    assert facts(report)["memory"].startswith("held by no control group")
    assert [hint.why for hint in report.hints] == ["a sandbox could not enter its group."]
    assert cgroups.make(Limits()).folders == []


@as_root
def test_an_ordinary_user_is_told_what_holds_the_limits_instead_of_control_groups(environment: Path) -> None:
    report = confined(environment, "an_ordinary_user")
    assert (report.ok, report.findings) == (True, [])
    assert "as user 12345" in facts(report)["machine"]
    assert (
        facts(report)["memory"] == "held by no control group; but by a watchdog, and a limit for each process"
    )
    [hint] = report.hints
    assert (
        hint.what == "Linux's control groups hold not all of a room's limits here; kernels run all the same."
    )
    assert "Permission denied" in hint.why


def test_no_new_privs_does_no_harm(environment: Path) -> None:
    report = confined(environment, "no_new_privileges")
    assert report.ok
    assert "with no_new_privs" in facts(report)["machine"]


def test_a_filter_that_refuses_namespaces_is_found_and_the_place_decides_the_mend(environment: Path) -> None:
    finding = the_finding(confined(environment, "no_unshare", KUBERNETES_SERVICE_HOST="10.0.0.1"))
    assert "Operation not permitted" in finding.what
    assert (
        finding.why == "A filter of system calls lies on this process, and refuses what a sandbox is made of."
    )
    assert "/var/lib/kubelet/seccomp/liveroom.json" in finding.mend
    assert finding.lines == list(KUBERNETES)


def libseccomp_is_here() -> bool:
    try:
        return bool(ctypes.CDLL("libseccomp.so.2"))
    except OSError:
        return False


@as_root
@pytest.mark.skipif(not libseccomp_is_here(), reason="install your system's libseccomp")
def test_under_the_filter_that_we_ship_for_containers_kernels_can_be_sealed(environment: Path) -> None:
    report = confined(environment, "an_ordinary_user", "the_filter_that_we_ship")
    assert (report.ok, report.findings) == (True, [])


def test_the_filter_that_we_ship_allows_what_kernels_may_do_and_nothing_that_takes_a_machine_over() -> None:
    profile = json.loads((PROJECT / "docs" / "how-to" / "deploy" / "seccomp.json").read_text())
    names = set(profile["syscalls"][0]["names"])
    assert seccomp.ALLOWED.keys() - names == set()
    dangerous = {
        "bpf",
        "keyctl",
        "kexec_load",
        "init_module",
        "open_by_handle_at",
        "perf_event_open",
        "userfaultfd",
    }
    assert names & {*dangerous, "ptrace", "io_uring_setup", "setns", "reboot", "swapon"} == set()
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"


def test_lines_name_files_that_are_there() -> None:
    for finding in (
        explain(REFUSED, Surroundings(user=1000, place="Docker"), Path("/env")),
        explain(REFUSED, Surroundings(user=1000, place="Kubernetes"), Path("/env")),
        explain(REFUSED, Surroundings(user=1000, apparmor_restricts=True), Path("/env")),
    ):
        named = re.findall(r"docs/how-to/deploy/[a-z.]+[a-z]", finding.text())
        assert named
        assert all((PROJECT / name).is_file() for name in named)


@as_root
def test_a_covered_proc_is_found_for_an_ordinary_user(environment: Path) -> None:
    finding = the_finding(confined(environment, "covered_proc", "an_ordinary_user"))
    assert "mount proc" in finding.what
    assert finding.why.startswith("Parts of /proc are covered here (/proc/")


@as_root
def test_a_covered_proc_does_not_keep_root_from_sealing(environment: Path) -> None:
    assert confined(environment, "covered_proc").ok


@as_root
def test_user_namespaces_that_are_switched_off_are_found(environment: Path) -> None:
    finding = the_finding(confined(environment, "an_ordinary_user", "no_namespaces"))
    assert "No space left on device" in finding.what
    assert finding.why == ("User namespaces are switched off on this machine: user.max_user_namespaces is 0.")
    assert finding.lines == [
        "echo 'user.max_user_namespaces = 15000' | sudo tee /etc/sysctl.d/60-liveroom.conf",
        "sudo sysctl --system",
    ]


@as_root
def test_root_without_its_power_is_told_to_be_an_ordinary_user(environment: Path) -> None:
    finding = the_finding(confined(environment, "no_sys_admin"))
    assert finding.why.startswith("This is root without the capability CAP_SYS_ADMIN")
    assert "ordinary user" in finding.mend


@as_root
def test_a_tmp_that_cannot_be_written_is_found_before_anything_starts(environment: Path) -> None:
    report = confined(environment, "a_closed_tmp")
    assert not report.ok  # also for what else lies there, such as a project that was cloned into it
    (finding,) = [one for one in report.findings if one.what == "The folder /tmp cannot be written to."]
    assert finding.lines == ["sudo mkdir -p /tmp", "sudo chmod 1777 /tmp"]


@as_root
def test_an_environment_behind_a_closed_folder_is_told_with_the_folder(folder: Path) -> None:
    (folder / "env" / "bin").mkdir(parents=True)
    (folder / "env" / "bin" / "python").symlink_to(sys.executable)
    folder.chmod(0o700)
    finding = the_finding(confined(folder / "env", "an_ordinary_user"))
    assert finding.what == f"{folder}/env/bin/python cannot be reached by user 12345, who runs this."
    assert finding.lines == [f"sudo chmod o+x {folder}"]


def test_a_missing_environment_is_told_with_its_mend(folder: Path) -> None:
    finding = the_finding(examine(folder / "nothing"))
    assert finding.what == f"The kernels' Python {folder}/nothing/bin/python is not there."
    assert finding.lines == ["make setup"]


def test_an_environment_without_ipykernel_is_told_how_to_get_it(environment: Path, folder: Path) -> None:
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "venv", "--without-pip", folder / "env"], check=True)
    finding = the_finding(examine(folder / "env"))
    assert finding.what == f"{folder}/env has no ipykernel."


def test_an_environment_below_tmp_is_seen_under_the_kernels_own_tmp(environment: Path, folder: Path) -> None:
    """Of a project that was cloned there. `folder` is in /tmp."""
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "venv", "--without-pip", folder / "env"], check=True)
    packages = next((folder / "env" / "lib").glob("python*")) / "site-packages"
    (packages / "ipykernel").mkdir()  # what the doctor starts does without one that works
    (packages / "ipykernel" / "__init__.py").touch()
    assert examine(folder / "env").ok


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ("Docker", DOCKER),
        ("a container", DOCKER),
        ("Podman", PODMAN),
        ("Kubernetes", KUBERNETES),
        ("systemd", SYSTEMD),
    ],
)
def test_each_place_has_lines_of_its_own(place: Place, lines: tuple[str, ...]) -> None:
    finding = explain(REFUSED, Surroundings(user=1000, place=place, filtered=True), Path("/env"))
    assert (finding.what, tuple(finding.lines)) == (REFUSED, lines)


def test_ubuntus_restriction_is_mended_for_the_interpreter_that_really_runs(folder: Path) -> None:
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to("/usr/bin/env")
    around = Surroundings(user=1000, apparmor_restricts=True)
    finding = explain(
        "A kernel's sandbox could not be made: mount bind on /: Permission denied.", around, folder
    )
    assert finding.why.startswith("AppArmor restricts user namespaces here")
    assert "sed 's,/PATH/OF/PYTHON,/usr/bin/env,'" in finding.lines[0]
    assert "/etc/apparmor.d/liveroom-kernels" in finding.lines[1]


def test_root_is_not_held_by_ubuntus_restriction() -> None:
    around = Surroundings(sys_admin=True, apparmor_restricts=True, place="Docker", filtered=True)
    assert explain(REFUSED, around, Path("/env")).lines == list(DOCKER)


def test_debians_old_switch_is_named() -> None:
    finding = explain(REFUSED, Surroundings(user=1000, clone_is_roots=True), Path("/env"))
    assert finding.why.endswith("kernel.unprivileged_userns_clone is 0.")


def test_a_profile_that_refuses_mounts_is_named() -> None:
    around = Surroundings(sys_admin=True, place="Docker", apparmor_profile="docker-default (enforce)")
    finding = explain(
        "A kernel's sandbox could not be made: mount bind on /: Permission denied.", around, Path("/env")
    )
    assert "docker-default (enforce)" in finding.why


def machine(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "environ", "place"),
    [
        ({".dockerenv": ""}, {}, "Docker"),
        ({"run__.containerenv": ""}, {}, "Podman"),
        ({".dockerenv": ""}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "Kubernetes"),
        ({"proc__1__cgroup": "0::/kubepods/burstable/pod7\n"}, {}, "Kubernetes"),
        ({"proc__1__cgroup": "1:cpu:/docker/4711\n"}, {}, "Docker"),
        ({"proc__1__environ": "container=lxc\0"}, {}, "a container"),
        ({}, {"INVOCATION_ID": "4711"}, "systemd"),
        ({}, {}, ""),
    ],
)
def test_the_place_is_known_by_its_marks(
    tmp_path: Path, files: dict[str, str], environ: dict[str, str], place: str
) -> None:
    assert surroundings(machine(tmp_path, **files), environ).place == place


def test_what_confines_a_process_is_read_from_proc(tmp_path: Path) -> None:
    root = machine(
        tmp_path,
        proc__self__status="Name:\tpython\nCapEff:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t2\n",
        proc__self__mountinfo="1 2 0:5 / /proc rw - proc proc rw\n3 1 0:6 / /proc/kcore rw - tmpfs tmpfs rw\n",
        proc__self__attr__current="docker-default (enforce)\n",
        proc__sys__user__max_user_namespaces="0\n",
        proc__sys__kernel__apparmor_restrict_unprivileged_userns="1\n",
    )
    found = surroundings(root, {})
    assert (found.filtered, found.no_new_privileges, found.sys_admin) == (True, True, False)
    assert (found.namespaces_most, found.apparmor_restricts, found.clone_is_roots) == (0, True, False)
    assert (found.apparmor_profile, found.proc_covered) == ("docker-default (enforce)", ["/proc/kcore"])


def test_an_old_linux_and_another_machine_are_told_before_anything_starts(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Surroundings(machine="aarch64", release="5.10.0-33-arm64")
    monkeypatch.setattr("kernels.doctor.surroundings", lambda: old)
    first, second = examine(environment).findings
    assert first.what == "Kernels can be sealed on x86_64 only, and this machine is aarch64."
    assert second.what == "Linux 5.10.0-33-arm64 is too old."


def test_a_report_is_a_text_for_a_terminal_and_a_sentence_for_a_room() -> None:
    report = Report(False, [Finding("A is missing.", "It was never there.", "Add it.", ["add a"])])
    assert report.sentence() == "A is missing. `liveroom doctor` says how to mend it."
    assert report.text() == (
        "A is missing.\nIt was never there. Add it.\n\n    add a\n\nNo kernel starts here until this is mended."
    )
