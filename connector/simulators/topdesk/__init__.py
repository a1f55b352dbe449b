"""A fake TOPdesk environment: incidents, their trail, persons and look-ups, with the traps of the real one
(topdesk.md).
"""

from connector.simulators.topdesk.accounts import PERMISSIONS, Account, Accounts
from connector.simulators.topdesk.answers import maintenance, refused, too_many
from connector.simulators.topdesk.app import TOPdesk
from connector.simulators.topdesk.records import Access, Mail
from connector.simulators.topdesk.sample import contoso
from connector.simulators.topdesk.traps import Traps

__all__ = [
    "PERMISSIONS",
    "Access",
    "Account",
    "Accounts",
    "Mail",
    "TOPdesk",
    "Traps",
    "contoso",
    "maintenance",
    "refused",
    "too_many",
]
