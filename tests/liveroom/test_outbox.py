"""What waits for a slow reader: in order, bounded exactly, and never with a frame left out."""

import pytest

from liveroom import outbox
from liveroom.outbox import Outbox


class Line:
    """A transport that takes `room` frames and then pauses."""

    def __init__(self, room: int = 1_000_000) -> None:
        self.room = room
        self.sent: list[bytes] = []
        self.full = 0
        self.outbox = Outbox(self.write, full=self.overflow)

    def write(self, frame: bytes) -> None:
        self.sent.append(frame)
        self.room -= 1
        if self.room == 0:
            self.outbox.pause()

    def overflow(self) -> None:
        self.full += 1
        self.outbox.close(b"closed")

    def drain(self, room: int = 1_000_000) -> None:
        self.room = room
        self.outbox.resume()


def test_frames_go_out_at_once_while_the_transport_keeps_up() -> None:
    line = Line()
    line.outbox.put(b"a")
    line.outbox.put(b"b")
    assert line.sent == [b"a", b"b"]


def test_what_waited_goes_out_in_order_also_when_the_transport_pauses_again() -> None:
    line = Line(room=1)
    for frame in (b"a", b"b", b"c", b"d"):
        line.outbox.put(frame)
    assert line.sent == [b"a"]
    line.drain(room=2)
    assert line.sent == [b"a", b"b", b"c"]
    line.outbox.put(b"e")
    line.drain()
    assert line.sent == [b"a", b"b", b"c", b"d", b"e"]


@pytest.mark.parametrize(("over", "full"), [(0, 0), (1, 1)])
def test_it_is_full_at_exactly_so_many_frames(monkeypatch: pytest.MonkeyPatch, over: int, full: int) -> None:
    monkeypatch.setattr(outbox, "FRAMES_MAX", 3)
    line = Line(room=1)
    for _ in range(1 + 3 + over):
        line.outbox.put(b"x")
    assert line.full == full


@pytest.mark.parametrize(("over", "full"), [(0, 0), (1, 1)])
def test_it_is_full_at_exactly_so_many_bytes(monkeypatch: pytest.MonkeyPatch, over: int, full: int) -> None:
    monkeypatch.setattr(outbox, "BYTES_MAX", 10)
    line = Line(room=1)
    line.outbox.put(b"gone")
    line.outbox.put(b"x" * 6)
    line.outbox.put(b"x" * (4 + over))
    assert line.full == full


@pytest.mark.parametrize(("over", "full"), [(0, 0), (1, 1)])
def test_what_it_asked_for_itself_has_a_bound_of_its_own(
    monkeypatch: pytest.MonkeyPatch, over: int, full: int
) -> None:
    monkeypatch.setattr(outbox, "BYTES_MAX", 10)
    monkeypatch.setattr(outbox, "ASKED_BYTES_MAX", 100)
    line = Line(room=1)
    line.outbox.put(b"gone")
    line.outbox.put(b"x" * 90, asked=True)
    line.outbox.put(b"x" * (10 + over))
    assert line.full == full


def test_bytes_that_have_gone_out_count_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BYTES_MAX", 10)
    line = Line(room=1)
    for _ in range(5):
        line.outbox.put(b"x" * 10)
        line.drain(room=1)
    assert (line.full, len(line.sent)) == (0, 5)


def test_a_full_one_drops_what_waits_and_says_so_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "FRAMES_MAX", 2)
    line = Line(room=1)
    for frame in (b"a", b"b", b"c", b"d", b"e"):
        line.outbox.put(frame)
    line.drain()
    assert (line.full, line.sent) == (1, [b"a", b"closed"])


def test_a_close_waits_behind_what_was_said_before_and_nothing_follows_it() -> None:
    line = Line(room=1)
    line.outbox.put(b"a")
    line.outbox.put(b"b")
    line.outbox.close(b"closed")
    line.outbox.put(b"c")
    line.outbox.close(b"again")
    line.drain()
    assert line.sent == [b"a", b"b", b"closed"]
