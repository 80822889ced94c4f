"""The shared text: what comes in as Yjs updates goes out as operations in UTF-16 units."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveroom.document import CHARS_MAX, Document, ReadOnly, TooLarge
from liveroom.mirror import Op
from liveroom.updates import parse
from tests.support.yjs import Client

ALPHABET = "ab\n é漢🌴👩‍🔬"


def replayed(ops: list[Op]) -> str:
    """Fold operations over an empty text, counting as browsers do."""
    units: list[bytes] = []
    for _, start, deleted, inserted in ops:
        encoded = inserted.encode("utf-16-le")
        units[start : start + deleted] = [encoded[i : i + 2] for i in range(0, len(encoded), 2)]
    return b"".join(units).decode("utf-16-le")


def take(document: Document, client: Client, *, may_edit: bool = True) -> list[Op]:
    ops: list[Op] = []
    for update in client.take():
        change = document.receive(update, parse(update), writers=frozenset({client.id}), may_edit=may_edit)
        ops += change.ops
    return ops


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6), st.text(ALPHABET, max_size=5)), max_size=25))
def test_the_operations_replay_to_the_text(edits: list[tuple[int, int, str]]) -> None:
    document, client, ops = Document(), Client(), []
    for at, deleted, inserted in edits:
        before = str(client)
        start = min(at, len(before))
        end = min(start + deleted, len(before))
        low, high = len(before[:start].encode()), len(before[:end].encode())
        if high > low:
            client.delete(low, high)
        if inserted:
            client.insert(low, inserted)
        ops += take(document, client)
    assert str(document) == str(client) == replayed(ops)


def test_typing_over_a_selection_is_one_operation() -> None:
    document, client = Document(), Client("x = 1")
    take(document, client)
    with client.doc.transaction():
        del client.text[4:5]
        client.text.insert(4, "42")
    assert take(document, client) == [("main", 4, 1, "42")]


def test_the_seed_reaches_clients_and_is_not_written_twice() -> None:
    document = Document()
    update = document.seed("# %%\nimport torch\n")
    client, other = Client(), Document()
    client.apply(update)
    other.restore(update)
    other.restored()
    assert str(document) == str(client) == str(other) == "# %%\nimport torch\n"
    assert document.missing(client.doc.get_state()) == b"\x00\x00"


def test_a_resend_adds_nothing() -> None:
    document, client = Document(), Client("abc")
    whole = client.whole()
    writers = frozenset({client.id})
    assert document.receive(whole, parse(whole), writers=writers, may_edit=True).added
    assert not document.receive(whole, parse(whole), writers=writers, may_edit=True).added


def test_an_observer_may_repeat_what_is_known_but_add_nothing() -> None:
    document, client = Document(), Client("abc")
    client.delete(0, 1)
    take(document, client)
    whole = client.whole()
    assert not document.receive(whole, parse(whole), writers=frozenset(), may_edit=False).added
    for update in (client.delete(0, 1), client.insert(0, "z")):
        with pytest.raises(ReadOnly):
            document.receive(update, parse(update), writers=frozenset({client.id}), may_edit=False)
    assert str(document) == "bc"


def test_the_size_limit_holds_at_its_edge() -> None:
    document, client = Document(), Client("x" * CHARS_MAX)
    take(document, client)
    client.insert(0, "y")
    with pytest.raises(TooLarge):
        take(document, client)
    assert len(str(document)) == CHARS_MAX
