"""Alerts: the conditions that were seen and aren't over, and what each address is still to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_states",
        sa.Column("condition", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double()),
        sa.PrimaryKeyConstraint("condition", "key", name=op.f("alert_states_pk")),
    )
    op.create_table(
        "alert_addresses",
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("pending", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.Double()),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("busy_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("alert_addresses_pk")),
    )
