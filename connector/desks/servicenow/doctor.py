"""The doctor at a ServiceNow desk: the columns that a mapping names, and where its notes go, each proven as
far as it can be.

A condition on a column that doesn't exist is dropped, and the query then returns every ticket
(servicenow.md §0.1). So each watched column is asked for what no row can be, and each column that no row
shows, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from connector.desks.servicenow.acl import EVERYBODY, FOR_CALLERS, columns, readers
from connector.desks.servicenow.approvals import TABLE as APPROVALS
from connector.desks.servicenow.journal import Journal
from connector.desks.servicenow.names import JOURNALS
from connector.desks.servicenow.probe import (
    ConditionFate,
    Sample,
    approvals,
    asked,
    behind,
    may_not_write,
    sample,
)
from connector.desks.servicenow.rows import ALWAYS, Rows
from connector.desks.servicenow.variables import Variables
from connector.domain.finding import CheckResult
from connector.forms.mistakes import choice
from connector.http.service import Service
from connector.mapping import Mapping

WORKED = 10  # tickets of a sample of 20: where so many were worked on, somebody has written a note
NOWHERE = "u_passdesk_has_no_such_column"
WRITERS = {
    "incident": "sn_incident_write",
    "sc_req_item": "sn_request_write",
    "sc_task": "sn_request_write",
}  # §8.4


@dataclass
class ServiceNowDoctor:
    """One mapping at its desk. `delivered`: a ticket of it is known to hold a note."""

    service: Service
    mapping: Mapping
    url: str
    delivered: bool = False
    seen: Sample = field(init=False)

    def results(self) -> Iterator[CheckResult]:
        """Raises Down."""
        self.seen = sample(self.service, self.mapping, self.url)
        if self.seen.refused:
            cure = f"correct table in {self.mapping.name}, or grant the account read on it"
            yield self.say(False, f"the table {self.mapping.table} can't be read: {self.seen.refused}", cure)
            return
        yield self.say(True, f"signed in; the table {self.mapping.table} can be read")
        yield from self.columns()
        yield from self.paging()
        yield from self.variables()
        yield from self.approvers()
        yield from self.own_field()
        yield self.hidden_from_callers()
        yield self.read_back()
        yield self.write()

    @cached_property
    def labels(self) -> dict[str, str]:
        """By column, where the account may see the dictionary."""
        return columns(self.service, self.mapping.table)

    @property
    def ahead(self) -> float | None:
        return self.seen.ahead

    def say(self, fine: bool | None, says: str, cure: str = "") -> CheckResult:
        return CheckResult(self.service.name, fine, says, cure)

    def ask(self, column: str) -> ConditionFate:
        return asked(self.service, self.mapping.table, column)

    def columns(self) -> Iterator[CheckResult]:
        rows, shown = Rows(self.mapping, self.url), self.seen.shown
        watched = {condition.field for condition in self.mapping.watch.conditions}
        wanted = dict.fromkeys((*ALWAYS, *rows.columns))
        absent = [name for name in wanted if shown is not None and name not in shown]
        wrong = [
            found
            for name in dict.fromkeys((*sorted(watched), *absent))
            if (found := self.column(name, name in absent))
        ]
        yield from wrong
        if shown is None:
            says = (
                f"the table {self.mapping.table} shows no ticket, so whether the columns of "
                f"{self.mapping.name} are there"
            )
            yield self.say(
                None, f"{says} can't be told", "make a test ticket, or grant the account read on tickets"
            )
        elif not wrong:
            yield self.say(
                True,
                f"every column that {self.mapping.name} names can be read, and asked for where it is watched",
            )

    def column(self, name: str, absent: bool) -> CheckResult | None:
        """Check a column that is watched, or that no row shows; None if nothing is wrong with it."""
        how = self.ask(name)
        if absent and name in self.labels:
            return self.say(
                False, f"the column {name} is there, and can't be read", "grant the account read on it"
            )
        if how is ConditionFate.DROPPED and (absent or self.seen.shown is None):
            says = (
                f"the column {name} doesn't exist: ServiceNow drops it from the query and returns every "
                "ticket"
            )
            return self.say(False, says, self.instead(name))
        if how is ConditionFate.DROPPED:
            says = f"the condition on {name} is ignored: ServiceNow returns tickets that don't match it"
            return self.say(False, says, "grant the account query_match on it (ServiceNow, query ACLs)")
        if how is ConditionFate.REFUSED and not absent:
            return self.say(
                False, f"the account may not ask for {name}", "grant it read and query_match on the column"
            )
        if not absent:
            return None
        if (
            how is ConditionFate.TAKEN and self.ask(NOWHERE) is ConditionFate.TAKEN
        ):  # this instance returns nothing where it knows a column not
            return self.say(
                False,
                f"the column {name} can't be read: misspelt, or the account may not",
                self.instead(name),
            )
        return self.say(
            False, f"the column {name} is there, and can't be read", "grant the account read on it"
        )

    def paging(self) -> Iterator[CheckResult]:
        """Without it, a queue is read to its first page, or not at all: also where it is short, and nobody
        notices.
        """
        how = behind(self.service, self.mapping.table)
        cure = "grant the account query_range on sys_id (ServiceNow, query ACLs)"
        if how is ConditionFate.DROPPED:
            says = (
                f"a condition on sys_id is ignored, so a long queue of {self.mapping.table} would never be "
                "read to its end"
            )
            yield self.say(False, says, cure)
        elif how is ConditionFate.REFUSED:
            yield self.say(False, f"the account may not ask for {self.mapping.table} page by page", cure)

    def instead(self, name: str) -> str:
        first, dot, rest = name.partition(".")
        near = [] if first in self.labels else get_close_matches(first, self.labels, n=1)
        return (
            f"write {near[0]}{dot}{rest}?"
            if near
            else "correct the mapping, or grant the account read on the column"
        )

    def variables(self) -> Iterator[CheckResult]:
        """Variables stand in tables of their own. One that no ticket shows may be misspelt, hidden, or not on
        these forms.
        """
        rows = Rows(self.mapping, self.url)
        if not rows.variables:
            return
        queue = [ticket for ticket in self.seen.tickets if self.mapping.watch.matches(ticket.fields)]
        filled = Variables(self.service, rows).filled(queue)
        absent = [name for name in rows.variables if not any(name in ticket.fields for ticket in filled)]
        if not filled:
            says = (
                f"no ticket is in the queue of {self.mapping.name}, so whether its variables can be read "
                "can't be told"
            )
            yield self.say(None, says, "order a test item")
        elif absent:
            says = f"none of the first {len(filled)} tickets in the queue shows {choice(absent)}"
            cure = (
                "write the variable's name, not its question; or grant the account read on its table and on "
                "the records that it points to"
            )
            yield self.say(False, says, cure)
        else:
            yield self.say(True, f"every variable that {self.mapping.name} names can be read")

    def approvers(self) -> Iterator[CheckResult]:
        if not self.mapping.allow.four_eyes:
            return
        cure = f"grant the account read on {APPROVALS}, and on email of sys_user"
        seen = approvals(self.service)
        if seen is None:
            says = "that it can be told who approved a ticket is not proven: no approval is shown"
            yield self.say(None, says, f"approve a test ticket; where none is shown then, {cure}")
        elif seen:
            yield self.say(True, "it can be told who approved a ticket")
        else:
            yield self.say(
                False,
                "it can't be told who approved a ticket, so with allow.four_eyes every ticket would wait",
                cure,
            )

    def own_field(self) -> Iterator[CheckResult]:
        """The field for passes is never read here, where one may stand: it is asked for what it can't be."""
        name = self.mapping.note.field
        if name in JOURNALS:
            return
        if self.ask(name) is ConditionFate.DROPPED:
            yield self.say(
                False,
                f"the column {name} for passes doesn't exist: a pass would be written nowhere",
                self.instead(name),
            )

    def hidden_from_callers(self) -> CheckResult:
        name, table = self.mapping.note.field, self.mapping.table
        label, rules = self.labels.get(name, ""), readers(self.service, table, name)
        if FOR_CALLERS.search(label):
            return self.say(
                False,
                f'callers can read {name}: it is called "{label}"',
                "name a restricted field in note.field",
            )
        if any(roles & EVERYBODY for roles in rules or ()):
            cure = "delete that rule, or name another field in note.field"
            return self.say(
                False, f"callers can read {name}: one of its read rules lets everybody read it", cure
            )
        if rules and all(rules):
            return self.say(
                True,
                f"callers can't read {name}: it needs the role {choice(sorted(frozenset().union(*rules)))}",
            )
        why = "a read rule names no role" if rules else "the account may not see its access rules"
        cure = f"impersonate a caller without roles in ServiceNow, and see that {name} is not on the ticket"
        return self.say(None, f"that callers can't read {name} is not proven: {why}", cure)

    def read_back(self) -> CheckResult:
        """Check whether a lost reply can be told from a lost request."""
        name, marker = self.mapping.note.field, self.mapping.note.marker
        if marker:
            return self.say(True, f"a lost reply can be told from a lost request by the field {marker}")
        cure = "name a field for the reference as note.marker, or grant the account read on sys_journal_field"
        seen, worked = Journal(self.service, self.mapping).readable(), self.seen.worked
        if seen is None and (self.delivered or worked >= WORKED):
            # there must be some, and no row is what a lacking right looks like (servicenow.md §0.2)
            seen = False
        if seen is None and worked:
            says = (
                f"that notes in {name} can be read back is not proven: tickets were worked on, and no note "
                "is shown"
            )
            return self.say(None, says, cure)
        if seen is None:
            return self.say(
                None, f"no note in {name} is shown: there is none yet, or they can't be read back", cure
            )
        if not seen:
            return self.say(
                False,
                f"notes in {name} can't be read back, so a lost reply can't be told from a lost request",
                cure,
            )
        return self.say(True, "notes can be read back, so a lost reply can be told from a lost request")

    def write(self) -> CheckResult:
        rules, table = self.mapping.note, self.mapping.table
        settled = (name for fields in self.mapping.settle.values() for name in fields)
        fields = dict.fromkeys(filter(None, (rules.field, rules.marker, rules.plain, *settled)))
        cure = f"grant it write on the table and on {choice(list(fields), 'and')}"
        if table in WRITERS:
            cure += f" (the role {WRITERS[table]}, say)"
        if why := may_not_write(self.service, table):
            return self.say(False, f"the account may not write to the table {table}: {why}", cure)
        if self.delivered:
            return self.say(True, f"the account can write to the table {table}: a pass was delivered there")
        says = (
            f"that the account may write to {choice(list(fields), 'and')} is not proven: a check changes no "
            "ticket"
        )
        return self.say(None, says, f"deliver a pass on a test ticket; where that fails, {cure}")
