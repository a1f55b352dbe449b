"""The environment's records: cards, look-ups, calls and their trails, and their readers."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Row = dict[str, Any]
"""A record by its wire names. A reference is the row that it refers to; a moment is a datetime in UTC."""

LOOKUPS = (
    "branches", "call_types", "categories", "closure_codes", "durations", "entry_types", "impacts",
    "priorities", "statuses",
    "subcategories", "suppliers", "urgencies", "archiving-reasons", "escalation-reasons",
    "deescalation-reasons",
)  # fmt: skip


@dataclass
class Access:
    """The filters that keep records from every account, without a word (topdesk.md §0.13). Ids, and
    names of categories.
    """

    hidden_incidents: set[str] = field(default_factory=set)
    hidden_categories: set[str] = field(default_factory=set)
    hidden_branches: set[str] = field(default_factory=set)  # of callers and persons
    hidden_persons: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Mail:
    """A mail about an action, with its address."""

    to: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Entry:
    """An entry of a call's trail, or one of its requests. `text` is HTML, a file's name or a mail's title."""

    id: str
    kind: Literal["action", "request", "attachment", "email"]
    at: datetime
    text: str = field(repr=False)  # may hold a pass
    invisible: bool = False
    operator: Row | None = None
    person: Row | None = None
    sender: str = ""


@dataclass
class Incident:
    """A call. `row` has the stored fields only; what is derived from them stands in shape.py."""

    id: str
    number: str
    row: Row
    entries: list[Entry] = field(default_factory=list)  # oldest first

    @property
    def archived(self) -> bool:
        return str(self.row["status"]).endswith("Archived")

    @property
    def line(self) -> str:
        """The line whose permissions count; a partial belongs to the second line."""
        return "first_line" if str(self.row["status"]).startswith("firstLine") else "second_line"

    def shown_to_caller(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.invisible]


class Records:
    """Rows by id, in lower case."""

    def __init__(self, clock: Callable[[], float], *, zone: str, mask: str, seed: int) -> None:
        self.clock = clock
        self.zone = ZoneInfo(zone)
        self.mask = mask
        self.persons: dict[str, Row] = {}
        self.operators: dict[str, Row] = {}
        self.groups: dict[str, Row] = {}
        self.members: dict[str, set[str]] = {}  # operators by group
        self.lookups: dict[str, dict[str, Row]] = {kind: {} for kind in LOOKUPS}
        self.consequences: dict[str, Row] = {}  # by processing status: what setting it sets, too
        self.incidents: dict[str, Incident] = {}
        self.access = Access()
        self.mailed: list[Mail] = []
        self._numbers: dict[str, str] = {}
        self._made = 0
        self._lot = random.Random(seed)

    def now(self) -> datetime:
        milliseconds = int(self.clock() * 1000)
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._lot.getrandbits(128), version=4))

    def insert(self, row: Row, by: Row) -> Incident:
        """A new call with the next number; `row` has every stored field but what is set here."""
        now = self.now()
        self._made += 1
        local = now.astimezone(self.zone)
        number = self.mask.format(yy=f"{local:%y}", mm=f"{local:%m}", n=100 + self._made)
        row |= {"callDate": now, "creationDate": now, "modificationDate": now.replace(microsecond=0)}
        incident = Incident(self.new_id(), number, row | {"creator": by, "modifier": by})
        self.incidents[incident.id] = incident
        self._numbers[number] = incident.id
        return incident

    def touch(self, incident: Incident, by: Row) -> None:
        """A change is remembered in whole seconds."""
        incident.row |= {"modificationDate": self.now().replace(microsecond=0), "modifier": by}

    def find(self, by: str, key: str) -> Incident | None:
        """By `id`, whatever its case, or by `number`."""
        return self.incidents.get(key.lower() if by == "id" else self._numbers.get(key, ""))

    def remove(self, incident: Incident) -> None:
        del self.incidents[incident.id], self._numbers[incident.number]

    def append(
        self, incident: Incident, kind: Literal["action", "request"], memo: str, by: Row, *, invisible: bool
    ) -> Entry:
        """One more entry, by an operator or by a person."""
        operator = by if by["id"] in self.operators else None
        entry = Entry(self.new_id(), kind, self.now(), memo, invisible, operator, None if operator else by)
        incident.entries.append(entry)
        return entry

    def sees(self, incident: Incident) -> bool:
        """Tell whether the filters let a call through."""
        category, branch = incident.row["category"], incident.row["callerBranch"]
        return not (
            incident.id in self.access.hidden_incidents
            or (category and category["name"] in self.access.hidden_categories)
            or (branch and branch["id"] in self.access.hidden_branches)
        )

    def sees_person(self, person: Row) -> bool:
        branch = person["branch"]
        return person["id"] not in self.access.hidden_persons and not (
            branch and branch["id"] in self.access.hidden_branches
        )


def name_of(row: Row) -> str:
    """The name of a row, under whichever key it stands."""
    return str(row.get("name") or row.get("groupName") or row.get("dynamicName") or "")


def brief(row: Row | None) -> Row | None:
    """A reference as it is shown."""
    return None if row is None else {"id": row["id"], "name": name_of(row)}
