"""The three dialects of paging, and the answers 200, 204 and 206 (topdesk.md §0.1 to §0.3, §2)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from connector.simulators.messages import Request, Response
from connector.simulators.topdesk.accounts import Account
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.fiql import Unreadable, fields, parse, without
from connector.simulators.topdesk.matching import Kind, Manner, Read, compiled
from connector.simulators.topdesk.records import Records
from connector.simulators.topdesk.traps import Traps

MALFORMED = "Input parameters malformed"
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Call:
    """One request of one account, and how the environment is set up at this moment."""

    request: Request
    account: Account
    records: Records
    traps: Traps


@dataclass(frozen=True)
class Page:
    """From which row on, and how many rows."""

    start: int
    size: int

    @classmethod
    def of(
        cls, query: Mapping[str, str], start: str, size: str, *, default: int, most: int, least: int = 1
    ) -> "Page":
        """Raises Refusal (400) for what is no number or out of bounds."""
        try:
            page = cls(int(query.get(start, 0)), int(query.get(size, default)))
        except ValueError:
            raise Refusal(400, MALFORMED) from None
        if page.start < 0 or not least <= page.size <= most:
            raise Refusal(400, MALFORMED)
        return page

    def cut(self, rows: Sequence[_Row]) -> tuple[Sequence[_Row], bool]:
        """The rows of this page, and whether there are more after it."""
        end = self.start + self.size
        return rows[self.start : end], end < len(rows)


def answered(rows: list[Any], more: bool, traps: Traps, headers: Mapping[str, str] | None = None) -> Response:
    """206 where there are more rows, 200 on the last page, 204 with no body for no rows."""
    if not rows and traps.empty_list == 204:
        return Response(204)
    return Response.json(206 if more else 200, rows, headers)


def next_url(request: Request, absolute: bool, **changed: int) -> str:
    query = urlencode(request.query | {name: str(value) for name, value in changed.items()}, quote_via=quote)
    return f"{request.base if absolute else ''}{request.path}?{query}"


def asked(
    text: str | None, kinds: Mapping[str, Kind], traps: Traps, *, ordered_text: bool = False
) -> Callable[[Read], bool]:
    """A test of rows from a FIQL query. Raises Refusal (400), with what was wrong in its message."""
    if text is None:
        return lambda _: True
    manner = Manner(traps.wildcards, traps.ignores_case, traps.unequal_matches_empty, ordered_text)
    try:
        node = parse(text)
        unknown = {field for field in fields(node) if field not in kinds}
        if unknown and traps.unknown_field == "refused":
            raise Refusal(400, f"The field '{min(unknown)}' is unknown.")
        if unknown and traps.unknown_field == "no_rows":
            return lambda _: False
        return compiled(without(node, unknown), kinds, manner)
    except Unreadable as why:
        message = str(why)
    raise Refusal(400, message)
