"""Pages of tickets: the same on a file and on a server, each ticket once, at a bounded cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.domain.errors import Unwritten
from connector.domain.outcome import Decision, State
from connector.domain.reasons import Reason
from connector.ledger import browsing, day_figures
from connector.ledger.browsing import Behind, Sought, TicketPage
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.sql import SqlLedger
from tests import made_once, postgres
from tests.ledger.conftest import on_sql
from tests.ledger.desk import DESK, Clock, House


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest) -> Iterator[House]:
    """Twelve tickets: of these 3 ended, 4 is live, 5 was refused; the others are being judged."""
    where = request.getfixturevalue("url" if request.param == "sqlite" else "server")
    if request.param == "postgres":
        postgres.emptied(where)
    clock, opened = Clock(), list[SqlLedger]()
    worker = on_sql(where, clock, opened)
    with made_once.unsynced():
        house = House(clock, worker, worker("worker-1"))
        for number in range(1, 13):
            clock.on(10)
            match number:
                case 3:
                    house.ended("3", "bob")
                case 4:
                    house.live("4", "ann")
                case 5:
                    refuse(house)
                case _:
                    house.claim(str(number))
        yield house
    for ledger in opened:
        ledger.dispose()


def refuse(house: House) -> None:
    told = house.ledger.settling(
        house.claim("5"), Decision(State.REFUSED, Reason.SUBJECT_GUEST, "zoë@example.org is a guest.")
    )
    house.ledger.close(told, State.REFUSED)


def paged(house: House, sought: Sought, behind: Behind | None = None, most: int = 5) -> TicketPage:
    ledger = house.ledger
    assert isinstance(ledger, SqlLedger)
    return ledger.browse(lambda db: browsing.page(db, sought, behind, most, [DESK]))


def found(house: House, **sought: Any) -> list[str]:
    return [row.ticket for row in paged(house, Sought(**sought), most=50).rows]


def test_pages_show_each_ticket_once_the_last_changed_first(kept: House) -> None:
    shown, behind = list[str](), None
    for _ in range(3):
        page = paged(kept, Sought(), behind)
        shown += [row.ticket for row in page.rows]
        behind = page.older
    assert shown == [str(number) for number in range(12, 0, -1)]
    assert behind is None


@pytest.mark.parametrize(
    ("sought", "tickets"),
    [
        ({"states": frozenset({State.LIVE})}, ["4"]),
        ({"states": frozenset({State.ENDED, State.REFUSED})}, ["5", "3"]),
        ({"mapping": "others"}, []),
        ({"desk": "https://other.example.org"}, []),
        ({"desk": DESK, "mapping": "incidents", "states": frozenset({State.ENDED})}, ["3"]),
        ({"text": "inc0000003"}, ["3"]),
        ({"text": " 3 "}, ["3"]),
        ({"text": "is a GUEST"}, ["5"]),
        ({"text": "%"}, []),
        ({"person": "bob@contoso.com"}, ["3"]),
        ({"person": "Bo"}, ["3"]),
        ({"person": "zoë@example.org"}, ["5"]),
        ({"person": "nobody@contoso.com"}, []),
    ],
)
def test_each_filter_finds_what_it_names_and_nothing_else(
    kept: House, sought: dict[str, Any], tickets: list[str]
) -> None:
    assert found(kept, **sought) == tickets
    assert len(found(kept)) == 12


def test_a_search_that_is_cut_off_says_how_far_it_came_and_goes_on_from_there(
    kept: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "SCANNED", 4)
    first = paged(kept, Sought(text="is a guest"))
    assert (first.rows, first.looked_back_to) == ((), first.older and first.older.at)
    second = paged(kept, Sought(text="is a guest"), first.older)
    assert [row.ticket for row in second.rows] == ["5"]
    third = paged(kept, Sought(text="is a guest"), second.older)
    assert (third.rows, third.older, third.looked_back_to) == ((), None, None)


def test_states_of_many_tickets_are_looked_for_and_those_of_few_are_sorted(
    kept: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = found(kept, states=frozenset({State.CLAIMED}))
    assert few == [str(each) for each in (*range(12, 5, -1), 2, 1)]
    monkeypatch.setattr(browsing, "FEW", 0)
    assert (
        found(kept, states=frozenset({State.CLAIMED}))
        == few
        == [str(each) for each in (*range(12, 5, -1), 2, 1)]
    )


def test_a_tickets_lines_come_with_the_names_beside_them(kept: House) -> None:
    ledger = kept.ledger
    assert isinstance(ledger, SqlLedger)
    lines = ledger.browse(lambda db: browsing.lines_of(db, {(DESK, "5"), (DESK, "4")}, 100))
    assert [line.action for line in lines[DESK, "5"]] == ["claimed", "refused", "settled"]
    assert lines[DESK, "5"] == ledger.history("5")
    assert lines[DESK, "4"] == ledger.history("4")


def test_the_figures_of_a_day_count_tickets_by_what_became_of_them(kept: House) -> None:
    ledger, now = kept.ledger, kept.clock.now
    assert isinstance(ledger, SqlLedger)
    assert ledger.browse(day_figures.states) == {
        State.CLAIMED: 9, State.LIVE: 1, State.ENDED: 1, State.REFUSED: 1
    }  # fmt: skip
    counted = ledger.browse(lambda db: day_figures.outcomes(db, now - 85, now + 1))
    assert counted == {State.CLAIMED: 7, State.LIVE: 1, State.REFUSED: 1}
    times = ledger.browse(lambda db: day_figures.times_to_pass(db, now - 3600, now + 1))
    assert times == [0.0, 0.0]


ASKED = [
    Sought(),
    Sought(states=frozenset({State.ENDED})),
    Sought(mapping="others"),
    Sought(desk=DESK, text="nothing of this"),
    Sought(person="nobody@contoso.com", states=frozenset({State.REFUSED})),
]


@pytest.mark.parametrize("sought", ASKED)
@pytest.mark.parametrize("behind", [None, Behind(1.0, DESK, "1")])
def test_no_page_reads_a_whole_table_or_sorts_what_an_index_has(
    sql: House, monkeypatch: pytest.MonkeyPatch, sought: Sought, behind: Behind | None
) -> None:
    """With many tickets in each state: by SQLite's own plan of each statement."""
    monkeypatch.setattr(browsing, "FEW", -1)
    plans = list[str]()
    real = Driver.rows

    def planned(self: Driver, statement: Prepared, **values: Any) -> Any:
        text, known = statement.compiled(self.kind)
        for each in self.raw.execute(f"explain query plan {text}", {**known, **values}).fetchall():
            plans.append(each[3])
        return real(self, statement, **values)

    monkeypatch.setattr(Driver, "rows", planned)
    paged(sql, sought, behind)
    wide = [plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan]
    sorts = [plan for plan in plans if "TEMP B-TREE FOR ORDER" in plan]
    assert any("tickets_changed" in plan for plan in plans), plans
    assert (wide, sorts) == ([], [])


def test_a_ledger_that_only_reads_refuses_each_write(kept: House) -> None:
    reader = kept.worker("reader")
    assert isinstance(reader, SqlLedger)
    reader.database.only_read()
    assert reader.pause_record() is None
    with pytest.raises(Unwritten):
        reader.pause("no")
    kept.ledger.pause("yes")
    paused = reader.pause_record()
    assert paused and paused.why == "yes"
