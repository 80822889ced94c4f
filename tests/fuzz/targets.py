"""What is fuzzed, and what has to hold of every input. A target takes bytes and names what came of them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from pycrdt import Doc, Text

from liveroom import frames
from liveroom.document import Document
from liveroom.effects import ConnectionId
from liveroom.frames import BadFrame
from liveroom.lib0 import Truncated
from liveroom.messages import BadMessage, FromClient, decode
from liveroom.mirror import Op
from liveroom.presence import Presence
from liveroom.updates import BadUpdate, check, parse, state_vector
from tests.fuzz.mutations import Corpus, binary_frames, corpus, mutated, text_frames

Outcome = str
EDITS_A_LIFE = 60
"""After so many accepted updates a document starts anew from another corpus."""


class TextFrames:
    """`messages.decode`: a message that encodes to what decodes to it again, or `BadMessage`."""

    name = "text frames"

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._honest = text_frames(chance, corpus(chance))

    def input(self) -> bytes:
        return mutated(self._chance, self._chance.choice(self._honest), self._honest)

    def run(self, data: bytes) -> Outcome:
        try:
            message: FromClient = decode(data.decode("utf-8", "surrogateescape"))
        except BadMessage:
            return "BadMessage"
        assert decode(msgspec.json.encode(message).decode()) == message
        return "taken"


class BinaryFrames:
    """`frames.read` and, by kind, whatever reads its content."""

    name = "binary frames"

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._honest = binary_frames(chance, corpus(chance))
        self._document = Document()
        self._document.seed("# %%\n")
        self._presence = Presence()

    def input(self) -> bytes:
        return mutated(self._chance, self._chance.choice(self._honest), self._honest)

    def run(self, data: bytes) -> Outcome:
        try:
            frame = frames.read(data)
            match frame.kind:
                case "step-1":
                    parse(self._document.missing(frame.content))
                case "step-2" | "update":
                    parse(frame.content)
                case "awareness":
                    sender = ConnectionId(self._chance.randrange(3))
                    self._presence.receive(sender, frame.content, owns=lambda client: client % 2 == 1)
                    self._presence.leave(sender)
        except (BadFrame, BadUpdate, Truncated) as error:
            return type(error).__name__
        return frame.kind


@dataclass
class Life:
    """One document, and beside it a plain one of yrs and the readable operations, which have to agree with it."""

    source: Corpus
    document: Document
    plain: Doc[Any] = field(default_factory=Doc)
    played: bytearray = field(default_factory=bytearray)
    taken: list[bytes] = field(default_factory=list)
    honest: int = 0

    @classmethod
    def of(cls, source: Corpus) -> "Life":
        life = cls(source, Document())
        life.plain.get("content", type=Text)
        life.take(source.base)
        return life

    def take(self, update: bytes) -> bool:
        """Hold an update against what `check` says of it; whether it added anything."""
        parsed = parse(update)
        known, writers = state_vector(self.document.state()), frozenset(self.source.clients)
        change = self.document.receive(update, parsed, writers=writers, may_edit=True)
        fresh = check(parsed, known=known, writers=writers)
        assert state_vector(self.document.state()) == known | fresh, "it changed other clients than predicted"
        self.taken.append(update)
        self.plain.apply_update(update)
        self._play(change.ops)
        return change.added

    def _play(self, ops: list[Op]) -> None:
        for file, start, deleted, inserted in ops:
            assert file == "main"
            self.played[2 * start : 2 * (start + deleted)] = inserted.encode("utf-16-le")

    def agree(self) -> None:
        text = str(self.document)
        assert str(self.plain.get("content", type=Text)) == text, "yrs has another text"
        assert self.played.decode("utf-16-le") == text, "the operations play another text"


class Updates:
    """`parse`, `check` and `Document.receive`: what they take, yrs takes, and it does what was predicted."""

    name = "updates"

    def __init__(self, chance: random.Random, *, ended: Callable[[Life], None] = lambda life: None) -> None:
        self._chance = chance
        self._ended = ended
        self._life = Life.of(corpus(chance))

    def input(self) -> bytes:
        life = self._life
        if len(life.taken) > EDITS_A_LIFE or life.honest == len(life.source.updates):
            self._ended(life)
            self._life = life = Life.of(corpus(self._chance))
        if self._chance.random() < 0.02:
            life.honest += 1
            return life.source.updates[life.honest - 1]
        near = life.source.updates[max(0, life.honest - 2) : life.honest + 3]
        return mutated(self._chance, self._chance.choice(near), life.source.updates)

    def run(self, data: bytes) -> Outcome:
        try:
            added = self._life.take(data)
        except BadUpdate as error:
            return type(error).__name__
        self._life.agree()
        return "taken" if added else "nothing new"


Target = TextFrames | BinaryFrames | Updates
