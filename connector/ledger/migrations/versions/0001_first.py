"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATES = (
    "'claimed', 'issuing', 'delivering', 'revoking', 'settling', 'live', 'waiting', 'refused', 'ended', "
    "'stuck'"
)


def upgrade() -> None:
    _audit()
    _switches()
    _tickets()
    _attempts()


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("desk", sa.String(length=200)),
        sa.Column("ticket", sa.String(length=80)),
        sa.Column("number", sa.String(length=80)),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("audit_pk")),
    )
    op.create_index(op.f("audit_at"), "audit", ["at"])
    op.create_index(op.f("audit_number"), "audit", ["number"])
    op.create_index(op.f("audit_ticket"), "audit", ["ticket"])


def _switches() -> None:
    op.create_table(
        "switches",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text()),
        sa.PrimaryKeyConstraint("name", name=op.f("switches_pk")),
    )


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("desk", sa.String(length=200), nullable=False),
        sa.Column("ticket", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("mapping", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=80)),
        sa.Column("lease_until", sa.Double()),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("then_", sa.String(length=12)),
        sa.Column("reason", sa.String(length=40)),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("seen_gone", sa.BigInteger()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=40)),
        sa.Column("forgiven", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=128)),
        sa.Column("refused_at", sa.Double()),
        sa.Column("absent_at", sa.Double()),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.CheckConstraint(f"state in ({_STATES})", name=op.f("tickets_state_known")),
        sa.CheckConstraint(
            "state not in ('issuing', 'delivering', 'revoking', 'live') or attempts > 0",
            name=op.f("tickets_attempt_booked"),
        ),
        sa.CheckConstraint(
            "state not in ('revoking', 'settling') or then_ is not null", name=op.f("tickets_then_known")
        ),
        sa.CheckConstraint("(owner is null) = (lease_until is null)", name=op.f("tickets_lease_whole")),
        sa.CheckConstraint(
            "fence > 0 and attempts >= 0 and failures >= 0 and tries >= 0", name=op.f("tickets_counts")
        ),
        sa.PrimaryKeyConstraint("desk", "ticket", name=op.f("tickets_pk")),
        sa.UniqueConstraint("code", name=op.f("tickets_code_once")),
    )
    op.create_index("tickets_due", "tickets", ["state", "due"])
    op.create_index(op.f("tickets_number"), "tickets", ["number"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("desk", sa.String(length=200), nullable=False),
        sa.Column("ticket", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("subject_upn", sa.String(length=320), nullable=False),
        sa.Column("subject_name", sa.String(length=320), nullable=False),
        sa.Column("requester", sa.String(length=80)),
        sa.Column("recipient", sa.String(length=400), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("lifetime", sa.Integer(), nullable=False),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("pass_id", sa.String(length=80)),
        sa.Column("booked_at", sa.Double(), nullable=False),
        sa.Column("delivered_at", sa.Double()),
        sa.Column("used_at", sa.BigInteger()),
        sa.Column("gone_at", sa.Double()),
        sa.CheckConstraint("number > 0 and lifetime > 0 and fence >= 0", name=op.f("attempts_counts")),
        sa.ForeignKeyConstraint(
            ["desk", "ticket"], ["tickets.desk", "tickets.ticket"], name=op.f("attempts_tickets")
        ),
        sa.PrimaryKeyConstraint("desk", "ticket", "number", name=op.f("attempts_pk")),
        sa.UniqueConstraint("reference", name=op.f("attempts_reference_once")),
    )
    op.create_index(op.f("attempts_delivered_at"), "attempts", ["delivered_at"])
    op.create_index(
        "one_live_pass",
        "attempts",
        ["subject_id"],
        unique=True,
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
