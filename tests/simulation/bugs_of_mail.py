"""Bugs in mails to managers: to whom, how often, and what is tried after one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connector.deliveries import ticket_update as teller
from connector.deliveries.fallback import Fallback
from connector.deliveries.manager_mail import ManagerMail
from connector.deliveries.render import Renderer
from connector.domain.outcome import Happened, Unknown
from connector.domain.recipients import (
    MailDestination,
    NoteDestination,
    destinations,
    mail_destination,
    written,
)
from connector.domain.ticket import Claim, MappedTicket
from connector.entra import mail
from connector.entra.mail import Mailbox
from connector.guards import recipient
from connector.guards.evidence import ManagerRecipient
from connector.guards.judge import MappingJudge
from connector.http import effects
from connector.http.effects import Outcome, Row
from connector.http.service import Answer, NoAnswer
from connector.ledger import transitions as ways
from tests.simulation.draw import MAILS
from tests.simulation.mutants import Put, mutant


@mutant("a mail is sent again when its reply is lost", MAILS)
def retry_the_mail(put: Put) -> None:
    right = Mailbox.send

    def send(self: Any, *letter: Any) -> Any:
        done = right(self, *letter)
        again = isinstance(done, Unknown)
        return _again(self, *letter) if again else done

    put(Mailbox, "send", send)


def _again(mailbox: Any, *letter: Any) -> Any:
    return mail._judged(mailbox._graph.write("POST", mailbox._path, mail._message(*letter)))


def trying_on_after(kind: type) -> Callable[..., Any]:
    """A fallback that tries the next place after such an answer, too."""
    right = Fallback.deliver

    def deliver(self: Any, claim: Claim, fresh: Any) -> Any:
        every = destinations(claim.current_attempt.recipient)
        done = right(self, claim, fresh)
        if isinstance(done, kind) and len(every) > 1:
            alone = replace(claim.current_attempt, recipient=written(every[1:]))
            again = right(self, replace(claim, attempt=alone), fresh)
            return again if isinstance(again, Happened) else done
        return done

    return deliver


@mutant("the note is tried although nobody knows whether the mail went, and the reverse", MAILS)
def fallback_after_unknown(put: Put) -> None:
    put(Fallback, "deliver", trying_on_after(Unknown))


@mutant("both ways are taken", MAILS)
def fallback_after_happened(put: Put) -> None:
    put(Fallback, "deliver", trying_on_after(Happened))


@mutant("a reply 502 to a mail counts as a refusal", MAILS)
def bad_gateway_is_no_mail(put: Put) -> None:
    right = mail._judged
    put(
        mail,
        "_judged",
        lambda reply: right(Answer(429) if getattr(reply, "status", None) == 502 else reply),
    )


@mutant("the table of effects takes a 408 for a refusal", MAILS)
def timeout_is_a_no(put: Put) -> None:
    put(effects, "REFUSALS", frozenset(range(400, 500)))
    wrong = Row({408}, Outcome.COUNTED, "It gave up.", "nowhere")
    put(effects, "EVERYWHERE", (wrong, *effects.EVERYWHERE))


@mutant("a lost reply to a mail counts as sent", MAILS)
def lost_mail_is_sent(put: Put) -> None:
    right = mail._judged
    put(mail, "_judged", lambda reply: right(Answer(202) if isinstance(reply, NoAnswer) else reply))


@mutant("a mail goes to the address that the ticket names", MAILS)
def address_from_the_ticket(put: Put) -> None:
    right = MappingJudge.plan

    def plan(self: Any, mapped: MappedTicket, facts: Any, evidence: Any, *now: int) -> Any:
        planned = right(self, mapped, facts, evidence, *now)
        named = self.directory._graph._service.world.incidents[mapped.ticket.id].get("u_mail")
        place = mail_destination(planned.recipient)
        return (
            replace(planned, recipient=str(MailDestination(place.person, named)))
            if named and place
            else planned
        )

    put(MappingJudge, "plan", plan)


@mutant("who is mailed a pass is looked up once it is made", MAILS)
def recipient_after_the_pass(put: Put) -> None:
    right = ManagerMail.deliver

    def deliver(self: Any, claim: Claim, fresh: Any) -> Any:
        tenant, attempt = self.mails._graph._service.world.tenant, claim.current_attempt
        of = attempt.subject.id if self.renderer.manager_of == "subject" else attempt.requester
        boss = tenant.users.get(tenant.users[of].manager)
        if boss is None:
            return right(self, claim, fresh)
        late = replace(attempt, recipient=str(MailDestination(boss.id, str(boss.properties["mail"]))))
        return right(self, replace(claim, attempt=late), fresh)

    put(ManagerMail, "deliver", deliver)


def allowed_if(change: Callable[[ManagerRecipient], ManagerRecipient]) -> Callable[..., Any]:
    """The guard, which sees something else in the manager."""
    right = recipient._not_allowed
    return lambda superior, subject: right(change(superior), subject)


@mutant("a pass is mailed to the person themself", MAILS)
def mailed_to_themself(put: Put) -> None:
    right = recipient._not_allowed
    put(recipient, "_not_allowed", lambda boss, who: None if boss.person.id == who.id else right(boss, who))


@mutant("a pass is mailed to a manager whose account is disabled", MAILS)
def disabled_manager(put: Put) -> None:
    put(
        recipient,
        "_not_allowed",
        allowed_if(lambda boss: replace(boss, person=replace(boss.person, enabled=True))),
    )


@mutant("a pass is mailed to a manager who is a guest", MAILS)
def guest_manager(put: Put) -> None:
    put(
        recipient,
        "_not_allowed",
        allowed_if(lambda boss: replace(boss, person=replace(boss.person, external=False))),
    )


@mutant("a pass is mailed to another tenant's domain", MAILS)
def mailed_elsewhere(put: Put) -> None:
    put(recipient, "_not_allowed", allowed_if(lambda boss: replace(boss, verified=True)))


@mutant("managers who are each other's are mailed passes", MAILS)
def circle_of_managers(put: Put) -> None:
    put(recipient, "_not_allowed", allowed_if(lambda boss: replace(boss, cyclic=False)))


@mutant("after a mail, the ticket doesn't say to whom it went", MAILS)
def mailed_word_forgotten(put: Put) -> None:
    put(teller, "mailed", lambda claim, ticket, desk, voice: None)


@mutant("after a note, the ticket says that a mail went", MAILS)
def mailed_word_after_a_note(put: Put) -> None:
    right = Fallback.deliver

    def deliver(self: Any, claim: Claim, fresh: Any) -> Any:
        done = right(self, claim, fresh)
        noted = isinstance(destinations(claim.current_attempt.recipient)[0], NoteDestination)
        if isinstance(done, Happened) and noted and mail_destination(claim.current_attempt.recipient):
            world = self.mail.mails._graph._service.world
            body = {"work_notes": self.mail.renderer.mailed(claim)}
            world.truth.sends_patch(self.mail.mails._graph._service.replica, claim.ticket, body)
        return done

    put(Fallback, "deliver", deliver)


@mutant("the next mail doesn't say that it replaces one", MAILS)
def replacement_unsaid(put: Put) -> None:
    right = Renderer._about
    put(
        Renderer,
        "_about",
        lambda self, claim, made, **how: {**right(self, claim, made, **how), "again": False},
    )


@mutant("which of two ways a pass went is not written down", MAILS)
def way_not_kept(put: Put) -> None:
    right = ways.settling
    put(ways, "settling", lambda row, decision, now: right(row, replace(decision, destination=None), now))


@mutant("a copy of each mail stays in the mailbox", MAILS)
def copy_is_kept(put: Put) -> None:
    right = mail._message
    put(mail, "_message", lambda *letter: right(*letter) | {"saveToSentItems": True})
