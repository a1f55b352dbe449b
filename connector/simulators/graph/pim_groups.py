"""PIM for Groups: who may become a member or an owner of which group (graph.md §10)."""

import re
from collections.abc import Iterator

from connector.simulators.graph.errors import bad_request
from connector.simulators.graph.odata import Row
from connector.simulators.graph.rows import group_row, of_principal
from connector.simulators.graph.tenant import GroupEligibility, Tenant
from connector.simulators.messages import Request

_EXPANDED = re.compile(r"(group|principal)(?:\(\$select=([A-Za-z,]+)\))?")


def eligibility_rows(tenant: Tenant, request: Request) -> list[Row]:
    """One row an eligibility, with the objects that $expand asks for. Whether it fills the group for an
    application, and whether a filter by a person shows what their groups are eligible for, are switches.
    """
    return [
        row | _expanded(tenant, each, request.query.get("$expand", ""))
        for each, row in [*_own(tenant), *_nested(tenant, request)]
    ]


def _own(tenant: Tenant) -> Iterator[tuple[GroupEligibility, Row]]:
    for each in tenant.group_eligibilities:
        yield each, _row(each, "direct")


def _nested(tenant: Tenant, request: Request) -> Iterator[tuple[GroupEligibility, Row]]:
    found = re.search(r"\bprincipalId eq '([^']+)'", request.query.get("$filter", ""))
    if not (found and tenant.switches.nested_eligibility and found[1].lower() in tenant.users):
        return
    theirs = {group.id for group in tenant.groups_of(found[1].lower(), transitive=True)}
    for each in tenant.group_eligibilities:
        if each.principal in theirs:
            yield each, _row(each, "group") | {"principalId": found[1].lower()}


def _row(each: GroupEligibility, how: str) -> Row:
    return {
        "id": each.id,
        "principalId": each.principal,
        "groupId": each.group,
        "accessId": each.access,
        "memberType": how,
    }


def _expanded(tenant: Tenant, each: GroupEligibility, expand: str) -> Row:
    found: Row = {}
    if expand and not re.fullmatch(rf"{_EXPANDED.pattern}(,{_EXPANDED.pattern})*", expand):
        raise bad_request("Parsing OData Select and Expand failed.")
    for name, select in _EXPANDED.findall(expand):
        if name == "principal":
            found |= expanded_principal(tenant, each.principal, name)
        elif tenant.switches.refuses_group:
            raise bad_request("The query specified in the URI is not valid.")
        elif tenant.switches.expands_group:
            row = group_row(tenant.groups[each.group])
            chosen = select.split(",") if select else list(row)
            found[name] = {key: row.get(key) for key in chosen}
    return found


def expanded_principal(tenant: Tenant, principal: str, expand: str) -> Row:
    """What `$expand=principal` adds to a row: whether applications are shown it is a switch (§10)."""
    if expand != "principal" or tenant.switches.principal_expands == "absent":
        return {}
    if tenant.switches.principal_expands == "refused":
        raise bad_request("The query specified in the URI is not valid.")
    return {"principal": of_principal(tenant, principal) if principal in tenant.known else None}
