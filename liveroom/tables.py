"""The tables of the store, as SQLAlchemy Core knows them; `migrations/` builds them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    text,
)

REVISION = "0005"
"""The newest migration, so that an up-to-date database opens without importing Alembic."""

metadata = MetaData()

candidate = Table(
    "candidate",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("made_wall_us", BigInteger, nullable=False),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("candidate_id", Text, primary_key=True),
    Column("forgotten_wall_us", BigInteger, nullable=False),
    Column("rooms", Integer, nullable=False),
    Column("events", Integer, nullable=False),
)

room = Table(
    "room",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("candidate_id", Text, ForeignKey("candidate.id"), nullable=False),
    Column("exercise", Text),
    Column("brief", Text, nullable=False),
    Column("starter", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("meeting_url", Text),
    Column("continues", Text),
    Column("made", Text, nullable=False),
    Column("made_wall_us", BigInteger, nullable=False),
    Column("started_wall_us", BigInteger),
    Column("ended_wall_us", BigInteger),
    Column("epoch", Integer, nullable=False, server_default=text("0")),
    Column("history", Text, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("replay_deleted", Boolean, nullable=False, server_default=false()),
    Column("lobby", Boolean, nullable=False, server_default=false()),
    Column("accommodation", Integer, nullable=False, server_default=text("0")),
    Column("environment", Text),
    Column("memory_mib", Integer),
    Column("run_seconds", Float),
    Index("room_of_candidate", "candidate_id"),
)

TYPING = ("edit", "keys", "caret", "paste", "focus")
"""The kinds of which there are many, and whose sum a checkpoint holds."""

BESIDE_TYPING = "kind NOT IN ({})".format(", ".join(f"'{kind}'" for kind in TYPING))
"""SQLite uses the index where a query says the same, to the letter."""

# `leaf` stands in for `line` and `salt` where an event was redacted for good: the chain still verifies.
event = Table(
    "event",
    metadata,
    Column("room", Text, ForeignKey("room.id"), nullable=False),
    Column("chain", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("participant", Text),
    Column("kind", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("page", Text),
    Column("n", BigInteger),
    Column("line", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("h", LargeBinary, nullable=False),
    Column("leaf", LargeBinary),
    PrimaryKeyConstraint("room", "chain", "seq"),
    Index("event_beside_typing", "room", "chain", "seq", sqlite_where=text(BESIDE_TYPING)),
)

blob = Table(
    "blob",
    metadata,
    Column("room", Text, ForeignKey("room.id"), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("room", "sha256", "audience"),
)

# Only the newest of each room, and only to open it faster: the events say the same. `seq` and `h` are of the event
# that it stands on.
checkpoint = Table(
    "checkpoint",
    metadata,
    Column("room", Text, ForeignKey("room.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("h", LargeBinary, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

final_file = Table(
    "final_file",
    metadata,
    Column("room", Text, ForeignKey("room.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("content", Text, nullable=False),
    PrimaryKeyConstraint("room", "path"),
)

link = Table(
    "link",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("room", Text, ForeignKey("room.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("made_wall_us", BigInteger, nullable=False),
    Column("expires_wall_us", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False, server_default=false()),
    Index("link_of_room", "room"),
)

participant = Table(
    "participant",
    metadata,
    Column("room", Text, ForeignKey("room.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("colour", Text, nullable=False),
    Column("link_serial", Text, ForeignKey("link.serial")),
    PrimaryKeyConstraint("room", "number"),
)

token = Table(
    "token",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("room", Text, ForeignKey("room.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("link_serial", Text, ForeignKey("link.serial")),
    Index("token_of_room", "room"),
)

# Apart from the timeline, so that an answer outlives what it allowed.
consent = Table(
    "consent",
    metadata,
    Column("room", Text, ForeignKey("room.id"), primary_key=True),
    Column("replay", Boolean, nullable=False),
    Column("metrics", Boolean, nullable=False),
    Column("typing", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("at_wall_us", BigInteger, nullable=False),
)

# What people wrote beside the comparison of a room's typing. The candidate's first note lets the panel see it; `opened`
# is when the panel first did.
typing_review = Table(
    "typing_review",
    metadata,
    Column("room", Text, ForeignKey("room.id"), primary_key=True),
    Column("situation_differed", Boolean),
    Column("candidate_note", Text, nullable=False, server_default=text("''")),
    Column("noted_wall_us", BigInteger),
    Column("opened_wall_us", BigInteger),
    Column("reviewer", Text),
    Column("reviewer_note", Text, nullable=False, server_default=text("''")),
    Column("reviewed_wall_us", BigInteger),
)

# Every time that somebody of the panel was shown a comparison.
typing_view = Table(
    "typing_view",
    metadata,
    Column("room", Text, ForeignKey("room.id"), nullable=False),
    Column("at_wall_us", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Index("typing_view_of_room", "room"),
)

# What the owner signs in with: `kind` is sign-in (one use), session (a cookie) or api (a bearer token).
access = Table(
    "access",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("made_wall_us", BigInteger, nullable=False),
    Column("expires_wall_us", BigInteger),
)
