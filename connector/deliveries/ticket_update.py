"""The update that tells the outcome on the ticket."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connector.deliveries.mailed import mailed, marked
from connector.deliveries.notices import Notices
from connector.deliveries.render import Renderer
from connector.deliveries.settle_fields import fill, settled
from connector.domain.outcome import DidNot, Effect, Ending, Happened, Retry, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import UpdateReceipt, WriteReceipt
from connector.domain.recipients import NoteDestination, note_destination
from connector.domain.same_text import same_written
from connector.domain.ticket import Claim, Ticket
from connector.lifecycle.roles import Desk, TicketWrite
from connector.mapping.model import Mapping
from connector.mapping.queue import Queue

NOTES_AT_MOST = 5  # of tries whose fate is unknown: then only the fields are set
SENTENCES_AT_MOST = 2  # of such tries: each may be mailed to the caller


@dataclass(frozen=True)
class NoteUpdater:
    """The teller of one mapping."""

    desk: Desk
    mapping: Mapping
    renderer: Renderer

    @property
    def notices(self) -> Notices:
        return Notices(self.renderer.templates, self.mapping, self.renderer.installation)

    def update(self, claim: Claim) -> Effect[UpdateReceipt]:
        """Fields are set only where nobody changed the ticket since. A notice may stand there twice where the
        journal can't be read and a reply was lost: it is harmless, and better than none.
        """
        ticket = self.desk.read(claim.ticket)
        if ticket is None:
            return Happened(UpdateReceipt(left_watch=False))
        wanted, ours = settled(self.mapping, claim), Queue(self.mapping).is_ours(claim, ticket)
        if claim.next_state is State.WAITING and not ours:
            return Happened(UpdateReceipt(left_watch=False))  # it waits no longer
        word = (
            mailed(claim, ticket, self.desk, self.renderer) if claim.update_attempts < NOTES_AT_MOST else None
        )
        if (
            claim.next_state is State.ENDED
            and claim.update_attempts
            and wanted
            and not ours
            and _shows(ticket, wanted)
        ):
            if over := self._over(claim):  # but perhaps not what comes after it
                self.desk.write(claim.ticket, TicketWrite(over=over))
            return Happened(UpdateReceipt(left_watch=False))  # the last try landed, and its reply was lost
        fields = (wanted if word else self._due(claim, ticket, wanted)) if ours else {}
        said = self._notice(claim, ticket)
        note = "\n".join(filter(None, (said, fields.pop(self.mapping.note.plain, None), word))) or None
        if word:
            fields |= marked(claim, self.mapping.note)
        comment = self._for_caller(claim) if said and claim.update_attempts < SENTENCES_AT_MOST else None
        entry = TicketWrite(note, fields | self._cleared(claim), self._over(claim), comment)
        if entry == TicketWrite():
            return Happened(UpdateReceipt(self._left_watch(claim, ticket, {})))
        return self._receipt(claim, ticket, entry, self.desk.write(claim.ticket, entry))

    def registered(self, claim: Claim) -> Effect[None]:
        """Fields alone. What shows our values already isn't written again, so it is safe twice but for a
        journal.
        """
        wanted = fill(self.mapping, "registered", claim)
        ticket = self.desk.read(claim.ticket) if wanted else None
        if ticket is None or not self._as_settled(claim, ticket):
            return Happened(None)
        left = {name: text for name, text in wanted.items() if ticket.fields.get(name) != text}
        done = self.desk.write(claim.ticket, TicketWrite(fields=left)) if left else Happened(None)
        return Happened(None) if isinstance(done, Happened) else done

    def _as_settled(self, claim: Claim, ticket: Ticket) -> bool:
        """Tell whether the ticket is as the end of its pass left it."""
        ours = settled(self.mapping, replace(claim, next_state=claim.state))
        seen = [name for name in ours if name in ticket.fields and name not in self.mapping.traits.journals]
        if not seen:
            return Queue(self.mapping).is_ours(claim, ticket)
        return all(same_written(ticket.fields[name], ours[name]) for name in seen)

    def _left_watch(self, claim: Claim, ticket: Ticket, fields: dict[str, str]) -> bool:
        """Tell whether a refusal's own fields took the ticket out of the queue."""
        return claim.next_state is State.REFUSED and not self.mapping.watch.matches(
            {**ticket.fields, **fields}
        )

    def _due(self, claim: Claim, ticket: Ticket, wanted: dict[str, str]) -> dict[str, str]:
        """After a delivery, most went with the note; what can't be read there is a journal, which is not
        written to twice.
        """
        if claim.next_state is not State.LIVE:
            return wanted
        return {name: text for name, text in wanted.items() if ticket.fields.get(name, text) != text}

    def _notice(self, claim: Claim, ticket: Ticket) -> str | None:
        refused, waits = claim.next_state is State.REFUSED, claim.next_state is State.WAITING
        repeated = (refused and claim.posted_mark == claim.refusal_mark) or (
            waits and claim.posted_wait == claim.wait_mark
        )
        if (
            repeated
            or claim.update_attempts >= NOTES_AT_MOST
            or (claim.update_attempts and self._already_posted(claim, ticket))
        ):
            return None
        return self.notices.notice(claim)

    def _for_caller(self, claim: Claim) -> str | None:
        """The sentence for the caller, beside the first note of a no: it is the same for each."""
        told = claim.posted_mark is not None
        if not self.mapping.note.caller or claim.next_state is not State.REFUSED or told:
            return None
        return self.notices.for_caller() or None

    def _already_posted(self, claim: Claim, ticket: Ticket) -> bool:
        """Tell whether the notice of an earlier try is to be seen: the ticket's code without an attempt
        stands in notices only.
        """
        found = self.desk.references([ticket]).get(ticket.id, ())
        if claim.code not in found:
            return False
        if claim.attempt and claim.attempt.reference in found:
            return found.index(claim.code) > found.index(claim.attempt.reference)
        return claim.posted_mark is None and claim.posted_wait is None

    def _cleared(self, claim: Claim) -> dict[str, str]:
        """A field of its own holds its text until somebody empties it; a journal keeps everything, and ""
        adds nothing to it.
        """
        place = self._destination(claim)
        if (
            place is None and claim.failed_references and claim.next_state is not State.LIVE
        ):  # an attempt that failed may have put its pass there
            place = NoteDestination(self.mapping.note.field)
        kept = self.mapping.traits.journals | self.mapping.traits.removable
        return {place.field: ""} if place and place.field not in kept else {}

    def _over(self, claim: Claim) -> tuple[str, ...]:
        """A note of its own can be taken away, also that of an earlier attempt, which may have landed
        late.
        """
        removable = self.mapping.traits.removable
        if (
            claim.attempt is None
            or claim.next_state is State.LIVE
            or self.mapping.note.field not in removable
        ):
            return ()
        place = self._destination(claim)
        return (
            (*claim.failed_references, claim.attempt.reference)
            if place and place.field in removable
            else claim.failed_references
        )

    def _destination(self, claim: Claim) -> NoteDestination | None:
        """The place where a pass that is gone may still stand; the mapping may name another place by now."""
        return (
            note_destination(claim.attempt.recipient)
            if claim.attempt and claim.next_state is not State.LIVE
            else None
        )

    def _receipt(
        self, claim: Claim, ticket: Ticket, entry: TicketWrite, done: Effect[WriteReceipt]
    ) -> Effect[UpdateReceipt]:
        match done:
            case Happened(WriteReceipt(fields_read_back=False)):
                names = ", ".join(entry.fields)
                return DidNot(
                    Reason.DESK_REFUSED,
                    Retry.NEVER,
                    f"the desk saved the update, but not every field: {names}",
                )
            case Happened():
                return Happened(UpdateReceipt(self._left_watch(claim, ticket, dict(entry.fields))))
            case DidNot(_, Retry.UNCOUNTED, _) | Unknown():
                return done
            case DidNot() if claim.reason is Ending.CANCELLED or not ticket.open:
                return Happened(
                    UpdateReceipt(left_watch=False)
                )  # somebody closed it: a desk may refuse a word on it, and nobody waits for one
            case DidNot(reason, _, detail) if (
                entry.note and entry.fields
            ):  # a data policy, say: the word goes without the fields
                alone = self.desk.write(
                    claim.ticket, TicketWrite(entry.note, self._cleared(claim), entry.over, entry.comment)
                )
                return DidNot(reason, Retry.NEVER, detail) if isinstance(alone, Happened) else alone
            case refused:
                return refused


def _shows(ticket: Ticket, wanted: dict[str, str]) -> bool:
    """Tell whether the ticket shows all of it that can be read."""
    seen = {name: text for name, text in wanted.items() if name in ticket.fields}
    return bool(seen) and all(ticket.fields[name] == text for name, text in seen.items())
