"""Every kind of desk, by its name in the configuration. A new one is a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connector.desks.servicenow import doctor as doctor_servicenow
from connector.desks.servicenow import names as servicenow_names
from connector.desks.servicenow import probe as servicenow_probe
from connector.desks.servicenow.approvals import Approvals
from connector.desks.servicenow.auth import servicenow_auth
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.desks.servicenow.query import encoded
from connector.desks.topdesk import doctor as doctor_topdesk
from connector.desks.topdesk import names as topdesk_names
from connector.desks.topdesk import probe as topdesk_probe
from connector.desks.topdesk.auth import topdesk_auth
from connector.desks.topdesk.desk import TOPdeskDesk
from connector.desks.topdesk.query import fiql
from connector.domain.finding import Examination
from connector.domain.ticket import Ticket
from connector.guards.evidence import Approvers
from connector.http.service import Auth, Service
from connector.lifecycle.roles import Desk
from connector.mapping.model import Mapping


@dataclass(frozen=True)
class Kind:
    """How a desk of this kind is reached and asked."""

    title: str
    desk: Callable[
        [Service, Mapping, str, tuple[str, ...]], Desk
    ]  # one mapping's view; raises ValueError like `asks`
    sign_in: Callable[[str, Any], Auth]  # of the desk of that name, by its section in the configuration
    find: Callable[[Service, Mapping, str, str], Ticket | None]  # by the number that people read; raises Down
    examined: Callable[
        [Service, Mapping, str, bool], Examination
    ]  # the doctor; the last: a ticket is known to hold a note
    asks: tuple[
        Callable[[Mapping], object], ...
    ]  # each raises ValueError, "KEY: sentence", where a mapping can't be served
    approvers: Callable[[Service, Mapping], Approvers] = lambda service, mapping: lambda ticket: ()


KINDS = {
    "servicenow": Kind(
        "ServiceNow",
        ServiceNowDesk,
        lambda name, config: servicenow_auth(name, config.url, config.auth),
        servicenow_probe.find,
        doctor_servicenow.Examined,
        (servicenow_names.check, lambda mapping: encoded(mapping.watch)),
        lambda service, mapping: Approvals(service, mapping).of,
    ),
    "topdesk": Kind(
        "TOPdesk",
        TOPdeskDesk,
        lambda name, config: topdesk_auth(name, config.auth),
        topdesk_probe.find,
        doctor_topdesk.Examined,
        (topdesk_names.check, lambda mapping: fiql(mapping.watch)),
    ),
}


def unaskable(kind: object, mapping: Mapping) -> Iterator[str]:
    """What a desk of this kind can't be asked for, or told to set: sentences that begin with their key."""
    for ask in KINDS[kind].asks if isinstance(kind, str) and kind in KINDS else ():
        try:
            ask(mapping)
        except ValueError as error:
            yield str(error)
