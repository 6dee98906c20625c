"""The tables. SQLite and PostgreSQL run the same definitions; Alembic's migrations create them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)


class Utc(TypeDecorator[datetime]):
    """An aware datetime in UTC; SQLite, which has no time zones, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, **options: Any) -> Column[Any]:
    return Column(name, ForeignKey(target, ondelete="CASCADE"), **{"nullable": False, **options})


listeners = Table(
    "listeners",
    metadata,
    _id(),
    Column("front", String(32), nullable=False),
    Column("handle", String(128), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("preferences", JSON, nullable=False, default=dict, server_default="{}"),
    Column("left_at", Utc),
    UniqueConstraint("front", "handle"),
)

requests = Table(
    "requests",
    metadata,
    Column("id", String(32), primary_key=True),
    _ref("listener_id", "listeners.id"),
    Column("front", String(32), nullable=False),
    Column("place", String(200), nullable=False),
    Column("server", String(64), nullable=False, default="", server_default=""),
    Column("source", JSON, nullable=False),
    Column("options", JSON, nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False, index=True),
    Column("stage", String(32), nullable=False, default=""),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("note", Text, nullable=False, default=""),
    Column("error", String(64), nullable=False, default=""),
    Column("error_args", JSON, nullable=False, default=dict),
    Column("worker", String(64)),
    Column("lease_until", Utc),
    Column("attempts", Integer, nullable=False, default=0),
    Column("nudged_at", Utc),
    Column("not_before", Utc),
    Column("postponed", Integer, nullable=False, default=0, server_default="0"),
    Column("created_at", Utc, nullable=False),
    Column("ready_at", Utc),
    Column("delivered_at", Utc),
    Column("receipt", String(200), nullable=False, default=""),
    Column("origin", String(200)),
    Index("ix_requests_front_origin", "front", "origin", unique=True),
    Index("ix_requests_listener_id_created_at", "listener_id", "created_at"),
    Index("ix_requests_front_server_created_at", "front", "server", "created_at"),
)

artists = Table(
    "artists",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
)

audiences = Table(
    "audiences",
    metadata,
    _ref("artist_id", "artists.id", primary_key=True),
    Column("meter", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("seen", Date, nullable=False),
)

#: What one source knows of an artist's life: the evidence of "new", and of "machine-made".
careers = Table(
    "careers",
    metadata,
    _ref("artist_id", "artists.id", primary_key=True),
    Column("source", String(32), primary_key=True),
    Column("seen", Date, nullable=False),
    Column("first_release", Date),
    Column("releases", Integer, nullable=False),
    Column("lately", Integer, nullable=False),
    Column("tracks", Integer),
    Column("marks", JSON, nullable=False),
)

#: What was decided about an artist whom the provenance guard may suspect, and what is still asked; by ``artists.key``.
rulings = Table(
    "rulings",
    metadata,
    Column("artist_key", Text, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

#: Announced releases whose songs were looked for, so that a harvest that goes on does not look twice.
releases = Table(
    "releases",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("source_id", String(64), primary_key=True),
    Column("released", Date, nullable=False),
    Column("songs", Integer, nullable=False),
    Column("newcomer", Boolean, nullable=False),
    Column("looked_at", Utc, nullable=False),
)

#: The harvest of each source: who is at it, how far it came, and when it may go on.
harvests = Table(
    "harvests",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("worker", String(96)),
    Column("lease_until", Utc),
    Column("started_at", Utc),
    Column("finished_at", Utc),
    Column("not_before", Utc),
    Column("sentence", Text, nullable=False),
)

recordings = Table(
    "recordings",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("isrc", String(16), nullable=False, default="", index=True),
    _ref("artist_id", "artists.id", index=True),
)

tracks = Table(
    "tracks",
    metadata,
    _id(),
    _ref("recording_id", "recordings.id", index=True),
    Column("source", String(32), nullable=False),
    Column("source_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("artists", JSON, nullable=False),
    Column("artist_id", String(64), nullable=False, default=""),
    Column("album", Text, nullable=False, default=""),
    Column("isrc", String(16), nullable=False, default=""),
    Column("duration_s", Float),
    Column("release_date", Date),
    Column("url", Text, nullable=False, default=""),
    Column("cover_url", Text, nullable=False, default=""),
    Column("licence_url", Text, nullable=False, default="", server_default=""),
    Column("path", Text),
    Column("generated", Boolean, nullable=False, default=False),
    UniqueConstraint("source", "source_id"),
)

#: Which tracks are candidates, and where: "main", "demo", or the path of a folder given by hand.
members = Table(
    "members",
    metadata,
    _id(),
    Column("collection", Text, nullable=False),
    _ref("track_id", "tracks.id"),
    Column("added_at", Utc, nullable=False),
    UniqueConstraint("collection", "track_id"),
)

#: What was heard in a recording, or (``vector`` null) why nothing could be heard.
features = Table(
    "features",
    metadata,
    _id(),
    _ref("recording_id", "recordings.id"),
    Column("extractor", String(32), nullable=False),
    Column("version", String(32), nullable=False),
    Column("vector", LargeBinary),
    Column("music", Float, nullable=False, default=0.0),
    Column("named", JSON, nullable=False, default=dict),
    Column("confidence", JSON, nullable=False, default=dict, server_default="{}"),
    Column("error", String(64), nullable=False, default=""),
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("recording_id", "extractor", "version"),
)

#: Songs as they go on. ``id`` only grows: it marks what a copy of the table has seen.
sequences = Table(
    "sequences",
    metadata,
    _id(),
    _ref("recording_id", "recordings.id"),
    Column("version", String(32), nullable=False),
    Column("frames", LargeBinary, nullable=False),
    Column("start_s", Float, nullable=False),
    UniqueConstraint("recording_id", "version"),
)

#: The recordings that stand for the listener in a request.
seeds = Table(
    "seeds",
    metadata,
    _ref("request_id", "requests.id", primary_key=True),
    _ref("recording_id", "recordings.id", primary_key=True),
)

slates = Table(
    "slates",
    metadata,
    _ref("request_id", "requests.id", primary_key=True),
    Column("model", String(32), nullable=False),
    Column("model_version", String(32), nullable=False),
    Column("created_at", Utc, nullable=False),
)

picks = Table(
    "picks",
    metadata,
    _id(),
    _ref("request_id", "slates.request_id"),
    Column("rank", Integer, nullable=False),
    Column("arm", String(16), nullable=False),
    Column("score", Float, nullable=False),
    _ref("recording_id", "recordings.id", index=True),
    _ref("track_id", "tracks.id"),
    Column("nearest_seed", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("label", Text, nullable=False, default="", server_default=""),
    _ref("seed_track_id", "tracks.id", nullable=True),
    Column("passage", JSON(none_as_null=True)),
    Column("model", String(32), nullable=False, default="", server_default=""),
    Column("fit", Float),
    Column("opinion", Float, nullable=False, default=0.0, server_default="0"),
    Column("swayed", Float),
    Column("random", Boolean, nullable=False, default=False, server_default=false()),
    Column("told", JSON(none_as_null=True)),
    UniqueConstraint("request_id", "rank"),
)

#: What a model thought best for a request, beyond the picks: ``tracks`` are ids (int32) and ``fits`` the share of the
#: candidates that it places below each (float16), best first.
shortlists = Table(
    "shortlists",
    metadata,
    _ref("request_id", "requests.id", primary_key=True),
    Column("model", String(32), primary_key=True),
    Column("tracks", LargeBinary, nullable=False),
    Column("fits", LargeBinary, nullable=False),
)

exposures = Table(
    "exposures",
    metadata,
    _ref("listener_id", "listeners.id", primary_key=True),
    _ref("recording_id", "recordings.id", primary_key=True),
    _ref("request_id", "requests.id"),
    Column("at", Utc, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    _ref("listener_id", "listeners.id", primary_key=True),
    _ref("recording_id", "recordings.id", primary_key=True),
    Column("pick_id", ForeignKey("picks.id", ondelete="SET NULL")),
    Column("value", Integer, nullable=False),
    Column("emoji", String(16), nullable=False),
    Column("updated_at", Utc, nullable=False),
)

#: Artists whom a listener does not want to be shown again.
barred = Table(
    "barred",
    metadata,
    _ref("listener_id", "listeners.id", primary_key=True),
    _ref("artist_id", "artists.id", primary_key=True),
    Column("at", Utc, nullable=False),
)

#: A listener's accounts with music services; ``link`` is what a reader opens for their songs.
accounts = Table(
    "accounts",
    metadata,
    _ref("listener_id", "listeners.id", primary_key=True),
    Column("service", String(32), primary_key=True),
    Column("handle", String(128), nullable=False),
    Column("link", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("proved", Boolean, nullable=False, default=False, server_default=false()),
    Column("scopes", Text, nullable=False, default="", server_default=""),
    Column("sealed", Text, nullable=False, default="", server_default=""),
    Column("renewing_until", Utc),
)

#: Links that were begun and not finished. ``state`` is a hash: who reads the table can finish none of them.
grants = Table(
    "grants",
    metadata,
    Column("state", String(64), primary_key=True),
    _ref("listener_id", "listeners.id", index=True),
    Column("service", String(32), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

#: Which message of a chat shows what: a request's progress, its answer's head, or one of its picks.
posts = Table(
    "posts",
    metadata,
    Column("front", String(32), primary_key=True),
    Column("place", String(200), primary_key=True),
    Column("message", String(64), primary_key=True),
    _ref("request_id", "requests.id", index=True),
    Column("pick_id", ForeignKey("picks.id", ondelete="CASCADE")),
    Column("kind", String(8), nullable=False),
)

#: Files that a platform keeps for us: its name for what the key (a hash) stands for.
media = Table(
    "media",
    metadata,
    Column("front", String(32), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("file", String(200), nullable=False),
)

#: What short names in deep links and buttons stand for.
tokens = Table(
    "tokens",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("words", Text, nullable=False),
    Column("at", Utc),
)

#: Pictures that were ordered (see :mod:`core.orders`): one is due until it has an image or an error. ``alt`` says what
#: it shows, where only the worker can tell.
pictures = Table(
    "pictures",
    metadata,
    Column("key", String(64), primary_key=True),
    _ref("listener_id", "listeners.id", index=True),
    Column("ask", JSON, nullable=False),
    Column("image", LargeBinary),
    Column("alt", Text, nullable=False, default="", server_default=""),
    Column("error", String(64), nullable=False, default="", server_default=""),
    Column("at", Utc, nullable=False),
)

#: How those rated who have erased their data and let the bare counts stay.
farewells = Table(
    "farewells",
    metadata,
    Column("arm", String(16), primary_key=True),
    Column("value", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)

#: What the admins of a server (a guild, a group) have set for it.
servers = Table(
    "servers",
    metadata,
    Column("front", String(32), primary_key=True),
    Column("server", String(64), primary_key=True),
    Column("settings", JSON, nullable=False),
)

#: Invitations to picks that please several people.
blends = Table(
    "blends",
    metadata,
    Column("id", String(32), primary_key=True),
    _ref("listener_id", "listeners.id"),
    Column("created_at", Utc, nullable=False),
)

#: Who is invited to a blend, and who has agreed to it.
blend_members = Table(
    "blend_members",
    metadata,
    _ref("blend_id", "blends.id", primary_key=True),
    _ref("listener_id", "listeners.id", primary_key=True),
    Column("agreed", Boolean, nullable=False),
)

#: What the house wants to tell everybody: how far the harvest is, whether there is a network.
notices = Table(
    "notices",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("updated_at", Utc, nullable=False),
)
