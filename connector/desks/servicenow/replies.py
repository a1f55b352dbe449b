"""Replies of the Table API: a read gives the result or Down, a write tells whether it happened.

A 2xx is no proof: a timed-out request carries `error` beside a damaged `result`, and a field may be dropped
in silence. servicenow.md §1.4, §1.5
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unicodedata import category

from connector.desks.failed_write import failed_write
from connector.desks.servicenow.cells import as_shown, as_text, sys_id_of
from connector.domain.errors import Down
from connector.domain.outcome import Effect, Happened, Unknown
from connector.domain.receipts import WriteReceipt
from connector.http.effects import Outcome, Row, effect_of
from connector.http.service import Answer, Reply

MOST = 200  # characters of what a desk says
PATCHES = (
    Row({200}, Outcome.DONE, "The record follows: what was set is read from it.", "servicenow.md §1.5"),
    Row({202}, Outcome.UNKNOWN, "It waits, and is maybe never executed.", "servicenow.md §8.5"),
    Row(
        {401, 429},
        Outcome.UNCOUNTED,
        "Not signed in, or over a limit; the front end says it, too, with a page.",
        "servicenow.md §1.4, §8.5",
        any_body=True,
    ),
)  # 400 to 415 as everywhere (servicenow.md §1.4); 409, 412 and others aren't documented (§7)


def listed(answer: Answer, desk: str, table: str) -> list[Any]:
    """The rows of a list; v1 answers 404 where there are none. Raises Down."""
    if no_record(answer):
        return []
    found = result(answer, desk, table)
    if not isinstance(found, list):
        raise Down(desk, f"the table {table} returned no list of records")
    return found


def result(answer: Answer, desk: str, table: str) -> Any:
    """Raises Down with a sentence that names the table."""
    body, said = answer.json, words(answer.json)
    if answer.status != 200:
        raise Down(desk, f"the table {table} can't be read: it answers {answer.status}{said and f', {said}'}")
    if not isinstance(body, dict) or "error" in body or "result" not in body:
        raise Down(desk, f"the table {table} can't be read: it answers 200, but {said or 'without a result'}")
    return body["result"]


def counted(answer: Answer) -> int:
    """Count the records that a query matches, as the server does, which knows no ACLs (§0.4); 0 if it
    doesn't say.
    """
    total = answer.headers.get("x-total-count", "")
    return int(total) if total.isdecimal() else 0


def all_counted(answer: Answer, shown: int) -> bool:
    """Tell whether so many rows are all that match. A proxy may drop the count: then nobody knows."""
    return told_count(answer) and counted(answer) <= shown


def told_count(answer: Answer) -> bool:
    return answer.headers.get("x-total-count", "").isdecimal()


def no_record(answer: Answer) -> bool:
    """Missing and forbidden look the same."""
    return answer.status == 404 and words(answer.json).lower().startswith("no record found")


def written(reply: Reply, sys_id: str, fields: Mapping[str, str], hide: bool = False) -> Effect[WriteReceipt]:
    """Judge the reply to a PATCH; Happened(whether `fields` were read back as set). `hide`: it carried a
    secret.
    """
    outcome, body = effect_of(reply, PATCHES).outcome, reply.json if isinstance(reply, Answer) else None
    if outcome is Outcome.DONE:
        return _read_back(body, sys_id, fields, hide)
    said = "" if hide else words(body)  # an error may quote what was sent, in a form that no mask knows
    return failed_write(reply, outcome, said)


def holds(cell: object, text: str) -> bool:
    """Tell whether a field, shown with its value and its display value, proves that it took a text.

    A plain one holds it, an encrypted one shows it in display mode only (its value is ciphertext), and a
    journal of the shop's own has no value and displays its history. Line ends may come back otherwise.
    servicenow.md §4.1, §4.3
    """
    value, shown, wanted = (
        " ".join(each.split()) for each in (as_text(cell) or "", as_shown(cell) or "", text)
    )
    return bool(wanted) and (wanted in (value, shown) or (value == "" and wanted in shown))


def as_sent(cell: object, text: str) -> bool:
    """Tell whether the value of a field that holds it shows the text itself. A journal's does; an
    encrypted one's doesn't.
    """
    return " ".join((as_text(cell) or "").split()) in ("", " ".join(text.split()))


def field_of(reply: Reply, name: str) -> object:
    """A field of the record that a 200 shows; None where it shows none."""
    row = (
        reply.json.get("result")
        if isinstance(reply, Answer) and reply.status == 200 and isinstance(reply.json, dict)
        else None
    )
    return row.get(name) if isinstance(row, dict) else None


def _read_back(body: Any, sys_id: str, fields: Mapping[str, str], hide: bool) -> Effect[WriteReceipt]:
    if not isinstance(body, dict) or "error" in body:
        return Unknown(f"it answers 200, but {('' if hide else words(body)) or 'without a result'}")
    row = body.get("result")
    if not isinstance(row, dict) or sys_id_of(row) != sys_id:
        return Unknown("it answers 200, but not with the ticket")
    return Happened(WriteReceipt(all(as_text(row.get(name)) == value for name, value in fields.items())))


def words(body: Any) -> str:
    """The text of an error, on one line; "" if there is none."""
    error = body.get("error") if isinstance(body, dict) else None
    parts = [error.get("message"), error.get("detail")] if isinstance(error, dict) else [error]
    text = ": ".join(part for part in parts if isinstance(part, str) and part.strip())
    shown = "".join(" " if category(each)[0] in "CZ" else each for each in text)
    return " ".join(shown.split())[:MOST]
