"""The doctor's part about values: names in a mapping against the environment's own lists. topdesk.md §7

A list that the account may read is complete. Of other fields the calls that are shown tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from connector.desks.stored_values import Misfit, Stored, misfits, named_values
from connector.desks.topdesk.replies import BARE
from connector.domain.ticket import Ticket
from connector.http.service import Service
from connector.mapping import Mapping

LISTS = {  # by the field's first part
    "callType": "call_types",
    "category": "categories",
    "closureCode": "closure_codes",
    "duration": "durations",
    "entryType": "entry_types",
    "impact": "impacts",
    "priority": "priorities",
    "processingStatus": "statuses",
    "subcategory": "subcategories",
    "urgency": "urgencies",
}


def misfitting(service: Service, mapping: Mapping, calls: Sequence[Ticket]) -> Iterator[Misfit]:
    """Values that no call can have, or that TOPdesk would hardly take. Raises Down."""
    lists: dict[str, list[tuple[str, str]]] = {}
    for named in named_values(mapping):
        head, _, leaf = named.field.partition(".")
        if head in LISTS and leaf in ("id", "name") and head not in lists:
            lists[head] = _list(service, LISTS[head])
        stored = _listed(lists[head], leaf) if lists.get(head) else _of_calls(calls, named.field)
        yield from misfits(mapping, named, stored)


def _list(service: Service, name: str) -> list[tuple[str, str]]:
    """Id and name of each entry; none where the account may not read the list."""
    answer = service.read("GET", f"/tas/api/incidents/{name}", bare=BARE)
    rows = answer.json if answer.status == 200 and isinstance(answer.json, list) else []
    return [
        (row["id"].lower(), row["name"])
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("name"), str)
    ]


def _listed(entries: Sequence[tuple[str, str]], leaf: str) -> Stored:
    if leaf == "id":
        return Stored(dict(entries), complete=True)
    return Stored({name: name for _, name in entries}, complete=True, ids=dict(entries))


def _of_calls(calls: Sequence[Ticket], name: str) -> Stored:
    counts = Counter(ticket.fields[name] for ticket in calls if name in ticket.fields)
    return Stored({value: value for value, _ in counts.most_common()}, sum(counts.values()))
