"""Writes to an incident, and what proves that they landed. topdesk.md §0.9 to §0.11, §4, §5

An action is visible to the caller unless told otherwise, and whether it was told, only the trail says: it is
read back after each note. A note that callers can see, or that doesn't show what was written, is taken away
where the account may, and did not happen: so its pass is revoked.
"""

from __future__ import annotations

import html
from collections.abc import Mapping as Fields
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connector.desks.cooldown import NOTE_COOLDOWN, not_yet
from connector.desks.topdesk.fields import id_of, shown
from connector.desks.topdesk.names import ACTION, as_shown, value_of
from connector.desks.topdesk.replies import BARE, written
from connector.desks.topdesk.trail import Action, Trail, whole
from connector.domain.errors import Down
from connector.domain.outcome import DidNot, Effect, Happened, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import WriteReceipt
from connector.domain.secret import Secret, Sink
from connector.domain.trouble import Trouble
from connector.http.cooldown import Cooldown
from connector.http.service import Service
from connector.lifecycle.roles import TicketWrite

_SEEN = (
    "TOPdesk shows callers a note that was sent as invisible to them; find the setting or automated action "
    "that does it"
)
_UNREAD = "the note was accepted, but the account may not read the progress trail"
_UNTOLD = "the account may not read the progress trail, and so callers aren't told: that may stand there"
_GARBLED = (
    "the note is not shown as it was written: TOPdesk must keep line ends, and show &, < and quotes as they "
    "are"
)


class Writer:
    """The writes of one mapping. Safe to share between threads."""

    def __init__(self, service: Service, trail: Trail, route: str, desk: str) -> None:
        """`route` is that of the mapping's notes, which rests in the ledger, for all processes; once callers
        saw a note, the pauses here hold back what this process has under way. `desk` is the desk's address.
        """
        self._service, self._trail, self._me = service, trail, ""
        self._route, self._desk = route, desk
        self._cooldown = Cooldown(service.monotonic)  # of notes with a pass
        self._notices = Cooldown(service.monotonic)  # of notes without one

    def write(self, path: str, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        """One PATCH, one look into the trail where it carried a note, and one DELETE for each note that must
        go. What the caller is to read goes first, as an action of its own.
        """
        told = self._for_caller(path, ticket, entry.comment) if entry.comment else Happened(None)
        if isinstance(told, Unknown) or (isinstance(told, DidNot) and told.retry is Retry.UNCOUNTED):
            return told
        done = self._written(path, ticket, entry)
        if isinstance(told, DidNot) and isinstance(done, Happened):
            return DidNot(told.reason, Retry.NEVER, told.detail)
        return done

    def _for_caller(self, path: str, ticket: str, comment: str) -> Effect[None]:
        """One look, and one PATCH where no action of ours says so already: a lost reply must not say it
        twice.
        """
        try:
            actions = self._trail.actions(path)
            if actions is None:
                return DidNot(Reason.DESK_REFUSED, Retry.COUNTED, _UNTOLD)
            visible = (each for each in actions if not each.invisible)
            shown = [each for each in visible if any(comment in text for text in each.texts)]
            if self.ours(shown):
                return Happened(None)
        except Down as down:
            return Unknown(down.sentence)
        body = {ACTION: html.escape(comment, quote=False), "actionInvisibleForCaller": False}
        done = written(self._service.write("PATCH", path, json=body), ticket, {}, hide=False)
        return Happened(None) if isinstance(done, Happened) else done

    def _written(self, path: str, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        fields = {name: text for name, text in entry.fields.items() if name != ACTION}
        note = _note(entry)
        secret = isinstance(entry.note, Secret)
        waiting = not_yet(self._cooldown if secret else self._notices) if note else None
        if waiting and secret:
            met = self._trouble("no note is sent", waiting.detail, path)
            return DidNot(waiting.reason, Retry.COUNTED, waiting.detail, met)
        note = None if waiting else note
        actions, done = (
            None,
            Happened(WriteReceipt(fields_read_back=True))
            if not (note or fields)
            else self._sent(path, ticket, note, fields, entry),
        )
        if note and isinstance(done, Happened):
            try:
                actions = self._trail.actions(path)
            except Down as down:
                return Unknown(down.sentence)
            done = self._proven(path, note, actions, done, secret)
        if entry.over and isinstance(done, Happened):
            self._cleared(path, entry.over, note, actions)
        return (
            DidNot(waiting.reason, Retry.COUNTED, waiting.detail)
            if waiting and isinstance(done, Happened)
            else done
        )

    def _sent(
        self, path: str, ticket: str, note: Secret | None, fields: Fields[str, str], entry: TicketWrite
    ) -> Effect[WriteReceipt]:
        body = nested({name: value_of(name, text) for name, text in fields.items()})
        if note:
            body |= {ACTION: note.within("", "", Sink.HTML_LINE).reveal(), "actionInvisibleForCaller": True}
        wanted = {name: as_shown(name, text) for name, text in fields.items()}
        done = written(
            self._service.write("PATCH", path, json=body), ticket, wanted, hide=isinstance(entry.note, Secret)
        )
        unchanged = (
            not note
            and isinstance(done, DidNot)
            and done.retry is Retry.COUNTED
            and self._unchanged(path, wanted)
        )
        return Happened(WriteReceipt(fields_read_back=True)) if unchanged else done

    def _unchanged(self, path: str, wanted: Fields[str, str]) -> bool:
        """An update that changes nothing was seen to be refused: then all is as it should be."""
        try:
            answer = self._service.read("GET", path, bare=BARE)
        except Down:
            return False
        return answer.status == 200 and all(shown(answer.json, name) == text for name, text in wanted.items())

    def _proven(
        self,
        path: str,
        note: Secret,
        actions: Sequence[Action] | None,
        done: Happened[WriteReceipt],
        secret: bool,
    ) -> Effect[WriteReceipt]:
        """A notice without a pass may be garbled, and nobody needs to see that it stands there; a pass must
        be shown.
        """
        if actions is None and secret:
            hidden = self._trouble("the progress trail is hidden", _UNREAD, path)
            return Unknown(_UNREAD, trouble=replace(hidden, shared=False))  # of this one call, perhaps
        if actions is None:
            return done
        complete = [each for each in actions if whole(note, each)]
        if complete and all(each.invisible for each in complete):
            return done
        try:
            mine = self.ours(complete or [each for each in actions if note.names_any(each.references)])
        except Down as down:
            return Unknown(down.sentence)
        if seen := [
            each for each in {*mine, *(complete if secret else ())} if not each.invisible
        ]:  # also what repeats ours
            for each in (self._cooldown, self._notices):
                each.begin(NOTE_COOLDOWN, _SEEN)
            met = replace(self._trouble("callers see notes", _SEEN, path), excuses=False)
            removed = self._trail.remove(path, mine if secret else seen) and all(
                each in mine for each in seen
            )
            return DidNot(
                Reason.DESK_REFUSED,
                Retry.NEVER,
                _SEEN + ("" if removed else "; it is still there: delete it"),
                met,
            )
        if not mine:
            return Unknown("the note was accepted, but the progress trail doesn't show it")
        if secret and not complete:
            self._trail.remove(path, mine)
            return DidNot(Reason.DESK_REFUSED, Retry.NEVER, _GARBLED)
        return done

    def _trouble(self, answer: str, why: str, path: str) -> Trouble:
        """It is every note's of this mapping: no pass is made until one ticket has tried again. A call's path
        ends with its id.
        """
        who = f"{self._desk} {path.rpartition('/')[2]}"
        return Trouble(answer, True, Reason.DESK_REFUSED, why, NOTE_COOLDOWN, self._route, who)

    def _cleared(
        self, path: str, over: Sequence[str], note: Secret | None, actions: Sequence[Action] | None
    ) -> None:
        """Our notes of attempts whose passes are gone, but for the one just written. What may not be removed
        stays.
        """
        try:
            found = self._trail.actions(path) if actions is None else actions
            self._trail.remove(path, self.ours([each for each in found or () if _is_over(each, over, note)]))
        except Down:
            return

    def ours(self, actions: Sequence[Action]) -> list[Action]:
        """Pick the actions that our operator wrote: a colleague's text about a pass is the colleague's.
        Raises Down.
        """
        me = self._own() if actions else ""
        return [each for each in actions if each.operator == me]

    def _own(self) -> str:
        """Our operator's id. Raises Down, also where TOPdesk doesn't say: what isn't known to be ours proves
        nothing.
        """
        if not self._me:
            answer = self._service.read("GET", "/tas/api/operators/current", bare=BARE)
            self._me = (answer.status == 200 and id_of(answer.json)) or ""
        if not self._me:
            raise Down(self._service.name, "it doesn't say which operator passdesk is")
        return self._me


def nested(fields: Fields[str, object]) -> dict[str, Any]:
    """`{"processingStatus": {"name": …}}` of `processingStatus.name`; an empty reference is null as a
    whole.
    """
    body: dict[str, Any] = {}
    for name, value in fields.items():
        *way, leaf = name.split(".")
        if value is None and leaf in ("id", "name"):
            *way, leaf = way
        at = body
        for each in way:
            at = at.setdefault(each, {})
        at[leaf] = value
    return body


def _is_over(action: Action, over: Sequence[str], note: Secret | None) -> bool:
    return not set(over).isdisjoint(action.references) and not (note and whole(note, action))


def _note(entry: TicketWrite) -> Secret | None:
    """The note, behind what `settle` says as an action: they make one. Held as a secret, whatever it is."""
    said = entry.fields.get(ACTION, "")
    if entry.note is None:
        return Secret(said) if said else None
    note = entry.note if isinstance(entry.note, Secret) else Secret(entry.note)
    return note.within(f"{said}\n\n", "") if said else note
