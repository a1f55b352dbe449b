"""A fake ServiceNow instance: Table API and OAuth, with the traps of the real one (servicenow.md)."""

from connector.simulators.servicenow.accounts import Accounts
from connector.simulators.servicenow.answers import hibernating, rate_limited, timed_out
from connector.simulators.servicenow.app import ServiceNow
from connector.simulators.servicenow.columns import Column, Policy, Table
from connector.simulators.servicenow.records import Access, Mail, Records
from connector.simulators.servicenow.traps import Traps

__all__ = [
    "Access",
    "Accounts",
    "Column",
    "Mail",
    "Policy",
    "Records",
    "ServiceNow",
    "Table",
    "Traps",
    "hibernating",
    "rate_limited",
    "timed_out",
]
