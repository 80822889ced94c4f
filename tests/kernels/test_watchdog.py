"""The watchdog: what counts as a room's memory, and how often it looks."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kernels import launch
from kernels.kernel import Limits
from kernels.membership import Membership
from kernels.watchdog import Watchdog

PAGES_A_MIB = 1024 * 1024 // os.sysconf("SC_PAGE_SIZE")


@dataclass
class Room:
    """A room's /proc, written by hand."""

    folder: Path
    watchdog: Watchdog = field(init=False)

    def __post_init__(self) -> None:
        self.supervisor(part=0, whole=0)
        nothing = str(self.folder / "nothing")
        self.watchdog = Watchdog(400, Membership([]), proc=str(self.folder), scratch=nothing)

    def supervisor(self, *, part: int, whole: int) -> None:
        """Its own figures, all of them of pages that came from the zygote: its part in them, and these in MiB."""
        (self.folder / "self").mkdir(exist_ok=True)
        figures = {"Pss_Anon": part, "Private_Dirty": 0, "Anonymous": whole}
        lines = [f"{name}:\t{value * 1024} kB\n" for name, value in figures.items()]
        (self.folder / "self" / "smaps_rollup").write_text("".join(lines))

    def has(self, pid: int, *, resident: int, size: int = 0, **files: str) -> None:
        """A process with so many MiB in memory and of address space."""
        (self.folder / str(pid)).mkdir(exist_ok=True)
        pages = f"{max(size, resident) * PAGES_A_MIB} {resident * PAGES_A_MIB} 0 0 0 0 0\n"
        for name, text in {"statm": pages, **files}.items():
            (self.folder / str(pid) / name).write_text(text)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def status(own: int, shared: int) -> str:
    return f"Name:\tpython\nRssAnon:\t{own * 1024} kB\nRssFile:\t8 kB\nRssShmem:\t{shared * 1024} kB\n"


def rollup(own: int, shared: int, *, private: int | None = None) -> str:
    """A process's part in pages of its own, `private` of them nobody else's, and in shared mappings."""
    alone = f"Private_Dirty:\t{(own if private is None else private) * 1024} kB\n"
    return f"00400000-7fff rollup\nPss_Anon:\t{own * 1024} kB\nPss_Shmem:\t{shared * 1024} kB\n{alone}"


def test_a_room_far_below_its_limit_costs_one_small_file_a_process_and_is_left_alone_longest(
    room: Room,
) -> None:
    room.watchdog.memory_mib = 4096
    room.has(2, resident=300)  # no other file is there to be read
    assert room.watchdog.complaint() is None
    assert room.watchdog.pause == 1.0


def test_the_nearer_the_limit_the_sooner_it_looks_again(room: Room) -> None:
    pauses = []
    for resident in (100, 300, 390):
        room.has(2, resident=resident)
        assert room.watchdog.complaint() is None
        pauses.append(room.watchdog.pause)
    assert pauses == sorted(pauses, reverse=True)
    assert pauses[0] > 2 * pauses[-1]


def test_the_first_process_which_is_ours_does_not_count(room: Room) -> None:
    room.has(1, resident=500)
    assert room.watchdog.complaint() is None


def test_pages_of_programs_and_libraries_do_not_count(room: Room) -> None:
    room.has(2, resident=500, status=status(own=300, shared=50))
    assert room.watchdog.complaint() is None


def test_pages_that_forked_processes_share_count_once(room: Room) -> None:
    for pid in range(2, 6):
        room.has(pid, resident=300, status=status(own=300, shared=0), smaps_rollup=rollup(own=80, shared=0))
    assert room.watchdog.complaint() is None
    room.has(2, resident=300, smaps_rollup=rollup(own=200, shared=0))
    assert room.watchdog.complaint() == "The kernel ran out of memory: it used 440 MiB and may use 400 MiB."


def test_what_all_forks_of_a_zygote_share_is_left_out_once_and_for_no_other_program(room: Room) -> None:
    room.supervisor(part=40, whole=150)
    for pid in range(2, 10):
        room.has(pid, resident=200, status=status(200, 0), smaps_rollup=rollup(55, 0, private=15))
    assert room.watchdog.complaint() is None  # 8 x 55 without 150
    for pid in range(2, 10):
        room.has(pid, resident=200, status=status(200, 0), smaps_rollup=rollup(55, 0, private=55))
    assert room.watchdog.complaint() == "The kernel ran out of memory: it used 440 MiB and may use 400 MiB."
    for pid in range(2, 10):
        room.has(pid, resident=200, status=status(200, 0), smaps_rollup=rollup(70, 0, private=0))
    assert room.watchdog.complaint() == "The kernel ran out of memory: it used 410 MiB and may use 400 MiB."


@pytest.mark.parametrize("hidden", ["VmPTE", "VmSwap"])
def test_page_tables_and_what_is_swapped_out_count(room: Room, hidden: str) -> None:
    room.has(
        2,
        resident=20,
        size=600,
        status=f"{status(20, 0)}{hidden}:\t{500 * 1024} kB\n",
        smaps_rollup=rollup(20, 0),
    )
    assert room.watchdog.complaint() == (
        None if hidden == "VmSwap" else "The kernel ran out of memory: it used 520 MiB and may use 400 MiB."
    )
    room.has(2, resident=20, size=600, smaps_rollup=rollup(20, 0) + f"SwapPss:\t{500 * 1024} kB\n")
    assert room.watchdog.complaint() is not None


def test_many_small_processes_are_looked_at_as_closely_as_a_large_one(room: Room) -> None:
    tables = f"{status(1, 0)}VmPTE:\t{100 * 1024} kB\n"
    for pid in range(2, 7):
        room.has(pid, resident=1, size=100, status=tables, smaps_rollup=rollup(1, 0))
    assert room.watchdog.complaint() == "The kernel ran out of memory: it used 505 MiB and may use 400 MiB."


def test_sockets_count_as_full_where_there_are_more_than_usual(room: Room) -> None:
    room.has(2, resident=20, status=status(20, 0), smaps_rollup=rollup(20, 0))
    (room.folder / "1" / "net").mkdir(parents=True)
    sockstat = room.folder / "1" / "net" / "sockstat"
    sockstat.write_text("sockets: used 256\nTCP: inuse 1 orphan 0 tw 0 alloc 7 mem 218\n")
    assert room.watchdog.complaint() is None
    sockstat.write_text("sockets: used 3000\nTCP: inuse 1 orphan 0 tw 0 alloc 7 mem 218\n")
    assert room.watchdog.complaint() == "The kernel ran out of memory: it used 577 MiB and may use 400 MiB."


@pytest.mark.asyncio
async def test_files_of_the_work_folder_count_as_the_memory_that_they_are(environment: Path) -> None:
    source = (
        "block = b'x' * (20 << 20)\n"
        "with open('/tmp/file', 'wb') as file:\n"
        "    for _ in range(10): file.write(block)\n"
        "kept = [b'x' * (20 << 20) for _ in range(5)]\n"
        "import time; time.sleep(60)"
    )
    zygote = launch.Zygote(environment, None)
    sealed = await launch.seal(zygote, source=source, limits=Limits(memory_mib=250))
    zygote.end()
    await sealed.ended.wait()
    assert sealed.reason.startswith("The kernel ran out of memory: it used ")
    assert sealed.reason.endswith(" MiB and may use 250 MiB.")
