"""The bytes of a websocket, held against the `websockets` library and against those who do not keep to the protocol."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side

from liveroom import websocket
from liveroom.websocket import BINARY, CLOSE, FRAGMENTS_MAX, PING, TEXT, BadFraming, Inbox, Received

BYTES_MAX = 100_000


def peer() -> Protocol:
    """The library's client, as it is once the handshake is done."""
    return Protocol(Side.CLIENT)


def sent(client: Protocol) -> bytes:
    return b"".join(client.data_to_send())


def read(data: bytes, *, pieces: int = 1, bytes_max: int = BYTES_MAX) -> list[Received]:
    """All messages of these bytes, which come in so many pieces."""
    inbox, found = Inbox(bytes_max), []
    size = -(-len(data) // pieces) or 1
    for at in range(0, len(data), size):
        inbox.feed(data[at : at + size])
        while (received := inbox.next()) is not None:
            found.append(received)
    return found


def masked(first: int, payload: bytes, *, size: bytes | None = None) -> bytes:
    """A frame under a mask of zeros, its first byte and size as they are given."""
    return bytes((first,)) + (size or bytes((0x80 | len(payload),))) + bytes(4) + payload


@pytest.mark.hypothesis
@given(st.lists(st.binary(max_size=300) | st.text(max_size=100)), st.integers(1, 50))
def test_what_a_client_sends_comes_out_whole_however_it_was_cut(
    messages: list[bytes | str], pieces: int
) -> None:
    client = peer()
    for message in messages:
        if isinstance(message, str):
            client.send_text(message.encode())
        else:
            client.send_binary(message)
    expected = [(TEXT, m.encode()) if isinstance(m, str) else (BINARY, m) for m in messages]
    assert read(sent(client), pieces=pieces) == expected


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 80_000])
def test_both_directions_agree_with_the_library_at_every_length(size: int) -> None:
    payload = bytes(size)
    client = peer()
    client.send_binary(payload)
    assert read(sent(client)) == [(BINARY, payload)]
    client.receive_data(websocket.frame(BINARY, payload))
    (frame,) = client.events_received()
    assert isinstance(frame, Frame)
    assert (frame.opcode, frame.data, frame.fin) == (Opcode.BINARY, payload, True)


def test_a_close_carries_its_code_and_as_much_of_the_reason_as_fits() -> None:
    client = peer()
    client.receive_data(websocket.closing(4413, "é" * 100))
    assert client.close_rcvd is not None
    assert (client.close_rcvd.code, client.close_rcvd.reason) == (4413, "é" * 60)


def test_fragments_are_put_together_around_a_ping() -> None:
    client = peer()
    client.send_text(b"one ", fin=False)
    client.send_ping(b"?")
    client.send_continuation(b"two ", fin=False)
    client.send_continuation(b"three", fin=True)
    client.send_binary(b"next")
    assert read(sent(client)) == [(PING, b"?"), (TEXT, b"one two three"), (BINARY, b"next")]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x82\x01x", id="not masked"),
        pytest.param(masked(0xC2, b"x"), id="a reserved bit"),
        pytest.param(masked(0x83, b"x"), id="an opcode that is none"),
        pytest.param(masked(0x80, b"x"), id="a continuation of nothing"),
        pytest.param(masked(0x02, b"x") + masked(0x82, b"y"), id="a message within a message"),
        pytest.param(masked(0x09, b"x"), id="a ping in fragments"),
        pytest.param(masked(0x89, bytes(126), size=b"\xfe\x00\x7e"), id="a ping that is too long"),
    ],
)
def test_bytes_of_no_browser_are_refused(data: bytes) -> None:
    with pytest.raises(BadFraming) as refused:
        read(data)
    assert refused.value.code == 4400


@pytest.mark.parametrize("cut", [False, True])
def test_a_message_may_be_exactly_so_large_in_one_frame_or_in_many(cut: bool) -> None:
    def message(size: int) -> bytes:
        client = peer()
        client.send_binary(bytes(size // 2 if cut else size), fin=not cut)
        if cut:
            client.send_continuation(bytes(size - size // 2), fin=True)
        return sent(client)

    assert read(message(1000), bytes_max=1000) == [(BINARY, bytes(1000))]
    with pytest.raises(BadFraming) as refused:
        read(message(1001), bytes_max=1000)
    assert refused.value.code == 4413


def test_a_frame_that_announces_too_much_is_refused_before_it_is_here() -> None:
    with pytest.raises(BadFraming):
        read(masked(0x82, b"", size=b"\xff" + (2**62).to_bytes(8)))


def test_a_close_is_told_by_its_opcode() -> None:
    client = peer()
    client.send_close(1000)
    assert read(sent(client)) == [(CLOSE, (1000).to_bytes(2))]


@pytest.mark.parametrize("more", [0, 1])
def test_a_message_comes_in_so_many_pieces_and_no_more(more: int) -> None:
    """Empty ones too: they would count for nothing in its size, and could come for ever."""
    fragments = masked(BINARY, b"x") + masked(0, b"") * (FRAGMENTS_MAX - 2 + more)
    if more:
        with pytest.raises(BadFraming, match="pieces"):
            read(fragments + masked(0x80, b"y"))
    else:
        assert read(fragments + masked(0x80, b"y")) == [(BINARY, b"xy")]
