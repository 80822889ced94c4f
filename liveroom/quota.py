"""How much a room may keep. Pure."""

MIB = 1024 * 1024
BYTES_MOST = 512 * MIB


class Quota:
    """Counts the bytes of a room's events and large outputs that are written.

    Outputs stop at the limit, what people do a quarter later: a run that printed too much leaves room to go on.
    """

    def __init__(self, most: int, kept: int) -> None:
        self._most = most
        self.kept = kept

    @property
    def outputs_stop(self) -> str | None:
        """What a run says in place of what it puts out, once the room holds all that it may."""
        if self.kept < self._most:
            return None
        return (
            f"[This room holds the {self._most // MIB} MiB that a room may hold, so what runs put out is not shown "
            "or kept any more. The text can still be edited; continue in a new room.]\n"
        )

    @property
    def everything_stops(self) -> str | None:
        """Why nothing more can be written."""
        if self.kept < self._most + self._most // 4:
            return None
        return f"This room is full: it holds more than {self._most // MIB} MiB. Continue in a new room."
