"""One kind of desk: everything that is plugged in for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connector.desks.section import DeskSection
from connector.domain.finding import DeskDoctor
from connector.domain.ticket import Ticket
from connector.guards.approval import ApprovalRecords, NoRecords
from connector.guards.evidence import Approvers
from connector.http.service import Auth, Service
from connector.lifecycle.roles import Desk
from connector.mapping.keys.dialect import Dialect
from connector.mapping.model import Mapping


@dataclass(frozen=True)
class Kind:
    """A kind of desk, as its folder declares it in `kind.KIND`."""

    dialect: Dialect
    section: type[DeskSection]  # in config.yaml
    sign_in: Callable[[str, Any], Auth]  # of the desk of that name, by its section
    desk: Callable[[Service, Mapping, str, tuple[str, ...]], Desk]  # one mapping's view; the last: `also`
    find: Callable[[Service, Mapping, str, str], Ticket | None]  # by the number that people read; raises Down
    doctor: Callable[[Service, Mapping, str, bool], DeskDoctor]  # the last: a ticket is known to hold a note
    approvers: Callable[[Service, Mapping], Approvers] = lambda service, mapping: lambda ticket: ()
    records: Callable[[Service, Mapping], ApprovalRecords] = lambda service, mapping: NoRecords()
