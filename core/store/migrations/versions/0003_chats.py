"""Messages that show requests, servers and their settings, accounts, blends, artists whom a listener bars."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("server", sa.String(length=64), server_default="", nullable=False))
    op.create_index("ix_requests_front_server_created_at", "requests", ["front", "server", "created_at"])
    op.create_table(
        "servers",
        sa.Column("front", sa.String(length=32), nullable=False),
        sa.Column("server", sa.String(length=64), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("front", "server", name=op.f("pk_servers")),
    )
    op.create_table(
        "accounts",
        sa.Column("listener_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("handle", sa.String(length=128), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["listeners.id"], name=op.f("fk_accounts_listener_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listener_id", "service", name=op.f("pk_accounts")),
    )
    op.create_table(
        "barred",
        sa.Column("listener_id", sa.Integer(), nullable=False),
        sa.Column("artist_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_barred_artist_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["listeners.id"], name=op.f("fk_barred_listener_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listener_id", "artist_id", name=op.f("pk_barred")),
    )
    op.create_table(
        "blends",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("listener_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["listeners.id"], name=op.f("fk_blends_listener_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blends")),
    )
    op.create_table(
        "blend_members",
        sa.Column("blend_id", sa.String(length=32), nullable=False),
        sa.Column("listener_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blend_id"], ["blends.id"], name=op.f("fk_blend_members_blend_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["listeners.id"], name=op.f("fk_blend_members_listener_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("blend_id", "listener_id", name=op.f("pk_blend_members")),
    )
    op.create_table(
        "posts",
        sa.Column("front", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("pick_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["pick_id"], ["picks.id"], name=op.f("fk_posts_pick_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_posts_request_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("front", "place", "message", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_request_id"), "posts", ["request_id"], unique=False)
