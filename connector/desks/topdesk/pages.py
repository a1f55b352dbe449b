"""Lists of TOPdesk, page by page. topdesk.md §2.1, §2.2

206 says that there are more rows, 200 that there are none, 204 that there are none at all. Pages are counted
in rows, so a row that leaves the list moves every later one a place forward, and one of them would be
skipped: each page begins with the last row of the page before it, and where it doesn't, the list is read from
its start again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.desks.topdesk.fields import id_of
from connector.desks.topdesk.replies import BARE, MISSING, listed
from connector.domain.errors import Down
from connector.http.service import Answer, Service

SIZE, PAGES = 100, 300  # rows a page, pages


@dataclass(frozen=True)
class PagingParameters:
    """The names of the parameters of paging."""

    start: str
    size: str


NEW, OLD = PagingParameters("pageStart", "pageSize"), PagingParameters("start", "page_size")


class PagingIgnored(Exception):
    """The parameters of paging are not known here: every page is the first one."""


class ListRefused(Exception):
    """400, 403 or 404 for the first page. `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("the list is refused")
        self.answer = answer


def rows(
    service: Service, path: str, what: str, params: Mapping[str, str], names: PagingParameters
) -> list[dict[str, Any]]:
    """Every record of the list, each once. Raises Ignored, Refused and Down."""
    found: dict[str, dict[str, Any]] = {}
    start, before = 0, list[str | None]()
    for _ in range(PAGES):
        paged = {**params, names.start: str(start), names.size: str(SIZE)}
        answer = service.read("GET", path, params=paged, bare=BARE)
        if answer.status in MISSING and not start:
            raise ListRefused(answer)
        page = listed(answer, service.name, what)
        ids = [id_of(row) for row in page]
        found |= {key: row for key, row in zip(ids, page, strict=True) if key}
        if start and before == ids and len(ids) > 1:
            raise PagingIgnored
        if start and len(before) > 1 and ids[:1] != before[-1:]:
            start, before = 0, []  # rows have moved
            continue
        if not ids or (answer.status != 206 and len(ids) < SIZE):
            return list(found.values())
        start, before = start + max(len(ids) - 1, 1), ids
    raise Down(
        service.name,
        f"{what} can't be read: the list is too long, or changes all the time; narrow the mapping's watch",
    )
