"""What kernels send becomes bounded outputs, or nothing."""

import json
from typing import Any

import pytest

from kernels.outputs import DISPLAY_CHARS_MAX, STREAM_CHARS_MAX, AnyOutput, Cleared, Display, Failure, Stream
from kernels.translate import Translator


def translated(kind: str, content: dict[str, Any] | bytes, *, budget_mib: float = 8) -> list[AnyOutput]:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Translator(budget_mib).translate(kind, raw)


def test_each_kind_of_message_becomes_its_output() -> None:
    assert translated("stream", {"name": "stderr", "text": "a"}) == [Stream("stderr", "a")]
    assert translated("clear_output", {"wait": True}) == [Cleared(True)]
    error = {"ename": "E", "evalue": "why", "traceback": ["a", "b"]}
    assert translated("error", error) == [Failure("E", "why", ["a", "b"])]
    shown = {"data": {"text/html": ["<b>", "x</b>"], "text/x-evil": "y"}, "transient": {"display_id": "s"}}
    assert translated("update_display_data", shown) == [
        Display({"text/html": "<b>x</b>"}, slot="s", update=True)
    ]
    assert translated("execute_result", {"data": {"application/json": {"a": [1]}}}) == [
        Display({"application/json": '{"a": [1]}'}, result=True)
    ]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("stream", b"not json"),
        ("stream", b'{"name": "stdout", "text": 3}'),
        ("display_data", b'{"data": {"text/html": 3}}'),
        ("display_data", b'{"data": {"text/x-evil": "x"}}'),
        ("display_data", b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        ("error", b'{"ename": 1}'),
        ("comm_open", b"{}"),
        ("status", b'{"execution_state": "idle"}'),
    ],
)
def test_what_makes_no_sense_shows_nothing(kind: str, content: bytes) -> None:
    assert translated(kind, content) == []


def test_long_text_comes_in_pieces_and_half_characters_are_replaced() -> None:
    pieces = translated("stream", {"name": "stdout", "text": "x" * (STREAM_CHARS_MAX + 1)})
    assert [len(piece.text) for piece in pieces if isinstance(piece, Stream)] == [STREAM_CHARS_MAX, 1]
    assert translated("stream", b'{"text": "\\ud800"}') == [Stream("stdout", "?")]


def test_a_display_keeps_the_forms_that_fit() -> None:
    data = {"text/plain": "x", "text/html": "y" * DISPLAY_CHARS_MAX, "image/png": "aWI="}
    [shown] = translated("display_data", {"data": data})
    assert shown == Display({"text/plain": "x", "image/png": "aWI="})


def test_a_run_that_shows_too_much_gets_one_note_and_then_only_its_failure() -> None:
    translator = Translator(0.001)
    text = json.dumps({"name": "stdout", "text": "x" * 700}).encode()
    assert translator.translate("stream", text) == [Stream("stdout", "x" * 700)]
    note = "\n[output stops here: a run may show 0.001 MiB]\n"
    assert translator.translate("stream", text) == [Stream("stderr", note)]
    assert translator.translate("stream", text) == []
    failure = json.dumps({"ename": "E", "evalue": "", "traceback": []}).encode()
    assert translator.translate("error", failure) == [Failure("E", "", [])]
