"""The queries of the status page. Each costs a bounded time, whatever the ledger holds.

A page of history begins behind the last row of the page before (no offset), newest change first. A filter
that few tickets match looks through so many tickets at a time, and says how far back it came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, tuple_

from connector.domain.outcome import State
from connector.domain.pins import name_of
from connector.domain.reference import ticket_code
from connector.domain.spellings import spellings
from connector.ledger.audit import Sealed
from connector.ledger.former import in_todays_words
from connector.ledger.names import NameRecord, digests_of
from connector.ledger.persons import folded, is_object_id
from connector.ledger.prepared import Driver, Prepared, Values
from connector.ledger.rows import AuditLine, Row
from connector.ledger.schema import attempts, audit, names, tickets
from connector.ledger.sql_names import sealed_row
from connector.ledger.sql_rows import row_of
from connector.ledger.sql_statements import ROWS
from connector.ledger.traces import CALLED

SCANNED: Final = 6_000  # tickets that one page looks through for what few of them match
FEW: Final = 5_000  # tickets of some states that are sorted rather than looked for
MOST_OF_ONE: Final = 500  # tickets of one person, and lines of one ticket, that are shown

_BY_CHANGE = (tickets.c.updated_at, tickets.c.desk, tickets.c.ticket)
# The same without the index on them: of the few in some states, all are sorted.
_UNINDEXED: Sequence[Any] = (literal_column("+tickets.updated_at"), tickets.c.desk, tickets.c.ticket)


@dataclass(frozen=True)
class Sought:
    """What is looked for; empty: anything. `desk`: its address. `text`: in numbers, names and sentences."""

    desk: str = ""
    mapping: str = ""
    states: frozenset[State] = frozenset()
    person: str = ""
    text: str = ""

    @property
    def anything(self) -> bool:
        return self == Sought()


@dataclass(frozen=True)
class Behind:
    """The place of a row in the order of pages."""

    at: float
    desk: str
    ticket: str


@dataclass(frozen=True)
class TicketPage:
    """A page of tickets. `older`: where the next begins; None: there is none. `looked_back_to`: the time up
    to which tickets were looked through, where older ones may match, too.
    """

    rows: tuple[Row, ...]
    older: Behind | None = None
    looked_back_to: float | None = None


def page(db: Driver, sought: Sought, behind: Behind | None, most: int, desks: Iterable[str]) -> TicketPage:
    """A page of tickets that match, behind a row of the page before. `desks`: addresses of those known."""
    if sought.text and (named := _called(db, sought.text, desks)):
        return _whole(named, sought, behind, most)
    if sought.person and (keys := _of_person(db, sought.person)):
        return _whole(_by_keys(db, keys), sought, behind, most)
    wanted = list(_wanted(sought))
    if sought.states and _few(db, sought.states):
        those = tickets.c.state.in_(sorted(sought.states))
        asked = ROWS.where(those, *wanted, *_before(_UNINDEXED, behind))
        rows = db.rows(Prepared(_newest_first(asked, _UNINDEXED).limit(most + 1)))
        return _cut(list(map(row_of, rows)), most)
    end = None if sought.anything else _far_back(db, behind)
    until = [tuple_(*_BY_CHANGE) >= tuple_(end.at, end.desk, end.ticket)] if end else []
    asked = ROWS.where(*wanted, *_before(_BY_CHANGE, behind), *until)
    rows = db.rows(Prepared(_newest_first(asked, _BY_CHANGE).limit(most + 1)))
    found = _cut(list(map(row_of, rows)), most)
    return found if found.older or end is None else TicketPage(found.rows, end, end.at)


def lines_of(
    db: Driver, keys: Collection[tuple[str, str]], most: int
) -> dict[tuple[str, str], list[AuditLine]]:
    """The newest lines of the trail about some tickets, each ticket's oldest first, with the names beside
    them.
    """
    about = audit.c.ticket.in_(sorted({ticket for _, ticket in keys}))
    rows = db.rows(Prepared(select(audit).where(about).order_by(audit.c.seq.desc()).limit(most)))
    sealed = [line for line in map(sealed_row, reversed(rows)) if (line.desk, line.ticket) in keys]
    records = _records(db, sealed)
    found: dict[tuple[str, str], list[AuditLine]] = defaultdict(list)
    for line in sealed:
        found[str(line.desk), str(line.ticket)].append(in_todays_words(line.with_names(records, {})))
    return found


def ticket(db: Driver, desk: str, id_: str) -> Row | None:
    """A ticket, by its desk's address and its id."""
    rows = db.rows(Prepared(ROWS.where(tickets.c.desk == desk, tickets.c.ticket == id_)))
    return row_of(rows[0]) if rows else None


def _wanted(sought: Sought) -> Iterable[ColumnElement[bool]]:
    """Conditions on the rows that the order gives: none may be taken for a better index than the order's."""
    if sought.desk:
        yield tickets.c.desk + "" == sought.desk
    if sought.mapping:
        yield tickets.c.mapping == sought.mapping
    if sought.states:
        yield (tickets.c.state + "").in_(sorted(sought.states))
    if word := sought.person.strip():
        named = [
            each.icontains(word, autoescape=True)
            for each in (attempts.c.subject_name, attempts.c.subject_upn)
        ]
        pinned = [tickets.c.pins.contains(name_of(kind, word)) for kind in CALLED]
        yield or_(*named, *pinned, tickets.c.detail.icontains(word, autoescape=True))
    if word := sought.text.strip():
        columns = (
            *(tickets.c.number, tickets.c.code, tickets.c.reason, tickets.c.detail),
            *(attempts.c.subject_name, attempts.c.subject_upn),
        )
        yield or_(*(each.icontains(word, autoescape=True) for each in columns))


def _before(order: Sequence[Any], behind: Behind | None) -> Iterable[ColumnElement[bool]]:
    if behind:
        yield tuple_(*order) < tuple_(behind.at, behind.desk, behind.ticket)


def _newest_first(asked: Select[Any], order: Sequence[Any]) -> Select[Any]:
    return asked.order_by(*(each.desc() for each in order))


def _few(db: Driver, some: Collection[State]) -> bool:
    those = select(tickets.c.state).where(tickets.c.state.in_(sorted(some))).limit(FEW + 1).subquery()
    return int(db.value(Prepared(select(func.count()).select_from(those)))) <= FEW


def _far_back(db: Driver, behind: Behind | None) -> Behind | None:
    """The last ticket that a page looks at; None: it looks at all."""
    asked = _newest_first(select(*_BY_CHANGE).where(*_before(_BY_CHANGE, behind)), _BY_CHANGE)
    found = db.row(Prepared(asked.limit(1).offset(SCANNED)))
    return Behind(*found) if found else None


def _called(db: Driver, word: str, desks: Iterable[str]) -> list[Row]:
    """Tickets whose number, id or reference this is."""
    words, code = spellings(word), ticket_code(word)
    if not words:
        return []
    either: list[ColumnElement[bool]] = [tickets.c.number.in_(words)]
    either += [and_(tickets.c.desk == desk, tickets.c.ticket.in_(words)) for desk in desks]
    if code:
        either.append(tickets.c.code == code)
    return list(map(row_of, db.rows(Prepared(ROWS.where(or_(*either)).limit(MOST_OF_ONE)))))


def _of_person(db: Driver, word: str) -> set[tuple[str, str]]:
    """Tickets of a person, by their object id or whole sign-in name; none where nobody has it."""
    ids = {folded(word)} if is_object_id(folded(word)) else set[str]()
    if "@" in word:
        upns = {word.strip(), word.strip().lower(), folded(word)}
        of_upn = select(attempts.c.subject_id).where(attempts.c.subject_upn.in_(sorted(upns))).distinct()
        ids |= {id_ for (id_,) in db.rows(Prepared(of_upn))}
    if not ids:
        return set()
    tried = select(attempts.c.desk, attempts.c.ticket).where(attempts.c.subject_id.in_(sorted(ids)))
    named = select(names.c.desk, names.c.ticket).where(
        names.c.person.in_(sorted(ids)), names.c.ticket.is_not(None)
    )
    found = [*db.rows(Prepared(tried.limit(MOST_OF_ONE))), *db.rows(Prepared(named.limit(MOST_OF_ONE)))]
    return {(desk, id_) for desk, id_ in found}


def _by_keys(db: Driver, keys: Iterable[tuple[str, str]]) -> list[Row]:
    return [row for key in sorted(keys)[:MOST_OF_ONE] if (row := ticket(db, *key))]


def _whole(rows: Iterable[Row], sought: Sought, behind: Behind | None, most: int) -> TicketPage:
    """A page of rows that are all at hand."""
    found = [row for row in rows if _matches(row, sought) and (behind is None or _place(row) < _key(behind))]
    return _cut(sorted(found, key=_place, reverse=True), most)


def _matches(row: Row, sought: Sought) -> bool:
    return (
        sought.desk in ("", row.desk)
        and sought.mapping in ("", row.mapping)
        and (not sought.states or row.state in sought.states)
    )


def _place(row: Row) -> tuple[float, str, str]:
    return row.updated_at, row.desk, row.ticket


def _key(behind: Behind) -> tuple[float, str, str]:
    return behind.at, behind.desk, behind.ticket


def _cut(rows: Sequence[Row], most: int) -> TicketPage:
    shown = tuple(rows[:most])
    return TicketPage(shown, Behind(*_place(shown[-1])) if len(rows) > most else None)


def _records(db: Driver, lines: Iterable[Sealed]) -> dict[str, NameRecord]:
    """The names and sentences that these lines seal."""
    sealing = [line.seq for line in lines if digests_of(line.detail)]
    found: list[Values] = []
    for start in range(0, len(sealing), MOST_OF_ONE):
        found += db.rows(Prepared(select(names).where(names.c.seq.in_(sealing[start : start + MOST_OF_ONE]))))
    return {each[0]: NameRecord(*each) for each in found}
