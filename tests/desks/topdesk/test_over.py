"""The note of a pass that is gone goes, where the account may take it away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.domain.outcome import Retry
from connector.domain.secret import Secret
from connector.lifecycle.roles import TicketWrite
from connector.simulators.faults import ALWAYS, answer, failure, when
from connector.simulators.topdesk import refused
from tests.desks.receipts import ALL_SET
from tests.desks.topdesk.office import (
    NOTE,
    NOTICE,
    PASS,
    REFERENCE,
    Office,
    didnt,
    may_delete,
    office,
    secret,
)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def test_a_notice_that_callers_see_is_taken_away(there: Office) -> None:
    made = there.incident()
    there.traps(invisible="ignored")
    may_delete(there)
    didnt(there.desk().write(made, TicketWrite(NOTICE)), Retry.NEVER)
    assert there.texts(made) == []


def test_the_note_of_a_pass_that_is_gone_is_taken_away_and_no_other(there: Office) -> None:
    made = there.incident()
    may_delete(there)
    desk = there.desk()
    later = Secret(NOTE.replace(REFERENCE, "TAP-7QK3F9C2-2").replace(PASS, "other"))
    eleventh = Secret(NOTE.replace(REFERENCE, REFERENCE + "1").replace(PASS, "eleven"))
    for note in (secret(), later, eleventh):
        assert desk.write(made, TicketWrite(note)) == ALL_SET
    ended = TicketWrite(
        "The Temporary Access Pass TAP-7QK3F9C2 was used.",
        {"action": f"Used ({REFERENCE})"},
        over=(REFERENCE,),
    )
    assert desk.write(made, ended) == ALL_SET
    left = there.texts(made)
    assert [each for each in left if PASS in each] == []
    assert len(left) == 3 and left[-1].startswith(f"Used ({REFERENCE})")
    assert desk.write(made, TicketWrite(over=("TAP-7QK3F9C2-2",))) == ALL_SET
    assert len(there.texts(made)) == 2


def test_taking_a_note_away_alone_writes_nothing(there: Office) -> None:
    made = there.incident()
    may_delete(there)
    desk = there.desk()
    desk.write(made, TicketWrite(secret()))
    there.asked.clear()
    assert desk.write(made, TicketWrite(over=(REFERENCE,))) == ALL_SET
    assert [each.split()[0] for each in there.routes()] == ["GET", "GET", "DELETE"]
    assert there.texts(made) == []


def test_a_note_that_may_not_be_taken_away_stays_and_is_no_error(there: Office) -> None:
    made = there.incident()
    desk = there.desk()
    desk.write(made, TicketWrite(secret()))
    assert desk.write(made, TicketWrite("Over.", over=(REFERENCE,))) == ALL_SET
    assert len(there.texts(made)) == 2


@pytest.mark.parametrize("path", ["progresstrail", "operators/current", "/actions/"])
def test_a_note_that_can_not_be_taken_away_now_costs_nothing(there: Office, path: str) -> None:
    made = there.incident()
    may_delete(there)
    desk = there.desk()
    desk.write(made, TicketWrite(secret()))
    there.served.faults.add(when("*", path, times=ALWAYS), failure(500))
    ended = TicketWrite(None, {"processingStatus.name": "Closed"}, over=(REFERENCE,))
    assert desk.write(made, ended) == ALL_SET
    assert len(there.texts(made)) == 1


def test_a_colleagues_note_about_a_pass_is_never_taken_away(there: Office) -> None:
    made = there.incident()
    there.server.account.permissions.add("delete_all_memo")
    agent = there.server.add_operator("Fred Agent")
    desk = there.desk()
    desk.write(made, TicketWrite(secret()))
    there.server.say(made, f"Gave {REFERENCE} to Ann.", by=agent, invisible=True)
    assert desk.write(made, TicketWrite(over=(REFERENCE,))) == ALL_SET
    assert there.texts(made) == [f"Gave {REFERENCE} to Ann."]


def test_a_write_that_did_not_happen_takes_nothing_away(there: Office) -> None:
    made = there.incident()
    may_delete(there)
    desk = there.desk()
    desk.write(made, TicketWrite(secret()))
    there.served.faults.add(when("PATCH", made), answer(refused(403, "No")))
    didnt(desk.write(made, TicketWrite("Over.", over=(REFERENCE,))), Retry.COUNTED)
    assert len(there.texts(made)) == 1
