"""Helpdesk X as a kind of desk."""

from __future__ import annotations

from connector.desks.kind import Kind
from connector.desks.servicenow.auth import Keyed
from tests.docs.thirddesk.helpdeskx.config import HelpdeskX
from tests.docs.thirddesk.helpdeskx.desk import HelpdeskXDesk, find
from tests.docs.thirddesk.helpdeskx.dialect import HelpdeskXDialect
from tests.docs.thirddesk.helpdeskx.doctor import HelpdeskXDoctor

KIND = Kind(
    dialect=HelpdeskXDialect(),
    section=HelpdeskX,
    sign_in=lambda name, section: Keyed(section.auth, name),
    desk=HelpdeskXDesk,
    find=find,
    doctor=HelpdeskXDoctor,
)
