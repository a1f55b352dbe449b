"""A fake Microsoft Graph: users, roles, groups and Temporary Access Passes of one tenant (graph.md)."""

from connector.simulators.graph.app import Graph
from connector.simulators.graph.errors import GraphError, throttled
from connector.simulators.graph.passes import Event, NotUsable, Pass, Passes
from connector.simulators.graph.switches import Switches
from connector.simulators.graph.tenant import ROLES, Group, Policy, Tenant, User

__all__ = [
    "ROLES",
    "Event",
    "Graph",
    "GraphError",
    "Group",
    "NotUsable",
    "Pass",
    "Passes",
    "Policy",
    "Switches",
    "Tenant",
    "User",
    "throttled",
]
