"""The hands of the people who work in the environment; no permission holds them back."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from connector.simulators.topdesk import changes, people, shape, writing
from connector.simulators.topdesk.accounts import Account, Accounts, MinuteRule
from connector.simulators.topdesk.records import Access, Entry, Incident, Mail, Records, Row, name_of
from connector.simulators.topdesk.shipped import shipped
from connector.simulators.topdesk.texts import dressed
from connector.simulators.topdesk.traps import Traps


class Hands:
    """The environment's records, and the deeds of its people. Ids are UUIDs in lower case; names stand for
    references.
    """

    def __init__(
        self,
        *,
        traps: Traps | None = None,
        clock: Callable[[], float] = time.time,
        zone: str = "Europe/Amsterdam",
        mask: str = "I {yy}{mm} {n:03}",
        seed: int = 0,
    ) -> None:
        self.clock = clock
        self.traps = traps or Traps()
        self.records = Records(self._time, zone=zone, mask=mask, seed=seed)
        self.accounts = Accounts()
        self._lock = threading.RLock()
        self._rule = MinuteRule()
        shipped(self.records)
        card = self.add_operator("API passdesk", loginName="passdesk", apiAccount=True)
        self.account = self.accounts.add(Account("passdesk", card))

    def _time(self) -> float:
        return self.clock()  # which may be replaced

    @property
    def access(self) -> Access:
        return self.records.access

    @property
    def mailed(self) -> list[Mail]:
        """The mails that went out to callers."""
        return list(self.records.mailed)

    def add_lookup(self, kind: str, name: str, **fields: Any) -> str:
        """A row of a look-up, such as a category; also of `optionalFields1.searchlist1`. Returns its id."""
        with self._lock:
            row = {"id": self.records.new_id(), "name": name, **fields}
            self.records.lookups.setdefault(kind, {})[row["id"]] = row
            return str(row["id"])

    def add_group(self, name: str, *members: str) -> str:
        """An operator group of these operators. Returns its id."""
        with self._lock:
            key = self.records.new_id()
            self.records.groups[key] = {"id": key, "groupName": name, "archived": False}
            self.records.members[key] = set(members)
            return key

    def add_operator(self, name: str, **fields: Any) -> str:
        """An operator of both lines, and an account for nobody. Returns its id."""
        with self._lock:
            key = self.records.new_id()
            card = {
                "id": key,
                "dynamicName": name,
                "status": "operator",
                "archived": False,
                "email": "",
                "loginName": "",
            }
            card |= {"firstLineCallOperator": True, "secondLineCallOperator": True, "apiAccount": False}
            self.records.operators[key] = card | fields
            return key

    def add_person(self, name: str, **fields: Any) -> str:
        """A person's card; `branch`, `department` and `manager` by name or id. Returns its id.

        Raises ValueError for a text that doesn't fit, such as a networkLoginName of more than 20 characters.
        """
        with self._lock:
            for key, value in fields.items():
                if 0 < people.TEXTS.get(key, 0) < len(str(value)):
                    raise ValueError(f"{key} takes {people.TEXTS[key]} characters at most")
            first, _, last = name.rpartition(" ")
            card: Row = dict.fromkeys(people.TEXTS, "") | dict.fromkeys(people.FLAGS, False)
            card |= {"id": self.records.new_id(), "principalId": None, "location": None, "isCaller": True}
            card |= {"branch": None, "department": None, "manager": None}
            card |= {
                "dynamicName": f"{last}, {first}" if first else last,
                "firstName": first,
                "surName": last,
            }
            self.records.persons[card["id"]] = card
            self._fill(card, fields)
            return str(card["id"])

    def edit_person(self, person: str, **fields: Any) -> None:
        with self._lock:
            self._fill(self.records.persons[person], fields)

    def add_account(self, login: str, card: str, **fields: Any) -> Account:
        """A way in for an operator or a person (`kind="person"`)."""
        with self._lock:
            return self.accounts.add(Account(login, card, **fields))

    def add_incident(
        self, caller: str | Mapping[str, str], *, request: str = "", status: str = "firstLine", **fields: Any
    ) -> str:
        """A call by a person (an id), or by somebody unregistered (`{"dynamicName": …, "email": …}`). Returns
        its id.

        References by name, an operator by id; optional fields as they are sent over the wire. Raises KeyError
        or Refusal.
        """
        with self._lock:
            card = self.records.persons[caller] if isinstance(caller, str) else dict(caller)
            by = self.records.operators[self.account.card]
            incident = writing.opened(self.records, {"status": status}, card, by)
            writing.apply(
                self.records, self.traps, incident, self._read(incident, {"request": request, **fields}), by
            )
            return incident.id

    def edit(
        self, incident: str, *, by: str = "", caller: str | Mapping[str, str | None] = "", **fields: Any
    ) -> None:
        """Change a call as an operator would (`by`: an id; empty: the connector's).

        `caller` registers a person (an id), or types over what the call says of its caller: whatever is
        typed, `id` stays, unless `{"id": None}` makes it somebody unregistered.
        """
        with self._lock:
            found = self.records.incidents[incident]
            known = (
                changes.caller_of(self.records.persons[caller]) if isinstance(caller, str) and caller else {}
            )
            typed = {} if isinstance(caller, str) else caller
            found.row["caller"] = found.row["caller"] | known | typed
            found.row["callerBranch"] = found.row["caller"]["branch"]
            operator = self.records.operators[by or self.account.card]
            writing.apply(self.records, self.traps, found, self._read(found, fields), operator)
            self.records.touch(found, operator)

    def say(self, incident: str, text: str, *, by: str = "", invisible: bool = False) -> str:
        """One more action, by an operator or a person. Returns its id."""
        with self._lock:
            key = by or self.account.card
            author = self.records.operators.get(key) or self.records.persons[key]
            found = self.records.incidents[incident]
            return writing.act(self.records, self.traps, found, text, author, invisible=invisible)

    def attach(self, incident: str, kind: str, text: str, *, sender: str = "") -> None:
        """An `attachment` (a file's name) or an `email` (a title) in the trail."""
        with self._lock:
            assert kind in ("attachment", "email")
            at = self.records.now()
            entry = Entry(self.records.new_id(), kind, at, text, sender=sender)  # type: ignore[arg-type]
            self.records.incidents[incident].entries.append(entry)

    def split(self, main: str, partial: str) -> None:
        """Make a call a partial of another one, which is in the second line from then on (topdesk.md §11)."""
        with self._lock:
            above, below = (self.records.incidents[key] for key in (main, partial))
            above.row["status"], below.row["status"] = "secondLine", "partial"
            below.row["mainIncident"] = {"id": main, "number": above.number}
            link = f"/tas/api/incidents/id/{partial}"
            above.row["partialIncidents"] = [*above.row["partialIncidents"], {"link": link}]

    def join(self, major: str, incident: str) -> None:
        """Link a call to a major one (topdesk.md §11)."""
        with self._lock:
            above, below = (self.records.incidents[key] for key in (major, incident))
            above.row["majorCall"] = True
            below.row["majorCallObject"] = {
                "id": major,
                "name": above.number,
                "status": above.row["status"],
                "majorIncident": True,
            }

    def archive(self, incident: str) -> None:
        with self._lock:
            row = self.records.incidents[incident].row
            row["status"] = f"{row['status']}Archived"

    def remove(self, incident: str) -> None:
        with self._lock:
            self.records.remove(self.records.incidents[incident])

    def incident(self, incident: str) -> Row:
        """The whole record as the account would read it by id. Raises KeyError where there is none."""
        with self._lock:
            shown: Row = dressed(
                shape.record(self.records, self.traps, self.records.incidents[incident]), "offset"
            )
            return shown

    def incidents(self) -> list[Row]:
        with self._lock:
            return [self.incident(key) for key in self.records.incidents]

    def actions(self, incident: str) -> list[Row]:
        """Every action with its text, its author and whether the caller sees it; oldest first."""
        with self._lock:
            return [
                {
                    "id": entry.id,
                    "memoText": entry.text,
                    "invisibleForCaller": entry.invisible,
                    "by": name_of(entry.operator or entry.person or {}),
                }
                for entry in self.records.incidents[incident].entries
                if entry.kind == "action"
            ]

    def visible_to_caller(self, incident: str) -> list[str]:
        """Every text of the trail and of the requests that the caller can read, oldest first."""
        with self._lock:
            return [entry.text for entry in self.records.incidents[incident].shown_to_caller()]

    def _read(self, incident: Incident, fields: Mapping[str, Any]) -> changes.Update:
        """Fields in their wire form; a text stands for a reference by name, or for an id of an operator or a
        group.
        """
        body: Row = {}
        for name, value in fields.items():
            if name in ("operator", "operatorGroup") and isinstance(value, str):
                groups = {row["groupName"]: key for key, row in self.records.groups.items()}
                body[name] = {"id": groups.get(value, value)}
            elif name in shape.REFERENCES and isinstance(value, str):
                body[name] = {"name": value}
            else:
                body[name] = value
        return changes.understood(self.records, self.traps, incident, body)

    def _fill(self, card: Row, fields: Mapping[str, Any]) -> None:
        for name, value in fields.items():
            if name not in card:
                raise KeyError(f"a person has no {name}")
            card[name] = self._card(name, value) if name in ("branch", "department", "manager") else value

    def _card(self, name: str, value: str | None) -> Row | None:
        """A manager by id, a branch or a department by its name; made where there is none."""
        if value is None or name == "manager":
            return self.records.persons[value] if value else None
        kind = {"branch": "branches", "department": "departments"}[name]
        rows = self.records.lookups.setdefault(kind, {})
        found = next((row for row in rows.values() if row["name"] == value), None)
        extra = {
            "clientReferenceNumber": "",
            "timeZone": str(self.records.zone),
            "extraA": None,
            "extraB": None,
        }
        return found or rows[self.add_lookup(kind, value, **(extra if name == "branch" else {}))]
