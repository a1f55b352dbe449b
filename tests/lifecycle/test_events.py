"""The set of events is closed: the code emits rows of the table and nothing else, and emits each of them."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import String
from structlog.testing import capture_logs

from connector import log
from connector.domain.events import LONGEST, Acts, Event, closed, decided
from connector.domain.outcome import State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger.schema import audit
from connector.lifecycle.events import TicketEvent
from tests.code import HOME, trees

LEVELS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "msg"}
DECISIONS = (State.LIVE, State.REFUSED, State.ENDED, State.STUCK, State.WAITING)
CLOSINGS = (*DECISIONS, State.CLAIMED)
# Who emits an event, by name: its first argument is the event, or, for the judge's listener, the second.
EMITTERS = {
    "AuditEntry": 0,
    "TicketEvent": 0,
    "event": 0,
    "listener": 1,
    "note": 0,
    "record_event": 0,
    "_say": 0,
}
TABLES = {"decided": {decided(each) for each in DECISIONS}, "closed": {closed(each) for each in CLOSINGS}}
# These hand on the event that they are given.
HANDED_ON = {
    *(("wire.py", "event"), ("log.py", "happened.event"), ("log.py", "happened")),
    *(("ledger/memory_store.py", "happened"), ("ledger/sql_transaction.py", "happened")),
    *(("cli/person.py", "event"), ("web/acts.py", "done.event")),
}


@pytest.fixture
def claimed() -> TicketEvent:
    claim = Claim(
        "https://contoso.service-now.com", "1", "INC1", "incidents", State.CLAIMED, "w1", 1, "TAP-7QK3F9C2"
    )
    return TicketEvent(Event.STUCK, claim, Reason.UNKNOWN_HISTORY, "TAP-0000")


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path, tree in trees().items():
        if "simulators" not in path.parts:
            yield str(path.relative_to(HOME)), tree


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the last part of its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node


def emitted(path: str, tree: ast.Module, emitters: set[str]) -> Iterator[set[Event]]:
    """The events of each call that emits one. Raises AssertionError where one is named otherwise than in the
    table.
    """
    ledger_entry = "connector.ledger.rows" in (HOME / path).read_text("utf-8")
    for name, call in calls(tree):
        place = EMITTERS.get(name)
        if name not in emitters or place is None or len(call.args) <= place:
            continue
        if (name == "AuditEntry" and not ledger_entry) or (name == "note" and not path.startswith("cli/")):
            continue  # a write to a ticket, or a line of another kind
        match call.args[place]:
            case ast.Attribute(value=ast.Name(id="Event"), attr=row):
                yield {Event[row]}
            case ast.Call(func=ast.Name(id=table)) if table in TABLES:
                yield TABLES[table]
            case other:
                assert (path, ast.unparse(other)) in HANDED_ON, f"{path}:{call.lineno}: {ast.unparse(call)}"


def all_emitted(*emitters: str) -> set[Event]:
    return {row for path, tree in sources() for found in emitted(path, tree, set(emitters)) for row in found}


def test_every_row_is_emitted_somewhere_and_nothing_else_is() -> None:
    assert set(Event) - all_emitted(*EMITTERS) == set()


def test_what_the_trail_may_say_the_log_says_under_the_same_name() -> None:
    kept = all_emitted("AuditEntry", "record_event")
    assert Event.ISSUED in kept and Event.PAUSED in kept and Event.MAPPED not in kept
    assert kept - all_emitted("TicketEvent", "event", "listener", "note", "record_event") == set()


def test_no_line_of_the_log_goes_round_the_table() -> None:
    round_it = [
        f"{path}:{node.lineno}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and "logger" in ast.unparse(node.func.value)
    ]
    assert len(round_it) == 1 and round_it[0].startswith("domain/logger.py:")


def test_an_error_or_an_alert_is_what_an_operator_or_an_admin_must_act_on() -> None:
    assert {each for each in Event if each.level in ("error", "alert")} == {
        each for each in Event if each.acts in (Acts.OPERATOR, Acts.ADMIN)
    }
    assert {each.acts for each in Event if each.level == "warning"} == {Acts.NOBODY}


def test_every_event_has_a_word_of_its_own_that_fits_the_trail_and_a_sentence() -> None:
    assert len(set(Event)) == len(Event.__members__)
    assert all(each.value == name.lower() for name, each in Event.__members__.items())
    kept = audit.c.action.type
    assert isinstance(kept, String) and kept.length == 20
    assert LONGEST == max(len(each.value) for each in Event) <= kept.length
    assert all(each.meaning.endswith(".") for each in Event)


@pytest.mark.parametrize("event", Event)
def test_the_level_of_a_line_is_the_tables(event: Event) -> None:
    with capture_logs() as lines:
        log.event(event, service="entra")
    level = "critical" if event.level == "alert" else event.level  # log.py writes the name of our own
    assert lines == [{"event": event.value, "log_level": level, "service": "entra"}]


def test_a_tickets_line_names_its_event_its_ticket_and_why(
    claimed: TicketEvent, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("json", "info", {claimed.claim.desk: "contoso"})
    log.ticket(claimed)
    line = json.loads(capsys.readouterr().err)
    line.pop("timestamp")
    assert line == {
        "action": "stuck",
        "level": "error",
        "ticket": "INC1",
        "desk": "contoso",
        "mapping": "incidents",
        "reason": "unknown_history",
    }
