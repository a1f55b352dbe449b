"""The trail is watched: a line that was changed, taken out, put in or cut off pauses issuing, until a person
resumes.
"""

from __future__ import annotations

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
