"""What proves that a note stands there as it was written, and that callers don't see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from connector.desks.cooldown import NOTE_COOLDOWN
from connector.domain.outcome import DidNot, Effect, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import WriteReceipt
from connector.lifecycle.roles import TicketWrite
from connector.simulators import Response
from connector.simulators.faults import ALWAYS, answer, drop_after, failure, html_page, when
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
    patches,
    secret,
)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


@pytest.mark.parametrize("tags", ["strip", "escape", "keep"])
@pytest.mark.parametrize("newlines", ["kept", "lost", "break"])
@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_whatever_topdesk_does_to_tags_and_line_ends_a_note_is_shown_as_it_was_written(
    there: Office, tags: str, newlines: str, order: str
) -> None:
    made = there.incident()
    there.traps(unknown_tags=tags, newlines=newlines, trail_order=order)
    assert there.desk().write(made, TicketWrite(secret())) == ALL_SET
    assert f"<br/>{PASS}<br/>" in there.texts(made)[0]


def test_a_long_trail_is_read_to_its_end(there: Office) -> None:
    made = there.incident()
    for number in range(230):
        there.server.say(made, f"word {number}")
    there.traps(trail_order="oldest")
    assert there.desk().write(made, TicketWrite(secret())) == ALL_SET


@pytest.mark.parametrize("may", [True, False])
def test_a_pass_that_callers_can_see_was_not_delivered_and_goes_where_it_may(
    there: Office, may: bool
) -> None:
    made = there.incident()
    there.traps(invisible="ignored")
    if may:
        may_delete(there)
    said = didnt(there.desk().write(made, TicketWrite(secret())), Retry.NEVER)
    assert said.startswith(
        "TOPdesk shows callers a note that was sent as invisible to them; find the setting"
    )
    assert said.endswith("delete it") is not may
    assert len(there.texts(made)) == (0 if may else 1)


def everybodys(said: Effect[WriteReceipt]) -> tuple[float | None, bool]:
    """How long the route of notes rests, and whether that excuses the ticket that met it."""
    assert isinstance(said, DidNot | Unknown) and said.trouble
    assert said.trouble.shared and said.trouble.route.startswith("note ") and said.trouble.who
    return said.trouble.retry_after, said.trouble.excuses


@pytest.mark.parametrize("note", [secret(), NOTICE])
def test_after_callers_saw_one_no_note_is_sent_for_a_while(there: Office, note: Any) -> None:
    """The deliverer tries a refused note once more without its fields: that one would be seen, too."""
    made = there.incident()
    there.traps(invisible="ignored")
    desk = there.desk()
    seen = desk.write(made, TicketWrite(note, {"processingStatus.name": "In progress"}))
    didnt(seen, Retry.NEVER)
    assert everybodys(seen) == (NOTE_COOLDOWN, False)
    held = desk.write(made, TicketWrite(note))
    assert isinstance(held, DidNot) and (held.reason, held.retry) == (Reason.DESK_REFUSED, Retry.COUNTED)
    assert len(patches(there)) == 1
    assert desk.write(made, TicketWrite(None, {"processingStatus.name": "Closed"})) == ALL_SET
    there.time[0] += NOTE_COOLDOWN - 1
    didnt(desk.write(made, TicketWrite(note)), Retry.COUNTED)
    there.time[0] += 1
    there.traps(invisible="honoured")
    made = there.incident()
    assert desk.write(made, TicketWrite(note)) == ALL_SET


def test_while_no_word_is_sent_the_rest_is_done(there: Office) -> None:
    """The dead pass's note goes, and the call is settled."""
    made, other = there.incident(), there.incident()
    may_delete(there)
    desk = there.desk()
    assert desk.write(made, TicketWrite(secret())) == ALL_SET
    there.traps(invisible="ignored")
    didnt(desk.write(other, TicketWrite(secret())), Retry.NEVER)
    ended = TicketWrite(NOTICE, {"processingStatus.name": "Closed"}, over=(REFERENCE,))
    didnt(desk.write(made, ended), Retry.COUNTED)
    found = desk.read(made)
    assert found is not None and (there.texts(made), found.fields["processingStatus.name"]) == ([], "Closed")


def test_where_the_trail_cannot_be_read_words_are_said_and_no_pass_is_made(there: Office) -> None:
    made = there.incident()
    there.served.faults.add(when("GET", "progresstrail", times=ALWAYS), answer(refused(403, "No")))
    desk = there.desk()
    unread = desk.write(made, TicketWrite(secret()))
    assert isinstance(unread, Unknown) and unread.trouble and not unread.trouble.shared
    assert (unread.trouble.retry_after, unread.trouble.excuses) == (NOTE_COOLDOWN, True)
    assert desk.write(made, TicketWrite(NOTICE)) == ALL_SET


def test_a_copy_of_the_pass_that_callers_see_is_no_delivery_whoever_wrote_it(there: Office) -> None:
    """An automated action repeats what operators add."""
    made = there.incident()
    may_delete(there)

    def repeated(handle: Callable[[], Response]) -> Response:
        answered = handle()
        (text,) = there.texts(made)
        there.server.say(made, text.replace("<br/>", "\n"), by=there.colleague)
        return answered

    there.served.faults.add(when("PATCH", made), repeated)
    said = didnt(there.desk().write(made, TicketWrite(secret())), Retry.NEVER)
    assert said.endswith("it is still there: delete it")
    assert [each["invisibleForCaller"] for each in there.server.actions(made)] == [False]


def test_a_flag_that_is_missing_is_not_taken_for_invisible(there: Office) -> None:
    made = there.incident()
    row = {"id": made, "memoText": NOTE.replace("<", "&lt;"), "operator": {"id": there.server.account.card}}
    there.served.faults.add(when("GET", "/progresstrail"), answer(Response.json(200, [row])))
    didnt(there.desk().write(made, TicketWrite(secret())), Retry.NEVER)


@pytest.mark.parametrize("may", [True, False])
def test_a_pass_that_is_not_shown_as_it_is_was_not_delivered(there: Office, may: bool) -> None:
    made = there.incident()
    there.traps(entities="literal")
    if may:
        may_delete(there)
    said = didnt(there.desk().write(made, TicketWrite(secret())), Retry.NEVER)
    assert "not shown as it was written" in said
    assert len(there.texts(made)) == (0 if may else 1)


def test_a_pass_that_stands_in_the_middle_of_a_line_is_not_shown_as_it_is(there: Office) -> None:
    made = there.incident()

    def joined(handle: Any) -> Response:
        row = handle() and there.server.actions(made)[0]
        text = row["memoText"].replace("<br/>", " ")
        who = {"id": there.server.account.card, "name": "API"}
        entry = {
            "id": row["id"],
            "memoText": text,
            "plainText": text,
            "invisibleForCaller": True,
            "operator": who,
        }
        return Response.json(200, [entry])

    there.served.faults.add(when("GET", "/progresstrail"), joined)
    didnt(there.desk().write(made, TicketWrite(secret())), Retry.NEVER)


def test_a_sentence_for_callers_whose_reply_is_lost_is_not_said_twice(there: Office) -> None:
    made = there.incident()
    there.served.faults.add(when("PATCH", made), drop_after)
    sentence, desk = "We can't handle this & call you.", there.desk()
    told = TicketWrite(NOTICE, comment=sentence)
    assert isinstance(desk.write(made, told), Unknown)
    assert desk.write(made, told) == desk.write(made, told) == ALL_SET
    visible = [
        unescape(each["memoText"]) for each in there.server.actions(made) if not each["invisibleForCaller"]
    ]
    assert visible == [sentence]


def test_a_sentence_for_callers_of_which_nobody_can_tell_whether_it_stands_there_is_not_said(
    there: Office,
) -> None:
    made = there.incident()
    there.served.faults.add(when("GET", "/progresstrail", times=ALWAYS), answer(refused(403, "No")))
    told, desk = TicketWrite(NOTICE, comment="We call you."), there.desk()
    for _ in range(2):
        done = desk.write(made, told)
        assert isinstance(done, DidNot) and done.retry is Retry.NEVER
    assert all(each["invisibleForCaller"] for each in there.server.actions(made))
    assert len(there.texts(made)) == 2


def test_a_sentence_that_the_desk_refuses_keeps_no_notice_back(there: Office) -> None:
    made = there.incident()
    there.served.faults.add(when("PATCH", made), answer(refused(400, "no")))
    done = there.desk().write(made, TicketWrite(NOTICE, comment="We call you."))
    assert isinstance(done, DidNot) and done.retry is Retry.NEVER
    assert len(there.texts(made)) == 1


def test_a_notice_without_a_pass_may_be_garbled(there: Office) -> None:
    made = there.incident()
    there.traps(entities="literal")
    assert there.desk().write(made, TicketWrite(NOTICE)) == ALL_SET
    assert len(there.texts(made)) == 1


def test_what_a_colleague_tells_the_caller_is_not_taken_for_our_notice(there: Office) -> None:
    made = there.incident()
    there.server.account.permissions.add("delete_all_memo")
    agent = there.server.add_operator("Fred Agent")
    there.server.say(made, "About TAP-7QK3F9C2: we will call you.", by=agent)
    there.traps(entities="literal")
    assert there.desk().write(made, TicketWrite(NOTICE)) == ALL_SET
    assert there.texts(made)[0].startswith("About TAP-7QK3F9C2")


@pytest.mark.parametrize(
    "fault", [answer(refused(403, "No")), answer(Response(204)), failure(503), html_page()]
)
def test_a_pass_that_the_trail_does_not_show_may_have_been_delivered(there: Office, fault: Any) -> None:
    made = there.incident()
    there.served.faults.add(when("GET", "/progresstrail", times=ALWAYS), fault)
    assert isinstance(there.desk().write(made, TicketWrite(secret())), Unknown)
    assert len(patches(there)) == 1


def test_a_notice_needs_no_trail_that_the_account_may_not_read(there: Office) -> None:
    made = there.incident()
    there.served.faults.add(when("GET", "/progresstrail", times=ALWAYS), answer(refused(403, "No")))
    assert there.desk().write(made, TicketWrite(NOTICE)) == ALL_SET
