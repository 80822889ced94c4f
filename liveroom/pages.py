"""Which recorded frames of each page a room has, and which of them are on disk. Pure."""


class Pages:
    """A page numbers its recorded frames from 1, without gaps, and belongs to one participant."""

    def __init__(self) -> None:
        self._recorded: dict[str, tuple[str, int]] = {}  # page -> (participant, highest n)
        self._durable: dict[str, int] = {}  # page -> highest n that is on disk
        self._logged: dict[
            str, tuple[str, int]
        ] = {}  # what the log says: frames that change nothing are not in it

    def owner(self, page: str) -> str | None:
        """Whose page it is; None for one that nobody has said hello with."""
        return self._recorded.get(page, (None, 0))[0]

    def last(self, page: str) -> int:
        """The highest `n` that is recorded."""
        return self._recorded.get(page, ("", 0))[1]

    def hello(self, page: str, participant: str, upcoming: int) -> int:
        """The page sends `upcoming` next, and nothing below it that is missing; the highest `n` that is on disk."""
        self._recorded[page] = (participant, max(self.last(page), upcoming - 1))
        self.durable(page, upcoming - 1)
        return self.on_disk(page)

    def on_disk(self, page: str) -> int:
        """The highest `n` that is on disk, or will never come."""
        return self._durable.get(page, 0)

    def record(self, page: str, n: int, *, logged: bool) -> None:
        """Take a frame; `logged` says whether the log has an event of it."""
        self._recorded[page] = taken = (self._recorded[page][0], n)
        if logged:
            self._logged[page] = taken

    def durable(self, page: str, n: int) -> None:
        """All that is recorded of the page up to `n` is on disk."""
        self._durable[page] = max(n, self._durable.get(page, 0))

    def restore(self, page: str, participant: str, n: int) -> None:
        """Take one frame of the log, which is on disk."""
        self._recorded[page] = self._logged[page] = (participant, n)
        self._durable[page] = n

    def logged(self) -> dict[str, tuple[str, int]]:
        """Each page's participant and the highest `n` in the log."""
        return dict(self._logged)

    def know(self, page: str, participant: str) -> None:
        """A page that is here, of which the log may have nothing."""
        self._recorded.setdefault(page, (participant, 0))
