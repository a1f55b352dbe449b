"""The trail is watched: a line that was changed, taken out, put in or cut off pauses issuing, until a person
resumes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text

from connector.domain.errors import Unwritten
from connector.domain.outcome import NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger import chain_watch
from connector.ledger.audit import hash_of
from connector.ledger.pausing import Pausing
from connector.ledger.rehearsal import RehearsalLedger
from connector.ledger.sql import SqlLedger
from tests.ledger.desk import House, plan

WAITS = NotYet(Reason.PASS_STANDING, "It stands.")


@pytest.fixture
def watched(sql: House) -> House:
    """A ledger with a trail of some lines, which is watched."""
    sql.ledger.limits = replace(sql.ledger.limits, pausing=Pausing(chain=True))
    for ticket in "123":
        sql.live(ticket, f"person-{ticket}", f"asker-{ticket}")
    return sql


def edit(house: House, statement: str) -> None:
    assert isinstance(house.ledger, SqlLedger)
    with house.ledger.engine.begin() as db:
        assert db.execute(text(statement)).rowcount


def looks(house: House, ledger: SqlLedger | None = None) -> str | None:
    """Why it is paused by itself after a look."""
    (ledger or house.ledger).watch_chain()
    return house.ledger.paused_itself()


BREAKS = {
    "a changed line": "update audit set detail = '{}' where seq = 5",
    "a changed hash": "update audit set hash = 'aa' where seq = 5",
    "a line that was taken out": "delete from audit where seq = 5",
    "a line that is somebody else's": "update audit set number = 'INC9' where seq = 5",
    "a tail that was cut off": "delete from audit where seq >= 5",
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_what_happened_to_the_trail_before_the_start_is_seen_at_the_first_look(
    watched: House, broken: str
) -> None:
    edit(watched, broken)
    assert "broken at line 5" in (looks(watched) or "")
    claim = watched.claim("9")
    assert watched.ledger.issuing(claim, plan("zoe", "asker"), 0) == NotYet(
        Reason.PAUSED, watched.ledger.paused() or ""
    )


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_what_happens_to_it_while_it_works_is_seen_at_the_next_look(watched: House, broken: str) -> None:
    assert looks(watched) is None
    edit(watched, broken)
    assert "broken at line 5" in (looks(watched) or "")


def test_a_last_line_that_is_cut_off_together_with_lines_before_it_is_seen_though_the_trail_is_long(
    watched: House,
) -> None:
    with patch.object(chain_watch, "PIECE", 2):
        assert looks(watched) is None
        edit(watched, "delete from audit where seq >= 12")
        assert "broken at line 12" in (looks(watched) or "")


def test_old_lines_of_a_long_trail_are_verified_piece_by_piece(watched: House) -> None:
    with patch.object(chain_watch, "PIECE", 3):
        assert looks(watched) is None
        edit(watched, "update audit set detail = '{}' where seq = 2")
        seen = [looks(watched) for _ in range(9)]
        assert seen[0] is None
        assert seen[-1]


def test_a_trail_that_is_whole_stays_so_however_it_grows(watched: House) -> None:
    with patch.object(chain_watch, "PIECE", 3):
        for ticket in "56789":
            watched.ledger.close(watched.claim(ticket), State.WAITING, WAITS)
            assert looks(watched) is None
    watched.ledger.chain_watch = chain_watch.ChainWatch()
    assert looks(watched) is None
    assert watched.ledger.verify().lines > 15


# A long trail: the ledger remembers how far it was verified


@pytest.fixture
def long(watched: House) -> Iterator[House]:
    """A trail that is long by small measures, and was verified to its end: the mark is kept."""
    with patch.multiple(chain_watch, PIECE=2, NEWEST=4, APART=6):
        for ticket in "456":
            watched.ledger.close(watched.claim(ticket), State.WAITING, WAITS)
        assert looks(watched) is None
        assert kept(watched).split()[0] == str(last(watched))
        assert last(watched) <= LONG
        yield watched


def kept(house: House) -> str:
    return house.ledger.read(lambda db: db.switch(chain_watch.MARK)) or ""


LONG = 40  # lines, at most


def last(house: House) -> int:
    return house.ledger.verify().lines


def starts(house: House) -> str | None:
    """Another process begins, and takes one look."""
    house.ledger.chain_watch = chain_watch.ChainWatch()
    return looks(house)


@pytest.mark.parametrize("back", range(4))
def test_the_newest_lines_are_verified_at_each_start(long: House, back: int) -> None:
    seq = last(long) - back
    edit(long, f"update audit set detail = '{{}}' where seq = {seq}")
    assert f"broken at line {seq}:" in (starts(long) or "")


def test_what_came_since_the_mark_is_verified_at_the_start(long: House) -> None:
    before = last(long)
    for ticket in "789":
        long.ledger.close(long.claim(ticket), State.WAITING, WAITS)
    edit(long, f"update audit set detail = '{{}}' where seq = {before + 1}")
    assert f"broken at line {before + 1}:" in (starts(long) or "")


@pytest.mark.parametrize("seq", [1, 7, 16])
def test_an_old_line_that_was_changed_is_found_however_often_it_starts_anew(long: House, seq: int) -> None:
    edit(long, f"update audit set detail = '{{}}' where seq = {seq}")
    seen = [starts(long) for _ in range(LONG // 4 + 2)]
    assert f"broken at line {seq}:" in (seen[-1] or "")


@pytest.mark.parametrize("seq", [1, 7, 16])
def test_an_old_line_that_was_changed_is_found_by_one_that_goes_on_for_long(long: House, seq: int) -> None:
    assert starts(long) is None
    edit(long, f"update audit set detail = '{{}}' where seq = {seq}")
    seen = [looks(long) for _ in range(LONG // 2 + 2)]
    assert f"broken at line {seq}:" in (seen[-1] or "")


@pytest.mark.parametrize("mark", ["", "x", "3 aa 2 bb", "5", f"{10**9} aa 1 bb", "-5 aa 1 bb", "18 aa 9 bb"])
def test_a_mark_that_is_not_one_of_this_trail_is_no_reason_to_skip_a_line(long: House, mark: str) -> None:
    long.ledger.write(lambda db: db.turn(chain_watch.MARK, mark))
    edit(long, "update audit set detail = '{}' where seq = 2")
    assert "broken at line 2:" in (starts(long) or "")


def test_a_mark_of_a_line_that_is_another_now_is_no_reason_to_skip_a_line(long: House) -> None:
    """All newer lines fit each other, and the head: only an old one doesn't."""
    previous, end = "f" * 64, last(long)
    for line in long.ledger.read(lambda db: list(db.lines_after(9, None))):
        previous = hash_of(previous, line)
        edit(long, f"update audit set hash = '{previous}' where seq = {line.seq}")
    edit(long, f"update switches set value = '{end} {previous}' where name = 'chain'")
    assert "broken at line 10:" in (starts(long) or "")


def test_who_knows_of_a_break_makes_no_new_mark(long: House) -> None:
    edit(long, "update audit set detail = '{}' where seq = 2")
    while not looks(long):
        pass
    before = kept(long)
    long.ledger.resume()
    for ticket in "789":
        long.ledger.close(long.claim(ticket), State.WAITING, WAITS)
        looks(long)
    assert kept(long) == before


def test_a_short_trail_is_verified_whole_at_each_start_and_gets_no_mark(watched: House) -> None:
    assert looks(watched) is None
    assert kept(watched) == ""
    edit(watched, "update audit set detail = '{}' where seq = 1")
    assert "broken at line 1:" in (starts(watched) or "")


def test_a_mark_that_cannot_be_kept_stops_nothing(watched: House) -> None:
    with patch.multiple(chain_watch, PIECE=2, NEWEST=4, APART=6):
        assert isinstance(watched.ledger, SqlLedger)
        with watched.ledger.engine.begin() as db:
            refuse = "before insert on switches begin select raise(abort, 'no'); end"
            db.execute(text(f"create trigger full {refuse}"))
        assert looks(watched) is None
        assert kept(watched) == ""
        edit(watched, "update audit set detail = '{}' where seq = 2")
        with pytest.raises(Unwritten):
            starts(watched)


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_after_resume_it_goes_on_and_a_break_that_is_known_pauses_it_no_more(
    watched: House, broken: str
) -> None:
    edit(watched, broken)
    assert looks(watched)
    assert watched.ledger.resume()
    assert looks(watched) is None
    assert isinstance(watched.ledger.issuing(watched.claim("9"), plan("zoe", "asker"), 0), Claim)
    other = watched.worker("another")
    other.limits = watched.ledger.limits
    other.watch_chain()
    assert looks(watched) is None
    assert watched.actions().count("paused_itself") == 1


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_another_break_pauses_it_anew(watched: House, broken: str) -> None:
    edit(watched, broken)
    assert looks(watched)
    watched.ledger.resume()
    assert looks(watched) is None
    edit(watched, "update audit set detail = '[]' where seq = 3")
    assert "broken at line 3" in (looks(watched) or "")


def test_the_same_line_changed_again_is_another_break(watched: House) -> None:
    edit(watched, BREAKS["a changed line"])
    assert looks(watched)
    watched.ledger.resume()
    edit(watched, "update audit set detail = '[]' where seq = 5")
    assert "broken at line 5" in (looks(watched) or "")


def test_without_the_key_nobody_looks(watched: House) -> None:
    watched.ledger.limits = replace(watched.ledger.limits, pausing=Pausing())
    edit(watched, BREAKS["a changed line"])
    assert looks(watched) is None
    assert watched.ledger.verify().broken == 5


def test_a_rehearsal_finds_it_too_and_pauses_nothing(watched: House) -> None:
    edit(watched, BREAKS["a changed line"])
    rehearsed = RehearsalLedger(watched.ledger)
    rehearsed.watch_chain()
    assert rehearsed.paused_itself()
    assert watched.ledger.paused_itself() is None


def test_a_trail_that_takes_no_line_stops_issuing_and_a_revocation_that_was_booked_goes_on(
    watched: House,
) -> None:
    watched.ledger.revoke("https://contoso.service-now.com", "1")
    claim = watched.claim("9")
    assert isinstance(watched.ledger, SqlLedger)
    with watched.ledger.engine.begin() as db:
        refuse = "create trigger full before insert on audit begin select raise(abort, 'no'); end"
        db.execute(text(refuse))
    with pytest.raises(Unwritten):
        watched.ledger.issuing(claim, plan("zoe", "asker"), 0)
    assert looks(watched) is None
    [revoking] = watched.ledger.take_up([State.REVOKING])
    assert revoking.current_attempt.pass_id == "pass-1"


# The floor


def test_what_changed_of_the_floor_since_the_last_start_is_in_the_trail(house: House) -> None:
    house.ledger.floor_is({"lifetime_at_most": "8h", "passes_in_all": "60/60m"})
    house.ledger.floor_is({"lifetime_at_most": "8h", "passes_in_all": "60/60m"})
    assert "floor_changed" not in house.actions()
    house.worker("another").floor_is({"lifetime_at_most": "24h", "pause_on.flips": "3"})
    house.ledger.floor_is({"lifetime_at_most": "24h", "pause_on.flips": "3"})
    [line] = [line for line in house.ledger.history() if line.action == "floor_changed"]
    assert line.detail == {
        "lifetime_at_most": "8h → 24h",
        "passes_in_all": "60/60m → unset",
        "pause_on.flips": "unset → 3",
    }


def test_a_person_who_resumes_between_a_look_and_its_pause_has_resumed(watched: House) -> None:
    edit(watched, BREAKS["a changed line"])
    assert looks(watched) is not None
    right = watched.ledger.write

    def resumed_first(verb: Any) -> Any:
        watched.ledger.write = right  # type: ignore[method-assign]
        watched.ledger.resume()
        return right(verb)

    watched.ledger.write = resumed_first  # type: ignore[method-assign]
    assert looks(watched) is None
    assert isinstance(watched.ledger.issuing(watched.claim("9"), plan("zoe", "asker"), 0), Claim)
