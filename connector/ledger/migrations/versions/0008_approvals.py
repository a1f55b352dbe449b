"""The words of a ticket when it was last seen without its approval, and what was approved when it was first
seen with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("seen_unapproved", sa.String(length=80)))
    op.add_column("tickets", sa.Column("seen_approved", sa.String(length=200)))
