"""Helpdesk X's tickets as the Desk of one mapping. Helpdesk X is made up: docs/adding-a-desk.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unicodedata import category

from connector.desks.failed_write import failed_write
from connector.domain.errors import Down
from connector.domain.outcome import DidNot, Effect, Happened, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import WriteReceipt
from connector.domain.reference import find_all
from connector.domain.secret import Secret
from connector.domain.ticket import Ticket
from connector.http.effects import Outcome, Row, effect_of
from connector.http.service import Answer, Reply, Service
from connector.lifecycle.roles import TicketWrite
from connector.mapping.model import Mapping as MappingFile
from connector.mapping.watch import AnyOf, Watch

PAGE, PAGES, MOST = 100, 1000, 200  # tickets a page, pages, characters of what the desk says
TICKETS, NOTES = "/api/tickets", "comment"  # the place for notes: a private one
ID, NUMBER = re.compile(r"[0-9]{1,12}"), re.compile(r"HX-[0-9]{1,12}")
ASKED = ("queue", "topic", "state")  # what a list can be asked for, each by one value or several
SET = ("state", "topic", "solution", "reference")
READ = (*SET, "queue", "requester.email", "requester.name")
PATCHES = (
    Row({200}, Outcome.DONE, "The ticket follows: all is read from it.", "Helpdesk X's API, Tickets"),
    Row({401, 429}, Outcome.UNCOUNTED, "Refused at the door.", "Helpdesk X's API, Errors", any_body=True),
    Row(
        {400, 403, 404, 405, 409, 413, 415, 422},
        Outcome.COUNTED,
        "Refused as a whole, with words or without.",
        "Helpdesk X's API, Errors",
        any_body=True,
    ),
)
SEEN = (
    "callers see a comment that was sent as private; find the rule of Helpdesk X that does it, and take the "
    "comment away"
)


class HelpdeskXDesk:
    """One mapping's view. `ignored` counts the rows that polls got and that are no tickets of this
    mapping.
    """

    def __init__(self, service: Service, mapping: MappingFile, url: str, also: tuple[str, ...] = ()) -> None:
        self._service, self._mapping, self._url = service, mapping, url
        self._names = tuple(name for name in dict.fromkeys((*mapping.columns, *also)) if name != NOTES)
        self.ignored = 0

    def poll(self) -> Iterator[Ticket]:
        """Pages begin behind an id, so that a ticket that leaves the list moves no other."""
        after = "0"
        for _ in range(PAGES):
            page = listed(self._service, {**asked(self._mapping.watch), "after": after, "limit": str(PAGE)})
            for row in page:
                ticket = shown_as(row, self._url, self._names)
                if ticket and ticket.open and self._mapping.watch.matches(ticket.fields):
                    yield ticket
                else:
                    self.ignored += 1
            last = max((int(id_of(row) or 0) for row in page), default=0)
            if last <= int(after):
                return
            after = str(last)
        raise Down(self._service.name, "it shows too many tickets; narrow the mapping's watch")

    def read(self, ticket: str) -> Ticket | None:
        row = self._row(ticket)
        return shown_as(row, self._url, self._names) if row else None

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        """None: its lists can't be asked for ids, so each ticket is read alone."""
        return {}

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        """Each once, where it stands last."""
        found: dict[str, tuple[str, ...]] = {}
        for ticket in tickets:
            row = self._row(ticket.id) or {}
            every = [each for comment in comments(row) for each in find_all(comment["text"])]
            every += [each for each in find_all(text(row, "reference") or "") if each not in every]
            found[ticket.id] = tuple(reversed(dict.fromkeys(reversed(every))))
        return {key: every for key, every in found.items() if every}

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        """Only in a comment of ours that callers don't see: the marker may have landed without it."""
        own = (
            each
            for each in comments(self._row(ticket.id) or {})
            if each["by"] == "api" and each["private"] is True
        )
        return any(reference in find_all(each["text"]) for each in own)

    def ready(self) -> None:
        return None

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        """One PATCH. Its answer shows the ticket with its comments: what stands there is what happened. What
        the caller is to read goes first, in one of its own.
        """
        if entry.comment and (untold := self._for_caller(ticket, entry.comment)):
            return untold
        path, secret = path_of(ticket), isinstance(entry.note, Secret)
        fields = {name: text for name, text in entry.fields.items() if name != NOTES}
        words = entry.note.reveal() if isinstance(entry.note, Secret) else entry.note
        note = "\n\n".join(filter(None, (entry.fields.get(NOTES), words)))
        body = {**fields, **({"comment": {"text": note, "private": True}} if note else {})}
        if not body:
            return Happened(WriteReceipt(fields_read_back=True))
        reply = self._service.write("PATCH", path, json=body)
        outcome = effect_of(reply, PATCHES).outcome
        if outcome is Outcome.DONE:
            return proven(reply, ticket, fields, note)
        return failed_write(reply, outcome, "" if secret else refusal(reply))

    def _for_caller(self, ticket: str, comment: str) -> DidNot | Unknown | None:
        """One look, and one PATCH where no comment of ours says so already; None: it stands there."""
        try:
            said = comments(self._row(ticket) or {})
        except Down as down:
            return Unknown(down.sentence)
        if any(each["by"] == "api" and not each["private"] and each["text"] == comment for each in said):
            return None
        body = {"comment": {"text": comment, "private": False}}
        reply = self._service.write("PATCH", path_of(ticket), json=body)
        outcome = effect_of(reply, PATCHES).outcome
        return None if outcome is Outcome.DONE else failed_write(reply, outcome, refusal(reply))

    def _row(self, ticket: str) -> dict[str, Any] | None:
        """With its comments, which may hold a pass: looked at and let go. None: it is gone. Raises Down."""
        answer = self._service.read("GET", path_of(ticket))
        if answer.status == 404:
            return None
        row = answer.json.get("ticket") if answer.status == 200 and isinstance(answer.json, dict) else None
        if not isinstance(row, dict) or id_of(row) != ticket:
            raise Down(
                self._service.name, f"the ticket can't be read: it answers {answer.status}{said(answer.json)}"
            )
        return row


def find(service: Service, mapping: MappingFile, url: str, number: str) -> Ticket | None:
    """By the number that people read. None: no such ticket. Raises Down."""
    rows = listed(service, {"number": number}) if NUMBER.fullmatch(number) else []
    tickets = (shown_as(row, url, tuple(name for name in mapping.columns if name != NOTES)) for row in rows)
    return next((each for each in tickets if each and each.number == number), None)


def asked(watch: Watch) -> dict[str, str]:
    """What of `watch` a list can be asked for. It may be less than `watch` says, since each row is checked
    again.
    """
    tests = {each.field: each.test for each in watch.conditions if each.field in ASKED}
    values = {name: test.values for name, test in tests.items() if isinstance(test, AnyOf)}
    return {name: "|".join(every) for name, every in values.items() if all(every)}


def listed(service: Service, params: Mapping[str, str]) -> list[Any]:
    """The rows of a list. Raises Down."""
    return rows_of(service.read("GET", TICKETS, params=params), service.name)


def rows_of(answer: Answer, desk: str) -> list[Any]:
    rows = answer.json.get("tickets") if answer.status == 200 and isinstance(answer.json, dict) else None
    if not isinstance(rows, list):
        raise Down(desk, f"the tickets can't be read: it answers {answer.status}{said(answer.json)}")
    return rows


def shown_as(row: object, url: str, names: Sequence[str]) -> Ticket | None:
    """None where the row is no record with an id. A field that isn't shown is left out; an empty one is
    "".
    """
    key, number, state = id_of(row), text(row, "number") or "", text(row, "state")
    if key is None:
        return None
    fields = {name: value for name in names if (value := text(row, name)) is not None}
    opened = text(row, "opened") or ""
    return Ticket(
        url,
        key,
        number if NUMBER.fullmatch(number) else key,
        fields,
        open=state not in (None, "done"),
        mailed=False,
        links="",
        opened=opened,
    )


def text(row: object, path: str) -> str | None:
    """A field by its dotted path; what lies behind an empty one is empty. None: it isn't shown, or is no
    text.
    """
    for name in path.split("."):
        if row is None:
            return ""
        if not isinstance(row, dict) or name not in row:
            return None
        row = row[name]
    if row is None:
        return ""
    plain = str(row).lower() if isinstance(row, bool) else str(row)
    return (
        plain.encode("utf-8", "replace").decode() if isinstance(row, str | int) else None
    )  # half a character is "?"


def id_of(row: object) -> str | None:
    found = text(row, "id")
    return found if found and ID.fullmatch(found) else None


def path_of(ticket: str) -> str:
    if not ID.fullmatch(ticket):
        raise ValueError("a ticket is asked for by its id: digits")
    return f"{TICKETS}/{ticket}"


def comments(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Oldest first, as the desk shows them. What callers type proves nothing and blocks nothing."""
    every = row.get("comments")
    found = [each for each in every if isinstance(each, dict)] if isinstance(every, list) else []
    return [
        each for each in found if each.get("by") in ("agent", "api") and isinstance(each.get("text"), str)
    ]


def proven(reply: Reply, ticket: str, fields: Mapping[str, str], note: str) -> Effect[WriteReceipt]:
    """A 200 is no proof: the note must stand there, whole, and only for agents."""
    row = reply.json.get("ticket") if isinstance(reply, Answer) and isinstance(reply.json, dict) else None
    if not isinstance(row, dict) or id_of(row) != ticket:
        return Unknown("it answers 200, but not with the ticket")
    said = note.splitlines()
    stands = [each for each in comments(row) if each["by"] == "api" and each["text"].splitlines() == said]
    if note and not stands:
        return Unknown("it answers 200, but doesn't show the comment")
    if note and stands[-1].get("private") is not True:
        return DidNot(Reason.DESK_REFUSED, Retry.NEVER, SEEN)
    return Happened(WriteReceipt(all(text(row, name) == value for name, value in fields.items())))


def refusal(reply: Reply) -> str:
    return said(reply.json).removeprefix(", ") if isinstance(reply, Answer) else ""


def said(body: object) -> str:
    """The words of an error, behind a comma: one line that can be printed, and not too long."""
    words = body.get("error") if isinstance(body, dict) else None
    line = (
        "".join(" " if category(each)[0] in "CZ" else each for each in words)
        if isinstance(words, str)
        else ""
    )
    return f", {' '.join(line.split())[:MOST]}" if line.strip() else ""
