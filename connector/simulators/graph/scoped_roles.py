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


def _is_beyond(tenant: Tenant, user: User) -> bool:
    """Tell whether a user is an administrator whom the role doesn't reach."""
    theirs = {user.id, *(group.id for group in tenant.groups_of(user.id, transitive=True))}
    roles = {grant.role for grant in tenant.assignments if grant.principal in theirs}
    carrying = [group for group in tenant.groups.values() if group.assignable]
    return bool(roles - _REACHABLE) or any(user.id in group.members | group.owners for group in carrying)
