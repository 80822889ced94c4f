"""The errors that a person is told about; `web/errors.py` alone turns them into replies and close codes."""


class LiveroomError(Exception):
    """What happened, why, and what to do next: one sentence. `code` is the same for a program."""

    code = "failed"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadSettings(LiveroomError):
    """A setting is unknown or cannot have that value."""

    code = "bad-settings"


class BadRequest(LiveroomError):
    """The request cannot be read, or asks for something that cannot be."""

    code = "bad-request"


class SignInNeeded(LiveroomError):
    """Only the owner may do this, and nobody is signed in."""

    code = "sign-in-needed"


class BadToken(LiveroomError):
    """A token that nobody was given, or that no longer holds."""

    code = "bad-token"


class NotAllowed(LiveroomError):
    """This person may not do this."""

    code = "not-allowed"


class ConsentNeeded(NotAllowed):
    """The candidate has not answered the notice yet."""

    code = "consent-needed"


class WaitsInLobby(NotAllowed):
    """The candidate has not been let in yet."""

    code = "waits-in-lobby"


class NotFound(LiveroomError):
    """There is no such thing."""

    code = "not-found"


class RoomGone(NotFound):
    """There is no such room, or its data was deleted."""

    code = "room-gone"


class LinkUnknown(NotFound):
    """The link was not made here, or was cut off while copying."""

    code = "link-unknown"


class LinkGone(LiveroomError):
    """The link was good once."""


class LinkExpired(LinkGone):
    code = "link-expired"


class LinkRevoked(LinkGone):
    code = "link-revoked"


class Conflict(LiveroomError):
    """The room is in a state where this cannot be done."""

    code = "conflict"


class NoKernel(Conflict):
    """The room has no living kernel to ask."""

    code = "no-kernel"


class TooLarge(LiveroomError):
    """The request is larger than it may be."""

    code = "too-large"


class TooMany(LiveroomError):
    """Too many attempts in a short time."""

    code = "too-many"


class DataFolderInUse(LiveroomError):
    """Another server has the data folder."""

    code = "data-folder-in-use"


class DataFolderUnusable(LiveroomError):
    """The data folder cannot be read or written, or was written by a later version."""

    code = "data-folder-unusable"


class StoreFailed(LiveroomError):
    """Something was not kept, most often because the disk is full."""

    code = "store-failed"


class RoomDamaged(LiveroomError):
    """What is stored of the room is not what was written; nothing is opened on top of it."""

    code = "room-damaged"


class Fenced(LiveroomError):
    """Another owner has taken the room over; this one must drop it."""

    code = "fenced"

    def __init__(self, room: str) -> None:
        super().__init__(f"Room {room} has another owner now; this one lets go of it.")
        self.room = room


class Unavailable(LiveroomError):
    """This cannot be done now, or not here."""

    code = "unavailable"
