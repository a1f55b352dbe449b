"""Tickets keep the account behind each name that they carried. Those that had an attempt keep that one's."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LAST = (
    "select t.desk, t.ticket, a.subject_upn, a.subject_id from tickets t join attempts a "
    "on a.desk = t.desk and a.ticket = t.ticket and a.number = t.attempts"
)
_PIN = "update tickets set pins = :pins where desk = :desk and ticket = :ticket and pins is null"


def upgrade() -> None:
    db = op.get_bind()
    if "pins" not in {each["name"] for each in sa.inspect(db).get_columns("tickets")}:
        op.add_column("tickets", sa.Column("pins", sa.Text()))
    for desk, ticket, upn, id_ in db.execute(sa.text(_LAST)).all():
        name = sha256(f"upn\n{upn.lower()}".encode()).hexdigest()[:16]
        db.execute(sa.text(_PIN), {"pins": f"{name} {id_}", "desk": desk, "ticket": ticket})
