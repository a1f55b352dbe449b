"""Bugs in what mappings may say: another pass, a later start, a field of its own; and in taking up edited
mappings.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.deliveries.ticket_update import NoteUpdater
from connector.desks.servicenow import writer as servicenow_writer
from connector.desks.servicenow.writer import Writer
from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.secret import Secret
from connector.domain.ticket import Attempt
from connector.ledger import admission as rules
from connector.ledger import store
from connector.ledger import transitions as ways
from connector.ledger.rows import AuditEntry, Row, Transition
from connector.lifecycle import journey, revoking
from connector.lifecycle.ledger_roles import PolledTicket
from connector.lifecycle.roles import Roles
from connector.worker import sweep
from tests.simulation.draw import MORE
from tests.simulation.mutants import Put, mutant
from tests.simulation.replica import Replica
from tests.simulation.world import World


@mutant("a field that asks again is heard as long as it says so", MORE)
def asks_for_ever(put: Put) -> None:
    put(
        rules,
        "asked_again",
        lambda row, polled: row.granted or bool(polled.reissue_request and polled.reissue_request.asks),
    )


@mutant("a field may give what a person took away", MORE)
def asks_over_a_person(put: Put) -> None:
    def asked_again(row: Row, seen: PolledTicket) -> bool:
        return row.granted or bool(
            seen.reissue_request
            and seen.reissue_request.asks
            and seen.reissue_request.changed_since(row.again)
        )

    put(rules, "asked_again", asked_again)


@mutant("a person's reissue is never used up", MORE)
def granted_for_ever(put: Put) -> None:
    right = rules.retaken

    def retaken(row: Row, sighting: PolledTicket, *more: Any) -> Transition:
        step = right(row, sighting, *more)
        return step._replace(row=replace(step.row, granted=row.granted))

    put(rules, "retaken", retaken)


@mutant("reissue leaves the pass that is out alone, and forgets it", MORE)
def reissue_forgets(put: Put) -> None:
    def reissued(row: Row, now: float) -> Transition:
        booked = row.attempt and replace(row.attempt, gone_at=now)
        free: dict[str, Any] = {"owner": None, "lease_until": None, "then_": None}
        after = replace(row, state=State.ENDED, attempt=booked, granted=True, fence=row.fence + 1, **free)
        return Transition(after, AuditEntry(Event.REISSUE_REQUESTED, {}))

    put(ways, "reissued", reissued)


@mutant("a start that the ticket names is not looked at", MORE)
def start_ignored(put: Put) -> None:
    right = journey.first_second
    put(
        journey,
        "first_second",
        lambda now, plan, failures: right(now, replace(plan, starts_at=None), failures),
    )


@mutant("a start far ahead is waited for", MORE)
def waits_for_the_start(put: Put) -> None:
    def landed_by(attempt: Attempt, roles: Roles) -> int:
        return attempt.start + roles.start_slack

    put(revoking, "landed_by", landed_by)


@mutant("what was given up before its start is not watched", MORE)
def nothing_watched(put: Put) -> None:
    put(sweep, "watch", lambda attempt, now, issuer: None)


@mutant("an edited mapping is taken up in the middle of a sweep", MORE)
def edited_in_the_middle(put: Put) -> None:
    right = World.edit_mappings

    def edit_mappings(self: World) -> None:
        right(self)
        for each in self.replicas:
            if each:
                each.mappings = self.mappings
                fresh = each._sweep()
                object.__setattr__(each.sweep, "ways", fresh.ways)

    put(World, "edit_mappings", edit_mappings)


@mutant("an edited mapping is never taken up", MORE)
def never_taken_up(put: Put) -> None:
    def taken_up(self: Replica) -> None:
        self.began = self.world.next_serial()

    put(Replica, "taken_up", taken_up)


@mutant("the trail doesn't name the mapping's version", MORE)
def unversioned(put: Put) -> None:
    right = ways.issuing
    put(ways, "issuing", lambda row, plan, start, now: right(row, replace(plan, version=""), start, now))
    put(store, "under", lambda step, claim: step)


@mutant("a field that dropped the pass counts as filled", MORE)
def dropped_is_kept(put: Put) -> None:
    put(servicenow_writer, "holds", lambda cell, text: True)


@mutant("the marker alone counts as the pass's delivery", MORE)
def marker_is_enough(put: Put) -> None:
    put(Writer, "shows", lambda self, path, text: True)


@mutant("an encrypted field is written as a plain one", MORE)
def encrypted_as_plain(put: Put) -> None:
    put(servicenow_writer, "as_sent", lambda cell, text: True)
    put(Writer, "write", _plain)


def _plain(self: Any, path: str, ticket: str, entry: Any) -> Any:
    note = entry.note.reveal() if isinstance(entry.note, Secret) else entry.note
    target = self._note.field if isinstance(entry.note, Secret) else self._note.plain
    body = {**entry.fields, **({target: note} if note else {})}
    return self._plainly(path, ticket, body, hide=True, unseen=target)


@mutant("a field of its own is not emptied", MORE)
def never_emptied(put: Put) -> None:
    put(NoteUpdater, "_cleared", lambda self, claim: {})


@mutant("what comes back into the queue stays refused", MORE)
def stays_refused(put: Put) -> None:
    put(rules, "judged_again", lambda row, sighting: sighting.digest != row.digest)
