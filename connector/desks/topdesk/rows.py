"""From an incident to a ticket. topdesk.md §3.1, §3.2"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from functools import cached_property

from connector.desks.topdesk.fields import id_of, shown, when
from connector.desks.topdesk.links import links_of
from connector.desks.topdesk.names import ACTION, CALLER_ID, of_card
from connector.domain.ticket import Ticket
from connector.mapping.model import Mapping


@dataclass(frozen=True)
class Rows:
    """Incidents of one mapping, as they are read. `url` is the desk's; `also`: fields that the desk's
    other mappings watch.
    """

    mapping: Mapping
    url: str
    also: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every field of the ticket that is read, as mappings name it. What actions say is no field."""
        return tuple(name for name in dict.fromkeys((*self.mapping.columns, *self.also)) if name != ACTION)

    @cached_property
    def of_caller(self) -> tuple[str, ...]:
        """Pick the fields that stand on the card behind `caller.id`: anybody may have typed what the
        incident says of its caller.
        """
        return tuple(name for name in self.names if of_card(name))

    @cached_property
    def reads_card(self) -> bool:
        return bool(self.of_caller)

    def ticket(self, row: object) -> Ticket | None:
        """Without what the caller's card says (topdesk_persons.py). None where the row is no record with an
        id.
        """
        key = id_of(row)
        if key is None or not isinstance(row, dict):
            return None
        told = {
            name: text for name in self.names if not of_card(name) and (text := shown(row, name)) is not None
        }
        caller = shown(row, CALLER_ID)
        if self.reads_card and caller is not None:
            told[CALLER_ID] = caller
        number = shown(row, "number") or ""
        created = when(str(row.get("creationDate")))
        return Ticket(
            desk=self.url,
            id=key,
            number=number if number.isprintable() and 0 < len(number) <= 40 else key,
            fields=told,
            open=_open(row),
            # no notes are mailed by a list on the call; what the tenant's own rules mail, no field tells
            mailed=False,
            links=links_of(row),
            created=int(created.timestamp()) if created else None,
            opened=created.astimezone(UTC).isoformat(" ", "milliseconds") if created else "",
        )


def _open(row: object) -> bool:
    """Neither closed, completed nor archived. What doesn't say so is not."""
    status = shown(row, "status")
    running = shown(row, "closed") == "false" and shown(row, "completed") == "false"
    return running and bool(status) and not str(status).endswith("Archived")
