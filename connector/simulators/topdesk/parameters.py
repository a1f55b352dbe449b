"""The parameters of a list of incidents, of both ages: which count, and what the older ones mean
(topdesk.md §2.1).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connector.simulators.topdesk import shape
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.paging import Call
from connector.simulators.topdesk.records import Incident

_NEW = {"pageStart", "pageSize", "sort"}
_OLD = {"start", "page_size", "order_by"}
_ALWAYS = {"fields", "dateFormat", "all"}
_REFERRED = {
    "caller": "caller.id",
    "operator": "operator.id",
    "operator_group": "operatorGroup.id",
    "processing_status": "processingStatus.id",
}
_FLAGS = {"closed": "closed", "completed": "completed", "resolved": "completed"}
_TEXTS = {"status": "status", "external_number": "externalNumber"}
_SPANS = {
    f"{name}_date": f"{name}Date"
    for name in ("creation", "modification", "target", "closed", "completed", "call")
}
_ENDS = {f"{span}_{end}" for span in _SPANS for end in ("start", "end")}
_DIRECT = {*_REFERRED, *_FLAGS, *_TEXTS, *_ENDS, "archived"}

Test = Callable[[Incident], bool]


def counting(call: Call) -> Mapping[str, str]:
    """The parameters that count in this environment. Raises Refusal (400) for those that it refuses."""
    traps, query = call.traps, call.request.query
    known = set(_ALWAYS)
    known |= _NEW if traps.paging != "old" else set()
    known |= _OLD if traps.paging != "new" else set()
    known |= {"query"} if traps.fiql else set()
    known |= _DIRECT if traps.direct_filters == "honoured" else set()
    if traps.direct_filters == "refused" and _DIRECT & set(query):
        raise Refusal(400, f"The parameter '{min(_DIRECT & set(query))}' is not supported.")
    strange = set(query) - known - _DIRECT
    if strange and traps.unknown_parameter == "refused":
        raise Refusal(400, f"The parameter '{min(strange)}' is unknown.")
    return {name: value for name, value in query.items() if name in known}


def direct(query: Mapping[str, str], call: Call) -> list[Test]:
    """The filters of older versions; a day counts whole, in the environment's zone. Raises Refusal (400) for
    no day.
    """
    return [_filter(name, value, call) for name, value in query.items() if name in _DIRECT]


def _filter(name: str, value: str, call: Call) -> Test:
    def of(path: str, means: Callable[[Any], bool]) -> Test:
        return lambda incident: means(shape.stored(incident, call.traps, path))

    if name in _REFERRED:
        return of(_REFERRED[name], lambda found: found == value.lower())
    if name in _FLAGS:
        return of(_FLAGS[name], lambda found: found is (value == "true"))
    if name in _TEXTS:
        return of(_TEXTS[name], lambda found: found == value)
    if name == "archived":
        return lambda incident: incident.archived is (value == "true")
    span, _, end = name.rpartition("_")
    try:
        day = datetime.fromisoformat(value).replace(tzinfo=call.records.zone)
    except ValueError:
        raise Refusal(400, f"The value for the parameter '{name}' cannot be parsed.") from None
    if end == "end":
        return of(_SPANS[span], partial(_before, day + timedelta(days=1)))
    return of(_SPANS[span], lambda found: found is not None and not _before(day, found))


def _before(bound: datetime, found: datetime | None) -> bool:
    return found is not None and found < bound


def order(query: Mapping[str, str]) -> str | None:
    """`sort`, or the older `order_by`: `creation_date+ASC` is `creationDate:asc`, whether its plus was
    decoded or not.
    """
    old = query.get("order_by")
    if "sort" in query or not old:
        return query.get("sort")
    name, _, direction = old.replace("+", " ").partition(" ")
    head, *rest = name.split("_")
    return f"{head}{''.join(part.title() for part in rest)}:{direction.lower() or 'asc'}"
