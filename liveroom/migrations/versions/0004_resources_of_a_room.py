"""What the maker of a room asked for its kernel."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("room", sa.Column("environment", sa.Text))
    op.add_column("room", sa.Column("memory_mib", sa.Integer))
    op.add_column("room", sa.Column("run_seconds", sa.Float))
