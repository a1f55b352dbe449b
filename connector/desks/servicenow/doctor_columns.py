"""The doctor's part about columns: each that the mapping names is proven as far as it can be.

A condition on a column that doesn't exist is dropped, and the query then returns every ticket
(servicenow.md §0.1). So each watched column is asked for what no row can be, and each column that no row
shows, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from connector.desks.servicenow.base_columns import BASE
from connector.desks.servicenow.doctor_view import DoctorView
from connector.desks.servicenow.probe import ConditionFate, behind
from connector.desks.servicenow.rows import ALWAYS, Rows
from connector.desks.servicenow.variables import Variables
from connector.domain.finding import CheckResult
from connector.forms.mistakes import choice

NOWHERE = "u_passdesk_has_no_such_column"


def columns(at: DoctorView) -> Iterator[CheckResult]:
    rows, shown = Rows(at.mapping, at.url), at.seen.shown
    watched = {condition.field for condition in at.mapping.watch.conditions}
    wanted = dict.fromkeys((*ALWAYS, *rows.columns))
    absent = [name for name in wanted if shown is not None and name not in shown]
    wrong = [
        found
        for name in dict.fromkeys((*sorted(watched), *absent))
        if (found := column(at, name, name in absent))
    ]
    yield from wrong
    if shown is None:
        says = (
            f"the table {at.mapping.table} shows no ticket, so whether the columns of "
            f"{at.mapping.name} are there"
        )
        yield at.say(
            None, f"{says} can't be told", "make a test ticket, or grant the account read on tickets"
        )
    elif not wrong:
        yield at.say(
            True,
            f"every column that {at.mapping.name} names can be read, and asked for where it is watched",
        )


def column(at: DoctorView, name: str, absent: bool) -> CheckResult | None:
    """Check a column that is watched, or that no row shows; None if nothing is wrong with it."""
    how, place = at.ask(name), at.place(name)
    if absent and name in at.labels:
        return at.say(
            False, f"{place}: the column {name} is there, and can't be read", "grant the account read on it"
        )
    if how is ConditionFate.DROPPED and (absent or at.seen.shown is None):
        says = (
            f"{place}: the column {name} doesn't exist: ServiceNow drops it from the query and returns every "
            "ticket"
        )
        return at.say(False, says, instead(at, name))
    if how is ConditionFate.DROPPED:
        says = f"{place}: the condition on {name} is ignored: ServiceNow returns tickets that don't match it"
        return at.say(False, says, "grant the account query_match on it (ServiceNow, query ACLs)")
    if how is ConditionFate.REFUSED and not absent:
        return at.say(
            False,
            f"{place}: the account may not ask for {name}",
            "grant it read and query_match on the column",
        )
    if not absent:
        return None
    if (
        how is ConditionFate.TAKEN and at.ask(NOWHERE) is ConditionFate.TAKEN
    ):  # this instance returns nothing where it knows a column not
        return at.say(
            False,
            f"{place}: the column {name} can't be read: misspelt, or the account may not",
            instead(at, name),
        )
    return at.say(
        False, f"{place}: the column {name} is there, and can't be read", "grant the account read on it"
    )


def paging(at: DoctorView) -> Iterator[CheckResult]:
    """Without it, a queue is read to its first page, or not at all: also where it is short, and nobody
    notices.
    """
    how = behind(at.service, at.mapping.table)
    cure = "grant the account query_range on sys_id (ServiceNow, query ACLs)"
    if how is ConditionFate.DROPPED:
        says = (
            f"a condition on sys_id is ignored, so a long queue of {at.mapping.table} would never be "
            "read to its end"
        )
        yield at.say(False, says, cure)
    elif how is ConditionFate.REFUSED:
        yield at.say(False, f"the account may not ask for {at.mapping.table} page by page", cure)


def instead(at: DoctorView, name: str) -> str:
    """The column that was probably meant: of the dictionary where it may be read, else of every instance."""
    parts = name.split(".")
    for number, part in enumerate(parts):
        known = {*at.labels, *BASE} if number == 0 else BASE
        near = [] if part in known else get_close_matches(part, sorted(known), n=1, cutoff=0.7)
        if near:
            return f"write {'.'.join([*parts[:number], near[0], *parts[number + 1 :]])}?"
    return "correct the mapping, or grant the account read on the column"


def variables(at: DoctorView) -> Iterator[CheckResult]:
    """Variables stand in tables of their own. One that no ticket shows may be misspelt, hidden, or not on
    these forms.
    """
    rows = Rows(at.mapping, at.url)
    if not rows.variables:
        return
    queue = [ticket for ticket in at.seen.tickets if at.mapping.watch.matches(ticket.fields)]
    filled = Variables(at.service, rows).filled(queue)
    absent = [name for name in rows.variables if not any(name in ticket.fields for ticket in filled)]
    if not filled:
        says = (
            f"no ticket is in the queue of {at.mapping.name}, so whether its variables can be read "
            "can't be told"
        )
        yield at.say(None, says, "order a test item")
    elif absent:
        says = f"none of the first {len(filled)} tickets in the queue shows {choice(absent)}"
        cure = (
            "write the variable's name, not its question; or grant the account read on its table and on "
            "the records that it points to"
        )
        yield at.say(False, says, cure)
    else:
        yield at.say(True, f"every variable that {at.mapping.name} names can be read")
