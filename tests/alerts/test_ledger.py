"""What every ledger promises about alerts: each change is told once over all workers, and to each address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from connector.domain.conditions import Condition
from connector.ledger.alert_facts import Asking, Fact
from connector.ledger.alert_verbs import Alerting
from connector.ledger.alerting import BUSY, PATIENCE, Own
from connector.ledger.limiting import IN_ALL
from connector.ledger.observing import Observation, Seen
from connector.ledger.rests import Rest
from connector.ledger.sql import SqlLedger
from tests import postgres
from tests.ledger.desk import LEASE, LIMITS, Clock

A, B = "env:A", "env:B"
NOTHING = Own()
RUNNING = Asking(600.0, 60.0, 0.0, spans={IN_ALL: 3600.0}, grace=150.0)
ASKING = replace(RUNNING, runs=False)


class Two:
    """Two workers on one ledger."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.ledgers = [SqlLedger(url, f"w{n}", LEASE, LIMITS, self.clock, random=Random(n)) for n in (1, 2)]
        self.one, self.other = map(Alerting, self.ledgers)

    def look(self, own: Own = NOTHING, *, settle: float = 0.0, asking: Asking = ASKING) -> None:
        for each in (self.one, self.other):
            each.look(asking, own if each is self.one else NOTHING, [A, B], settle)

    def told(self, address: str = A) -> list[tuple[str, bool, int]]:
        """Take what an address is to be told, and say that it arrived."""
        self.clock.now += 61
        if (taken := self.one.take(address)) is None:
            return []
        assert self.other.take(address) is None
        self.one.told(taken)
        return [(each.condition, each.over, each.count) for each in taken.pending]


@pytest.fixture(params=["sqlite", "postgres"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    if request.param == "postgres":
        where = request.getfixturevalue("server")
        postgres.emptied(where)
    else:
        where = f"sqlite:///{tmp_path / 'passdesk.db'}"
    made = Two(where)
    yield made
    for each in made.ledgers:
        each.dispose()


def test_a_pause_is_told_to_each_address_once_whoever_looks(two: Two) -> None:
    two.ledgers[0].pause("Zoë's drill")
    two.look()
    two.look()
    assert two.told(A) == two.told(B) == [("paused", False, 1)]
    two.ledgers[1].resume()
    two.look()
    two.look()
    assert two.told(A) == two.told(B) == [("paused", True, 1)]
    assert two.told(A) == []


def test_a_pause_that_follows_another_between_two_looks_is_told_as_two(two: Two) -> None:
    two.ledgers[0].pause("one")
    two.look()
    two.told()
    two.ledgers[0].resume()
    two.clock.now += 5
    two.ledgers[0].pause("two")
    two.look()
    assert sorted(two.told()) == [("paused", False, 1), ("paused", True, 1)]


def test_a_rest_is_told_with_its_service_and_its_end(two: Two) -> None:
    two.ledgers[0].write(lambda db: db.put_rest(Rest("entra", since=two.clock(), until=two.clock() + 60)))
    two.look()
    assert two.told() == [("service_rests", False, 1)]
    two.ledgers[0].write(lambda db: db.drop_rest("entra"))
    two.look()
    assert two.told() == [("service_rests", True, 1)]


def test_a_limit_is_over_once_its_time_is_and_nobody_waits_for_it(two: Two) -> None:
    two.ledgers[0].write(lambda db: db.observe(Observation(Seen.REACHED, IN_ALL, two.clock())))
    two.look()
    assert two.told() == [("limit_reached", False, 1)]
    two.clock.now += 3600
    two.look()
    assert two.told() == [("limit_reached", True, 1)]


def test_a_pass_of_others_is_told_once_and_has_no_end(two: Two) -> None:
    two.ledgers[0].write(lambda db: db.observe(Observation(Seen.FOREIGN, "digest", two.clock())))
    two.look()
    assert two.told() == [("foreign_pass", False, 1)]
    two.clock.now += 90_000
    two.look()
    assert two.told() == []


def test_a_person_who_is_held_is_told_without_their_id_until_they_are_let_go(two: Two) -> None:
    who = "6f1967b7-15e8-4935-ac26-d50770ed07a7"
    two.ledgers[0].write(lambda db: db.observe(Observation(Seen.HELD, who, two.clock(), "TAP-1-1")))
    two.look()
    assert who not in str(two.one.take(B))
    assert two.told() == [("disowned", False, 1)]
    two.ledgers[0].write(lambda db: db.forget(Seen.HELD, who))
    two.look()
    assert two.told() == [("disowned", True, 1)]


def swept(two: Two, **met: object) -> None:
    two.clock.now += 60
    known = {"began": two.clock() - 1, "duration_s": 1, "by": "run", "asked": ["contoso"], **met}
    two.ledgers[0].record("last_sweep", known)
    two.look(asking=RUNNING)


def test_a_service_is_down_when_it_lasts_and_heals_only_where_it_was_asked(two: Two) -> None:
    for _ in range(12):
        swept(two, unreachable=["contoso"])
    assert two.told() == [("service_down", False, 1)]
    swept(two, asked=[])
    assert two.told() == []
    swept(two)
    assert two.told() == [("service_down", True, 1)]


def test_a_refused_sign_in_is_told_at_once_and_by_its_service(two: Two) -> None:
    swept(two, sign_in_refused=[{"service": "contoso", "detail": "of zoë@contoso.com"}])
    [taken] = [two.one.take(A)]
    assert taken and [dict(each.labels) for each in taken.pending] == [{"contoso": 1}]


def test_no_sweep_for_long_is_told_by_a_worker_that_is_up(two: Two) -> None:
    swept(two)
    two.clock.now += 700
    two.look(asking=RUNNING)
    assert two.told() == [("sweep_late", False, 1)]
    swept(two)
    assert two.told() == [("sweep_late", True, 1)]


def test_what_one_worker_says_of_itself_stands_while_it_says_so(two: Two) -> None:
    mine = Own((Fact(Condition.MAPPINGS_REFUSED, "", own=True),))
    for _ in range(10):
        two.clock.now += 50
        two.look(mine)
    assert two.told() == [("mappings_refused", False, 1)]
    for _ in range(4):
        two.clock.now += 50
        two.look()
    assert two.told() == [("mappings_refused", True, 1)]


def test_what_happened_is_told_once(two: Two) -> None:
    happened = Own(happened=(Fact(Condition.USED_UNCONFIRMED, "TAP-1", "incidents"),))
    two.one.look(ASKING, happened, [A], 0.0)
    two.look()
    assert two.told() == [("used_unconfirmed", False, 1)]


def test_what_breaks_while_it_settles_is_one_message(two: Two) -> None:
    two.ledgers[0].pause("drill")
    two.look(settle=10.0)
    assert two.one.due([A]) == []
    two.clock.now += 8
    two.ledgers[0].write(lambda db: db.put_rest(Rest("entra", since=two.clock(), until=two.clock() + 60)))
    two.look(settle=10.0)
    two.clock.now += 8
    assert two.one.due([A]) == []
    assert [each for each, *_ in two.told()] == ["paused", "service_rests"]


def test_a_worker_that_dies_while_it_tells_has_it_told_again(two: Two) -> None:
    two.ledgers[0].pause("drill")
    two.look()
    assert two.one.take(A) and two.other.take(A) is None
    two.clock.now += BUSY
    assert two.other.take(A)


def test_what_breaks_while_an_address_is_told_is_told_next(two: Two) -> None:
    two.ledgers[0].pause("drill")
    two.look()
    taken = two.one.take(A)
    two.ledgers[0].write(lambda db: db.put_rest(Rest("entra", since=two.clock(), until=two.clock() + 60)))
    two.look()
    assert taken
    two.one.told(taken)
    assert two.told() == [("service_rests", False, 1)]


def test_an_address_that_fails_is_tried_ever_more_rarely_for_a_day(two: Two) -> None:
    two.ledgers[0].pause("drill")
    two.look()
    waits, lost = [], 0
    begun = two.clock.now
    while not lost and two.clock.now < begun + 2 * PATIENCE:
        before = two.clock.now
        while (taken := two.one.take(A)) is None:
            two.clock.now += 30
        waits.append(two.clock.now - before)
        lost = two.one.failed(taken, "it answered 503")
    assert waits[:4] == [0, 30, 60, 120] and max(waits) == 1800 and lost == 1
    assert PATIENCE <= two.clock.now - begun <= PATIENCE + 1800
    assert two.one.take(A) is None


def test_an_hour_of_changes_that_nobody_took_is_a_bounded_message(two: Two) -> None:
    for _ in range(40):
        two.ledgers[0].pause("drill")
        two.look()
        two.clock.now += 5
        two.ledgers[0].resume()
        two.look()
    found = two.told()
    assert len(found) <= 2 * len(Condition) and sum(count for *_, count in found) == 80


def test_a_worker_that_has_just_begun_believes_no_sweep_of_before(two: Two) -> None:
    swept(two, sign_in_refused=[{"service": "contoso", "detail": "before the restart"}])
    two.told()
    two.clock.now += 90_000
    two.look(asking=replace(RUNNING, up_since=two.clock.now))
    swept(two, unreachable=["entra"], asked=["contoso", "entra"])
    assert ("sign_in_refused", True, 1) in two.told()


def test_an_old_refusal_is_not_told_after_a_restart(two: Two) -> None:
    known = {"began": two.clock() - 1, "duration_s": 1, "by": "run", "asked": ["contoso"]}
    refused = {**known, "sign_in_refused": [{"service": "contoso", "detail": "before"}]}
    two.ledgers[0].record("last_sweep", refused)
    two.clock.now += 90_000
    two.look(asking=replace(RUNNING, up_since=two.clock.now))
    assert two.told() == []
    two.ledgers[0].record("last_sweep", {**refused, "began": two.clock()})
    two.look(asking=replace(RUNNING, up_since=two.clock.now))
    assert two.told()
