"""Finding a framed answer in what a kernel printed."""

from hypothesis import given
from hypothesis import strategies as st

from exercises.execution import framed, new_marker


def test_the_answer_is_found_among_other_prints() -> None:
    assert framed("noise\nab 5\nhello\nab\nmore", "ab") == "hello"


def test_an_answer_may_contain_newlines_and_the_marker() -> None:
    assert framed("\nab 7\nx\nab 1\n\nab\n", "ab") == "x\nab 1\n"


def test_what_is_cut_short_or_badly_framed_is_no_answer() -> None:
    for printed in (
        "",
        "\nab 5\nhell",
        "\nab 5\nhello",
        "\nab -1\n\nab",
        "\nab 5x\nhello\nab",
        "\nab ٣\nabc\nab",
    ):
        assert framed(printed, "ab") is None
    assert framed("\nab 999999999\n" + "x" * 10, "ab") is None
    assert framed("\nab 2\né!\nab", "ab") is None


@given(st.text())
def test_nothing_printed_without_the_marker_is_an_answer(printed: str) -> None:
    assert framed(printed, new_marker()) is None
