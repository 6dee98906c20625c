"""Careers, rulings, looked-up releases, harvests by source; what a listener prefers; requests that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listeners", sa.Column("preferences", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("requests", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("postponed", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tracks", sa.Column("licence_url", sa.Text(), server_default="", nullable=False))
    op.add_column("picks", sa.Column("label", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "careers",
        sa.Column("artist_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("seen", sa.Date(), nullable=False),
        sa.Column("first_release", sa.Date(), nullable=True),
        sa.Column("releases", sa.Integer(), nullable=False),
        sa.Column("lately", sa.Integer(), nullable=False),
        sa.Column("tracks", sa.Integer(), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_careers_artist_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("artist_id", "source", name=op.f("pk_careers")),
    )
    op.create_table(
        "rulings",
        sa.Column("artist_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("artist_key", "kind", name=op.f("pk_rulings")),
    )
    op.create_table(
        "releases",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("released", sa.Date(), nullable=False),
        sa.Column("songs", sa.Integer(), nullable=False),
        sa.Column("newcomer", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "source_id", name=op.f("pk_releases")),
    )
    op.create_table(
        "harvests",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=96), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_harvests")),
    )
