"""A lobby and an accommodation for each room, and checkpoints, from which rooms open faster."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("room", sa.Column("lobby", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("room", sa.Column("accommodation", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "checkpoint",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )
