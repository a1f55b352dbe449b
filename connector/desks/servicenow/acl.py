"""The instance's own columns and their readers, as far as the account may see them.

None of it is in servicenow.md, apart from that `sys_dictionary` shows nothing to most roles (§1.4): the
columns of these tables are common knowledge and no more. So what they show counts, and what they don't show
proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from connector.desks.servicenow.cells import as_text
from connector.desks.servicenow.query import SYS_ID, among
from connector.desks.servicenow.replies import listed
from connector.domain.errors import Down
from connector.http.service import Service

EVERYBODY = frozenset({"public", "snc_internal", "snc_external"})  # roles that callers have, too
FOR_CALLERS = re.compile(
    r"customer[- ]visible|additional comments|visible to (the )?(caller|customer)", re.IGNORECASE
)
MOST = "2000"


def columns(service: Service, table: str) -> dict[str, str]:
    """Labels by the name of each column of a task table; {} where the dictionary shows none. Raises
    nothing.
    """
    mine = (table, "task")
    rows = _rows(service, "sys_dictionary", among("name", mine), "name,element,column_label")
    labels = {
        as_text(row.get("element")): as_text(row.get("column_label")) or ""
        for row in rows
        if as_text(row.get("name")) in mine
    }
    return {name: label for name, label in labels.items() if name}


def times_of(service: Service, table: str) -> frozenset[str]:
    """The columns of a task table whose type is a date with a time, as far as the dictionary may be read.
    Raises nothing.
    """
    mine = (table, "task")
    query = f"internal_type=glide_date_time^{among('name', mine)}"
    rows = _rows(service, "sys_dictionary", query, "name,element,internal_type")
    return frozenset(
        name
        for row in rows
        if as_text(row.get("name")) in mine
        and as_text(row.get("internal_type")) == "glide_date_time"
        and (name := as_text(row.get("element")))
    )


def readers(service: Service, table: str, field: str) -> list[frozenset[str]] | None:
    """The roles of each read rule of a column: one of the rules must let in. None: no rule is shown. Raises
    nothing.
    """
    mine = (f"{table}.{field}", f"task.{field}")
    shown = _rows(
        service, "sys_security_acl", f"operation=read^active=true^{among('name', mine)}", "sys_id,name"
    )
    rules = [
        sys_id for row in shown if as_text(row.get("name")) in mine and SYS_ID.fullmatch(sys_id := _id(row))
    ]
    if not rules:
        return None
    roles: dict[str, set[str]] = {rule: set() for rule in rules}
    asked = among("sys_security_acl", rules)
    for row in _rows(service, "sys_security_acl_role", asked, "sys_security_acl,sys_user_role.name"):
        rule, role = as_text(row.get("sys_security_acl")) or "", as_text(row.get("sys_user_role.name"))
        if rule in roles and role:
            roles[rule].add(role)
    return [frozenset(each) for each in roles.values()]


def _id(row: dict[str, Any]) -> str:
    return as_text(row.get("sys_id")) or ""


def _rows(service: Service, table: str, query: str, fields: str) -> Iterable[dict[str, Any]]:
    params = {"sysparm_query": query, "sysparm_fields": fields, "sysparm_limit": MOST}
    params |= {"sysparm_display_value": "false", "sysparm_exclude_reference_link": "true"}
    try:
        answer = service.read("GET", f"/api/now/table/{table}", params=params)
        return (
            [row for row in listed(answer, service.name, table) if isinstance(row, dict)]
            if answer.status == 200
            else []
        )
    except Down:
        return []
