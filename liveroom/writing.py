"""What people write into a room's texts: whose it is, what it does, what is recorded and relayed of it. Pure."""

import base64
from collections.abc import Mapping, Sequence
from hashlib import sha256

from liveroom import frames
from liveroom.audience import ALL, PANEL
from liveroom.close_codes import NOT_ALLOWED, OTHER_HISTORY, TOO_LARGE, TRY_AGAIN
from liveroom.document import Change, Command, Document, ReadOnly, TooLarge
from liveroom.effects import Close, Effect, Record, Relay, Tell
from liveroom.errors import BadRequest
from liveroom.files import FILES_MAX, plain_text, sound_path
from liveroom.messages import (
    FILE_CHARS_MAX,
    MAIN_FILE,
    AddFile,
    DeleteFile,
    Edit,
    FilesChanged,
    Refused,
    RenameFile,
    StartOver,
)
from liveroom.mirror import Op
from liveroom.people import Connection, Participant, People
from liveroom.updates import KEEPER, BadUpdate, Forged, Gapped, Overlapping, clients_in, parse

LATE_US = 3_000_000
"""An edit this much older than its arrival came after a gap, and says so."""

CAME_WHOLE = frozenset({"pasted", "dropped"})
"""The origins of text that was there before it came here; its hash knows it again elsewhere."""


class Writing:
    """A room's texts, and under which Yjs client ids its people may write there."""

    def __init__(self, people: People, *, history: str) -> None:
        self.document = Document()
        self._people = people
        self._history = history
        self._restored: set[int] = set()  # the client ids of the log so far

    def seed(self, starter: str, now: int) -> list[Effect]:
        """Write the starter text; once in a room's life, and the server's own."""
        if not starter:
            return []
        update = self.document.seed(starter)
        return [_command(Command(MAIN_FILE, update, [(MAIN_FILE, 0, 0, starter)]), now)]

    # --- the log

    def restore(self, by: str | None, update: bytes) -> None:
        """Take one edit of the log. An id belongs to whoever wrote under it first; later updates may repeat it."""
        self.document.restore(update)
        for client in clients_in(update):
            self._restore_writer(client, by)

    def restore_sum(self, update: bytes, writers: Mapping[int, str | None]) -> None:
        """Take what all edits up to here come to, as `whole` and `writers` gave it."""
        self.document.restore(update)
        for client, by in writers.items():
            self._restore_writer(client, by)

    def writers(self) -> dict[int, str | None]:
        """Whoever wrote under each client id of the document; None for the server itself."""
        return {client: self._people.owner(client) for client in sorted(self.document.clients())}

    def _restore_writer(self, client: int, by: str | None) -> None:
        if client in self._restored:
            return
        self._restored.add(client)
        person = self._people.get(by or "")
        if person is not None:
            self._people.claim(client, person)

    # --- edits

    def edit(self, connection: Connection, edit: Edit, now: int, *, why_not: str | None) -> list[Effect]:
        """Take an edit of a page. One that is refused makes the page start over: it shows what the room has not."""
        try:
            update = base64.b64decode(edit.update, validate=True)
            change = self._apply(connection.person, update, why_not)
        except ValueError as error:  # of base64, or a BadUpdate
            reason = str(error) if isinstance(error, BadUpdate) else "The edit could not be read."
            connection.starting_over, to = True, connection.connection
            refused: dict[str, object] = {"page": edit.page, "n": edit.n, "reason": reason}
            return [
                Record(connection.person.participant, "refused", refused, now, PANEL),
                Tell(Refused(reason, edit.page, edit.n), to=to),
                Tell(StartOver(reason, self._history), to=to),
            ]
        if not change.added:
            return []
        body: dict[str, object] = {"page": edit.page, "n": edit.n, "client_at_us": edit.client_at_us}
        body |= {"origin": edit.origin, "ops": change.ops, "update": edit.update}
        if edit.origin in CAME_WHOLE:
            body |= _known_again(change.ops)
        if now - edit.client_at_us > LATE_US:
            body["late"] = True
        return [
            Record(connection.person.participant, "edit", body, now, ALL, edit.page, edit.n),
            Relay(frames.update(update), connection.connection),
        ]

    def update(
        self, connection: Connection, frame: frames.Frame, now: int, *, why_not: str | None
    ) -> list[Effect]:
        """Take a stock client's update or step 2. Raises `BadUpdate` where the frame itself is bad."""
        sender = connection.connection
        try:
            change = self._apply(connection.person, frame.content, why_not)
        except TooLarge as error:
            return [Close(sender, TOO_LARGE, str(error))]
        except ReadOnly as error:
            return [Close(sender, NOT_ALLOWED, str(error))]
        except Overlapping as error:
            return [Close(sender, TRY_AGAIN, str(error))]
        except (Forged, Gapped) as error:
            # A step 2 with others' structs comes from a document of another history, which is nobody's forgery.
            if frame.kind == "step-2":
                return [
                    Close(sender, OTHER_HISTORY, "The text is not this room's; start from the room's text.")
                ]
            refused: dict[str, object] = {"reason": str(error)}
            code = NOT_ALLOWED if isinstance(error, Forged) else TRY_AGAIN
            return [
                Record(connection.person.participant, "refused", refused, now, PANEL),
                Close(sender, code, str(error)),
            ]
        if not change.added:
            return []
        body = {"origin": "typed", "ops": change.ops, "update": base64.b64encode(frame.content).decode()}
        return [
            Record(connection.person.participant, "edit", body, now),
            Relay(frames.update(frame.content), sender),
        ]

    def claim(self, client: int, person: Participant) -> bool:
        """Whether the client id is this person's; one that nobody wrote under becomes theirs."""
        if client == KEEPER:
            return False
        if self._people.unclaimed([client]) and client in self.document.clients():
            return False
        return self._people.claim(client, person)

    def _apply(self, person: Participant, update: bytes, why_not: str | None) -> Change:
        """Check and apply an update under the client ids that are the sender's, or nobody's yet."""
        parsed = parse(update)
        clients = {struct.client for struct in parsed.structs}
        new: set[int] = set()
        if not clients <= person.clients:
            new = self._people.unclaimed(clients) - self.document.clients() - {KEEPER}
        writers = person.clients | new if new else person.clients
        try:
            change = self.document.receive(update, parsed, writers=writers, may_edit=why_not is None)
        except ReadOnly as error:
            raise ReadOnly(f"{why_not} The edit was not taken.") from error
        for client in new if why_not is None else ():
            self._people.claim(client, person)
        return change

    # --- files

    def change_files(
        self, connection: Connection, message: AddFile | RenameFile | DeleteFile, now: int
    ) -> list[Effect]:
        """Make, rename or delete a file, or say why not."""
        by = connection.person.participant
        try:
            command, path = self._changed_files(message)
        except (BadRequest, TooLarge) as error:
            return [Tell(Refused(str(error)), to=connection.connection)]
        return [
            Record(by, "file", {"file": command.file, "path": path}, now),
            _command(command, now),
            Relay(frames.update(command.update), None),
            Tell(FilesChanged(self.document.files(), command.file, by)),
        ]

    def _changed_files(self, message: AddFile | RenameFile | DeleteFile) -> tuple[Command, str | None]:
        """What the message does, and the path that the file has from here on."""
        paths = {view.file: view.path for view in self.document.files()}
        if isinstance(message, AddFile):
            if len(paths) >= FILES_MAX:
                raise BadRequest(f"A room has at most {FILES_MAX} files; delete one that is not needed.")
            if len(message.text) > FILE_CHARS_MAX:
                raise BadRequest(
                    f"A file begins with at most {FILE_CHARS_MAX:,} characters; add the rest to it afterwards."
                )
            path = sound_path(message.path, taken=paths.values())
            return self.document.add_file(path, plain_text(message.text)), path
        if message.file not in paths:
            raise BadRequest("This file is not there any more; somebody deleted it.")
        own = paths.pop(message.file)
        if isinstance(message, DeleteFile):
            if message.file == MAIN_FILE:
                raise BadRequest(f"{own} is the room's first file and stays; delete its text instead.")
            return self.document.delete_file(message.file), None
        path = sound_path(message.path, taken=paths.values())
        return self.document.rename_file(message.file, path), path


def _command(command: Command, now: int) -> Record:
    """What the server wrote itself, if at somebody's wish: nobody else may write under its ids."""
    update = base64.b64encode(command.update).decode()
    return Record(None, "edit", {"origin": "command", "ops": command.ops, "update": update}, now)


def _known_again(ops: Sequence[Op]) -> dict[str, object]:
    """How long the text is that came in, in UTF-16 units, and its SHA-256."""
    text = "".join(inserted for _, _, _, inserted in ops)
    return {"chars": len(text.encode("utf-16-le")) // 2, "sha256": sha256(text.encode()).hexdigest()}
