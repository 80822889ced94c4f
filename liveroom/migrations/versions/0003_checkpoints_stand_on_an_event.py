"""A checkpoint names the link of the event that it stands on, and what is beside typing is found without reading it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BESIDE_TYPING = "kind NOT IN ('edit', 'keys', 'caret', 'paste', 'focus')"


def upgrade() -> None:
    op.drop_table("checkpoint")  # no version wrote one without a link
    op.create_table(
        "checkpoint",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("h", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "event_beside_typing", "event", ["room", "chain", "seq"], sqlite_where=sa.text(BESIDE_TYPING)
    )
