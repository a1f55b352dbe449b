"""TOPdesk as a kind of desk. What works at a desk is loaded where there is one."""

from __future__ import annotations

from connector.desks.kind import Kind
from connector.desks.topdesk.config import Topdesk
from connector.desks.topdesk.dialect import TopdeskDialect
from connector.domain.finding import DeskDoctor
from connector.domain.ticket import Ticket
from connector.http.service import Auth, Service
from connector.lifecycle.roles import Desk
from connector.mapping.model import Mapping


def _sign_in(name: str, section: Topdesk) -> Auth:
    from connector.desks.topdesk.auth import topdesk_auth

    return topdesk_auth(name, section.auth)


def _desk(service: Service, mapping: Mapping, url: str, also: tuple[str, ...]) -> Desk:
    from connector.desks.topdesk.desk import TOPdeskDesk

    return TOPdeskDesk(service, mapping, url, also)


def _find(service: Service, mapping: Mapping, url: str, number: str) -> Ticket | None:
    from connector.desks.topdesk.probe import find

    return find(service, mapping, url, number)


def _doctor(service: Service, mapping: Mapping, url: str, noted: bool) -> DeskDoctor:
    from connector.desks.topdesk.doctor import TopdeskDoctor

    return TopdeskDoctor(service, mapping, url, noted)


KIND = Kind(
    dialect=TopdeskDialect(),
    section=Topdesk,
    sign_in=_sign_in,
    desk=_desk,
    find=_find,
    doctor=_doctor,
)
