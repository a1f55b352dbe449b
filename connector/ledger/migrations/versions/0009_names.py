"""Names stand apart from the trail, each with a salt of its own, so that they can be deleted.

Lines that are there stay as they are sealed: the names in them can't be taken out without breaking their
hash.
"""

import json
import secrets
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    names = op.create_table(
        "names",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.Column("desk", sa.String(length=200)),
        sa.Column("ticket", sa.String(length=80)),
        sa.Column("person", sa.String(length=80)),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("names_pk")),
    )
    for column in ("at", "seq", "person"):
        op.create_index(op.f(f"names_{column}"), "names", [column])
    known = op.get_bind().execute(sa.text("select id, upn, name, seen_at from people order by id")).all()
    for person, upn, name, at in known:
        salt = secrets.token_hex(32)
        record = json.dumps(
            {"name": name, "upn": upn}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        digest = sha256(f"{salt}{record}".encode()).hexdigest()
        row = {"digest": digest, "salt": salt, "at": at, "person": person, "record": record}
        op.bulk_insert(names, [row])
    op.drop_table("people")
