"""Bugs at TOPdesk: what callers see, what proves a note, and what is taken away."""

from __future__ import annotations

from typing import Any

from connector.deliveries.ticket_update import NoteUpdater
from connector.desks.topdesk import writer as topdesk_writer
from connector.desks.topdesk.desk import TOPdeskDesk
from connector.desks.topdesk.writer import Writer
from connector.domain.outcome import Decision, DidNot, Happened, Retry, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import WriteReceipt
from connector.domain.ticket import Claim
from connector.lifecycle import recovery, revoking
from connector.lifecycle.ledger_roles import Requeue
from connector.lifecycle.roles import Roles
from tests.simulation.draw import MAILS
from tests.simulation.mutants import Put, mutant
from tests.simulation.trail import CALLER


@mutant("TOPdesk: a note is sent as one that callers see", MAILS)
def visible_action(put: Put) -> None:
    right = Writer._sent

    def sent(self: Any, *what: Any) -> Any:
        service = self._service

        class Open:
            def write(self, method: str, path: str, json: Any) -> Any:
                return service.write(
                    method, path, json={name: each for name, each in json.items() if "Invisible" not in name}
                )

        self._service = Open()
        try:
            return right(self, *what)
        finally:
            self._service = service

    put(Writer, "_sent", sent)


@mutant("TOPdesk: a note is not read back", MAILS)
def not_read_back(put: Put) -> None:
    put(Writer, "_proven", lambda self, path, note, actions, done, secret: done)


@mutant("TOPdesk: a note that callers saw counts once it is taken away", MAILS)
def seen_and_taken_away(put: Put) -> None:
    right = Writer._proven

    def proven(self: Any, *what: Any) -> Any:
        done = right(self, *what)
        return (
            Happened(WriteReceipt(fields_read_back=True))
            if isinstance(done, DidNot) and done.retry is Retry.NEVER
            else done
        )

    put(Writer, "_proven", proven)


@mutant("TOPdesk: a pass that callers saw is never revoked", MAILS)
def seen_and_left(put: Put) -> None:
    right = Writer._proven

    def proven(self: Any, *what: Any) -> Any:
        done = right(self, *what)
        return Unknown("seen") if isinstance(done, DidNot) and done.retry is Retry.NEVER else done

    def revoke(claim: Claim, decision: Decision, roles: Roles) -> State:
        looked_at = claim.reason is Reason.RECOVERING and claim.detail == "seen"
        return (
            roles.book.reschedule(claim, Requeue(detail="seen", wait=150))
            if looked_at
            else revoking.revoke(claim, decision, roles)
        )

    put(Writer, "_proven", proven)
    put(recovery, "revoke", revoke)


@mutant("TOPdesk: a note counts however it is shown", MAILS)
def garbled_note_trusted(put: Put) -> None:
    put(
        topdesk_writer,
        "whole",
        lambda note, action: note.names_any(action.references),
    )


@mutant("TOPdesk: after a lost reply, a note counts though callers see it", MAILS)
def visible_note_holds(put: Put) -> None:
    def holds(self: Any, ticket: Any, reference: str) -> bool:
        actions = self._trail.actions(self._path_of(ticket.id)) or ()
        return any(reference in each.references for each in actions)

    put(TOPdeskDesk, "shows_note", holds)


@mutant("TOPdesk: a reference that the caller typed proves a note", MAILS)
def forged_reference(put: Put) -> None:
    right = TOPdeskDesk.shows_note

    def holds(self: Any, ticket: Any, reference: str) -> bool:
        typed = [each.text for each in self._service.world.trails.of(ticket.id) if each.by == CALLER]
        return right(self, ticket, reference) or any(reference in text for text in typed)

    put(TOPdeskDesk, "shows_note", holds)


@mutant("TOPdesk: notes of dead passes are left", MAILS)
def note_is_left(put: Put) -> None:
    put(NoteUpdater, "_over", lambda self, claim: ())


@mutant("TOPdesk: the note of a pass that works is taken away", MAILS)
def living_note_removed(put: Put) -> None:
    put(NoteUpdater, "_over", lambda self, claim: (claim.attempt.reference,) if claim.attempt else ())


@mutant("TOPdesk: notes that colleagues wrote are taken away, too", MAILS)
def colleagues_note_removed(put: Put) -> None:
    put(Writer, "ours", lambda self, actions: list(actions))


@mutant("TOPdesk: with a dead pass's note, every note about its ticket goes", MAILS)
def every_note_removed(put: Put) -> None:
    def is_over(action: Any, over: Any, note: Any) -> bool:
        return any(one.startswith(each) for each in action.references for one in over)

    put(topdesk_writer, "_is_over", is_over)
