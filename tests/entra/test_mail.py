"""A mail is sent once, within the mailbox's limits, and what isn't known to have been refused may have been
sent.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from connector.domain.outcome import DidNot, Effect, Happened, NotYet, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.secret import Secret
from connector.entra.mail import A_MINUTE, Mailbox
from tests.entra.attempts import HTML, error
from tests.entra.tenant import Reached, reaching
from tests.http.loopback import HANG_UP, Answering, Asked, Says, in_turn

SENDER, TO = "servicedesk@contoso.com", "grace.boss@contoso.com"
ROUTE = f"POST /v1.0/users/{SENDER}/sendMail"
BODY = "<p>k7#RmQ2x</p>"
TAKEN = Says(202)


def mailbox(it: Reached, **more: Any) -> Mailbox:
    return Mailbox(it.graph, SENDER, monotonic=it.time, **more)


def send(box: Mailbox) -> Effect[None]:
    return box.send(TO, "Access (INC0010042)", Secret(BODY))


def sent(*says: Says) -> tuple[Effect[None], Reached]:
    with reaching(in_turn(*says)) as it:
        return send(mailbox(it)), it


def test_one_html_mail_goes_to_one_address_and_no_copy_is_kept() -> None:
    done, it = sent(TAKEN)
    assert done == Happened(None)
    assert it.there.routes == [ROUTE]
    assert it.there.asked[0].json == {
        "message": {
            "subject": "Access (INC0010042)",
            "body": {"contentType": "HTML", "content": BODY},
            "toRecipients": [{"emailAddress": {"address": TO}}],
        },
        "saveToSentItems": False,
    }


@pytest.mark.parametrize(
    "says",
    [
        HANG_UP,
        Says(202, b"<html>", HTML),
        Says(200, {}),
        Says(204),
        Says(408, {"error": {}}),
        Says(302, None, {"Location": "https://example.org"}),
        Says(403, b"<html>", HTML),
        *(replace(error(status), headers={"Retry-After": "1"}) for status in (500, 502, 503, 504)),
    ],
)
def test_what_does_not_say_that_nothing_was_sent_is_unknown_and_never_sent_again(says: Says) -> None:
    done, it = sent(says, TAKEN)
    assert isinstance(done, Unknown)
    assert it.there.routes == [ROUTE]


@pytest.mark.parametrize(
    ("says", "reason", "again"),
    [
        (error(401, code="InvalidAuthenticationToken"), Reason.SIGN_IN_REFUSED, Retry.UNCOUNTED),
        (error(403, code="ErrorAccessDenied"), Reason.MAIL_UNREACHABLE, Retry.COUNTED),
        (error(404, code="MailboxNotEnabledForRESTAPI"), Reason.MAIL_UNREACHABLE, Retry.COUNTED),
        (error(429, code="TooManyRequests"), Reason.MAIL_UNREACHABLE, Retry.UNCOUNTED),
        (error(400, code="ErrorInvalidRecipients"), Reason.RECIPIENT_NOT_ALLOWED, Retry.COUNTED),
        (error(400, code="RequestBodyRead"), Reason.MAIL_UNREACHABLE, Retry.COUNTED),
    ],
)
def test_what_graph_refuses_was_not_sent(says: Says, reason: Reason, again: Retry) -> None:
    done, it = sent(says, TAKEN)
    assert isinstance(done, DidNot)
    assert (done.reason, done.retry) == (reason, again)
    assert it.there.routes == [ROUTE]


def test_a_graph_that_cannot_be_reached_sent_nothing() -> None:
    with reaching(in_turn(TAKEN)) as it:
        box = mailbox(it)
    done = send(box)
    assert isinstance(done, DidNot)
    assert (done.reason, done.retry) == (Reason.MAIL_UNREACHABLE, Retry.UNCOUNTED)


@pytest.mark.parametrize(
    "says", [TAKEN, HANG_UP, error(400, f"Can't send {BODY}", "ErrorInvalidRecipients"), error(500, BODY)]
)
def test_nothing_of_a_mail_stands_in_results_logs_or_calls(
    says: Says, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    done, it = sent(says)
    seen = f"{done!r} {it.calls!r} {caplog.text}"
    assert "k7#RmQ2x" not in seen
    assert [call.route for call in it.calls] == [f"/users/{SENDER}/sendMail"]


def test_four_mails_are_under_way_at_once_and_a_fifth_is_not_sent() -> None:
    inside, go_on = threading.Semaphore(0), threading.Event()

    def slow(asked: Asked) -> Says:
        inside.release()
        go_on.wait(30)
        return TAKEN

    with reaching(slow) as it, ThreadPoolExecutor(4) as pool:
        box = mailbox(it, queue=0)
        four = [pool.submit(send, box) for _ in range(4)]
        assert all(inside.acquire(timeout=30) for _ in range(4))
        fifth = send(box)
        go_on.set()
        assert [each.result() for each in four] == [Happened(None)] * 4
        assert isinstance(fifth, DidNot)
        assert (fifth.reason, fifth.retry) == (Reason.MAIL_UNREACHABLE, Retry.UNCOUNTED)
        assert send(box) == Happened(None)
    assert len(it.there.routes) == 5


def test_a_fifth_mail_waits_for_its_turn() -> None:
    inside, go_on = threading.Semaphore(0), threading.Event()

    def slow(asked: Asked) -> Says:
        inside.release()
        go_on.wait(30)
        return TAKEN

    with reaching(slow) as it, ThreadPoolExecutor(5) as pool:
        box = mailbox(it, queue=30)
        five = [pool.submit(send, box) for _ in range(5)]
        assert all(inside.acquire(timeout=30) for _ in range(4))
        go_on.set()
        assert [each.result() for each in five] == [Happened(None)] * 5


def test_a_minute_has_so_many_mails_and_the_next_minute_as_many() -> None:
    with reaching(in_turn(TAKEN)) as it:
        box = mailbox(it)
        first = [send(box) for _ in range(A_MINUTE + 1)]
        it.time.now += 60
        later = send(box)
    assert first[:-1] == [Happened(None)] * A_MINUTE
    assert isinstance(first[-1], DidNot)
    assert later == Happened(None)
    assert len(it.there.routes) == A_MINUTE + 1


def test_a_place_is_kept_for_who_asked_before_making_a_pass() -> None:
    with reaching(in_turn(TAKEN)) as it:
        box, others = mailbox(it, a_minute=3), [ThreadPoolExecutor(1) for _ in range(3)]
        assert [each.submit(box.ready).result() for each in others] == [None] * 3
        full = box.ready()
        assert isinstance(full, NotYet)
        assert full.reason is Reason.MAIL_UNREACHABLE
        assert isinstance(send(box), DidNot)
        assert [each.submit(send, box).result() for each in others] == [Happened(None)] * 3
        assert box.ready() is not None
        assert isinstance(send(box), DidNot)


def test_tickets_that_only_wait_keep_no_places_from_others() -> None:
    """A worker asks for each of them, and a limit is reached: no mail is sent for them."""
    with reaching(in_turn(TAKEN)) as it, ThreadPoolExecutor(1) as other:
        box = mailbox(it, a_minute=2)
        assert other.submit(box.ready).result() is None
        assert [box.ready() for _ in range(50)] == [None] * 50
        assert other.submit(box.ready).result() is None
        assert (send(box), other.submit(send, box).result()) == (Happened(None), Happened(None))


def test_a_place_that_nobody_takes_is_free_again_after_a_minute() -> None:
    with reaching(in_turn(TAKEN)) as it:
        box = mailbox(it, a_minute=1)
        with ThreadPoolExecutor(1) as other:
            assert other.submit(box.ready).result() is None
        assert box.ready() is not None
        it.time.now += 60
        assert box.ready() is None


def test_a_mailbox_of_any_name_stays_in_its_path() -> None:
    answer: Answering = in_turn(TAKEN)
    with reaching(answer) as it:
        Mailbox(it.graph, "a/b?c#d@contoso.com").send(TO, "s", Secret(BODY))
    assert it.there.routes == ["POST /v1.0/users/a%2Fb%3Fc%23d@contoso.com/sendMail"]


@pytest.mark.parametrize(
    ("says", "answer", "shared"),
    [
        (error(403, code="ErrorMessageSubmissionBlocked"), "403 ErrorMessageSubmissionBlocked", True),
        (error(403, code="ErrorAccessDenied"), "403 ErrorAccessDenied", False),
        (error(404, code="MailboxNotEnabledForRESTAPI"), "404 MailboxNotEnabledForRESTAPI", False),
        (error(429), "429 badRequest", True),
        (error(503), "503 badRequest", True),
        (HANG_UP, "no answer", False),
    ],
)
def test_a_mail_that_failed_says_whether_its_answer_is_everybodys(
    says: Says, answer: str, shared: bool
) -> None:
    done, _ = sent(says)
    assert not isinstance(done, Happened) and done.trouble
    told = done.trouble
    assert (told.answer, told.shared) == (answer, shared)
    assert told.reason is Reason.MAIL_UNREACHABLE


def test_an_address_that_is_refused_is_nobodys_trouble_but_its_own() -> None:
    done, _ = sent(error(400, code="ErrorInvalidRecipients"))
    assert isinstance(done, DidNot) and done.trouble is None


def test_a_mailbox_that_asks_to_be_left_alone_is_heard() -> None:
    done, _ = sent(replace(error(429), headers={"Retry-After": "300"}))
    assert isinstance(done, DidNot) and done.trouble and done.trouble.retry_after == 300
