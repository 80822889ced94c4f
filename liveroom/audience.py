"""Who may see what: the one rule that sockets, the replay, exports and blobs all go through."""

from liveroom.messages import Role

ALL = "all"
PANEL = "panel"

_INTERVIEWERS: frozenset[Role] = frozenset({"owner", "interviewer"})


def may_see(audience: str, *, role: Role, participant: str) -> bool:
    """`all` is for everyone, `panel` for owner and interviewers, a participant's id for that one alone."""
    if audience == ALL:
        return True
    if audience == PANEL:
        return role in _INTERVIEWERS
    return audience == participant
