"""What a candidate may have of the room before they are in it: nothing."""

from liveroom.errors import ConsentNeeded, WaitsInLobby
from liveroom.room import NOT_LET_IN
from liveroom.web.endpoint import Call


async def check_let_in(call: Call) -> None:
    """A candidate who has not answered the notice, or waits in the lobby, has nothing of the room yet."""
    person = call.participant
    if person is None or person.role != "candidate" or call.parts.rooms.practice.has(call.room_id):
        return
    if await call.parts.store.consent(call.room_id) is None:
        raise ConsentNeeded("Read and answer the notice first; open your link again.")
    if await call.parts.rooms.keeps_waiting(await call.room(), person.participant):
        raise WaitsInLobby(NOT_LET_IN)
