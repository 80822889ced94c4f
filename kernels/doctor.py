"""Really starts one sandbox, looks around in it, and says what is missing and how to mend it."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kernels import launch
from kernels.cgroups import Cgroup, Cgroups
from kernels.environments import packages
from kernels.errors import KernelsUnavailable
from kernels.kernel import DEFAULT_LIMITS
from kernels.mends import Finding, explain, other_machine, too_old
from kernels.surroundings import Surroundings, surroundings

_LOOK_SECONDS = 30.0
_LOOK = """
import json, os, socket, sys, time
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
}), flush=True)
time.sleep(60)
"""
_SHOWN = ("ipykernel", "numpy", "pandas", "scikit-learn", "matplotlib", "torch")


class Fact(msgspec.Struct, frozen=True):
    """One thing that is as it is: a line of the picture."""

    name: str
    text: str


class Report(msgspec.Struct, frozen=True):
    """Kernels start only if `ok`. `hints` are what would be better still."""

    ok: bool
    findings: list[Finding] = []
    hints: list[Finding] = []
    facts: list[Fact] = []

    def sentence(self) -> str:
        """What is wrong, for the log and for a room."""
        return " ".join(
            [*(finding.what for finding in self.findings), "`liveroom doctor` says how to mend it."]
        )

    def text(self) -> str:
        """All of it, for a person at a terminal."""
        width = max((len(fact.name) for fact in self.facts), default=0)
        picture = [f"{fact.name:{width}}  {fact.text}" for fact in self.facts]
        parts = ["\n".join(picture), *(finding.text() for finding in (*self.findings, *self.hints))]
        end = "A sealed kernel starts here." if self.ok else "No kernel starts here until this is mended."
        return "\n\n".join(part.rstrip() for part in (*parts, end) if part.strip())


def examine(environment: Path) -> Report:
    """Examine this machine and the Python environment at `environment`. For callers without an event loop."""
    cgroups = Cgroups.find()
    try:
        return asyncio.run(examine_here(environment, cgroups))
    finally:
        cgroups.close()


async def examine_here(environment: Path, cgroups: Cgroups | None = None) -> Report:
    """Examine, with the control groups that are to be used. Some that turn out not to hold are let go of."""
    around = surroundings()
    facts = [Fact("machine", _machine(around)), Fact("environment", _environment(environment))]
    findings = list(_missing(environment, around))
    if findings:
        return Report(False, findings, [], facts)
    cgroups = cgroups or Cgroups()
    group = cgroups.make(DEFAULT_LIMITS)
    began = time.monotonic()
    try:
        seen, joined = await _look(environment, group)
    except KernelsUnavailable as error:
        return Report(False, [explain(str(error), around, environment)], [], facts)
    took = time.monotonic() - began
    missing = [name for name, holds in seen.items() if not holds]
    if missing:
        return Report(False, [_unsealed(missing)], [], facts)
    if not joined:
        cgroups.close()
        cgroups.troubles.append("a sandbox could not enter its group")
    facts.append(Fact("sandbox", f"started in {took * 1000:.0f} ms, with {', '.join(seen)}"))
    facts += _holders(cgroups)
    return Report(True, [], list(_hints(cgroups, around)), facts)


async def _look(environment: Path, group: Cgroup) -> tuple[dict[str, bool], bool]:
    """What is seen inside, and whether it was in its control group. Raises KernelsUnavailable."""
    output, inside = os.pipe()
    with os.fdopen(output, "rb", buffering=0) as pipe:
        try:
            zygote = launch.Zygote(environment, None)
            try:
                sealed = await launch.seal(zygote, source=_LOOK, stdout=inside, group=group)
            finally:
                zygote.end()
        finally:
            os.close(inside)
        try:
            line = await asyncio.wait_for(_line(pipe), _LOOK_SECONDS)
            joined = group.joined
        except TimeoutError:
            line, joined = b"", False
        finally:
            await sealed.end()
    try:
        return json.loads(line), joined
    except ValueError:
        raise KernelsUnavailable(sealed.failure()) from None


async def _line(pipe: object) -> bytes:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        return await reader.readline()
    finally:
        transport.close()


def _missing(environment: Path, around: Surroundings) -> Iterator[Finding]:
    """What can be seen without a sandbox."""
    if around.machine != "x86_64":
        yield other_machine(around)
    if around.linux < (5, 12):
        yield too_old(around)
    folder = tempfile.gettempdir() if _is_writable("/tmp") else "/tmp"  # noqa: S108
    if not _is_writable(folder):
        yield Finding(
            f"The folder {folder} cannot be written to.",
            "Sandboxes are built in /tmp, and their sockets lie in the folder for temporary files.",
            "Make it what it is elsewhere.",
            [f"sudo mkdir -p {folder}", f"sudo chmod 1777 {folder}"],
        )
    python = environment / "bin" / "python"
    closed = _closed(python)
    if closed is not None:
        yield Finding(
            f"{python} cannot be reached by user {around.user}, who runs this.",
            f"{closed} is closed to that user.",
            "Open the way, or set the project up where every user may read it, as in /opt.",
            [f"sudo chmod o+x {closed}"],
        )
    elif not python.exists():
        yield Finding(
            f"The kernels' Python {python} is not there.",
            "The environment was not built, or the Python that it was built with has gone.",
            "Build it.",
            ["make setup"],
        )
    elif not any(environment.glob("lib*/python3*/site-packages/ipykernel/__init__.py")):
        yield Finding(
            f"{environment} has no ipykernel.",
            "It is what runs the cells.",
            "Put it in; for an environment of the project's own `make setup` does so.",
            [f"{python} -m pip install ipykernel"],
        )


def _closed(path: Path) -> Path | None:
    """The outermost folder on the way that this user may not enter, or the file itself if it may not be run."""
    for folder in [*reversed(path.absolute().parents), path]:
        if folder.exists() and not os.access(folder, os.X_OK):
            return folder
    return None


def _is_writable(folder: str) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _unsealed(missing: list[str]) -> Finding:
    return Finding(
        f"A sandbox started without {', '.join(missing)}.",
        "This should not be possible, so nothing runs in it.",
        "Report it with the output of this command.",
        ["uname -a; cat /proc/self/status /proc/self/mountinfo"],
    )


def _machine(around: Surroundings) -> str:
    who = "root" if around.user == 0 else f"user {around.user}"
    place = {"": "", "systemd": ", in a unit of systemd's", "a container": ", in a container"}.get(
        around.place, f", in {around.place}"
    )
    held = ", with no_new_privs" if around.no_new_privileges else ""
    return f"Linux {around.release} on {around.machine}, as {who}{place}{held}"


def _environment(environment: Path) -> str:
    try:
        found = packages(environment)
    except OSError as error:
        return f"{environment}: {error.strerror}"
    shown = [f"{name} {found[name]}" for name in _SHOWN if name in found]
    return f"{environment}: {len(found)} packages; {', '.join(shown) or 'none that is looked for'}"


def _holders(cgroups: Cgroups) -> Iterator[Fact]:
    for name, title, alone in (
        ("memory", "memory", "a watchdog, and a limit for each process"),
        ("cpu", "processor", "a lower priority (nice) and torch's number of threads"),
        ("pids", "processes", "a limit for the room's user (RLIMIT_NPROC)"),
    ):
        version = cgroups.held.get(name)
        group = f"a control group (version {version})" if version else "no control group"
        yield Fact(title, f"held by {group}; {'and' if version else 'but'} by {alone}")


def _hints(cgroups: Cgroups, around: Surroundings) -> Iterator[Finding]:
    if len(cgroups.held) == 3:
        return
    why = "; ".join(cgroups.troubles) or "Nothing of them can be seen here."
    yield Finding(
        "Linux's control groups hold not all of a room's limits here; kernels run all the same.",
        f"{why}.".replace("..", "."),
        "Let the kernel host have a group of its own: in its systemd unit, by this line."
        if around.place in ("", "systemd")
        else "A container has to be given a writable /sys/fs/cgroup for that.",
        ["Delegate=yes"] if around.place in ("", "systemd") else [],
    )
