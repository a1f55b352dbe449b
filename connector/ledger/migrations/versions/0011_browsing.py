"""Indexes for the status page: tickets by their last change, and attempts by their person."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("tickets_changed"), "tickets", ["updated_at", "desk", "ticket"])
    for column in ("subject_id", "subject_upn"):
        op.create_index(op.f(f"attempts_{column}"), "attempts", [column])
