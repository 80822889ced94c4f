"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "candidate",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("made_wall_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "tombstone",
        sa.Column("candidate_id", sa.Text, primary_key=True),
        sa.Column("forgotten_wall_us", sa.BigInteger, nullable=False),
        sa.Column("rooms", sa.Integer, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default=sa.text("'waiting'")),
        sa.Column("candidate_id", sa.Text, sa.ForeignKey("candidate.id"), nullable=False),
        sa.Column("exercise", sa.Text),
        sa.Column("brief", sa.Text, nullable=False),
        sa.Column("starter", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("meeting_url", sa.Text),
        sa.Column("continues", sa.Text),
        sa.Column("made", sa.Text, nullable=False),
        sa.Column("made_wall_us", sa.BigInteger, nullable=False),
        sa.Column("started_wall_us", sa.BigInteger),
        sa.Column("ended_wall_us", sa.BigInteger),
        sa.Column("epoch", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("history", sa.Text, nullable=False),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.Column("replay_deleted", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "event",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("chain", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("participant", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("page", sa.Text),
        sa.Column("n", sa.BigInteger),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("h", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary),
        sa.PrimaryKeyConstraint("room", "chain", "seq"),
    )
    op.create_table(
        "blob",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("mime", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("room", "sha256", "audience"),
    )
    op.create_table(
        "final_file",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("room", "path"),
    )
    op.create_table(
        "link",
        sa.Column("serial", sa.Text, primary_key=True),
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("made_wall_us", sa.BigInteger, nullable=False),
        sa.Column("expires_wall_us", sa.BigInteger, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "participant",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("colour", sa.Text, nullable=False),
        sa.Column("link_serial", sa.Text, sa.ForeignKey("link.serial")),
        sa.PrimaryKeyConstraint("room", "number"),
    )
    op.create_table(
        "token",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("link_serial", sa.Text, sa.ForeignKey("link.serial")),
    )
    op.create_table(
        "consent",
        sa.Column("room", sa.Text, sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("replay", sa.Boolean, nullable=False),
        sa.Column("metrics", sa.Boolean, nullable=False),
        sa.Column("typing", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        sa.Column("at_wall_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "access",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made_wall_us", sa.BigInteger, nullable=False),
        sa.Column("expires_wall_us", sa.BigInteger),
    )
    op.create_index("room_of_candidate", "room", ["candidate_id"])
    op.create_index("link_of_room", "link", ["room"])
    op.create_index("token_of_room", "token", ["room"])
