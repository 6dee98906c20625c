"""Accounts that were granted, links that were begun, shortlists, pictures, counts of those who left."""

import sqlalchemy as sa
from alembic import op

from core.store.schema import Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("proved", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("scopes", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("sealed", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("renewing_until", Utc(), nullable=True))
    with op.batch_alter_table("tokens") as table:
        table.add_column(sa.Column("at", Utc(), nullable=True))
    op.create_table(
        "grants",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("listener_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["listener_id"], ["listeners.id"], "fk_grants_listener_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("state", name="pk_grants"),
    )
    op.create_index("ix_grants_listener_id", "grants", ["listener_id"])
    op.create_table(
        "shortlists",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("tracks", sa.LargeBinary(), nullable=False),
        sa.Column("fits", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], "fk_shortlists_request_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("request_id", "model", name="pk_shortlists"),
    )
    op.create_table(
        "pictures",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("listener_id", sa.Integer(), nullable=False),
        sa.Column("ask", sa.JSON(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("alt", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["listener_id"], ["listeners.id"], "fk_pictures_listener_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="pk_pictures"),
    )
    op.create_index("ix_pictures_listener_id", "pictures", ["listener_id"])
    op.add_column("picks", sa.Column("swayed", sa.Float(), nullable=True))
    op.create_table(
        "farewells",
        sa.Column("arm", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("arm", "value", name="pk_farewells"),
    )
