"""Answers of kernels, honest and forged: what comes out is always bounded and makes sense."""

import json
from typing import Any

import pytest

from kernels.answers import ANSWER_BYTES_MAX, read_completion, read_inspection, read_variables
from kernels.outputs import MATCHES_MAX, NAME_CHARS_MAX, Completion, Inspection, Match, Variable
from kernels.translate import read_question

NOTHING = Completion([], 3, 3)


def encoded(content: Any) -> bytes:
    return json.dumps(content).encode()


def test_matches_come_with_their_kinds() -> None:
    content = {
        "matches": ["shape", "size"],
        "cursor_start": 2,
        "cursor_end": 3,
        "metadata": {
            "_jupyter_types_experimental": [
                {"text": "shape", "type": "instance"},
                {"text": "size", "type": "<unknown>"},
            ]
        },
    }
    expected = Completion([Match("shape", "instance"), Match("size")], 2, 3)
    assert read_completion(encoded(content), "x.s", 3) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b"\xff\xfe",
        encoded({"matches": ["a"] * ANSWER_BYTES_MAX, "cursor_start": 0, "cursor_end": 0}),
        encoded({"matches": ["a"], "cursor_start": 2, "cursor_end": 1}),
        encoded({"matches": ["a"], "cursor_start": -1, "cursor_end": 1}),
        encoded({"matches": ["a"], "cursor_start": 0, "cursor_end": 4}),
        encoded({"matches": ["a"], "cursor_start": 0, "cursor_end": 10**30}),
        encoded({"matches": [1], "cursor_start": 0, "cursor_end": 1}),
        encoded({"matches": "abc", "cursor_start": 0, "cursor_end": 1}),
        encoded({"status": "error"}),
    ],
)
def test_a_completion_that_makes_no_sense_has_no_matches(content: bytes) -> None:
    assert read_completion(content, "x.s", 3) == NOTHING


def test_matches_that_are_too_long_or_too_many_are_left_out() -> None:
    matches = ["", "a" * (NAME_CHARS_MAX + 1), *(f"m{number}" for number in range(1000))]
    found = read_completion(encoded({"matches": matches, "cursor_start": 0, "cursor_end": 0}), "", 0).matches
    assert [match.text for match in found] == [f"m{number}" for number in range(MATCHES_MAX)]


@pytest.mark.parametrize(
    "content", [b"", b"{}", encoded({"data": {"text/plain": 5}}), encoded({"data": {"text/html": "x"}})]
)
def test_an_inspection_that_makes_no_sense_is_empty(content: bytes) -> None:
    assert read_inspection(content) == Inspection("")


def test_an_inspection_is_cut() -> None:
    assert len(read_inspection(encoded({"data": {"text/plain": "x" * 100_000}})).text) == 16_384


@pytest.mark.parametrize(
    "content",
    [
        b"",
        encoded({"variables": 5}),
        encoded({"variables": [{"kind": "int"}]}),
        encoded({"variables": [{"name": 5}]}),
    ],
)
def test_variables_that_make_no_sense_are_none(content: bytes) -> None:
    assert read_variables(content) == []


def test_variables_are_cut_to_their_bounds() -> None:
    listed = [{"name": "n" * 300, "kind": "k" * 300, "summary": "s" * 300, "more": "x"}] * 600
    found = read_variables(encoded({"variables": listed}))
    assert found == [Variable("n" * 256, "k" * 256, summary="s" * 256)] * 500


def test_a_prompt_is_cut_and_one_that_makes_no_sense_is_empty() -> None:
    assert read_question(encoded({"prompt": "x" * 100_000})).prompt == "x" * 8192
    assert read_question(encoded({"prompt": ["x"]})).prompt == ""
    assert read_question(b"[" * 100_000).prompt == ""
