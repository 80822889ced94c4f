"""The update parser and its gate, against what pycrdt writes."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from liveroom.updates import BadUpdate, Forged, Gapped, check, clients_in, parse, state_vector, utf16_length
from tests.support.yjs import Client

texts = st.text(
    alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\r"), min_size=1, max_size=8
)


@given(st.lists(texts, min_size=1, max_size=8))
def test_the_parser_finds_every_character_that_was_typed(words: list[str]) -> None:
    client = Client()
    for word in words:
        client.insert(0, word)
    parsed = parse(client.whole())
    assert sum(s.length for s in parsed.structs) == sum(utf16_length(word) for word in words)
    assert {s.client for s in parsed.structs} == {client.id}


def test_whoever_has_structs_in_an_update_is_named_and_nobody_else() -> None:
    ada, ben = Client("a"), Client()
    ben.apply(ada.whole())
    ben.insert(1, "b")
    assert set(clients_in(ben.whole())) == {ada.id, ben.id}
    assert clients_in(ada.whole()) == [ada.id]
    assert clients_in(b"\x00\x00") == clients_in(b"\x01\x00\x07\x00\x00") == []


def test_a_state_vector_names_the_next_clock_of_each_client() -> None:
    client = Client("héllo 🌴")
    assert state_vector(client.doc.get_state()) == {client.id: 8}


@given(st.binary(max_size=80))
def test_garbage_is_refused_or_parsed_but_never_anything_else(data: bytes) -> None:
    with contextlib.suppress(BadUpdate):
        parse(data)


@pytest.mark.parametrize("cut", [1, 3, 7, 12])
def test_a_truncated_update_is_refused(cut: int) -> None:
    with pytest.raises(BadUpdate):
        parse(Client("print(1)").whole()[:-cut])


def test_a_carriage_return_is_refused() -> None:
    with pytest.raises(BadUpdate, match="carriage return"):
        parse(Client("a\r\nb").whole())


def test_other_roots_and_types_are_refused() -> None:
    elsewhere: Doc[Text] = Doc()
    elsewhere.get("other", type=Text).insert(0, "x")
    mapping: Doc[Map[str]] = Doc()
    mapping.get("content", type=Map)["a"] = "b"
    array: Doc[Array[int]] = Doc()
    array.get("content", type=Array).append(1)
    for doc in (elsewhere, mapping, array):
        with pytest.raises(BadUpdate):
            check(parse(doc.get_update()), known={}, writers=frozenset({doc.client_id}))


def test_a_sender_may_write_under_their_own_id_alone() -> None:
    client = Client("abc")
    parsed = parse(client.whole())
    assert check(parsed, known={}, writers=frozenset({client.id})) == {client.id: 3}
    with pytest.raises(Forged):
        check(parsed, known={}, writers=frozenset({client.id + 1}))


def test_a_resend_brings_nothing_whoever_sends_it() -> None:
    client = Client("abc")
    assert check(parse(client.whole()), known={client.id: 3}, writers=frozenset()) == {}


def test_an_update_that_leaves_out_an_earlier_one_is_gapped() -> None:
    client = Client()
    client.insert(0, "a")
    later = client.insert(1, "b")
    with pytest.raises(Gapped):
        check(parse(later), known={}, writers=frozenset({client.id}))


def test_deleting_text_that_is_not_here_is_gapped() -> None:
    client = Client("abc")
    deletion = client.delete(0, 2)
    with pytest.raises(Gapped):
        check(parse(deletion), known={}, writers=frozenset({client.id}))
