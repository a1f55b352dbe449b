"""Links that a ticket's own row tells, over which its desk may copy notes. servicenow.md §10

A parent in another table, as every catalogue task has one, copies nothing. What can't be read is never taken
for "no link".
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.mapping.model import Mapping as MappingFile

CLASS, PARENT, PARENT_CLASS = "sys_class_name", "parent", "parent.sys_class_name"
MAJOR, COUNT = "parent_incident", "child_incidents"
INCIDENT = "incident"
# Tables as they are shipped: none of them extends another, and only incidents have columns of their own.
SHIPPED = frozenset(
    {"sc_request", "sc_req_item", "sc_task", "problem", "problem_task", "change_request", "change_task",
     "incident_task", "sn_customerservice_case"}
)  # fmt: skip


def columns(mapping: MappingFile) -> tuple[str, ...]:
    """The columns that tell a ticket's links; none where no note of it holds a pass."""
    if not mapping.notes_pass:
        return ()
    own = () if mapping.table in SHIPPED else (MAJOR, COUNT)
    return (CLASS, PARENT, PARENT_CLASS, *own)


def links_of(mapping: MappingFile, texts: Mapping[str, str]) -> str | None:
    """Name the links in words; "": there is none. None: something can't be read, and nothing shows one."""
    if not mapping.notes_pass:
        return ""
    texts = {name: text.strip() for name, text in texts.items()}
    found = {
        "it has a parent in the same table": _same_table(mapping, texts),
        "it has a parent incident": _filled(texts.get(MAJOR)),
        "it has child incidents": _positive(texts.get(COUNT)),
    }
    if not _has_incident_columns(mapping, texts):
        del found["it has a parent incident"], found["it has child incidents"]
    links = ", ".join(words for words, linked in found.items() if linked)
    return links or (None if None in found.values() else "")


def _has_incident_columns(mapping: MappingFile, texts: Mapping[str, str]) -> bool:
    """Incidents always have them; a table of the shop's own that extends incidents shows at least one. In the
    table task no row shows them, so that a class of the shop's own may be one of incidents.
    """
    if mapping.table == "task":
        return texts.get(CLASS) not in SHIPPED
    return INCIDENT in (mapping.table, texts.get(CLASS)) or MAJOR in texts or COUNT in texts


def _same_table(mapping: MappingFile, texts: Mapping[str, str]) -> bool | None:
    """The records' own classes decide: a table shows the rows of every table that extends it.

    Who shares the table that was asked, or that of incidents, is linked, too: a rule of that table copies for
    all of them. Where the asked table has rows of several classes, a class of the shop's own may be one.
    """
    parent = _filled(texts.get(PARENT))
    if not parent:
        return parent
    own, theirs, asked = texts.get(CLASS), texts.get(PARENT_CLASS), mapping.table
    if not theirs:
        return None
    if theirs == own or (theirs == asked and asked != "task"):
        return True
    if not own:
        return None
    if theirs == INCIDENT:
        return asked != "task" and not {MAJOR, COUNT}.isdisjoint(texts)
    return None if asked not in (own, "task") and theirs not in SHIPPED else False


def _filled(text: str | None) -> bool | None:
    return None if text is None else bool(text)


def _positive(count: str | None) -> bool | None:
    """Tell whether a count that comes as a text is above 0; empty is none."""
    if not count:
        return None if count is None else False
    return int(count) > 0 if count.isascii() and count.isdigit() else None
