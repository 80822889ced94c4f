"""A little of `make fuzz` in every run of the tests, so that it keeps working; another seed each day finds more."""

import pytest

from tests.fuzz.__main__ import Report, fuzz, reports

SEED = 20


def test_ten_thousand_mutated_frames_do_nothing_unexpected() -> None:
    done = list(reports(SEED, 10_000))
    assert [failure for report in done for failure in report.failures] == []
    assert sum(report.inputs for report in done) == 10_000
    assert all(report.outcomes for report in done)
    updates = done[-1].outcomes
    assert updates["taken"] > 10
    assert updates["documents compared with Yjs"] > 0


@pytest.mark.parametrize("error", [ValueError, BaseException])
def test_an_error_that_is_none_of_the_readers_own_is_reported_with_its_input(
    error: type[BaseException],
) -> None:
    class Broken:
        name = "broken"

        def input(self) -> bytes:
            return b"\x07\x08"

        def run(self, data: bytes) -> str:
            raise error("no")

    report: Report = fuzz(Broken(), 10)  # type: ignore[arg-type]
    assert len(report.failures) == 3, "it stops early"
    assert "input 0708" in report.failures[0]
