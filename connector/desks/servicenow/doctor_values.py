"""The doctor's part about the queue: how many tickets match, and whether the values that the mapping names
are those that stand on tickets.

Choice lists can't be read by ordinary roles (servicenow.md §12), so the desk's own tickets tell: the newest,
each value beside its label, and one more look for each value that none of them has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from connector.desks.servicenow.acl import times_of
from connector.desks.servicenow.base_columns import TIMES
from connector.desks.servicenow.cells import as_shown, as_text
from connector.desks.servicenow.doctor_view import DoctorView
from connector.desks.servicenow.names import DISPLAY, JOURNALS, in_row
from connector.desks.servicenow.probe import counted_rows
from connector.desks.servicenow.query import encoded
from connector.desks.stored_values import Named, Stored, misfits, named_values
from connector.domain.finding import CheckResult
from connector.mapping import AnyOf, Condition, Watch
from connector.mapping.pipeline import Given, Pipeline
from connector.mapping.starts import moment

NEWEST = 200  # tickets whose values are looked at
_UTC_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_PROBE = "2026-01-05 09:30:00"


def queue(at: DoctorView) -> Iterator[CheckResult]:
    """Count the tickets that match: by the server, which knows no ACLs, and as they are seen."""
    mapping = at.mapping
    total, _ = counted_rows(at.service, mapping.table, encoded(mapping.watch), ())
    if any(mapping.watch.matches(ticket.fields) for ticket in at.seen.tickets):
        noun = "ticket matches" if total == 1 else "tickets match"
        yield at.say(True, f"{total or 'some'} {noun} the watch of {mapping.name}")
    elif at.seen.shown is not None:
        alone = {
            each.field: counted_rows(at.service, mapping.table, encoded(Watch((each,))), ())[0]
            for each in mapping.watch.conditions
        }
        of_each = ", ".join(f"{name} {count}" for name, count in alone.items())
        says = f"no ticket that passdesk sees matches the watch of {mapping.name}"
        yield at.say(None, f"{says}; for each condition alone there are: {of_each}", "make a test ticket")


def misfitting(at: DoctorView) -> Iterator[CheckResult]:
    """Values that no ticket can have, or that the desk would hardly take."""
    if at.seen.shown is None:
        return
    every = [each for each in named_values(at.mapping) if _told_by_rows(at, each.field)]
    standing = _standing(at, [each.field for each in every])
    for named in every:
        if stored := standing.get(named.field):
            for found in misfits(at.mapping, named, _with_rare(at, named, stored)):
                yield at.say(found.fine, found.says, found.cure)


def _told_by_rows(at: DoctorView, name: str) -> bool:
    """Never the field for passes, and no journal: what was written there is not read."""
    hidden = JOURNALS | {at.mapping.note.field}
    shown = at.seen.shown or ()
    return in_row(name) and not name.endswith(DISPLAY) and name not in hidden and name in shown


def _standing(at: DoctorView, columns: list[str]) -> dict[str, Stored]:
    """The values on the newest tickets, most frequent first."""
    _, rows = counted_rows(
        at.service, at.mapping.table, "ORDERBYDESCsys_created_on", tuple(dict.fromkeys(columns)), NEWEST
    )
    found: dict[str, Stored] = {}
    for name in columns:
        cells = [row[name] for row in rows if name in row]
        counts = Counter(text for cell in cells if (text := as_text(cell)) is not None)
        labels = {as_text(cell): as_shown(cell) or "" for cell in cells}
        found[name] = Stored({value: labels[value] for value, _ in counts.most_common()}, len(cells))
    return found


def _with_rare(at: DoctorView, named: Named, stored: Stored) -> Stored:
    """The same with each named value that an older ticket has, in the letters that it has there."""
    labels = dict(stored.labels)
    for value in () if named.set_ or named.begins else named.values:
        if not value or value in labels:
            continue
        query = encoded(Watch((Condition(named.field, AnyOf((value,))),)))
        _, rows = counted_rows(at.service, at.mapping.table, query, (named.field,))
        for row in rows:
            text = as_text(row.get(named.field)) or ""
            if text.casefold() == value.casefold():  # a condition may be dropped: then it is any ticket
                labels.setdefault(text, as_shown(row.get(named.field)) or "")
    return replace(stored, labels=labels)


def times(at: DoctorView) -> Iterator[CheckResult]:
    """Times without a zone: ServiceNow keeps them in UTC (servicenow.md §3), and a mapping without one reads
    them in its own.
    """
    start = at.mapping.values.get("starts_at")
    if start is None or _has_zone(start):
        return
    for name in start.fields:
        if not name.endswith(DISPLAY) and _is_time(at, name):
            right = " (right only while timezone is UTC)" if at.mapping.timezone == "UTC" else ""
            says = (
                f"{at.place(name)}: values.starts_at: ServiceNow keeps {name} in UTC, and it is read as a "
                f"time in {at.mapping.timezone}{right}"
            )
            yield at.say(None, says, "add {append: Z} to then")


def _is_time(at: DoctorView, name: str) -> bool:
    """By its type where the dictionary may be read, or by what it looks like."""
    texts = [ticket.fields[name] for ticket in at.seen.tickets if ticket.fields.get(name)]
    if texts:
        return all(_UTC_TIME.fullmatch(text) for text in texts)
    return name in TIMES or name in times_of(at.service, at.mapping.table)


def _has_zone(start: Pipeline) -> bool:
    """Tell whether a time as ServiceNow writes it comes out with a zone; also where it comes to nothing."""
    text = start.run(Given("starts_at", _PROBE))
    try:
        return not isinstance(text, str) or moment(text, "UTC") == moment(text, "Asia/Tokyo")
    except ValueError:
        return True
