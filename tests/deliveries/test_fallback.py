"""Between two ways to hand a pass over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from connector.deliveries.fallback import Fallback
from connector.domain.outcome import DidNot, Effect, Happened, NotYet, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt
from connector.domain.recipients import NoteDestination, destinations
from connector.domain.ticket import Claim, Pass
from connector.domain.trouble import MAIL
from tests.deliveries.conftest import attempt
from tests.deliveries.mailing import RECIPIENT

BOTH = f"note:action or {RECIPIENT}"
DONE = Happened(DeliveryReceipt(NoteDestination("action"), ticket_settled=True))


@dataclass
class Way:
    """A delivery that always comes to this."""

    comes: Effect[DeliveryReceipt]
    tries: int = 0
    held: NotYet | None = None

    def ready(self) -> NotYet | None:
        return self.held

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        self.tries += 1
        return self.comes


def no(again: Retry) -> DidNot:
    return DidNot(Reason.DESK_UNREACHABLE, again, "no")


@pytest.mark.parametrize(
    "comes",
    [DONE, Unknown("no answer"), no(Retry.NEVER)],
    ids=["done", "unknown", "seen by callers"],
)
def test_nobody_is_mailed_a_pass_that_somebody_may_have_seen(
    comes: Effect[DeliveryReceipt], claim: Claim, fresh: Pass
) -> None:
    note, mail = Way(comes), Way(DONE)
    done = Fallback(note, mail).deliver(replace(claim, attempt=replace(attempt(), recipient=BOTH)), fresh)
    assert done == comes
    assert (note.tries, mail.tries) == (1, 0)


def test_a_way_that_rests_is_left_out(claim: Claim, fresh: Pass) -> None:
    note, mail = Way(DONE), Way(DONE)
    both = Fallback(note, mail, lambda route, claim: route != MAIL)
    assert both.deliver(replace(claim, attempt=replace(attempt(), recipient=BOTH)), fresh) == DONE
    assert (note.tries, mail.tries) == (0, 1)


def test_where_all_ways_began_to_rest_since_the_pass_was_made_nobody_is_refused_for_it(
    claim: Claim, fresh: Pass
) -> None:
    note, mail = Way(no(Retry.COUNTED)), Way(no(Retry.COUNTED))
    both = Fallback(note, mail, lambda route, claim: True)
    done = both.deliver(replace(claim, attempt=replace(attempt(), recipient=BOTH)), fresh)
    assert isinstance(done, DidNot) and done.reason is Reason.DESK_UNREACHABLE


@pytest.mark.parametrize("again", [Retry.UNCOUNTED, Retry.COUNTED])
def test_where_the_first_way_gave_nobody_anything_the_second_is_taken(
    again: Retry, claim: Claim, fresh: Pass
) -> None:
    _, second = destinations(BOTH)
    mailed = Happened(DeliveryReceipt(second, ticket_settled=True))
    note, mail = Way(no(again)), Way(mailed)
    done = Fallback(note, mail).deliver(replace(claim, attempt=replace(attempt(), recipient=BOTH)), fresh)
    assert (done, note.tries, mail.tries) == (mailed, 1, 1)


@pytest.mark.parametrize("held", [(True, False), (False, True), (False, False), (True, True)])
def test_a_pass_is_made_where_one_way_could_be_taken(held: tuple[bool, bool]) -> None:
    no = [
        NotYet(Reason.DESK_REFUSED, "callers see notes"),
        NotYet(Reason.MAIL_UNREACHABLE, "the last mail failed"),
    ]
    note, mail = (Way(DONE, held=each if holds else None) for each, holds in zip(no, held, strict=True))
    assert Fallback(note, mail).ready(BOTH) == (no[1] if all(held) else None)


def test_a_way_that_the_pass_will_not_go_is_not_asked() -> None:
    held = NotYet(Reason.DESK_REFUSED, "callers see notes")
    down = NotYet(Reason.MAIL_UNREACHABLE, "the last mail failed")
    assert Fallback(Way(DONE, held=held), Way(DONE)).ready(RECIPIENT) is None
    assert Fallback(Way(DONE, held=held), Way(DONE, held=down)).ready(RECIPIENT) == down
