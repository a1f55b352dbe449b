"""The pass in a mail: to whom, what it says, and what the ticket hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connector.deliveries.mailed import mailed, marked
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.errors import Down
from connector.domain.outcome import DidNot, Happened, State
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt
from connector.domain.recipients import (
    MailDestination,
    NoteDestination,
    destinations,
    is_address,
    mail_destination,
    note_destination,
    written,
)
from connector.domain.secret import Secret
from connector.domain.ticket import Claim, Pass, Ticket
from connector.mapping import NoteRules
from tests.deliveries.conftest import PASS, attempt
from tests.deliveries.mailing import BOSS, RECIPIENT, TO, Post, as_text, posting, voice
from tests.desks.servicenow.instance import Instance, error

EN = [
    "Ann Lee (ann.lee@contoso.com) asked for a Temporary Access Pass on ticket INC0000001.",
    "•••",
    "Works once, from 2 Mar 2026 09:41:15 to 10:41 (Amsterdam; 2 Mar 2026 08:41:15 to 09:41 UTC).",
    "1. Give it to Ann Lee only: in person, or on a phone number that you know.",
    "2. Have Ann Lee open https://aka.ms/mysecurityinfo and sign in with the pass.",
    "3. Ann Lee adds a passkey or the Authenticator app at once; the pass ends with its first use.",
    "You didn't expect this? Don't pass it on. Call the service desk on +31 20 555 0100.",
    "Reference TAP-7QK3F9C2-1 · sent by passdesk",
]


@pytest.fixture
def post() -> Iterator[Post]:
    with posting() as made:
        yield made


@pytest.fixture
def mailing(claim: Claim) -> Claim:
    return replace(claim, attempt=replace(attempt(), recipient=RECIPIENT, requester=attempt().subject.id))


def test_the_mail_reads_like_this_even_as_plain_text(post: Post, mailing: Claim, fresh: Pass) -> None:
    receipt = DeliveryReceipt(destinations(RECIPIENT)[0], ticket_settled=False)
    assert post.mail(phone="+31 20 555 0100").deliver(mailing, fresh) == Happened(receipt)
    assert as_text(post.bodies[0].replace(PASS, "•••")) == EN


def test_it_goes_to_the_address_that_was_fixed_before_the_pass_was_made(
    post: Post, mailing: Claim, fresh: Pass
) -> None:
    post.mail().deliver(mailing, fresh)
    (sent,) = post.seen
    assert sent["message"]["toRecipients"] == [{"emailAddress": {"address": TO}}]
    assert sent["saveToSentItems"] is False


@pytest.mark.parametrize(
    ("whose", "what"), [("subject", "for a member of your team"), ("requester", "that a member of your team")]
)
def test_the_subject_line_names_the_ticket_and_neither_person_nor_pass(
    post: Post, mailing: Claim, fresh: Pass, whose: str, what: str
) -> None:
    post.mail(manager_of=whose).deliver(mailing, fresh)
    subject = post.seen[0]["message"]["subject"]
    assert what in subject and "(INC0000001)" in subject
    assert not [each for each in ("Ann", "Lee", "ann.lee", PASS) if each in subject]


def test_a_mail_holds_nothing_from_elsewhere_and_one_link(post: Post, mailing: Claim, fresh: Pass) -> None:
    for language in ("en", "nl", "de"):
        post.mail(language=language).deliver(mailing, fresh)
    for body in post.bodies:
        assert [part.split('"')[0] for part in body.split('href="')[1:]] == ["https://aka.ms/mysecurityinfo"]
        assert not [each for each in ("<img", "src=", "url(", "<link", "<script") if each in body.lower()]


@pytest.mark.parametrize(
    ("requester", "first"),
    [
        (
            BOSS,
            "You asked for a Temporary Access Pass for Ann Lee (ann.lee@contoso.com) on ticket INC0000001.",
        ),
        (
            "r1",
            (
                "Omar Diaz asked for a Temporary Access Pass for Ann Lee (ann.lee@contoso.com) on ticket "
                "INC0000001."
            ),
        ),
        (
            "r2",
            "A Temporary Access Pass for Ann Lee (ann.lee@contoso.com) was asked for on ticket INC0000001.",
        ),
        (
            None,
            "A Temporary Access Pass for Ann Lee (ann.lee@contoso.com) was asked for on ticket INC0000001.",
        ),
    ],
)
def test_the_first_line_says_who_asked(
    post: Post, mailing: Claim, fresh: Pass, requester: str | None, first: str
) -> None:
    post.mail().deliver(
        replace(mailing, attempt=replace(mailing.current_attempt, requester=requester)), fresh
    )
    assert as_text(post.bodies[0])[0] == first


def test_a_name_or_a_pass_with_markup_in_it_stays_text(post: Post, mailing: Claim, fresh: Pass) -> None:
    odd = replace(mailing.current_attempt.subject, name='</p><a href="https://example.org">Ann</a>&lt;b&gt;')
    post.mail().deliver(
        replace(mailing, attempt=replace(mailing.current_attempt, subject=odd)),
        replace(fresh, secret=Secret("<b>&amp;#{x}%s")),
    )
    (body,) = post.bodies
    assert ">&lt;b&gt;&amp;amp;#{x}%s</p>" in body
    assert "/pa href=&#34;https://example.org&#34;Ann/a&amp;lt;b&amp;gt; (ann.lee@contoso.com) asked" in body
    assert body.count("<a ") == 1


@pytest.mark.parametrize(
    "recipient",
    ["note:work_notes", "mail:|grace@contoso.com", "mail:b1|grace", "mail:b1", "", "sms:b1|x@y.com"],
)
def test_an_attempt_that_names_no_mailbox_is_mailed_to_nobody(
    post: Post, mailing: Claim, fresh: Pass, recipient: str
) -> None:
    done = post.mail().deliver(
        replace(mailing, attempt=replace(mailing.current_attempt, recipient=recipient)), fresh
    )
    assert isinstance(done, DidNot)
    assert done.reason is Reason.RECIPIENT_MISSING
    assert post.seen == []


def ticket(claim: Claim) -> Ticket:
    return Ticket(claim.desk, claim.ticket, claim.number, {}, open=True, mailed=False, links="")


def test_the_ticket_hears_to_whom_it_went_and_never_the_pass(
    instance: Instance, desk: ServiceNowDesk, mailing: Claim, fresh: Pass
) -> None:
    instance.add(1)
    text = mailed(replace(mailing, next_state=State.LIVE), ticket(mailing), desk, voice())
    assert text is not None
    assert text.splitlines() == [
        (
            "The Temporary Access Pass for Ann Lee (ann.lee@contoso.com) was mailed to their manager, "
            "g•••@contoso.com."
        ),
        "Works once, from 09:41:15 to 10:41 (Amsterdam; 08:41:15 to 09:41 UTC).",
        (
            "Next: nothing; the manager gives it to Ann Lee. If no mail arrives, have the ticket's pass "
            "revoked "
            "and ask for another."
        ),
        "Reference TAP-7QK3F9C2-1 · made for this ticket by passdesk",
    ]
    assert TO not in text


def test_a_word_whose_reply_was_lost_is_looked_for_first(
    instance: Instance, desk: ServiceNowDesk, mailing: Claim
) -> None:
    """At the first try there can be none: what carries the reference then is the marker of a note that came
    to nothing.
    """
    instance.note(instance.add(1), "Reference TAP-7QK3F9C2-1 · made for this ticket by passdesk")
    said = [
        mailed(replace(mailing, next_state=State.LIVE, update_attempts=tries), ticket(mailing), desk, voice())
        for tries in (0, 1, 2)
    ]
    assert said[0] is not None and said[1:] == [None, None]


def test_an_earlier_attempts_reference_is_not_this_ones(
    instance: Instance, desk: ServiceNowDesk, mailing: Claim
) -> None:
    instance.note(instance.add(1), "Reference TAP-7QK3F9C2-1 · made for this ticket by passdesk")
    second = replace(
        mailing,
        next_state=State.LIVE,
        update_attempts=1,
        attempt=replace(mailing.current_attempt, number=2, reference="TAP-7QK3F9C2-2"),
    )
    text = mailed(second, ticket(mailing), desk, voice())
    assert text is not None and "It replaces any earlier pass for this ticket" in text


@pytest.mark.parametrize(
    "change",
    [
        {"next_state": State.ENDED},
        {"next_state": State.REFUSED},
        {"next_state": State.LIVE, "attempt": attempt()},
        {"next_state": None},
    ],
)
def test_nothing_is_said_of_what_was_not_mailed(
    instance: Instance, desk: ServiceNowDesk, mailing: Claim, change: dict[str, Any]
) -> None:
    assert mailed(replace(mailing, **change), ticket(mailing), desk, voice()) is None
    assert instance.seen == []


def test_a_desk_that_cannot_be_asked_is_down(
    instance: Instance, desk: ServiceNowDesk, mailing: Claim
) -> None:
    """A word that may stand there is not written a second time."""
    instance.answer = lambda seen: error(503, "down")
    with pytest.raises(Down):
        mailed(replace(mailing, next_state=State.LIVE, update_attempts=1), ticket(mailing), desk, voice())


def test_the_marker_goes_with_that_note(mailing: Claim) -> None:
    assert marked(mailing, NoteRules(marker="u_passdesk")) == {"u_passdesk": "TAP-7QK3F9C2-1"}
    assert marked(mailing, NoteRules()) == {}


def test_places_are_written_and_read_in_their_order() -> None:
    both = (MailDestination("b1", "grace@contoso.com"), NoteDestination("work_notes"))
    assert written(both) == "mail:b1|grace@contoso.com or note:work_notes"
    assert destinations(written(both)) == both
    assert destinations(written(both[::-1])) == both[::-1]
    assert (mail_destination(written(both)), note_destination(written(both))) == both
    assert (mail_destination("note:x"), note_destination("mail:b1|a@b.com")) == (None, None)


def test_places_fit_into_the_ledger() -> None:
    longest = f"{'x' * 64}@{'y' * 63}.{'z' * 63}.com"
    assert is_address(longest)
    assert len(written((MailDestination(BOSS, longest), NoteDestination("u_" * 40)))) <= 400
    assert not is_address(f"{'x' * 64}@{'y' * 63}.{'z' * 63}.{'w' * 63}.com")


@pytest.mark.parametrize(
    ("address", "masked"),
    [("grace@contoso.com", "g•••@contoso.com"), ("a@b.example.org", "a•••@b.example.org")],
)
def test_a_masked_address_shows_one_letter_and_the_domain(address: str, masked: str) -> None:
    assert MailDestination("b1", address).masked == masked
