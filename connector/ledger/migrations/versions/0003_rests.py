"""Routes rest for all processes; waits have an age, and unexpected errors are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("excused", "surprises"):
        op.add_column("tickets", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("tickets", sa.Column("wait_since", sa.Double()))
    op.add_column("tickets", sa.Column("own_since", sa.Double()))
    op.add_column("tickets", sa.Column("own_wait", sa.Double(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "rests",
        sa.Column("route", sa.String(220), nullable=False),
        sa.Column("since", sa.Double()),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("answer", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("probe", sa.String(300)),
        sa.Column("probe_until", sa.Double(), nullable=False),
        sa.Column("suspects", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("route", name="rests_pk"),
    )
