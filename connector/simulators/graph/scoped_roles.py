"""The passes that an application may make by a directory role alone (graph.md §2.4, §2.5)."""

from connector.simulators.graph.tenant import ROLES, Tenant, User

_REACHABLE = {
    ROLES[name]
    for name in (
        "Authentication Administrator",
        "Directory Readers",
        "Guest Inviter",
        "Message Center Reader",
        "Reports Reader",
        "Usage Summary Reports Reader",
        "User Experience Success Manager",
    )
}

_MAKERS = {ROLES["Authentication Administrator"], ROLES["Privileged Authentication Administrator"]}


def reaches(tenant: Tenant, holder: str, key: str) -> bool:
    """Tell whether a holder's role covers a user's methods, by the user's id or name."""
    user = tenant.user(key)
    held = [grant for grant in tenant.assignments if grant.principal == holder]
    if user is None or not held:
        return False
    if any(grant.role == ROLES["Privileged Authentication Administrator"] for grant in held):
        return True
    scopes = {grant.scope for grant in held if grant.role == ROLES["Authentication Administrator"]}
    units = {f"/administrativeUnits/{each.id}" for each in tenant.units.values() if user.id in each.members}
    return bool(scopes & {"/", *units}) and not _is_beyond(tenant, user)


def protects(tenant: Tenant, holder: str, key: str) -> bool:
    """Tell whether a restricted management unit keeps a user from a holder, whatever is granted otherwise: a
    role that is scoped to the unit is needed (§12).
    """
    user = tenant.user(key)
    units = [each for each in tenant.units.values() if each.restricted and user and user.id in each.members]
    scopes = {
        grant.scope for grant in tenant.assignments if grant.principal == holder and grant.role in _MAKERS
    }
    return any(f"/administrativeUnits/{each.id}" not in scopes for each in units)


def _is_beyond(tenant: Tenant, user: User) -> bool:
    """Tell whether a user is an administrator whom the role doesn't reach."""
    theirs = {user.id, *(group.id for group in tenant.groups_of(user.id, transitive=True))}
    roles = {grant.role for grant in tenant.assignments if grant.principal in theirs}
    carrying = [group for group in tenant.groups.values() if group.assignable]
    return bool(roles - _REACHABLE) or any(user.id in group.members | group.owners for group in carrying)
