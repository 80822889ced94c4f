"""lib0's integers and buffers, against hand-worked bytes and round trips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveroom import lib0
from liveroom.lib0 import Reader, Truncated


@given(st.integers(min_value=0, max_value=2**53 - 1))
def test_every_integer_javascript_can_hold_comes_back(value: int) -> None:
    reader = Reader(lib0.uint(value))
    assert reader.uint() == value
    assert reader.done


@given(st.binary(max_size=300))
def test_a_buffer_comes_back(content: bytes) -> None:
    assert Reader(lib0.buffer(content)).buffer() == content


def test_an_integer_is_little_endian_in_groups_of_seven_bits() -> None:
    assert lib0.uint(300) == b"\xac\x02"


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 12, lib0.uint(2**53), b"\x80" * 8 + b"\x7f"])
def test_a_cut_off_or_too_large_integer_is_refused(data: bytes) -> None:
    with pytest.raises(Truncated):
        Reader(data).uint()


def test_a_buffer_that_announces_more_than_is_there_is_refused() -> None:
    with pytest.raises(Truncated):
        Reader(b"\x05abc").buffer()


@given(st.binary(max_size=64))
def test_reading_garbage_gives_a_value_or_truncated_and_nothing_else(data: bytes) -> None:
    reader = Reader(data)
    try:
        reader.uint()
        reader.string()
    except Truncated:
        pass
    assert reader.at <= len(data)
