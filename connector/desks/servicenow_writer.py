"""Writes to a ticket of ServiceNow, and what proves that they landed. facts/servicenow.md 4.1, 4.3, 6

A 200 is no proof: what was set is read back. A journal keeps what it takes. A field of the shop's own may hold plain text, be
a journal, or be encrypted, and nobody tells which: an encrypted one takes a text only as a display value, and shows it only as
one. As display values dates and choices would be read otherwise, so such a field goes with the marker in a PATCH of its own,
and the other fields in a second one; once it is seen to need no display mode, all go in one again.
"""

from __future__ import annotations

from collections.abc import Mapping as Fields

from connector.desks.servicenow_names import JOURNALS
from connector.desks.servicenow_replies import as_sent, field_of, holds, written
from connector.desks.servicenow_rows import as_shown, as_text
from connector.errors import Down
from connector.http import Answer, Reply, Service
from connector.mapping.model import Mapping
from connector.outcome import Again, DidNot, Effect, Happened
from connector.reasons import Reason
from connector.roles import Entry
from connector.secret import Secret


class Writer:
    """The writes of one mapping. Safe to share between threads: what it learns about a field is the same for all."""

    def __init__(self, service: Service, mapping: Mapping) -> None:
        self._service, self._note = service, mapping.note
        self._as_sent = False  # whether the field for passes was seen to take a text as it is sent

    def write(self, path: str, ticket: str, entry: Entry) -> Effect[bool]:
        """One PATCH. Where a field for passes may be encrypted: the pass without the fields, which the teller sets (False), or
        the field emptied before the rest; and one look where the answer doesn't show what the field took."""
        note, rules, secret = entry.note, self._note, isinstance(entry.note, Secret)
        text = note.reveal() if isinstance(note, Secret) else note
        target = rules.field if secret else rules.plain
        body = {**entry.fields, **({target: "\n\n".join(filter(None, (entry.fields.get(target), text)))} if text else {})}
        if rules.field in JOURNALS or rules.field not in body:
            return self._plainly(path, ticket, body, hide=secret, unseen=target)
        together = set(body) if secret and self._as_sent else {rules.field, rules.marker, *(JOURNALS if secret else ())}
        first, rest = ({n: t for n, t in body.items() if (n in together) is part} for part in (True, False))
        done = self._kept(path, ticket, first) if first[rules.field] else self._emptied(path, ticket, first)
        if not rest or not isinstance(done, Happened):
            return done
        if secret:
            return Happened(False)
        also = self._plainly(path, ticket, rest, hide=False, unseen=target)
        return Happened(done.value and also.value) if isinstance(also, Happened) else also

    def shows(self, path: str, text: str) -> bool:
        """Whether the field for passes holds this text; nothing of it is kept here. Raises Down."""
        params = {"sysparm_display_value": "all", "sysparm_fields": f"sys_id,{self._note.field}"}
        answer = self._service.read("GET", path, params={"sysparm_exclude_reference_link": "true", **params})
        cell = field_of(answer, self._note.field)
        return any(text in (told or "") for told in (as_text(cell), as_shown(cell)))

    def _plainly(self, path: str, ticket: str, body: Fields[str, str], *, hide: bool, unseen: str) -> Effect[bool]:
        """Notes go as they are, and what can be read back is."""
        checked = {name: text for name, text in body.items() if name not in JOURNALS | {unseen}}
        reply = self._patch(path, body, {"sysparm_fields": ",".join(["sys_id", *checked])})
        return written(reply, ticket, checked, hide)

    def _kept(self, path: str, ticket: str, body: Fields[str, str]) -> Effect[bool]:
        """The field for passes is filled, and shows that it is; nothing of it is kept here."""
        field, text = self._note.field, body[self._note.field]
        fields = ["sys_id", *(name for name in body if name not in JOURNALS)]
        shown = {"sysparm_display_value": "all", "sysparm_fields": ",".join(fields)}
        reply = self._patch(path, body, {**shown, "sysparm_input_display_value": "false" if self._as_sent else "true"})
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
        why = f"the field {field} doesn't show what was written to it: the account must write and read it, and it must hold 1000 "
        return DidNot(Reason.DESK_UNREACHABLE, Again.COUNTED, why + "characters")

    def _emptied(self, path: str, ticket: str, body: Fields[str, str]) -> Effect[bool]:
        """It shows that it is empty: a journal keeps everything, and shows as much. What is refused keeps nothing else back."""
        params = {"sysparm_fields": ",".join(["sys_id", *body]), "sysparm_input_display_value": "true"}
        done = written(self._patch(path, body, params), ticket, body, hide=True)
        refused = isinstance(done, DidNot) and done.again is Again.COUNTED
        return Happened(False) if refused else done

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
            return self._service.read("GET", path, params={"sysparm_exclude_reference_link": "true", **params})
        except Down:
            return Answer(0)
