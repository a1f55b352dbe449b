"""A ticket that had its pass may be given one more; an attempt that was given up before its start is
watched.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("again", sa.String(length=200)))
    op.add_column("tickets", sa.Column("granted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "attempts", sa.Column("asked", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.execute("update attempts set asked = start")
    op.add_column("attempts", sa.Column("adrift", sa.Boolean(), nullable=False, server_default=sa.false()))
