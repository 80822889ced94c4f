"""Control groups: found, made, held to, removed; for real where this machine lets us, else on a tree that acts so."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from kernels import cgroups, launch
from kernels.cgroups import Cgroup, Cgroups, Tree, settings
from kernels.kernel import Limits
from kernels.launch import Sealed, Zygote
from kernels.membership import Membership

PROJECT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024
ORDINARY_USER = 12345
LIMITS = Limits(memory_mib=100, cpus=0.5, pids=20)


@pytest.fixture
def found() -> Iterator[Cgroups]:
    """What this machine has, if it is enough."""
    found = Cgroups.find()
    try:
        if found.held.keys() != {"memory", "cpu", "pids"}:
            pytest.skip(f"this machine lets us hold {sorted(found.held)} alone: {found.troubles}")
        yield found
        left = [path for tree in found.trees for path in tree.folder.iterdir() if path.is_dir()]
        folders = [tree.folder for tree in found.trees]
    finally:
        found.close()
    assert left == []
    assert not any(folder.exists() for folder in folders)


def python_in(group: Cgroup, source: str) -> "subprocess.CompletedProcess[str]":
    """Run a program that enters the group before anything else, as a room's first process does."""
    membership = Membership(group.folders)
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source)],
        preexec_fn=membership.enter,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_memory_that_is_touched_beyond_the_limit_ends_its_process_and_is_known(found: Cgroups) -> None:
    group = found.make(LIMITS)
    membership = Membership(group.folders)
    done = python_in(group, f"kept = bytearray(60 * {MIB}); print('so far')")
    assert (done.returncode, done.stdout, membership.peak_if_killed_mib()) == (0, "so far\n", None)
    done = python_in(group, f"kept = bytearray(300 * {MIB}); print('never')")
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")
    peak = membership.peak_if_killed_mib()
    assert peak is not None
    assert 60 <= peak <= 100
    membership.remove()


def test_processes_are_counted(found: Cgroups) -> None:
    group = found.make(LIMITS)
    done = python_in(
        group,
        """
        import os, time
        started = 0
        try:
            while os.fork():
                started += 1
            os.closerange(0, 3)
            time.sleep(60)
        except OSError:
            print(started)
        """,
    )
    assert done.stdout == "21\n"
    group.kill()
    asyncio.run(group.remove())


def stat(folder: str) -> list[str]:
    path = Path(folder, "cpu.stat")
    return path.read_text().splitlines() if path.exists() else []


def test_a_busy_room_is_held_to_its_share_of_the_processor(found: Cgroups) -> None:
    group = found.make(Limits(cpus=0.1))
    python_in(
        group, "import time; until = time.process_time() + 0.1\nwhile time.process_time() < until: pass"
    )
    lines = [line for folder in group.folders for line in stat(folder)]
    assert [line for line in lines if line.startswith("nr_throttled ")] != ["nr_throttled 0"]
    asyncio.run(group.remove())


@pytest_asyncio.fixture
async def zygote(environment: Path) -> AsyncIterator[Zygote]:
    zygote = Zygote(environment, None)
    yield zygote
    zygote.end()


async def sealed_in(group: Cgroup, zygote: Zygote, source: str, limits: Limits = LIMITS) -> Sealed:
    """A sealed program in this group."""
    return await launch.seal(zygote, source=source, group=group, limits=limits)


async def entered(group: Cgroup) -> int:
    """Wait until somebody has; the supervisor's process."""
    async with asyncio.timeout(10):
        while not group.joined:
            await asyncio.sleep(0.01)
    [first, *_] = Path(group.folders[0], "cgroup.procs").read_text().split()
    return int(Path(f"/proc/{first}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.asyncio
async def test_a_sealed_program_enters_its_group_and_leaves_nothing(found: Cgroups, zygote: Zygote) -> None:
    group = found.make(LIMITS)
    sealed = await sealed_in(group, zygote, "import time; time.sleep(60)")
    await entered(group)
    await sealed.end()
    assert not any(Path(folder).exists() for folder in group.folders)


@pytest.mark.asyncio
async def test_a_sealed_program_does_not_see_where_its_group_is(found: Cgroups, zygote: Zygote) -> None:
    source = "import sys; sys.exit(any(not line.endswith(':/\\n') for line in open('/proc/self/cgroup')))"
    sealed = await sealed_in(found.make(LIMITS), zygote, source)
    await sealed.ended.wait()
    assert (sealed.code, sealed.failed) == (0, None)


@pytest.mark.asyncio
async def test_a_sealed_program_that_linux_kills_for_memory_is_told_with_figures(
    found: Cgroups, zygote: Zygote
) -> None:
    """The limit that its supervisor knows is far away, so it is not the watchdog that speaks."""
    source = f"kept = bytearray(300 * {MIB})"
    sealed = await sealed_in(found.make(LIMITS), zygote, source, Limits(memory_mib=1000))
    await sealed.ended.wait()
    assert sealed.reason == "The kernel ran out of memory: it used 1000 MiB and may use 1000 MiB."


@pytest.mark.asyncio
async def test_a_room_of_which_linux_killed_one_process_is_ended_as_a_whole(
    found: Cgroups, zygote: Zygote
) -> None:
    """Version 1 kills the largest alone; the rest would wait for it, or go on as if nothing had been."""
    source = f"import os, time\nif os.fork() == 0: kept = bytearray(300 * {MIB})\ntime.sleep(60)"
    sealed = await sealed_in(found.make(LIMITS), zygote, source)
    async with asyncio.timeout(20):
        await sealed.ended.wait()
    assert sealed.reason == "The kernel ran out of memory: it used 100 MiB and may use 100 MiB."


@pytest.mark.asyncio
async def test_what_a_killed_supervisor_could_not_remove_its_owner_does(
    found: Cgroups, zygote: Zygote
) -> None:
    group = found.make(LIMITS)
    sealed = await sealed_in(group, zygote, "import time; time.sleep(60)")
    os.kill(await entered(group), signal.SIGKILL)
    await sealed.ended.wait()
    assert not any(Path(folder).exists() for folder in group.folders)


def test_the_group_of_a_room_whose_host_is_killed_goes_with_the_room(
    found: Cgroups, environment: Path
) -> None:
    source = f"""
import asyncio, os
from pathlib import Path
from kernels import launch
from kernels.cgroups import Cgroups
from kernels.kernel import Limits

async def main():
    group = Cgroups.find().make(Limits())
    await launch.seal(
        launch.Zygote(Path({str(environment)!r}), None), source="import time; time.sleep(60)", group=group
    )
    while not group.joined:
        await asyncio.sleep(0.01)
    print(*group.folders, sep="\\n", flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    folders = [Path(line) for line in done.stdout.split()]
    assert folders, done.stderr
    deadline = time.monotonic() + 20
    while any(folder.exists() for folder in folders):
        assert time.monotonic() < deadline, "the supervisor has left the group"
        time.sleep(0.02)
    Cgroups.find().close()  # and the next host removes what it lay in
    assert not any(folder.parent.exists() for folder in folders)


def test_what_a_killed_host_left_is_removed_by_the_next(found: Cgroups) -> None:
    source = (
        "from kernels.cgroups import Cgroups; from kernels.kernel import Limits; import os\n"
        "found = Cgroups.find(); print(*found.make(Limits()).folders, sep='\\n', flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    left = done.stdout.split()
    assert left
    assert all(Path(folder).exists() for folder in left)
    Cgroups.find().close()
    assert not any(Path(folder).parent.exists() for folder in left)


def test_the_next_leaves_alone_what_a_living_host_has(found: Cgroups) -> None:
    group = found.make(LIMITS)
    Cgroups.find().close()
    assert all(Path(folder).exists() for folder in group.folders)
    asyncio.run(group.remove())


def test_where_nothing_may_be_made_nothing_is_and_it_is_said() -> None:
    as_user = [sys.executable, str(Path(__file__).with_name("as_user.py")), str(ORDINARY_USER)]
    source = (
        "from kernels.cgroups import Cgroups; from kernels.kernel import Limits\n"
        "found = Cgroups.find(); print(found.held, found.make(Limits()).folders); print(*found.troubles, sep='\\n')"
    )
    command = [*(as_user if os.geteuid() == 0 else []), sys.executable, "-c", source]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, timeout=60
    )
    said, *troubles = done.stdout.splitlines()
    assert said == "{} []", done.stderr
    assert troubles
    assert all(trouble.endswith(("Permission denied", "Read-only file system")) for trouble in troubles)


# Version 2: its rules for real, on whatever controller this machine has bound to it.


@pytest.fixture
def delegated() -> Iterator[tuple[Path, str]]:
    """A group that belongs to an ordinary user, as `Delegate=yes` makes one, and a controller that it may hand on."""
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    points = [line.split()[4] for line in mounts if " - cgroup2 " in line]
    if not points or not os.access(points[0], os.W_OK) or os.geteuid() != 0:
        pytest.skip("no tree of version 2 that we may change")
    offered = Path(points[0], "cgroup.controllers").read_text().split()
    if not offered:
        pytest.skip("no controller is bound to version 2")
    root = Path(points[0])
    was_handed_on = (root / "cgroup.subtree_control").read_text().split()
    (root / "cgroup.subtree_control").write_text(f"+{offered[0]}")
    group = root / f"test-{os.getpid()}"
    group.mkdir()
    for path in (
        group,
        *(group / name for name in ("cgroup.procs", "cgroup.subtree_control", "cgroup.threads")),
    ):
        os.chown(path, ORDINARY_USER, ORDINARY_USER)
    yield group, offered[0]
    (group / "cgroup.kill").write_text("1")
    for path in sorted(group.glob("**/"), reverse=True):
        asyncio.run(Cgroup([Tree(2, path, frozenset())]).remove())
    if offered[0] not in was_handed_on:
        (root / "cgroup.subtree_control").write_text(f"-{offered[0]}")


def as_user_in(group: Path, source: str) -> "subprocess.CompletedProcess[str]":
    """Run a program as the group's owner, with nobody else in it."""
    as_user = [sys.executable, str(Path(__file__).with_name("as_user.py")), str(ORDINARY_USER)]
    return subprocess.run(
        [*as_user, sys.executable, "-c", textwrap.dedent(source)],
        preexec_fn=lambda: (group / "cgroup.procs").write_text("0"),
        env={"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


FIND = """
import os, subprocess, sys
from pathlib import Path
from kernels.cgroups import Cgroups, Tree
from kernels.kernel import Limits
from kernels.membership import Membership
mounts = "\\n".join(line for line in open("/proc/self/mountinfo").read().splitlines() if " - cgroup2 " in line)
def own():
    return [line for line in open("/proc/self/cgroup").read().splitlines() if line.startswith("0::")][0]
"""


def test_a_delegated_group_of_version_2_is_divided_by_an_ordinary_user(delegated: tuple[Path, str]) -> None:
    group, controller = delegated
    done = as_user_in(
        group,
        f"""{FIND}
beside = subprocess.Popen(["sleep", "60"])
found = Cgroups.find(mounts=mounts, controllers=["{controller}"])
print(found.held, found.troubles)
print(own(), *(line for line in open(f"/proc/{{beside.pid}}/cgroup").read().splitlines() if line.startswith("0::")))
room = found.make(Limits())
print(Path(room.folders[0], "cgroup.controllers").read_text().split(), room.joined)
membership = Membership(room.folders)
sleeper = subprocess.Popen(["sleep", "60"], preexec_fn=membership.enter)
print(room.joined)
membership.kill()
print(sleeper.wait())
membership.remove()
print(Path(room.folders[0]).exists())
again = Cgroups.find(mounts=mounts, controllers=["{controller}"])
print(again.held, own())
again.close()
found.close()
beside.kill()
print(sorted(path.name for path in Path("{group}").iterdir() if path.is_dir()))
""",
    )
    name = group.name
    assert done.stdout.splitlines() == [
        f"{{'{controller}': 2}} []",
        f"0::/{name}/host 0::/{name}/host",
        f"['{controller}'] False",
        "True",
        "-9",
        "False",
        f"{{'{controller}': 2}} 0::/{name}/host",
        "['host']",
    ], done.stderr


def test_a_group_with_other_peoples_programs_in_it_is_not_divided(delegated: tuple[Path, str]) -> None:
    group, controller = delegated
    stranger = subprocess.Popen(["sleep", "60"], preexec_fn=lambda: (group / "cgroup.procs").write_text("0"))
    try:
        done = as_user_in(
            group,
            f"""{FIND}
found = Cgroups.find(mounts=mounts, controllers=["{controller}"])
print(found.held, own())
print(*found.troubles)
""",
        )
    finally:
        stranger.kill()
        stranger.wait()
    held, trouble = done.stdout.splitlines()
    assert held == f"{{}} 0::/{group.name}"
    assert trouble.endswith("other programs are in the same group, so it cannot be divided")


# Version 2's files for memory, processor and processes: on a tree that makes files with its folders, as Linux does.

FILES = {
    "cgroup.procs": "",
    "cgroup.events": "populated 0\n",
    "cgroup.kill": "",
    "cgroup.subtree_control": "",
    "memory.max": "max\n",
    "memory.swap.max": "max\n",
    "memory.oom.group": "0\n",
    "memory.events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n",
    "memory.peak": "0\n",
    "cpu.max": "max 100000\n",
    "cpu.weight": "100\n",
    "pids.max": "max\n",
}


class FakeTree:
    """What matters of cgroupfs: folders come with files, controllers are handed on by name, rmdir takes the files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._fill(root, "cpu memory pids")
        (root / "cgroup.procs").write_text(f"{os.getpid()}\n")

    def _fill(self, folder: Path, controllers: str) -> None:
        for name, text in FILES.items():
            if "." not in name or name.split(".")[0] in ("cgroup", *controllers.split()):
                (folder / name).write_text(text)
        (folder / "cgroup.controllers").write_text(controllers)

    def mkdir(self, folder: Path, exist_ok: bool = False) -> None:
        if not folder.exists() or not exist_ok:
            os.mkdir(folder)
            self._fill(folder, (folder.parent / "cgroup.subtree_control").read_text())

    def rmdir(self, folder: Path) -> None:
        if (folder / "cgroup.procs").read_text():
            raise OSError(16, "Device or resource busy")
        for path in folder.iterdir():
            path.unlink()
        os.rmdir(folder)

    def write(self, path: Path, text: str) -> None:
        match path.name:
            case "cgroup.procs":
                for procs in self.root.glob("**/cgroup.procs"):
                    procs.write_text(procs.read_text().replace(f"{text}\n", ""))
                path.write_text(f"{path.read_text()}{text}\n")
            case "cgroup.subtree_control":
                if (path.parent / "cgroup.procs").read_text():
                    raise OSError(16, "Device or resource busy")
                assert text[1:] in (path.parent / "cgroup.controllers").read_text().split()
                path.write_text(f"{path.read_text()} {text[1:]}".strip())
            case _:
                path.read_text()  # Linux makes no file for whoever writes one
                path.write_text(f"{text}\n")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    unit = tmp_path / "liveroom-kernels.service"
    unit.mkdir()
    tree = FakeTree(unit)
    monkeypatch.setattr(Path, "mkdir", lambda path, **how: tree.mkdir(path, **how))
    monkeypatch.setattr(Path, "rmdir", lambda path: tree.rmdir(path))
    monkeypatch.setattr(cgroups, "_write", tree.write)
    return unit


def find_fake(unit: Path) -> Cgroups:
    mounts = f"30 23 0:26 / {unit.parent} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"
    return Cgroups.find(mounts=mounts, own=f"0::/{unit.name}\n")


def contents(folder: str | Path, *names: str) -> list[str]:
    return [Path(folder, name).read_text().strip() for name in names]


def test_version_2_holds_a_room_to_memory_processor_and_processes(fake: Path) -> None:
    found = find_fake(fake)
    assert found.held == {"cpu": 2, "memory": 2, "pids": 2}
    assert contents(fake / "host", "cgroup.procs") == [str(os.getpid())]
    assert sorted(contents(fake, "cgroup.subtree_control")[0].split()) == ["cpu", "memory", "pids"]
    [folder] = found.make(Limits(memory_mib=2048, cpus=1.5, pids=128)).folders
    names = ("memory.max", "memory.swap.max", "memory.oom.group", "cpu.max", "cpu.weight", "pids.max")
    assert contents(folder, *names) == ["2147483648", "0", "1", "150000 100000", "75", "130"]


def test_a_group_is_lowered_when_its_room_is_known(fake: Path) -> None:
    group = find_fake(fake).make(Limits(memory_mib=2048, cpus=2, pids=128))
    group.lower(Limits(memory_mib=512, cpus=1, pids=64))
    assert contents(group.folders[0], "memory.max", "cpu.max", "pids.max") == [
        "536870912",
        "100000 100000",
        "66",
    ]


def test_a_room_that_version_2_killed_is_known_by_its_counter(fake: Path) -> None:
    group = find_fake(fake).make(LIMITS)
    membership = Membership(group.folders)
    assert membership.peak_if_killed_mib() is None
    folder = Path(group.folders[0])
    (folder / "memory.events").write_text("low 0\nhigh 0\nmax 9\noom 1\noom_kill 3\noom_group_kill 1\n")
    (folder / "memory.peak").write_text(f"{100 * MIB}\n")
    assert membership.peak_if_killed_mib() == 100


def test_a_controller_that_is_not_handed_on_is_left_out(fake: Path) -> None:
    (fake / "cgroup.controllers").write_text("memory pids")
    found = find_fake(fake)
    assert found.held == {"memory": 2, "pids": 2}
    assert not Path(found.make(LIMITS).folders[0], "cpu.max").exists()


def test_an_older_linux_without_some_file_goes_without_it(fake: Path) -> None:
    group = find_fake(fake).make(LIMITS)
    (Path(group.folders[0]) / "memory.oom.group").write_text("0")
    Path(group.folders[0], "memory.swap.max").unlink()
    group.lower(LIMITS)
    assert contents(group.folders[0], "memory.max", "memory.oom.group") == [str(100 * MIB), "1"]


@pytest.mark.parametrize(
    ("mounts", "own"),
    [
        ("", "0::/\n"),
        ("30 23 0:26 / /nowhere rw - cgroup2 cgroup2 rw\n", "0::/../outside\n"),
        ("30 23 0:26 /docker/abc /nowhere rw - cgroup2 cgroup2 rw\n", "0::/system.slice\n"),
        ("30 23 0:26 / /nowhere rw - cgroup cgroup rw,memory\n", ""),
    ],
)
def test_groups_that_are_not_to_be_seen_here_are_not_used(mounts: str, own: str) -> None:
    found = Cgroups.find(mounts=mounts, own=own)
    assert (found.held, found.troubles, found.make(LIMITS).folders) == ({}, [], [])


def test_version_1_is_told_in_its_own_words() -> None:
    tree = Tree(1, Path("/x"), frozenset({"memory", "cpu", "pids"}))
    assert settings(tree, Limits(memory_mib=1, cpus=0.001, pids=1)) == {
        "memory.limit_in_bytes": "1048576",
        "memory.memsw.limit_in_bytes": "1048576",
        "cpu.cfs_quota_us": "1000",
        "cpu.shares": "2",
        "pids.max": "3",
    }
