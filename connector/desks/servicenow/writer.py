"""Writes to a ticket of ServiceNow, and what proves that they landed. servicenow.md §4.1, §4.3, §6

A 200 is no proof: what was set is read back. A journal that the account may not write drops a note in
silence; once one was seen to stand, it keeps what it takes. A field of the shop's own may hold plain text, be
a journal, or be encrypted, and nobody tells which: an encrypted one takes a text only as a display value, and
shows it only as one. As display values dates and choices would be read otherwise, so such a field goes with
the marker in a PATCH of its own, and the other fields in a second one; once it is seen to need no display
mode, all go in one again.
"""

from __future__ import annotations

from collections.abc import Mapping as Fields

from connector.desks.servicenow.cells import as_shown, as_text
from connector.desks.servicenow.journal import Journal, holds_all
from connector.desks.servicenow.names import COMMENTS, JOURNALS
from connector.desks.servicenow.replies import as_sent, field_of, holds, written
from connector.domain import logger as log
from connector.domain.errors import Down
from connector.domain.events import Event
from connector.domain.outcome import DidNot, Effect, Happened, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import WriteReceipt
from connector.domain.reference import find_all
from connector.domain.secret import Secret
from connector.domain.trouble import Trouble
from connector.http.service import Answer, Reply, Service
from connector.lifecycle.roles import TicketWrite
from connector.mapping.model import Mapping


class Writer:
    """The writes of one mapping. Safe to share between threads: what it learns about a field is the same for
    all.
    """

    def __init__(self, service: Service, mapping: Mapping, journal: Journal) -> None:
        self._service, self._mapping, self._note, self._journal = service, mapping.name, mapping.note, journal
        self._as_sent = False  # whether the field for passes was seen to take a text as it is sent
        self._proven, self._warned = (
            False,
            False,
        )  # whether a pass's note was seen to stand; that it wasn't was logged

    def write(self, path: str, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        """One PATCH, or none where there is nothing to write. Where a field for passes may be encrypted: the
        pass without the fields, which the teller sets (False), or the field emptied before the rest. One look
        where the answer shows no proof.
        """
        note, rules, secret = entry.note, self._note, isinstance(entry.note, Secret)
        text = note.reveal() if isinstance(note, Secret) else note
        target = rules.field if secret else rules.plain
        body = {
            **entry.fields,
            **_joined(entry, target, text),
            **_joined(entry, COMMENTS, entry.comment),
        }
        if not body:
            return Happened(WriteReceipt(fields_read_back=True))
        if secret and rules.field in JOURNALS and not self._proven:
            return self._noted(path, ticket, body)
        if rules.field in JOURNALS or rules.field not in body:
            return self._plainly(path, ticket, body, hide=secret, unseen=target)
        together = (
            set(body)
            if secret and self._as_sent
            else {rules.field, rules.marker, *(JOURNALS if secret else ())}
        )
        first, rest = ({n: t for n, t in body.items() if (n in together) is part} for part in (True, False))
        done = self._kept(path, ticket, first) if first[rules.field] else self._emptied(path, ticket, first)
        if not rest or not isinstance(done, Happened):
            return done
        if secret:
            return Happened(WriteReceipt(fields_read_back=False))
        also = self._plainly(path, ticket, rest, hide=False, unseen=target)
        if not isinstance(also, Happened):
            return also
        return Happened(WriteReceipt(done.value.fields_read_back and also.value.fields_read_back))

    def shows(self, path: str, reference: str) -> bool:
        """Tell whether the field for passes holds this very reference; nothing of it is kept here. Raises
        Down.
        """
        params = {"sysparm_display_value": "all", "sysparm_fields": f"sys_id,{self._note.field}"}
        answer = self._service.read("GET", path, params={"sysparm_exclude_reference_link": "true", **params})
        cell = field_of(answer, self._note.field)
        return any(holds_all(told or "", {reference}) for told in (as_text(cell), as_shown(cell)))

    def _plainly(
        self, path: str, ticket: str, body: Fields[str, str], *, hide: bool, unseen: str
    ) -> Effect[WriteReceipt]:
        """Notes go as they are, and what can be read back is."""
        checked = {name: text for name, text in body.items() if name not in JOURNALS | {unseen}}
        reply = self._patch(path, body, {"sysparm_fields": ",".join(["sys_id", *checked])})
        return written(reply, ticket, checked, hide)

    def _noted(self, path: str, ticket: str, body: Fields[str, str]) -> Effect[WriteReceipt]:
        """A pass goes to a journal of which nobody knows yet whether it keeps notes of ours: the answer shows
        its history as its display value. Nothing of it is kept here. The marker may land without the note, so
        it proves nothing.
        """
        field, references = self._note.field, frozenset(find_all(body[self._note.field]))
        checked = {name: text for name, text in body.items() if name not in JOURNALS}
        shown = {"sysparm_display_value": "all", "sysparm_fields": ",".join(["sys_id", *checked, field])}
        reply = self._patch(path, body, shown)
        done = written(reply, ticket, checked, hide=True)
        if not isinstance(done, Happened):
            return done
        if holds_all(as_shown(field_of(reply, field)) or "", references):
            self._proven = True
            return done
        return self._looked_for(ticket, references, done)

    def _looked_for(
        self, ticket: str, references: frozenset[str], done: Happened[WriteReceipt]
    ) -> Effect[WriteReceipt]:
        """The journal itself, once: it is the same database. Where it shows no note of any ticket, the 200
        counts.
        """
        try:
            shown = self._journal.shows(ticket, references)
        except Down as down:
            return Unknown(
                down.sentence
            )  # recovery looks again until the pass begins, and takes it back where no note is seen
        if shown is False:
            why = (
                "the desk accepted the note but didn't keep it: the account must be allowed to write "
                f"{self._note.field}"
            )
            dropped = Trouble("200, and the note is dropped", False, Reason.DESK_REFUSED, why)
            # And not without the fields: they did no harm.
            return DidNot(Reason.DESK_REFUSED, Retry.NEVER, why, dropped)
        if shown:
            self._proven = True
        elif not self._warned:
            self._warned = True
            field, read = self._note.field, "grant the account read on sys_journal_field"
            cure = (
                f"see on the ticket whether {field} holds the note, else grant the account write on it; "
                f"{read}"
            )
            log.event(Event.NOTE_UNPROVEN, desk=self._service.name, mapping=self._mapping, cure=cure)
        return done

    def _kept(self, path: str, ticket: str, body: Fields[str, str]) -> Effect[WriteReceipt]:
        """The field for passes is filled, and shows that it is; nothing of it is kept here."""
        field, text = self._note.field, body[self._note.field]
        fields = ["sys_id", *(name for name in body if name not in JOURNALS)]
        shown = {"sysparm_display_value": "all", "sysparm_fields": ",".join(fields)}
        reply = self._patch(
            path, body, {**shown, "sysparm_input_display_value": "false" if self._as_sent else "true"}
        )
        done = written(reply, ticket, {name: body[name] for name in fields[1:] if name != field}, hide=True)
        if not isinstance(done, Happened):
            return done
        cell = field_of(reply, field)
        if not holds(cell, text):
            cell = field_of(self._look(path, {**shown, "sysparm_fields": f"sys_id,{field}"}), field)
        if holds(cell, text):
            self._as_sent = as_sent(cell, text)
            return done
        self._as_sent = False
        why = (
            f"the field {field} doesn't show what was written to it: the account must write and read it, "
            "and it must hold 1000 "
        )
        return DidNot(Reason.DESK_REFUSED, Retry.COUNTED, why + "characters")

    def _emptied(self, path: str, ticket: str, body: Fields[str, str]) -> Effect[WriteReceipt]:
        """It shows that it is empty: a journal keeps everything, and shows as much. What is refused keeps
        nothing else back.
        """
        params = {"sysparm_fields": ",".join(["sys_id", *body]), "sysparm_input_display_value": "true"}
        done = written(self._patch(path, body, params), ticket, body, hide=True)
        refused = isinstance(done, DidNot) and done.retry is Retry.COUNTED
        return Happened(WriteReceipt(fields_read_back=False)) if refused else done

    def _patch(self, path: str, body: Fields[str, str], params: Fields[str, str]) -> Reply:
        known = {
            "sysparm_display_value": "false",
            "sysparm_exclude_reference_link": "true",
            "sysparm_input_display_value": "false",
        }
        return self._service.write("PATCH", path, params={**known, **params}, json=body)

    def _look(self, path: str, params: Fields[str, str]) -> Answer:
        """One that can't be had shows nothing."""
        try:
            return self._service.read(
                "GET", path, params={"sysparm_exclude_reference_link": "true", **params}
            )
        except Down:
            return Answer(0)


def _joined(entry: TicketWrite, field: str, text: str | None) -> dict[str, str]:
    """A text for a field that the mapping's own text may go to, too."""
    return {field: "\n\n".join(filter(None, (entry.fields.get(field), text)))} if text else {}
