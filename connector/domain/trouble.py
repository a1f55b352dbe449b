"""A service's no that may be everybody's, and the routes that it may bar.

A route is a way on which a pass is made or handed over. Where a service refuses everybody, or doesn't answer,
its route rests for all tickets, over all processes (ledger/rests.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connector.domain.reasons import Reason
from connector.domain.recipients import Destination, MailDestination, destinations

ENTRA = "entra"  # passes are made there
MAIL = "mail"  # the mailbox that mails are sent from


@dataclass(frozen=True)
class Trouble:
    """An answer that may not be about the one ticket that met it."""

    answer: str  # the service's own: "403 ErrorAccessDenied", "no answer"; two of the same are compared
    shared: bool  # the answer alone says that everybody gets it
    reason: Reason  # why tickets wait while the route rests
    detail: str
    retry_after: float | None = None  # seconds, where the service named them
    route: str = ""
    who: str = ""  # the person or ticket that it may be about: the same answer to another one proves more
    excuses: bool = True  # its ticket fails by it no more than others; False: a person must look at this one

    @property
    def may_be_ones(self) -> bool:
        """Tell whether it can be about one person or ticket after all: a server may fail over one record."""
        return not self.shared or self.answer.startswith("5")


def note_route(mapping: str) -> str:
    """The route of a mapping's notes: a desk's access rules are a table's and a field's."""
    return f"note {mapping}"


def route_of(place: Destination, mapping: str) -> str:
    return MAIL if isinstance(place, MailDestination) else note_route(mapping)


def routes_of(recipient: str, mapping: str) -> Iterator[str]:
    """The routes of a plan's destinations, in the order in which they are tried."""
    return (route_of(each, mapping) for each in destinations(recipient))
