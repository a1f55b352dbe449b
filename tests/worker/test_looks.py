"""What is asked of many delivered passes at once, how often, and what becomes of it where it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import ANY

import pytest

from connector.domain.errors import Down
from connector.domain.outcome import State
from connector.domain.people import Subject
from connector.domain.ticket import Attempt, Claim, ExistingPass, Ticket
from connector.lifecycle.roles import Roles
from connector.worker.looks import SOME, Looks, alive, in_parts, not_alive

START, NOW = 1_800_000_001, 1_800_000_101


def claim(number: int, state: State = State.LIVE, **more: Any) -> Claim:
    attempt = Attempt(
        1,
        f"TAP-{number}-1",
        Subject(f"person-{number}", f"p{number}@contoso.com", "P"),
        None,
        "note:work_notes",
        START,
        3600,
        True,
        75,
        f"pass-{number}",
    )
    row = Claim(
        "https://d", f"t{number}", f"INC{number}", "incidents", state, "w", 1, f"TAP-{number}", 0, attempt
    )
    return replace(row, **more)


@dataclass
class Company:
    """Issuer, holders, desk, and what goes on beside. `down`: what can't be asked. `asked`: each question."""

    now_: int = NOW
    down: set[str] = field(default_factory=set)
    disabled: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    time: float = 100.0
    asked: list[tuple[str, int]] = field(default_factory=list)

    def now(self) -> int:
        return self.now_

    def passes(self, people: Sequence[str]) -> Mapping[str, Sequence[ExistingPass]]:
        self.ask("passes", people)
        return {each: self.held(each.removeprefix("person-")) for each in people if each not in self.unread}

    def held(self, number: str) -> Sequence[ExistingPass]:
        name = f"pass-{number}"
        found = ExistingPass(name, START, 3600, used=name in self.used, over=name in self.used)
        return () if name in self.gone else (found,)

    def enabled(self, people: Sequence[str]) -> Mapping[str, bool]:
        self.ask("accounts", people)
        return {each: each not in self.disabled for each in people}

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        self.ask("tickets", tickets)
        return {
            each: Ticket("https://d", each, each, {}, open=True, mailed=False, links="") for each in tickets
        }

    def ask(self, what: str, about: Sequence[str]) -> None:
        self.asked.append((what, len(about)))
        if what in self.down:
            raise Down("entra", "it is down")

    def begin(self, work: Callable[[], None]) -> Company:
        work()
        return self

    def wait(self) -> None:
        pass

    @property
    def roles(self) -> Roles:
        me: Any = self
        return Roles(me, me, me, me, me, me, beside=me, holders=me)

    def looks(self) -> Looks:
        return Looks(lambda: self.time)

    def later(self, seconds: int) -> None:
        self.time += seconds
        self.now_ += seconds
        self.asked.clear()


def test_delivered_passes_are_looked_at_20_at_once_each_mapping_for_itself() -> None:
    others = [claim(100, State.REVOKING), claim(101, attempt=None)]
    many = [*others, *(claim(n) for n in range(45)), *(claim(n, mapping="calls") for n in range(50, 53))]
    assert not_alive(many) == others
    parts = in_parts(alive(many))
    assert [(part[0].mapping, len(part)) for part in parts] == [
        ("incidents", SOME),
        ("incidents", SOME),
        ("incidents", 5),
        ("calls", 3),
    ]
    assert {each.number for part in parts for each in part} == {each.number for each in many[2:]}


def test_three_questions_tell_all_about_20_passes_and_each_gets_its_own() -> None:
    there, claims = Company(), [claim(number) for number in range(SOME)]
    found = there.looks().of(claims, there.roles)
    assert sorted(there.asked) == [("accounts", 20), ("passes", 20), ("tickets", 20)]
    for each, seen in zip(claims, found, strict=True):
        assert seen.look and seen.look.passes[0].id == each.current_attempt.pass_id
        assert seen.ticket and (seen.ticket.id, seen.enabled) == (each.ticket, True)
    there.time += 7
    assert (found[0].age(), found[0].look and found[0].look.age()) == (7, 7)


def test_1000_accounts_are_asked_about_ahead_300_at_once_and_not_again_with_each_part() -> None:
    there, looks = Company(), Company().looks()
    claims = [claim(number) for number in range(1000)]
    looks.ask_accounts(claims, there.roles)
    assert there.asked == [("accounts", 300), ("accounts", 300), ("accounts", 300), ("accounts", 100)]
    assert all(each.enabled for each in looks.of(claims[:20], there.roles))
    assert ("accounts", 20) not in there.asked


def test_nobody_is_asked_about_twice_in_ten_minutes_and_after_them_again() -> None:
    there, claims = Company(), [claim(number) for number in range(3)]
    looks = there.looks()
    looks.of(claims, there.roles)
    there.later(600)
    assert all(each.enabled and each.look for each in looks.of(claims, there.roles))
    assert there.asked == [("tickets", 3)]  # each pass began ten minutes ago
    there.later(1)
    looks.of(claims, there.roles)
    assert sorted(there.asked) == [("accounts", 3), ("passes", 3), ("tickets", 3)]


def test_soon_after_the_start_each_round_looks_at_the_passes() -> None:
    there, claims = Company(), [claim(number) for number in range(3)]
    looks = there.looks()
    looks.of(claims, there.roles)
    there.later(60)
    assert looks.of(claims, there.roles)[0].enabled
    assert sorted(there.asked) == [("passes", 3), ("tickets", 3)]


def test_what_is_news_is_kept_for_no_later_round() -> None:
    there, claims = Company(), [claim(number) for number in range(4)]
    there.used, there.gone, there.disabled, there.unread = {"pass-1"}, {"pass-2"}, {"person-3"}, {"person-3"}
    there.now_ = START + 700
    looks = there.looks()
    found = looks.of(claims, there.roles)
    assert [each.enabled for each in found] == [True, True, True, False]
    assert found[1].look and found[1].look.passes[0].used
    assert found[2].look and found[2].look.passes == ()
    assert found[3].look is None
    there.later(60)
    looks.of(claims, there.roles)
    assert sorted(there.asked) == [("accounts", 1), ("passes", 3), ("tickets", 4)]


def test_accounts_are_not_asked_about_before_the_start() -> None:
    there = Company(now_=START - 1)
    assert not there.looks().of([claim(0), claim(1)], there.roles)[0].enabled
    assert there.asked == [("tickets", 2), ("passes", 2)]


@pytest.mark.parametrize("down", ["passes", "accounts", "tickets"])
def test_what_can_not_be_asked_is_left_out_and_hides_nothing_else(down: str) -> None:
    there = Company(down={down})
    (seen, *_) = there.looks().of([claim(0), claim(1)], there.roles)
    known = {"passes": seen.look, "accounts": seen.enabled, "tickets": seen.ticket}
    assert {what for what, found in known.items() if found} == {*known} - {down}


def test_a_clock_that_can_not_be_had_leaves_the_tickets() -> None:
    class Clockless(Company):
        def now(self) -> int:
            raise Down("entra", "it is down")

    there = Clockless()
    (seen, _) = there.looks().of([claim(0), claim(1)], there.roles)
    assert seen.ticket and (seen.look, seen.enabled) == (None, False)


def test_one_ticket_is_read_alone_and_its_pass_and_account_are_asked_about() -> None:
    there = Company()
    (seen,) = there.looks().of([claim(0)], there.roles)
    assert (seen.ticket, seen.enabled) == (None, True)
    assert there.asked == [("accounts", 1), ("passes", 1)]


def test_about_a_pass_whose_time_is_over_nothing_is_asked() -> None:
    there = Company(now_=START + 3600)
    assert there.looks().of([claim(0), claim(1)], there.roles) == [ANY, ANY]
    there.looks().ask_accounts([claim(0)], there.roles)
    assert there.asked == []
    there.now_ -= 1
    assert there.looks().of([claim(0), claim(1)], there.roles)[1].ticket
