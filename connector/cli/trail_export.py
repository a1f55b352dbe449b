"""The audit trail for other programs: JSON lines that prove themselves, and CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from connector.forms.mistakes import printable

if TYPE_CHECKING:
    from connector.ledger.names import NameRecord
    from connector.ledger.rows import AuditLine

COLUMNS = (
    "seq", "at", "desk", "ticket", "number", "action", "reason", "detail", "by", "subject", "subject_upn",
    "subject_name", "requester", "requester_upn", "requester_name", "recipient", "reference", "mapping",
    "version", "guards", "sealed", "hash",
)  # fmt: skip
_FORMULA = frozenset("=+-@|%")
_UNSEEN = ("Z", "C")  # spaces and controls, which spreadsheets skip


def as_jsonl(lines: Iterable[AuditLine], records: Mapping[str, NameRecord]) -> Iterator[str]:
    """An object a line. `names`: the records that its digests are of, with their salts; null: deleted."""
    from connector.ledger.names import digests_of

    for line in lines:
        known: dict[str, object] = {
            name: getattr(line, name)
            for name in ("seq", "at", "desk", "ticket", "number", "action", "detail", "hash")
        }
        sealed = _sealed(line.text)
        names = {role: _record(records.get(digest)) for role, digest in digests_of(sealed).items()}
        yield json.dumps(known | {"sealed": line.text, "names": names})


def as_csv(lines: Iterable[AuditLine], desks: Mapping[str, str]) -> Iterator[str]:
    """RFC 4180: every cell quoted, CRLF; the first row names the columns."""
    yield _row(COLUMNS)
    for line in lines:
        cells = {"seq": line.seq, "at": _utc(line.at), "desk": desks.get(line.desk or "", line.desk)}
        known: dict[str, object] = cells | {
            "ticket": line.ticket,
            "number": line.number,
            "action": line.action,
        }
        known |= {name: line.detail.get(name) for name in COLUMNS if name in line.detail}
        for role in ("subject", "requester"):
            person = line.people.get(str(line.detail.get(role, "")))
            known |= {f"{role}_upn": person and person.upn, f"{role}_name": person and person.name}
        known |= {"sealed": line.text, "hash": line.hash}
        yield _row([known.get(name) for name in COLUMNS])


def harmless(cell: str) -> str:
    """The cell, which no spreadsheet takes for a formula: an apostrophe before it where it could. Signs that
    nobody sees, or that steer a terminal, are spaces.
    """
    seen = next((each for each in normalize("NFKC", cell) if category(each)[0] not in _UNSEEN), "")
    first = cell[:1]
    shown = printable(cell)
    return f"'{shown}" if seen in _FORMULA or (first and category(first)[0] in _UNSEEN) else shown


def _row(cells: Iterable[object]) -> str:
    written = StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([harmless(_text(cell)) for cell in cells])
    return written.getvalue()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False, sort_keys=True)


def _utc(at: float) -> str:
    """No time can end an export: somebody may have edited the trail."""
    try:
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return str(at)


def _sealed(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _record(record: NameRecord | None) -> dict[str, object] | None:
    if record is None:
        return None
    return {"person": record.person, "salt": record.salt, "record": record.text}
