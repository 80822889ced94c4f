"""What people write beside a comparison of typing, and who looked at it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "typing_review",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("situation_differed", sa.Boolean),
        sa.Column("candidate_note", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("noted_wall_us", sa.BigInteger),
        sa.Column("opened_wall_us", sa.BigInteger),
        sa.Column("reviewer", sa.Text),
        sa.Column("reviewer_note", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("reviewed_wall_us", sa.BigInteger),
    )
    op.create_table(
        "typing_view",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("at_wall_us", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
    )
    op.create_index("typing_view_of_room", "typing_view", ["room"])
