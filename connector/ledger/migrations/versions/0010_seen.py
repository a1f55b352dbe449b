"""Whose turn it is to poll a desk, and what polls showed that nobody has begun yet."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("desk", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=80)),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Double(), nullable=False),
        sa.Column("at", sa.Double()),
        sa.PrimaryKeyConstraint("desk", name=op.f("polls_pk")),
    )
    op.create_table(
        "seen",
        sa.Column("desk", sa.String(length=200), nullable=False),
        sa.Column("ticket", sa.String(length=80), nullable=False),
        sa.Column("mapping", sa.String(length=200), nullable=False),
        sa.Column("opened", sa.String(length=40), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("desk", "ticket", name=op.f("seen_pk")),
    )
    op.create_index("seen_opened", "seen", ["opened"])
