"""Bugs in notices, their links and holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.deliveries.note import NoteDelivery
from connector.deliveries.render import Email
from connector.deliveries.subject_notice import NoticeWriter
from connector.domain.secret import Secret
from connector.entra import contacts
from connector.ledger import book, disowning, notices
from connector.ledger.book import BookVerbs
from connector.ledger.holding import HoldVerbs
from connector.ledger.notices import NoticeVerbs
from tests.simulation.draw import NOTIFIED
from tests.simulation.mutants import Put, mutant


@mutant("a notice holds the pass", NOTIFIED)
def notice_with_pass(put: Put) -> None:
    kept: list[Secret] = []
    deliver = NoteDelivery.deliver

    def delivered(self: NoteDelivery, claim: Any, fresh: Any) -> Any:
        kept.append(fresh.secret)
        return deliver(self, claim, fresh)

    def written(self: NoticeWriter, notice: Any, *more: Any) -> Email | None:
        return Email("Your pass", kept[-1].within("", f" {notice.reference}")) if kept else None

    put(NoteDelivery, "deliver", delivered)
    put(NoticeWriter, "write", written)


@mutant("a notice is lost where it can't be sent, or its process dies", NOTIFIED)
def notice_at_most_once(put: Put) -> None:
    take = NoticeVerbs.take_notices

    def taken(self: Any, most: int) -> Any:
        found = take(self, most)
        for each in found:
            self.notice_given_up(each, "")
        return found

    put(NoticeVerbs, "take_notices", taken)


@mutant("a mail whose reply is lost counts as a notice", NOTIFIED)
def unsure_notice_counts(put: Put) -> None:
    from connector.domain.outcome import Happened, Unknown
    from connector.entra.mail import Mailbox

    right = Mailbox.notify

    def notify(self: Mailbox, *mail: Any) -> Any:
        sent = right(self, *mail)
        return Happened(None) if isinstance(sent, Unknown) else sent

    put(Mailbox, "notify", notify)


@mutant("a person is told at their mailbox alone", NOTIFIED)
def mailbox_alone(put: Put) -> None:
    right = contacts.contact_of
    put(
        contacts,
        "contact_of",
        lambda row: (found := right(row)) and replace(found, addresses=found.addresses[:1]),
    )


@mutant("a notice goes to whoever asked", NOTIFIED)
def notice_to_requester(put: Put) -> None:
    from connector.worker.notifying import Notifier

    right = Notifier.tell

    def tell(self: Notifier, notice: Any, known: Any) -> bool:
        return right(self, replace(notice, subject=notice.requester or notice.subject), known)

    put(Notifier, "tell", tell)


@mutant("a link is of whatever attempt was told of last", NOTIFIED)
def link_of_another(put: Put) -> None:
    put(disowning, "token_digest", lambda token: "the last")
    put(notices, "token_digest", lambda token: "the last")


@mutant("a link works again", NOTIFIED)
def link_works_again(put: Put) -> None:
    put(disowning, "spent", lambda db, reference: False)


@mutant("a hold is noted, and nobody asks for it", NOTIFIED)
def hold_ignored(put: Put) -> None:
    put(HoldVerbs, "subject_held", lambda self, person: None)
    put(book, "hold_of", lambda db, person: None)


@mutant("a hold is asked for by the judge, and not by the booking", NOTIFIED)
def hold_asked_too_early(put: Put) -> None:
    put(book, "hold_of", lambda db, person: None)


@mutant("a link holds its person, and their pass stays", NOTIFIED)
def disowned_pass_stays(put: Put) -> None:
    put(disowning, "_rows", lambda db, subject: [])


@mutant("a notice is written down after the delivery, in a step of its own", NOTIFIED)
def notice_beside_delivery(put: Put) -> None:
    """A process that dies between the two leaves nothing that tells of it."""
    settling, due = BookVerbs.settling, notices.is_due
    waiting: list[Any] = []
    put(book, "is_due", lambda db, row, now: waiting.append((row, now)))

    def settled(self: Any, claim: Any, decision: Any) -> Any:
        done = settling(self, claim, decision)
        while waiting:
            row, now = waiting.pop()
            self.write(lambda db, row=row, now=now: due(db, row, now))
        return done

    put(BookVerbs, "settling", settled)
