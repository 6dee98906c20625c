"""Songs as they go on, and the passages in which picks are like the listener's songs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sequences",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("frames", sa.LargeBinary(), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_sequences_recording_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequences")),
        sa.UniqueConstraint("recording_id", "version", name=op.f("uq_sequences_recording_id")),
    )
    with op.batch_alter_table("picks") as table:
        table.add_column(sa.Column("seed_track_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("passage", sa.JSON(), nullable=True))
        table.create_foreign_key(
            op.f("fk_picks_seed_track_id"), "tracks", ["seed_track_id"], ["id"], ondelete="CASCADE"
        )
