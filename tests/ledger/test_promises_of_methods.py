"""What every ledger keeps of whether passes helped, and that each question, line and word comes once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from connector.domain.errors import Down
from connector.domain.events import Event
from connector.domain.methods import KEPT, Method, new_since
from connector.domain.outcome import Decision, DidNot, Effect, Ending, Happened, Retry, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger.helped import AGAIN
from connector.lifecycle.events import TicketEvent
from connector.lifecycle.ledger_roles import Requeue
from connector.lifecycle.roles import Roles
from connector.worker.helped import MOST, Helped
from tests.ledger.desk import House

OLD, NEW = Method("old", "phone"), Method("new", "phone")


@dataclass
class There:
    """Entra, and who writes on tickets. `answer`: to a word on a ticket."""

    house: House
    methods_of: dict[str, Sequence[Method]] = field(default_factory=dict)
    answer: Effect[None] | Down = field(default_factory=lambda: Happened(None))
    granted: bool = True
    asked: list[list[str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    heard: list[TicketEvent] = field(default_factory=list)

    def now(self) -> int:
        return int(self.house.clock.now)

    def sees_methods(self) -> bool:
        return self.granted

    def methods(self, people: Sequence[str]) -> Mapping[str, Sequence[Method]]:
        self.asked.append([*people])
        return {each: self.methods_of[each] for each in people if each in self.methods_of}

    def registered(self, claim: Claim) -> Effect[None]:
        self.told.append(claim.number)
        if isinstance(self.answer, Down):
            raise self.answer
        return self.answer

    def round(self, *living: Claim) -> None:
        me: Any = self
        roles = Roles(me, me, me, me, me, me, holders=me)
        Helped(self.house.ledger, lambda claim: roles, self.heard.append).round(living)

    def later(self, *living: Claim) -> None:
        self.house.clock.on(AGAIN)
        self.round(*living)

    def outcomes(self) -> list[object]:
        lines = self.house.ledger.history()
        return [line.detail["outcome"] for line in lines if line.action == Event.REGISTRATION]


@pytest.fixture
def there(house: House) -> There:
    return There(house, {"id-ann": (OLD,)})


def used(there: There, ticket: str = "1") -> Claim:
    """A pass that was delivered, looked at before its start, begun, and used."""
    there.round(there.house.live(ticket))
    there.house.clock.on(200)
    [claim] = there.house.ledger.take_up([State.LIVE])
    there.house.ledger.reschedule(claim, Requeue(used_at=there.now(), wait=900))
    return there.house.row(ticket)


def end(there: There) -> None:
    """The used pass is gone, and the ticket says so."""

    there.house.clock.on(900)
    [claim] = there.house.ledger.take_up([State.LIVE])
    claim = there.house.ledger.revoking(claim, Decision(State.ENDED, Ending.USED))
    over = Decision(State.ENDED, Ending.USED, revocation_proven=True)
    there.house.ledger.close(there.house.ledger.settling(claim, over), State.ENDED)


def test_who_has_not_used_it_is_asked_about_once_before_the_start_and_then_only_after_the_use(
    there: There,
) -> None:
    live = there.house.live()
    there.round(live)
    there.later(live)
    there.later(live)
    assert there.asked == [["id-ann"]]
    assert (there.outcomes(), there.heard) == ([], [])


def test_a_person_is_asked_about_every_ten_minutes_at_most_by_all_replicas(there: There) -> None:
    claim = used(there)
    there.later(claim)
    there.house.ledger = there.house.worker("worker-2")
    there.round(claim)
    there.house.clock.on(AGAIN - 1)
    there.round(claim)
    assert there.asked == [["id-ann"], ["id-ann"]]
    there.house.clock.on(1)
    there.round(claim)
    assert there.asked == [["id-ann"], ["id-ann"], ["id-ann"]]


def test_each_outcome_has_one_line_and_the_log_says_it_too(there: There) -> None:
    claim = used(there)
    there.later(claim)
    there.later(claim)
    there.methods_of["id-ann"] = (OLD, NEW)
    there.later(claim)
    there.later(claim)
    assert there.outcomes() == ["none yet", "registered"]
    assert [each.detail for each in there.heard] == ["none yet", "registered"]
    assert [line.detail.get("kinds") for line in there.house.ledger.history()][-1] == "phone"


def test_a_person_of_whom_nothing_is_known_is_left_open(there: There) -> None:
    claim = used(there)
    there.methods_of.clear()
    there.later(claim)
    assert len(there.asked) == 2
    assert there.outcomes() == []


@pytest.mark.parametrize(
    "first",
    [
        Down("desk", "it is down"),
        Unknown("the reply was lost"),
        DidNot(Reason.DESK_UNREACHABLE, Retry.UNCOUNTED),
    ],
    ids=["down", "lost", "not sent"],
)
def test_the_word_on_the_ticket_is_tried_until_it_is_there_and_not_before_the_end(
    there: There, first: Effect[None] | Down
) -> None:
    claim = used(there)
    there.methods_of["id-ann"] = (OLD, NEW)
    there.later(claim)
    assert (there.outcomes(), there.told) == (["registered"], [])
    end(there)
    there.answer = first
    there.later()
    there.answer = Happened(None)
    there.later()
    there.later()
    assert there.told == [claim.number] * 2
    assert len(there.asked) == 2  # of whom it is known, nobody asks


def test_a_desk_that_refuses_the_word_is_let_be(there: There) -> None:
    claim = used(there)
    there.methods_of["id-ann"] = (NEW,)
    there.later(claim)
    end(there)
    there.answer = DidNot(Reason.DESK_REFUSED, Retry.COUNTED, "the ticket is closed")
    there.later()
    there.later()
    assert there.told == [claim.number]


def test_what_was_found_before_a_crash_is_told_after_it(there: There) -> None:
    claim = used(there)
    end(there)
    there.methods_of["id-ann"] = (NEW,)
    there.answer = Down("desk", "stands for the process that ends here")
    there.later()
    there.house.ledger, there.answer = there.house.worker("worker-2"), Happened(None)
    there.later()
    assert (there.outcomes(), there.told) == (["registered"], [claim.number] * 2)


def test_a_day_after_its_end_a_pass_is_forgotten(there: There) -> None:
    claim = used(there)
    there.later(claim)
    end(there)
    there.house.clock.on(3600 + KEPT)
    asked = len(there.asked)
    there.methods_of["id-ann"] = (NEW,)
    there.later()
    assert (len(there.asked), there.outcomes()) == (asked, ["none yet"])
    assert list(there.house.ledger.methods_due(MOST)) == []


def test_without_the_permission_nothing_is_watched(there: There) -> None:
    there.granted = False
    claim = used(there)
    there.later(claim)
    there.granted = True
    assert (there.asked, list(there.house.ledger.methods_due(MOST))) == ([], [])
    there.round(there.house.live("2", "bob"))
    assert there.asked == [["id-bob"]]


DATED, BEFORE = Method("key", "fido2", 1000), Method("key", "fido2", 999)


@pytest.mark.parametrize(
    ("methods", "before", "found"),
    [
        ((), None, ()),
        ((DATED,), None, ("fido2",)),
        ((DATED,), {"key"}, ("fido2",)),  # the date is Entra's own word
        ((BEFORE,), set(), ()),
        ((BEFORE,), None, ()),
        ((OLD,), {"old"}, ()),
        ((NEW, OLD), {"old"}, ("phone",)),
        ((OLD,), None, None),  # without a date and a look before, nobody knows
        ((OLD, DATED), None, ("fido2",)),
        (
            (Method("m", "email", 2000), Method("p", "password"), Method("t", "temporaryAccessPass", 2000)),
            None,
            (),
        ),
        ((Method("x", "somethingNew", 2000),), None, ()),
        ((Method("h", "platformCredential", 1001), DATED), None, ("fido2", "platformCredential")),
    ],
)
def test_a_method_counts_by_its_date_else_by_not_having_been_there(
    methods: Sequence[Method], before: set[str] | None, found: tuple[str, ...] | None
) -> None:
    assert new_since(methods, 1000, before) == found
