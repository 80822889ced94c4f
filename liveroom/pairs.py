"""Characters of two UTF-16 units, and which edits would come between the two. Pure.

Yjs counts in UTF-16 units and lets an edit part such a pair, after which it has two replacement characters where yrs
has the character and the edit beside it. Editors never do that, so whoever does is refused.
"""

from collections.abc import Iterable, Iterator

from liveroom.updates import Struct, Update

_LAST_OF_ONE_UNIT = "\uffff"

Id = tuple[int, int]
"""`(client, clock)`."""


def first_halves(structs: Iterable[Struct]) -> set[Id]:
    """The ids of the first units of all pairs in these texts."""
    return {
        id for struct in structs if struct.text and not struct.text.isascii() for id in _first_halves(struct)
    }


def _first_halves(struct: Struct) -> Iterator[Id]:
    clock = struct.clock
    for character in struct.text:
        if character > _LAST_OF_ONE_UNIT:
            yield struct.client, clock
            clock += 1
        clock += 1


def cuts(update: Update) -> Iterator[Id]:
    """The ids right behind which an update puts something in, or begins or ends to delete."""
    for struct in update.structs:
        if not struct.leads and struct.needs:
            yield struct.needs[0]
        if struct.leads or len(struct.needs) == 2:
            client, clock = struct.needs[-1]
            yield client, clock - 1
    for client, clock, length in update.deletes:
        yield client, clock - 1
        yield client, clock + length - 1
