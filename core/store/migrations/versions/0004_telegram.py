"""What asked for a request, files a platform keeps for us, what a deep link stands for, listeners who have left."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listeners", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("origin", sa.String(length=200), nullable=True))
    op.create_index("ix_requests_front_origin", "requests", ["front", "origin"], unique=True)
    op.create_table(
        "media",
        sa.Column("front", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("front", "key", name=op.f("pk_media")),
    )
    op.create_table(
        "tokens",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_tokens")),
    )
