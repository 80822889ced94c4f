"""Private notes: who wrote what, and who may read it. Pure."""

from liveroom.audience import PANEL
from liveroom.effects import Effect, Record, Tell
from liveroom.messages import Note, NoteChanged, WriteNote
from liveroom.people import MANAGERS, Participant


class Notes:
    """A room's notes. They are a chain of their own, so that a sealed room stays sealed."""

    def __init__(self) -> None:
        self._notes: dict[str, tuple[Note, str]] = {}

    def write(self, by: Participant, message: WriteNote, now: int) -> list[Effect] | None:
        """Add, change or remove a note; None when it is somebody else's."""
        earlier = self._notes.get(message.note)
        if earlier is not None and earlier[0].by != by.participant:
            return None
        at_us = earlier[0].at_us if earlier else now
        note = Note(message.note, by.participant, at_us, message.text)
        audience = note_audience(by)
        self._notes[message.note] = (note, audience)
        body: dict[str, object] = {"note": note.note, "text": note.text, "at_us": note.at_us}
        return [
            Record(by.participant, "note", body, now, audience, chain=1),
            Tell(NoteChanged(note), audience),
        ]

    def restore(self, note: Note, audience: str) -> None:
        self._notes[note.note] = (note, audience)

    def shown(self) -> list[tuple[Note, str]]:
        """The notes that were not removed, each with its audience."""
        return [(note, audience) for note, audience in self._notes.values() if note.text]


def note_audience(by: Participant) -> str:
    """Interviewers share their notes; an observer's are their own, so that nobody is swayed before scoring."""
    return PANEL if by.role in MANAGERS else by.participant
