"""Between two ways to hand a pass over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from connector.deliveries.fallback import Fallback
from connector.outcome import Again, DidNot, Effect, Happened, Unknown
from connector.reasons import Reason
from connector.ticket import Claim, Pass
from tests.deliveries.conftest import attempt
from tests.deliveries.mailing import RECIPIENT

BOTH = f"note:action or {RECIPIENT}"


@dataclass
class Way:
    """A delivery that always comes to this."""

    comes: Effect[bool]
    tries: int = 0

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[bool]:
        self.tries += 1
        return self.comes


def no(again: Again) -> DidNot:
    return DidNot(Reason.DESK_UNREACHABLE, again, "no")


@pytest.mark.parametrize(
    "comes", [Happened(True), Unknown("no answer"), no(Again.NEVER)], ids=["done", "unknown", "seen by callers"]
)
def test_nobody_is_mailed_a_pass_that_somebody_may_have_seen(comes: Effect[bool], claim: Claim, fresh: Pass) -> None:
    note, mail = Way(comes), Way(Happened(True))
    done = Fallback(note, mail).deliver(claim.now(attempt=replace(attempt(), recipient=BOTH)), fresh)
    assert (done, note.tries, mail.tries) == (comes, 1, 0)


@pytest.mark.parametrize("again", [Again.LATER, Again.COUNTED])
def test_where_the_first_way_gave_nobody_anything_the_second_is_taken(again: Again, claim: Claim, fresh: Pass) -> None:
    note, mail = Way(no(again)), Way(Happened(True))
    done = Fallback(note, mail).deliver(claim.now(attempt=replace(attempt(), recipient=BOTH)), fresh)
    assert (done, note.tries, mail.tries) == (Happened(True), 1, 1)


def test_what_went_into_a_note_is_known_even_where_a_look_is_older(claim: Claim, fresh: Pass) -> None:
    delivery = Fallback(Way(Happened(False)), Way(Happened(True)))
    delivery.deliver(claim.now(attempt=replace(attempt(), recipient=BOTH)), fresh)
    assert delivery.noted == {attempt().reference}
