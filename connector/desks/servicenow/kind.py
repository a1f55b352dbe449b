"""ServiceNow as a kind of desk."""

from __future__ import annotations

from connector.desks.kind import Kind
from connector.desks.servicenow.approval_records import ServiceNowRecords
from connector.desks.servicenow.approvals import Approvals
from connector.desks.servicenow.auth import servicenow_auth
from connector.desks.servicenow.config import ServiceNow
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.desks.servicenow.dialect import ServiceNowDialect
from connector.desks.servicenow.doctor import ServiceNowDoctor
from connector.desks.servicenow.probe import find

KIND = Kind(
    dialect=ServiceNowDialect(),
    section=ServiceNow,
    sign_in=lambda name, section: servicenow_auth(name, section.url, section.auth),
    desk=ServiceNowDesk,
    find=find,
    doctor=ServiceNowDoctor,
    approvers=lambda service, mapping: Approvals(service, mapping).of,
    records=ServiceNowRecords,
)
