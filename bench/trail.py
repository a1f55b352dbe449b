"""`audit verify` beside bare SHA-256 over the same bytes."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import time
from pathlib import Path

from bench.company import company
from bench.figures import Figure, Found, Size
from bench.old_rows import add
from bench.passdesk import Home, home
from bench.process import timed
from connector.ledger.canonical import canonical

SEED = 5
TIMES = 3  # the least counts


def measure(size: Size) -> Found:
    """Verify a long trail and a short one, and hash what the long one's lines say."""
    with company(SEED, 0) as there, home(there, 8) as at:
        at.run("once")
        short, long = at.path / "short.db", at.path / "long.db"
        shutil.copy(at.ledger, short)
        shutil.copy(short, long)
        a_ticket = lines_a_ticket(at.ledger)
        add(long, size.of(20_000, 200_000))
        own = min(verified(at, long) for _ in range(TIMES)) - min(verified(at, short) for _ in range(TIMES))
        found = [timed(lambda: hashed(long)).told for _ in range(TIMES)]
    lines, least, reading = found[0][0], min(each[1] for each in found), min(each[2] for each in found)
    return Found(
        [
            Figure("as fast as bare SHA-256 over the same bytes", least / own, at_least=0.2),
            Figure("as fast as reading the lines, and bare SHA-256", (least + reading) / own),
            Figure("lines verified in a second of CPU", lines / own, "lines"),
            Figure("lines a delivered ticket", a_ticket, "lines"),
        ]
    )


def lines_a_ticket(ledger: Path) -> float:
    with sqlite3.connect(ledger) as db:
        return float(db.execute("select count(*) from audit where ticket is not null").fetchone()[0]) / SEED


def verified(at: Home, ledger: Path) -> float:
    """The CPU of `passdesk audit verify` on a copy of this ledger."""
    for each in at.path.glob("passdesk.db*"):
        each.unlink()
    shutil.copy(ledger, at.ledger)
    return at.run("audit", "verify").cpu


def hashed(ledger: Path) -> tuple[int, float, float]:
    """Lines, seconds of CPU that hashing them took, and that reading them took."""
    columns = "seq, at, desk, ticket, number, action, detail"
    began = time.process_time()
    with sqlite3.connect(ledger) as db:
        rows = db.execute(f"select {columns} from audit order by seq").fetchall()
    reading = time.process_time() - began
    texts = [canonical(list(row)).encode() for row in rows]
    began, previous = time.process_time(), b"0" * 64
    for text in texts:
        previous = hashlib.sha256(previous + text).hexdigest().encode()
    return len(texts), time.process_time() - began, reading
