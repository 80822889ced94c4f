"""Really starts one sandbox, looks around in it, and says what is missing and how to mend it."""

import asyncio
import json
from pathlib import Path

import msgspec

from kernels import launch
from kernels.errors import KernelsUnavailable

_PROC = Path("/proc/sys")
_LOOK = """
import json, os, socket
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines() if ":" in line)
def fails(what):
    try:
        what()
    except Exception:
        return True
    return False
print(json.dumps({
    "no capabilities": all(int(status["Cap" + kind], 16) == 0 for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")),
    "no new privileges": status["NoNewPrivs"].strip() == "1",
    "filtered system calls": status["Seccomp"].strip() == "2" and fails(lambda: os.memfd_create("x")),
    "no network": [name for _, name in socket.if_nameindex()] == ["lo"],
    "no environment of the host's": "PWD" not in os.environ and os.environ["HOME"] == "/room",
    "a process table of its own": len([name for name in os.listdir("/proc") if name.isdigit()]) <= 3,
    "a read-only system": fails(lambda: open("/usr/x", "w")) and fails(lambda: open("/x", "w")),
    "no files of the host's": not os.path.exists("/etc/shadow") and not os.path.exists("/var"),
}))
"""
_DOCKER = (
    "in Docker start the container with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined` (no --privileged)"
)
_KUBERNETES = (
    "in Kubernetes set `procMount: Unmasked`, `hostUsers: false` "
    "and a seccomp profile that allows unshare and mount"
)
_SYSTEMD = "under systemd leave RestrictNamespaces, PrivateUsers, ProtectProc and SystemCallFilter unset for the host"
_APPARMOR = (
    "on Ubuntu run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, or give the kernels' Python an "
    "AppArmor profile with the rule `userns,`"
)


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong: what it is, and what mends it."""

    sentence: str
    mend: str


class Report(msgspec.Struct, frozen=True):
    """Kernels start only if `ok`."""

    ok: bool
    findings: list[Finding]

    def sentence(self) -> str:
        """All findings as one text for a person."""
        return " ".join(f"{finding.sentence} To mend it: {finding.mend}." for finding in self.findings)


def examine(environment: Path) -> Report:
    """Examine this machine and the Python environment at `environment`. For callers without an event loop."""
    return asyncio.run(examine_here(environment))


async def examine_here(environment: Path) -> Report:
    try:
        code, printed = await launch.run_sealed(environment, _LOOK)
        held: dict[str, bool] = json.loads(printed) if code == 0 else {}
    except (KernelsUnavailable, ValueError) as error:
        return Report(False, [Finding(str(error), _mend(str(error), environment))])
    missing = [name for name, holds in held.items() if not holds]
    if not held:
        missing = ["a Python that runs"]
    if missing:
        return Report(
            False,
            [
                Finding(
                    f"A sandbox started without {', '.join(missing)}.",
                    "report it with the output of `uname -a`",
                )
            ],
        )
    if not (environment / "lib").is_dir() or not _has_ipykernel(environment):
        return Report(False, [Finding(f"{environment} has no ipykernel.", "run `make setup`")])
    return Report(True, [])


def _has_ipykernel(environment: Path) -> bool:
    return any(environment.glob("lib/python3*/site-packages/ipykernel/__init__.py"))


def _mend(sentence: str, environment: Path) -> str:
    """The most likely cure, from what failed and from the machine's switches."""
    if "cannot be started" in sentence:
        return "run `make setup`"
    if "x86_64" in sentence:
        return "run the kernel host on an x86_64 machine"
    if _switch("kernel/unprivileged_userns_clone") == "0":
        return "run `sudo sysctl -w kernel.unprivileged_userns_clone=1`"
    if _switch("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return _APPARMOR
    if _switch("user/max_user_namespaces") == "0":
        return "run `sudo sysctl -w user.max_user_namespaces=15000`"
    if "mount proc" in sentence:
        return f"part of /proc is masked here; {_DOCKER}, or {_KUBERNETES}"
    if "Permission denied" in sentence:
        return f"make {environment} and its Python readable for the user who runs the kernel host"
    return "; ".join((_DOCKER, _KUBERNETES, _SYSTEMD))


def _switch(name: str) -> str:
    try:
        return (_PROC / name).read_text(encoding="ascii").strip()
    except OSError:
        return ""
