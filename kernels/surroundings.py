"""Where this process runs, as far as it decides whether kernels can be sealed: read once, nothing is tried."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

Place = Literal["Kubernetes", "Podman", "Docker", "a container", "systemd", ""]

_CAP_SYS_ADMIN = 21


class Surroundings(msgspec.Struct, frozen=True):
    """`place` is empty on a plain machine. `namespaces_most` is None where Linux sets no number."""

    machine: str = "x86_64"
    release: str = ""
    user: int = 0
    place: Place = ""
    sys_admin: bool = False
    filtered: bool = False
    no_new_privileges: bool = False
    apparmor_profile: str = ""
    apparmor_restricts: bool = False
    clone_is_roots: bool = False
    namespaces_most: int | None = None
    proc_covered: list[str] = []

    @property
    def linux(self) -> tuple[int, int]:
        """The version of Linux, as far as it matters."""
        major, _, rest = self.release.partition(".")
        minor = rest.partition(".")[0]
        return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def surroundings(root: Path = Path("/"), environ: Mapping[str, str] = os.environ) -> Surroundings:
    """`root` stands for the root folder, so that other machines can be read of."""
    status = dict(
        line.split(":\t", 1) for line in _read(root, "proc/self/status").splitlines() if ":\t" in line
    )
    most = _read(root, "proc/sys/user/max_user_namespaces").strip()
    covered = {line.split()[4] for line in _read(root, "proc/self/mountinfo").splitlines() if line}
    return Surroundings(
        machine=os.uname().machine,
        release=os.uname().release,
        user=os.geteuid(),
        place=_place(root, environ),
        sys_admin=bool(int(status.get("CapEff", "0"), 16) >> _CAP_SYS_ADMIN & 1),
        filtered=status.get("Seccomp") == "2",
        no_new_privileges=status.get("NoNewPrivs") == "1",
        apparmor_profile=_read(root, "proc/self/attr/current").strip("\0\n"),
        apparmor_restricts=_switch(root, "kernel/apparmor_restrict_unprivileged_userns") == "1",
        clone_is_roots=_switch(root, "kernel/unprivileged_userns_clone") == "0",
        namespaces_most=int(most) if most.isdigit() else None,
        proc_covered=sorted(path for path in covered if path.startswith("/proc/")),
    )


def _place(root: Path, environ: Mapping[str, str]) -> Place:
    groups = _read(root, "proc/1/cgroup")
    if "KUBERNETES_SERVICE_HOST" in environ or "kubepods" in groups:
        return "Kubernetes"
    if (root / "var/run/secrets/kubernetes.io").exists():
        return "Kubernetes"
    if (root / "run/.containerenv").exists() or "libpod" in groups:
        return "Podman"
    if (root / ".dockerenv").exists() or "docker" in groups:
        return "Docker"
    if "container=" in _read(root, "proc/1/environ") or any(word in groups for word in ("lxc", "containerd")):
        return "a container"
    return "systemd" if "INVOCATION_ID" in environ else ""


def _switch(root: Path, name: str) -> str:
    return _read(root, f"proc/sys/{name}").strip()


def _read(root: Path, name: str) -> str:
    try:
        return (root / name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
