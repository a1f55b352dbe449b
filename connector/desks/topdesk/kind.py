"""TOPdesk as a kind of desk."""

from __future__ import annotations

from connector.desks.kind import Kind
from connector.desks.topdesk.auth import topdesk_auth
from connector.desks.topdesk.config import Topdesk
from connector.desks.topdesk.desk import TOPdeskDesk
from connector.desks.topdesk.dialect import TopdeskDialect
from connector.desks.topdesk.doctor import TopdeskDoctor
from connector.desks.topdesk.probe import find

KIND = Kind(
    dialect=TopdeskDialect(),
    section=Topdesk,
    sign_in=lambda name, section: topdesk_auth(name, section.auth),
    desk=TOPdeskDesk,
    find=find,
    doctor=TopdeskDoctor,
)
