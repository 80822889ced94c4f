"""Frames as honest clients send them, and what chance makes of them."""

import base64
import random
from dataclasses import dataclass

import msgspec
from pycrdt import Doc, Text

from liveroom import frames, lib0
from liveroom.messages import (
    Caret,
    Edit,
    ExtendTime,
    Focus,
    Hello,
    Keys,
    Paste,
    Place,
    RequestRun,
    RunChecks,
    SetUp,
    WriteNote,
)

PIECES = (
    "x",
    " = ",
    "\n",
    "é",
    "漢字",
    "🌴",
    "👩\u200d🔬",
    "e\u0301",
    "def f(a, b):\n    return a\n",
    "0123456789" * 9,
)
_NASTY = bytes((0, 1, 0x20, 0x40, 0x7F, 0x80, 0x81, 0xC0, 0xFE, 0xFF))


@dataclass(frozen=True)
class Corpus:
    """One document's life: the text that was there, and the updates that three clients then made, in order."""

    base: bytes
    updates: list[bytes]
    clients: tuple[int, ...]


def corpus(chance: random.Random, *, edits: int = 60) -> Corpus:
    """Three clients take turns and see each other's edits sometimes; each update is that of its own document."""
    docs = [Doc[Text](client_id=client) for client in (7, 300, 2**31 - 1)]
    texts = [doc.get("content", type=Text) for doc in docs]
    texts[0] += "# %%\nprint(1) 🌴\n"
    base = docs[0].get_update()
    made: list[bytes] = []
    for doc in docs:
        doc.apply_update(base)
    for _ in range(edits):
        at = chance.randrange(len(docs))
        before = docs[at].get_state()
        _edit(chance, texts[at])
        made.append(docs[at].get_update(before))
        if chance.random() < 0.4:
            to = chance.randrange(len(docs))
            docs[to].apply_update(docs[at].get_update(docs[to].get_state()))
    return Corpus(base, made, tuple(doc.client_id for doc in docs))


def _edit(chance: random.Random, text: Text) -> None:
    content = str(text)
    at = chance.randrange(len(content) + 1)
    start = len(content[:at].encode())
    if content[at:] and chance.random() < 0.3:
        end = start + len(content[at : at + chance.randrange(1, 8)].encode())
        del text[start:end]
    else:
        text.insert(start, "".join(chance.choices(PIECES, k=chance.randrange(1, 4))))


def binary_frames(chance: random.Random, source: Corpus) -> list[bytes]:
    """One of every kind, and one of every update."""
    state = (
        b"\x02" + lib0.uint(7) + lib0.uint(3) + lib0.buffer(b'{"user":{"name":"Ada"}}') + b"\x09\x01\x04null"
    )
    doc: Doc[Text] = Doc()
    doc.apply_update(source.base)
    return [
        frames.step_1(doc.get_state()),
        frames.awareness(state),
        frames.KEEP_ALIVE,
        b"\x03",
        b"\x02\x00",
        frames.step_2(source.base),
        *(frames.update(update) for update in source.updates),
    ]


def text_frames(chance: random.Random, source: Corpus) -> list[bytes]:
    update = base64.b64encode(chance.choice(source.updates)).decode()
    place = Place("main", "AAE=", 3)
    messages = [
        Hello("page-1", 7, "h1", 4),
        Edit("page-1", 1, 5, "typed", update),
        Keys("page-1", 2, [(5, "down", "KeyA", 0), (9, "up", "KeyA", 4)]),
        SetUp("page-1", 3, 5, True, "mac", "safari", False, "qwertz", 1000),
        Paste("page-1", 4, 6, 400, 12, own=True),
        Focus("page-1", 5, 7, focused=False),
        RequestRun("page-1", 6, 8, "print('🌴')", place),
        Caret("main", 3, 9),
        ExtendTime(15),
        WriteNote("n1", 'He said "no"\n🌴'),
        RunChecks("hidden"),
    ]
    return [msgspec.json.encode(message) for message in messages]


def mutated(chance: random.Random, frame: bytes, others: list[bytes]) -> bytes:
    """One to four changes: a byte, a cut, a doubled or foreign slice, a number made long."""
    made = bytearray(frame)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(8):
            case 0 | 1 if made:
                made[at % len(made)] = chance.choice(_NASTY)
            case 2 if made:
                made[at % len(made)] ^= 1 << chance.randrange(8)
            case 3:
                del made[at:]
            case 4:
                del made[at : at + chance.randrange(1, 6)]
            case 5:
                made[at:at] = made[at : at + chance.randrange(1, 20)]
            case 6:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                made[at:at] = other[start : start + chance.randrange(1, 30)]
            case _:
                made[at:at] = lib0.uint(chance.choice((2**7, 2**14, 2**31, 2**32 - 1, 2**53 - 1, 2**60)))
    return bytes(made)
