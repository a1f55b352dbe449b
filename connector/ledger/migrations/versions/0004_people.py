"""The names of people, so that `history` can show and find them: the trail has only their object ids."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("upn", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("people_pk")),
    )
    op.execute(
        "insert into people (id, upn, name, seen_at) select subject_id, max(subject_upn), max(subject_name), "
        "max(booked_at) from attempts a where booked_at = (select max(booked_at) from attempts b where "
        "b.subject_id = a.subject_id) group by subject_id"
    )
