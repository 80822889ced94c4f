"""What a room's record says: exported by the command, verified, and played back with and without Yjs."""

import base64
import itertools
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keystroke.timeline import Event, Verified, verify
from liveroom.messages import MAIN_FILE
from liveroom.replay import text_at
from tests.support.server import Server
from tests.support.yjs import Client


@dataclass(frozen=True)
class Exported:
    """A room's timeline as `liveroom export --as timeline` writes it; its chain held when it was read."""

    events: list[Event]

    def edits(self, page: str | None = None) -> list[Event]:
        """The edits, of one page if named, in the order of the timeline."""
        found = [event for event in self.events if event.kind == "edit"]
        return found if page is None else [event for event in found if event.body.get("page") == page]

    @property
    def text(self) -> str:
        """The text as the readable operations leave it."""
        return text_at(self.events, self.events[-1].at_us)[MAIN_FILE]

    @property
    def text_of_updates(self) -> str:
        """The text as the raw Yjs updates leave it."""
        client = Client()
        for event in self.edits():
            client.apply(base64.b64decode(event.body["update"]))
        return str(client)

    def check(self) -> None:
        """No gap, no doubled frame, and both ways of replaying it agree."""
        assert [event.seq for event in self.events] == list(range(1, len(self.events) + 1))
        assert [event.at_us for event in self.events] == sorted(event.at_us for event in self.events)
        counted: dict[str, list[int]] = {}
        for event in self.events:
            if "n" in event.body and event.kind != "refused":
                counted.setdefault(event.body["page"], []).append(event.body["n"])
        for page, numbers in counted.items():
            assert _rises(numbers), f"{page} is recorded as {numbers}"
        assert self.text == self.text_of_updates


def _rises(numbers: Sequence[int]) -> bool:
    return all(before < after for before, after in itertools.pairwise(numbers))


async def exported(server: Server, made: dict[str, Any]) -> Exported:
    """The room's record, checked."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room.jsonl"
        code, out, errors = await server.command("export", made["room"], "--as", "timeline", "-o", str(path))
        assert code == 0, out + errors
        lines = path.read_bytes().splitlines(keepends=True)
    held = verify(lines)
    assert isinstance(held, Verified), held
    record = Exported([Event(*json.loads(line)[:6]) for line in lines[1:]])
    record.check()
    return record
