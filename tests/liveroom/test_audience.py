"""The one rule of who may see what."""

import pytest

from liveroom.audience import may_see
from liveroom.messages import Role


@pytest.mark.parametrize(
    ("audience", "role", "participant", "sees"),
    [
        ("all", "candidate", "p3", True),
        ("all", "observer", "p2", True),
        ("panel", "owner", "p4", True),
        ("panel", "interviewer", "p1", True),
        ("panel", "observer", "p2", False),
        ("panel", "candidate", "p3", False),
        ("p2", "observer", "p2", True),
        ("p2", "owner", "p4", False),
        ("p2", "candidate", "p3", False),
        ("unheard-of", "owner", "p4", False),
    ],
)
def test_an_audience_includes_whom_it_names_and_nobody_else(
    audience: str, role: Role, participant: str, sees: bool
) -> None:
    assert may_see(audience, role=role, participant=participant) is sees
