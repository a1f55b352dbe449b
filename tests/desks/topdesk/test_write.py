"""One write to a call: whether it happened, whether callers see it, and what comes out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from json import dumps
from pathlib import Path
from typing import Any

import pytest

from connector.desks.topdesk.trail import Trail
from connector.desks.topdesk.writer import nested
from connector.domain.outcome import Retry, Unknown
from connector.lifecycle.roles import TicketWrite
from connector.simulators import Response
from connector.simulators.faults import accepted, answer, drop_after, failure, html_page, truncated, when
from connector.simulators.topdesk import maintenance, refused
from tests.desks.receipts import ALL_SET, NOT_ALL_SET
from tests.desks.topdesk.office import PASS, REFERENCE, Office, didnt, office, patches, secret
from tests.http.loopback import within


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def test_note_and_fields_go_in_one_patch_as_an_action_that_callers_do_not_see(there: Office) -> None:
    made = there.incident()
    fields = {
        "processingStatus.name": "In progress",
        "optionalFields1.text1": REFERENCE,
        "optionalFields1.boolean2": "true",
    }
    fields |= {
        "optionalFields2.number1": "2",
        "operatorGroup.id": "",
        "onHold": "false",
        "optionalFields1.date1": "",
    }
    assert there.desk().write(made, TicketWrite(secret(), fields)) == ALL_SET
    assert there.routes() == [
        f"PATCH /tas/api/incidents/id/{made}",
        f"GET /tas/api/incidents/id/{made}/progresstrail",
    ]
    (sent,) = patches(there)
    action = sent.pop("action")
    assert (
        "\n" not in action
        and f"<br><br>{PASS}<br><br>" in action
        and "&lt;R&amp;D&gt; &quot;night shift&quot;" in action
    )
    assert sent == {
        "actionInvisibleForCaller": True,
        "processingStatus": {"name": "In progress"},
        "optionalFields1": {"text1": REFERENCE, "boolean2": True, "date1": None},
        "optionalFields2": {"number1": 2.0},
        "operatorGroup": None,
        "onHold": False,
    }
    assert there.server.visible_to_caller(made) == []
    assert there.server.mailed == []


def test_fields_alone_carry_no_action_and_need_no_look_into_the_trail(there: Office) -> None:
    made = there.incident()
    assert there.desk().write(made, TicketWrite(None, {"processingStatus.name": "Closed"})) == ALL_SET
    assert patches(there) == [{"processingStatus": {"name": "Closed"}}]
    assert len(there.asked) == 1


def test_nothing_to_write_asks_nobody(there: Office) -> None:
    made = there.incident()
    assert there.desk().write(made, TicketWrite(None, {"action": ""})) == ALL_SET
    assert there.asked == []


def test_a_text_for_the_note_from_settle_stands_above_it_and_is_as_invisible(there: Office) -> None:
    made = there.incident()
    desk = there.desk()
    assert desk.write(made, TicketWrite("A word.", {"action": "From settle."})) == ALL_SET
    assert desk.write(made, TicketWrite(None, {"action": "Alone."})) == ALL_SET
    assert desk.write(made, TicketWrite(secret(), {"action": "Above."})) == ALL_SET
    assert there.texts(made)[:2] == ["From settle.<br/><br/>A word.", "Alone."]
    assert there.texts(made)[2].startswith("Above.<br/><br/>Temporary Access Pass")
    assert there.server.visible_to_caller(made) == []


def test_an_operator_is_set_by_its_id_and_an_empty_reference_is_null() -> None:
    fields = {
        "operator.id": "6f1967b7",
        "optionalFields1.searchlist2.id": None,
        "optionalFields1.text1": "",
        "category.name": None,
    }
    assert nested(fields) == {
        "operator": {"id": "6f1967b7"},
        "optionalFields1": {"searchlist2": None, "text1": ""},
        "category": None,
    }


@pytest.mark.parametrize(
    "fault",
    [
        drop_after,
        truncated,
        failure(500, handled=True),
        failure(502, handled=True),
        html_page(handled=True),
        accepted(handled=True),
        answer(maintenance(200), handled=True),
        answer(Response(200), handled=True),
        answer(Response.json(200, {}), handled=True),
        answer(Response.json(200, {"id": "6f1967b7-15e8-4935-ac26-d50770ed07a7"}), handled=True),
        answer(Response(302, b"", {"Location": "https://login.example.org/"})),
        answer(refused(409, "Conflict")),
    ],
)
def test_what_says_neither_yes_nor_no_is_unknown_and_not_sent_again(there: Office, fault: Any) -> None:
    made = there.incident()
    there.served.faults.add(when("PATCH", made), fault)
    assert isinstance(there.desk().write(made, TicketWrite(secret())), Unknown)
    assert len(patches(there)) == 1


def test_a_note_whose_reply_was_lost_is_found_by_a_look(there: Office) -> None:
    made = there.incident()
    desk = there.desk()
    ticket = desk.read(made)
    assert ticket is not None
    there.served.faults.add(when("PATCH", made), drop_after)
    assert isinstance(desk.write(made, TicketWrite(secret())), Unknown)
    assert desk.shows_note(ticket, REFERENCE)
    assert len(there.texts(made)) == 1


@pytest.mark.parametrize("shape", ["list", "object", "errors", "text", "html"])
@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_did_nothing_counts_and_says_what_topdesk_says(
    there: Office, status: int, shape: Any
) -> None:
    made = there.incident()
    there.served.faults.add(
        when("PATCH", made), answer(refused(status, "The field 'closureCode' is mandatory.", shape))
    )
    said = didnt(there.desk().write(made, TicketWrite(None, {"completed": "true"})), Retry.COUNTED)
    assert said == "The field 'closureCode' is mandatory."


def test_a_refusal_without_words_is_told_by_its_number(there: Office) -> None:
    made = there.incident()
    there.served.faults.add(when("PATCH", made), answer(refused(403, "", "empty")))
    assert didnt(there.desk().write(made, TicketWrite("A word.")), Retry.COUNTED) == "it answers 403"


def test_an_archived_call_refuses_everything(there: Office) -> None:
    made = there.incident()
    there.server.archive(made)
    assert (
        didnt(there.desk().write(made, TicketWrite("A word.")), Retry.COUNTED) == "The incident is archived"
    )


@pytest.mark.parametrize(
    "reply", [refused(401, "No"), refused(401, "No", "html"), refused(429, "slow"), failure(429, "5")]
)
def test_no_sign_in_and_too_many_calls_did_nothing_for_now(there: Office, reply: Any) -> None:
    made = there.incident()
    there.served.faults.add(when("PATCH", made), reply if callable(reply) else answer(reply))
    didnt(there.desk().write(made, TicketWrite(secret())), Retry.UNCOUNTED)


def test_what_never_left_did_nothing_for_now(there: Office) -> None:
    made = there.incident()
    there.served.stop()
    didnt(there.desk().write(made, TicketWrite(secret())), Retry.UNCOUNTED)


def test_what_a_desk_says_is_one_short_line(there: Office) -> None:
    made = there.incident()
    there.served.faults.add(when("PATCH", made), answer(refused(400, "No\r\n\x1b[31m\u202e" + "x" * 500)))
    said = didnt(there.desk().write(made, TicketWrite("A word.")), Retry.COUNTED)
    assert said.isprintable() and len(said) == 200


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize("shape", ["list", "text", "html"])
def test_an_error_that_quotes_the_note_does_not_tell_the_pass(there: Office, status: int, shape: Any) -> None:
    made = there.incident()
    desk = there.desk()
    for quoted in (PASS, escape(PASS), dumps(PASS), PASS[2:]):
        there.served.faults.clear()
        there.served.faults.add(
            when("PATCH", made), answer(refused(status, f"Invalid value: {quoted}", shape))
        )
        assert quoted[:4] not in repr(desk.write(made, TicketWrite(secret())))


def test_a_field_that_was_left_as_it_was_is_noticed(there: Office) -> None:
    made = there.incident()
    row = there.server.incident(made)
    there.served.faults.add(when("PATCH", made), answer(Response.json(200, row)))
    assert there.desk().write(made, TicketWrite(None, {"processingStatus.name": "Closed"})) == NOT_ALL_SET


def test_an_update_that_would_change_nothing_and_is_refused_for_it_has_happened(there: Office) -> None:
    made = there.incident()
    there.traps(unchanged="refused")
    desk = there.desk()
    assert desk.write(made, TicketWrite(None, {"processingStatus.name": "Registered"})) == ALL_SET
    didnt(desk.write(made, TicketWrite(None, {"processingStatus.name": "No such status"})), Retry.COUNTED)


def test_a_pass_is_in_no_address_and_no_repr(there: Office) -> None:
    made = there.incident()
    desk = there.desk()
    entry = TicketWrite(secret())
    done = desk.write(made, entry)
    told = Trail(there.service).actions(f"/tas/api/incidents/id/{made}")
    assert told and PASS in told[0].texts[0]
    assert PASS not in f"{entry} {done} {told} {within(desk, 3)}"
    assert all(PASS not in each.target for each in there.asked)
    assert replace(entry, over=(REFERENCE,)).note == entry.note
