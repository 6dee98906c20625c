"""How sure a feature is; vectors in half precision; what the extractor before "timbre" heard goes."""

import json

import numpy as np
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("features") as table:
        table.add_column(sa.Column("confidence", sa.JSON(), nullable=False, server_default="{}"))
    features = sa.table("features", sa.column("id"), sa.column("extractor"), sa.column("vector"))
    connection = op.get_bind()
    connection.execute(features.delete().where(features.c.extractor == "basic"))
    told = connection.execute(sa.select(features.c.id, features.c.vector).where(features.c.vector.is_not(None)))
    for row in told.all():
        half = np.frombuffer(row.vector, "<f4").astype("<f2").tobytes()
        connection.execute(features.update().where(features.c.id == row.id).values(vector=half))
    _ask_for_what_is_heard_now(connection)


def _ask_for_what_is_heard_now(connection: sa.Connection) -> None:
    requests = sa.table("requests", sa.column("id"), sa.column("options", sa.JSON()))
    for row in connection.execute(sa.select(requests)).all():
        options = row.options if isinstance(row.options, dict) else json.loads(row.options)
        if options.get("features") == "basic":
            wanted = {**options, "features": "timbre", "model": ""}
            connection.execute(requests.update().where(requests.c.id == row.id).values(options=wanted))
