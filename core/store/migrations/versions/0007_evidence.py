"""What a pick's reason rests on, who proposed it, how well it fitted and was thought of, and whether chance drew it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("picks") as table:
        table.add_column(sa.Column("model", sa.String(length=32), server_default="", nullable=False))
        table.add_column(sa.Column("fit", sa.Float(), nullable=True))
        table.add_column(sa.Column("opinion", sa.Float(), server_default="0", nullable=False))
        table.add_column(sa.Column("random", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("told", sa.JSON(), nullable=True))
