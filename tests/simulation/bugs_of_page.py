"""Bugs in the page behind a notice's link, and in who goes first in the mailbox: no world has a browser."""

from __future__ import annotations

from math import inf

from flask import request

from connector.entra.mail import RateLimit
from connector.ledger import disowning
from connector.web import public
from connector.web.public import Door
from tests.simulation.mutants import Put
from tests.simulation.unseen import unseen

WIRE = "tests/endtoend/test_notices.py"
BOX = "tests/entra/test_notices_in_a_mailbox.py"
LEDGER = "tests/ledger/test_promises_of_notices.py"


@unseen(
    "the link in a notice acts when it is opened",
    f"{WIRE}::test_a_get_does_nothing_whatever_opens_it_and_however_often",
)
def get_acts(put: Put) -> None:
    right = public.ask

    def ask(door: Door) -> tuple[str, int]:
        door.disown(str((request.view_args or {}).get("token")))
        return right(door)

    put(public, "ask", ask)


@unseen(
    "a form that is sent as soon as its page is there counts",
    f"{WIRE}::test_a_form_that_a_scanner_sends_does_nothing_and_asks_again[at once]",
)
def quicker_than_people(put: Put) -> None:
    put(public, "QUICKEST", 0.0)


@unseen(
    "a link works after the pass it is bound to",
    f"{LEDGER}::test_a_link_ends_with_the_pass_it_is_bound_to[sqlite]",
)
def link_without_end(put: Put) -> None:
    put(disowning, "_until", lambda link: inf)


@unseen("a notice takes the slot of a pass", f"{BOX}::test_notices_leave_a_third_and_take_a_third_at_most")
def notice_before_pass(put: Put) -> None:
    put(RateLimit, "take_spare", RateLimit.take)
