"""Fake ServiceNow, fake TOPdesk, fake Microsoft Graph and a fake managed-identity endpoint, over real HTTP on
loopback.

Each is a function from request to response, written from what is known of the real service, and shares no
code with our clients. Traps of the real services are switches; faults of the network come from
`faults.Faults`. Everything in here is made up: the people, the passes, the tokens.
"""

from connector.simulators.faults import Faults, when
from connector.simulators.graph import Graph
from connector.simulators.http import Request, Response, Served, Tally, serve
from connector.simulators.identity import Identity
from connector.simulators.servicenow import ServiceNow
from connector.simulators.tokens import Tokens
from connector.simulators.topdesk import TOPdesk

__all__ = [
    "Faults",
    "Graph",
    "Identity",
    "Request",
    "Response",
    "Served",
    "ServiceNow",
    "TOPdesk",
    "Tally",
    "Tokens",
    "serve",
    "when",
]
