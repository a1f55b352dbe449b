"""The mark of a wait that a ticket was told stands beside that of its refusal, and no longer in its place."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("wait_said", sa.String(length=40)))
    op.execute("update tickets set wait_said = said, said = null where said like 'waiting %'")
