"""A ledger as an older release left it: names in the lines, and the last ones in a table `people`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path


def canonical(what: object) -> str:
    return json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def former(ledger: Path) -> None:
    """Make a ledger of today one of schema 0008, with the same trail in its words. By hand: no code of ours
    seals it.
    """
    with closing(sqlite3.connect(ledger)) as db:
        records = {
            digest: (person, at, json.loads(record))
            for digest, person, at, record in db.execute("select digest, person, at, record from names")
        }
        seal = "0" * 64
        for row in db.execute("select * from audit order by seq").fetchall():
            *said, text, _ = row
            text = with_names(json.loads(text), records)
            seal = sha256(f"{seal}{canonical([*said, text])}".encode()).hexdigest()
            db.execute("update audit set detail = ?, hash = ? where seq = ?", (text, seal, row[0]))
            db.execute("update switches set value = ? where name = 'chain'", (f"{row[0]} {seal}",))
        db.execute(
            "create table people (id varchar(80) not null primary key, upn varchar(320) not null, "
            "name varchar(320) not null, seen_at double not null)"
        )
        for person, at, known in records.values():
            if person:
                values = (person, known["upn"], known["name"], at)
                db.execute("insert or replace into people values (?, ?, ?, ?)", values)
        for table in ("names", "polls", "seen", "alert_states", "alert_addresses"):
            db.execute(f"drop table {table}")
        for index in ("tickets_changed", "attempts_subject_id", "attempts_subject_upn"):
            db.execute(f"drop index {index}")
        db.execute("update alembic_version set version_num = '0008'")
        db.commit()


def with_names(detail: dict[str, object], records: dict[str, tuple[str, float, dict[str, object]]]) -> str:
    """The detail as it was then: with its sentences, and without verdicts."""
    digests = detail.pop("names", {})
    assert isinstance(digests, dict)
    if "words" in digests:
        detail |= records[digests["words"]][2]
    for name in ("guards", "manager", "approvers", "policy"):
        detail.pop(name, None)
    return canonical(detail)
