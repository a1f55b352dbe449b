"""ServiceNow as a kind of desk. What works at a desk is loaded where there is one."""

from __future__ import annotations

from connector.desks.kind import Kind
from connector.desks.servicenow.config import ServiceNow
from connector.desks.servicenow.dialect import ServiceNowDialect
from connector.domain.finding import DeskDoctor
from connector.domain.ticket import Ticket
from connector.guards.approval import ApprovalRecords
from connector.guards.evidence import Approvers
from connector.http.service import Auth, Service
from connector.lifecycle.roles import Desk
from connector.mapping.model import Mapping


def _sign_in(name: str, section: ServiceNow) -> Auth:
    from connector.desks.servicenow.auth import servicenow_auth

    return servicenow_auth(name, section.url, section.auth)


def _desk(service: Service, mapping: Mapping, url: str, also: tuple[str, ...]) -> Desk:
    from connector.desks.servicenow.desk import ServiceNowDesk

    return ServiceNowDesk(service, mapping, url, also)


def _find(service: Service, mapping: Mapping, url: str, number: str) -> Ticket | None:
    from connector.desks.servicenow.probe import find

    return find(service, mapping, url, number)


def _doctor(service: Service, mapping: Mapping, url: str, noted: bool) -> DeskDoctor:
    from connector.desks.servicenow.doctor import ServiceNowDoctor

    return ServiceNowDoctor(service, mapping, url, noted)


def _approvers(service: Service, mapping: Mapping) -> Approvers:
    from connector.desks.servicenow.approvals import Approvals

    return Approvals(service, mapping).of


def _records(service: Service, mapping: Mapping) -> ApprovalRecords:
    from connector.desks.servicenow.approval_records import ServiceNowRecords

    return ServiceNowRecords(service, mapping)


KIND = Kind(
    dialect=ServiceNowDialect(),
    section=ServiceNow,
    sign_in=_sign_in,
    desk=_desk,
    find=_find,
    doctor=_doctor,
    approvers=_approvers,
    records=_records,
)
