"""One write to a ticket: whether it happened, and what comes out of it."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from json import dumps
from urllib.parse import quote

import pytest

from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.errors import SignInRefused
from connector.domain.outcome import DidNot, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.secret import Secret
from connector.http.service import Service
from connector.lifecycle.roles import TicketWrite
from tests.desks.conftest import MAPPING
from tests.desks.receipts import ALL_SET, NOT_ALL_SET
from tests.desks.servicenow.instance import HTML, LOST, NOT_FOUND, Instance, Says, error, serving

PASS = "k7#RmQ2x"
TEXT = f"Temporary Access Pass for Ann Lee\n\n{PASS}\n\nWorks once.\nReference TAP-7QK3F9C2-1"
NOTE = TicketWrite(Secret(TEXT), {"state": "2", "u_passdesk": "TAP-7QK3F9C2-1"})


def test_note_marker_and_fields_go_in_one_patch(instance: Instance, desk: ServiceNowDesk) -> None:
    sys_id = instance.add(1, u_passdesk="")
    assert desk.write(sys_id, NOTE) == ALL_SET
    (sent,) = instance.seen
    assert (sent.method, sent.path) == ("PATCH", f"/api/now/table/incident/{sys_id}")
    assert sent.json == {
        "state": "2",
        "u_passdesk": "TAP-7QK3F9C2-1",
        "work_notes": TEXT,
    }
    assert sent.query["sysparm_fields"] == "sys_id,state,u_passdesk,work_notes"
    assert sent.query["sysparm_input_display_value"] == "false"
    assert PASS not in str(sent.query)


def test_a_pass_goes_to_its_field_and_a_notice_to_the_other(instance: Instance, service: Service) -> None:
    desk = ServiceNowDesk(
        service, replace(MAPPING, note=replace(MAPPING.note, field="u_restricted")), instance.url
    )
    sys_id = instance.add(1)
    desk.write(sys_id, TicketWrite(Secret(PASS)))
    desk.write(sys_id, TicketWrite("A word."))
    assert [each.json for each in instance.seen] == [{"u_restricted": PASS}, {"work_notes": "A word."}]


def test_a_text_for_the_notes_from_settle_is_not_lost_beside_a_notice(
    instance: Instance, desk: ServiceNowDesk
) -> None:
    desk.write(instance.add(1), TicketWrite("A word.", {"work_notes": "From settle."}))
    assert instance.seen[0].json == {"work_notes": "From settle.\n\nA word."}


def test_a_field_that_is_left_as_it_was_in_silence_is_noticed(
    instance: Instance, desk: ServiceNowDesk
) -> None:
    """Facts 6: a 200 is no proof that each field landed."""
    sys_id = instance.add(1, u_passdesk="")
    instance.stuck = {"u_passdesk"}
    assert desk.write(sys_id, NOTE) == NOT_ALL_SET


def test_a_field_that_is_not_shown_is_not_taken_for_set(instance: Instance, desk: ServiceNowDesk) -> None:
    sys_id = instance.add(1)
    instance.script = [Says(200, {"result": {"sys_id": sys_id}})]
    assert desk.write(sys_id, NOTE) == NOT_ALL_SET


@pytest.mark.parametrize(
    "answer",
    [
        LOST,
        HTML,
        Says(200),
        Says(200, {"result": {}}),
        Says(200, {"result": {"sys_id": "b" * 32, "state": "2"}}),
        Says(
            200,
            {"result": {"sys_id": f"{1:032x}", "state": "2"}, "error": {"message": "Transaction cancelled"}},
        ),
        Says(202),
        Says(302, None, {"Location": "https://login.example.org/"}),
        Says(500, {"error": {"message": "Broken", "detail": None}}),
        Says(503, "<html>", {"Content-Type": "text/html"}),
    ],
)
def test_what_says_neither_yes_nor_no_is_unknown_and_not_sent_again(
    instance: Instance, desk: ServiceNowDesk, answer: Says
) -> None:
    sys_id = instance.add(1)
    instance.script = [answer]
    assert isinstance(desk.write(sys_id, NOTE), Unknown)
    assert len(instance.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        error(
            403,
            "Operation Failed",
            "Operation against file 'incident' was aborted by Business Rule 'Guard^1'.",
        ),
        error(403, "Operation Failed", "Data Policy Exception: Resolution code is mandatory"),
        error(400, "Requested URI does not represent any resource"),
        NOT_FOUND,
    ],
)
def test_a_refusal_did_nothing_and_counts(instance: Instance, desk: ServiceNowDesk, answer: Says) -> None:
    sys_id = instance.add(1)
    instance.script = [answer]
    done = desk.write(sys_id, TicketWrite("why there is no pass"))
    assert isinstance(done, DidNot)
    assert (done.reason, done.retry) == (Reason.DESK_REFUSED, Retry.COUNTED)
    assert done.detail.startswith(answer.body["error"]["message"])


@pytest.mark.parametrize(
    "answer",
    [
        error(401, "User Not Authenticated"),
        Says(401, "<html>", {"Content-Type": "text/html"}),
        error(429, "x"),
    ],
)
def test_no_sign_in_and_too_many_calls_did_nothing_for_now(
    instance: Instance, desk: ServiceNowDesk, answer: Says
) -> None:
    sys_id = instance.add(1)
    instance.script = [answer]
    done = desk.write(sys_id, NOTE)
    assert isinstance(done, DidNot) and done.retry is Retry.UNCOUNTED


def test_what_never_left_did_nothing_for_now() -> None:
    with serving(lambda seen: None) as url:
        pass
    done = ServiceNowDesk(Service("desk", url), MAPPING, url).write("a" * 32, NOTE)
    assert isinstance(done, DidNot) and done.retry is Retry.UNCOUNTED


def test_what_a_desk_says_is_one_short_line(instance: Instance, desk: ServiceNowDesk) -> None:
    sys_id = instance.add(1)
    instance.script = [error(403, "Operation\r\nFailed\x1b[31m", "x" * 500)]
    done = desk.write(sys_id, TicketWrite("why there is no pass"))
    assert isinstance(done, DidNot)
    assert done.detail.isprintable()
    assert len(done.detail) == 200


@pytest.mark.parametrize("status", [200, 400, 403])
def test_an_error_that_quotes_the_note_does_not_tell_the_pass(
    instance: Instance, desk: ServiceNowDesk, status: int
) -> None:
    sys_id = instance.add(1)
    for quoted in (PASS, escape(PASS), dumps(PASS), quote(PASS), PASS[2:]):
        instance.script = [
            error(
                status, "Operation Failed", f"Invalid value: {instance.url} {quoted} in {'x' * 150}{quoted}"
            )
        ]
        done = desk.write(sys_id, NOTE)
        assert isinstance(done, DidNot | Unknown) and PASS in instance.writes()[-1].json["work_notes"]
        assert quoted[:4] not in repr(done)


def test_redirects_are_not_followed_and_carry_no_credentials(instance: Instance) -> None:
    elsewhere = Instance()

    class Signed:
        def headers(self) -> dict[str, str]:
            return {"Authorization": "Bearer made-up"}

        def refused(self) -> bool:
            return False

        def explain(self, reply: object) -> SignInRefused:
            return SignInRefused("desk", "it doesn't sign passdesk in (401)")

    with serving(elsewhere) as url:
        service = Service("desk", instance.url, Signed(), sleep=lambda seconds: None)
        sys_id = instance.add(1)
        instance.answer = lambda seen: Says(307, None, {"Location": f"{url}/api/now/table/incident/{sys_id}"})
        assert isinstance(ServiceNowDesk(service, MAPPING, instance.url).write(sys_id, NOTE), Unknown)
    assert elsewhere.seen == []
    assert instance.seen[0].headers["authorization"] == "Bearer made-up"
