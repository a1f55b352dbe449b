"""Columns that an approval is of, with the records behind references that they lead through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from connector.desks.servicenow.approval_rows import Changes
from connector.desks.servicenow.names import approved_record, in_row, of_column
from connector.desks.servicenow.query import SYS_ID
from connector.domain.ticket import Ticket
from connector.mapping import Mapping

ITEM = "request_item"


@dataclass(frozen=True)
class ApprovedColumns:
    """Columns of one mapping's tickets, as the history of columns names them."""

    mapping: Mapping

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Answers on the form, which the history of columns doesn't hold."""
        return tuple(name for name in self.mapping.approved_fields if not in_row(name))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every column that is approved, and the reference to the record that the approval stands on."""
        names = [of_column(name) for name in self.mapping.approved_fields if in_row(name)]
        return tuple(sorted({*names, *self._reference}))

    @cached_property
    def decisive(self) -> tuple[str, ...]:
        """The columns without which it may be that nobody knows who gets the pass."""
        return self._with_reference(self.mapping.decisive_fields)

    def decisive_on(self, ticket: Ticket) -> tuple[str, ...]:
        """The columns that this ticket's pass depends on."""
        return self._with_reference(self.mapping.decisive_on(ticket.fields))

    def _with_reference(self, names: Iterable[str]) -> tuple[str, ...]:
        """A task's item leads to its answers, too, so that another item is another approval."""
        columns = {of_column(name) for name in names if in_row(name)}
        return tuple(sorted({*columns, *(each for each in self._reference if each != ITEM)}))

    @cached_property
    def approval(self) -> str:
        """The approval's own column, on the record that it stands on."""
        rule = self.mapping.allow.approval
        return of_column(rule.field).rpartition(".")[2] if rule else ""

    @cached_property
    def audited(self) -> tuple[str, ...]:
        """The names of all these columns, each on its record."""
        return tuple(sorted({part for path in self.paths for part in path.split(".")} | {self.approval}))

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Columns that hold the ids of the records that a path leads through."""
        return tuple(sorted({*(path for each in self.paths for path in _above(each)), *self._reference}))

    @property
    def _reference(self) -> tuple[str, ...]:
        reference = approved_record(self.mapping)
        return (reference,) if reference else ()

    def approved_record(self, ticket: Ticket) -> str:
        """The id of the record that the approval stands on; "" where it can't be told."""
        reference = approved_record(self.mapping)
        return ticket.fields.get(reference, "") if reference else ticket.id

    def records(self, ticket: Ticket) -> set[str]:
        """The ids of all records that its columns stand on."""
        return {record for path in self.paths for record, _ in self._steps(ticket, path)}

    def changed_since(self, ticket: Ticket, at: str, changes: Changes) -> str:
        """The first column that changed at that time or later; "": none did."""
        for path in self.paths:
            for record, column in self._steps(ticket, path):
                if any(each.column == column and each.at >= at for each in changes.get(record, ())):
                    return path
        return ""

    def is_shown(self, ticket: Ticket, changes: Changes) -> bool:
        """Tell whether every record on the way is known, and the ticket's own history is kept at all."""
        kept = bool(changes.get(ticket.id)) or approved_record(self.mapping) == ""
        return kept and all(
            ticket.fields.get(reference) == "" or SYS_ID.fullmatch(ticket.fields.get(reference, ""))
            for path in self.decisive_on(ticket)
            for reference in _above(path)
        )

    def _steps(self, ticket: Ticket, path: str) -> Iterator[tuple[str, str]]:
        """Each record on the way to a column, with the column that is read of it."""
        record = ticket.id
        for number, column in enumerate(parts := path.split(".")):
            if SYS_ID.fullmatch(record):
                yield record, column
            record = ticket.fields.get(".".join(parts[: number + 1]), "")


def _above(path: str) -> list[str]:
    """The references that lead to a column: a and a.b for a.b.c."""
    parts = path.split(".")
    return [".".join(parts[:number]) for number in range(1, len(parts))]
