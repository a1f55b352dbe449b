"""What every delivery promises: the pass reaches the one recipient once, or it is said that it may have, or
that it didn't.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Protocol

import pytest

from connector.deliveries.fallback import Fallback
from connector.deliveries.note import NoteDelivery
from connector.domain.outcome import DidNot, Happened, Unknown
from connector.domain.secret import Secret
from connector.domain.ticket import Claim, Pass
from connector.lifecycle.roles import Deliveries, Delivery
from connector.simulators.faults import answer, drop_after, when
from tests.deliveries.conftest import PASS, attempt
from tests.deliveries.mailing import RECIPIENT, Post, posting, voice
from tests.desks.site import Site, one_of_each_kind
from tests.http.loopback import HANG_UP
from tests.http.loopback import Says as Graph

NO = Graph(403, {"error": {"code": "ErrorAccessDenied", "message": "no"}})


@dataclass
class Outside:
    """The two places where a pass could end up. `ticket` is an id."""

    site: Site
    ticket: str
    post: Post

    @property
    def held(self) -> list[str]:
        """Every text that anybody holds."""
        return [*self.site.notes(self.ticket), *self.site.seen(self.ticket), *self.post.bodies]

    @property
    def tries(self) -> int:
        return len(self.site.writes) + len(self.post.seen)

    def note(self) -> NoteDelivery:
        return NoteDelivery(self.site.desk, replace(self.site.mapping, settle={}), voice())

    def lose_the_note(self) -> None:
        self.site.line.faults.add(when("PATCH", ""), drop_after)

    def refuse_the_note(self) -> None:
        self.site.line.faults.add(when("PATCH", ""), answer(self.site.refusal(403, "no")))


class Way(Protocol):
    """A delivery, and how to make its outside lose a reply or say no. `recipient` has {note} for the place of
    notes.
    """

    recipient: str

    def delivery(self, outside: Outside) -> Delivery | Deliveries: ...
    def lose(self, outside: Outside) -> None: ...
    def refuse(self, outside: Outside) -> None: ...


class Note:
    recipient = "{note}"

    def delivery(self, outside: Outside) -> Delivery | Deliveries:
        return outside.note()

    def lose(self, outside: Outside) -> None:
        outside.lose_the_note()

    def refuse(self, outside: Outside) -> None:
        outside.refuse_the_note()


class Mailed:
    recipient = RECIPIENT

    def delivery(self, outside: Outside) -> Delivery | Deliveries:
        return outside.post.mail()

    def lose(self, outside: Outside) -> None:
        outside.post.script = [HANG_UP]

    def refuse(self, outside: Outside) -> None:
        outside.post.script = [NO]


class MailOrNote:
    """The mail goes through."""

    recipient = f"{RECIPIENT} or {{note}}"

    def delivery(self, outside: Outside) -> Delivery | Deliveries:
        return Fallback(outside.note(), outside.post.mail())

    def lose(self, outside: Outside) -> None:
        outside.post.script = [HANG_UP]

    def refuse(self, outside: Outside) -> None:
        outside.post.script = [NO]
        outside.refuse_the_note()


class NoteOrMail(MailOrNote):
    recipient = f"{{note}} or {RECIPIENT}"

    def lose(self, outside: Outside) -> None:
        outside.lose_the_note()


class FallenBack(MailOrNote):
    """The mail was refused, so the note is what happens."""

    def delivery(self, outside: Outside) -> Delivery | Deliveries:
        outside.post.script = [NO, NO]
        return super().delivery(outside)

    def lose(self, outside: Outside) -> None:
        outside.lose_the_note()


@pytest.fixture(params=[Note, Mailed, MailOrNote, NoteOrMail, FallenBack])
def way(request: pytest.FixtureRequest) -> Way:
    made: Way = request.param()
    return made


@pytest.fixture(params=one_of_each_kind(), ids=lambda each: each.kind)
def outside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outside]:
    with request.param(tmp_path).serving() as site, posting() as post:
        yield Outside(site, site.ticket(), post)


@pytest.fixture
def delivery(way: Way, outside: Outside) -> Delivery | Deliveries:
    return way.delivery(outside)


@pytest.fixture
def ours(claim: Claim, way: Way, outside: Outside) -> Claim:
    recipient = way.recipient.format(note=f"note:{outside.site.mapping.note.field}")
    return replace(claim, ticket=outside.ticket, attempt=replace(attempt(), recipient=recipient))


def test_the_pass_reaches_one_recipient_once(
    delivery: Delivery | Deliveries, outside: Outside, ours: Claim, fresh: Pass
) -> None:
    assert isinstance(delivery.deliver(ours, fresh), Happened)
    (text,) = outside.held
    assert text.count(PASS) == 1
    assert outside.site.seen(outside.ticket) == []


def test_a_lost_reply_is_unknown_and_nothing_is_tried_after_it(
    way: Way, delivery: Delivery | Deliveries, outside: Outside, ours: Claim, fresh: Pass
) -> None:
    way.lose(outside)
    assert isinstance(delivery.deliver(ours, fresh), Unknown)
    assert outside.tries == (2 if isinstance(way, FallenBack) else 1)


def test_a_no_is_a_no_and_nobody_holds_anything(
    way: Way, delivery: Delivery | Deliveries, outside: Outside, ours: Claim, fresh: Pass
) -> None:
    way.refuse(outside)
    assert isinstance(delivery.deliver(ours, fresh), DidNot)
    assert outside.held == []


def test_the_text_carries_the_attempts_reference(
    delivery: Delivery | Deliveries, outside: Outside, ours: Claim, fresh: Pass
) -> None:
    delivery.deliver(ours, fresh)
    assert "TAP-7QK3F9C2-1" in outside.held[0]
    assert "replaces" not in outside.held[0]


def test_a_second_attempt_says_that_it_replaces_the_first(
    delivery: Delivery | Deliveries, outside: Outside, ours: Claim, fresh: Pass
) -> None:
    second = replace(ours.current_attempt, number=2, reference="TAP-7QK3F9C2-2")
    delivery.deliver(replace(ours, attempt=second), fresh)
    assert "replaces" in outside.held[0] and "no longer works" in outside.held[0]
    assert "TAP-7QK3F9C2-2" in outside.held[0]


def test_both_times_are_told_in_the_zone_and_in_utc(
    delivery: Delivery | Deliveries, outside: Outside, ours: Claim, fresh: Pass
) -> None:
    delivery.deliver(ours, fresh)
    assert "08:41:15" in outside.held[0] and "UTC" in outside.held[0]


@pytest.mark.parametrize("made", ["a\nb", "", " a", "a\x00b", "a\u2028b"])
def test_a_pass_that_would_not_be_shown_as_it_is_goes_nowhere(
    delivery: Delivery | Deliveries, outside: Outside, ours: Claim, fresh: Pass, made: str
) -> None:
    assert isinstance(delivery.deliver(ours, replace(fresh, secret=Secret(made))), DidNot)
    assert outside.tries == 0


def test_the_pass_stands_in_no_log_and_no_answer(
    delivery: Delivery | Deliveries,
    outside: Outside,
    ours: Claim,
    fresh: Pass,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    done = delivery.deliver(ours, fresh)
    assert PASS in unescape(outside.held[0])
    assert PASS not in f"{done!r} {delivery!r} {caplog.text}"


@pytest.mark.parametrize(
    "name",
    [
        "</p><script>x</script>[code]<b>",
        "Ann\r\nReference TAP-0\u2028\x1b[2J",
        "\ue000pAsS\ue001",
        "{{ pass }}",
    ],
)
def test_a_persons_name_is_one_line_without_markup(
    delivery: Delivery | Deliveries, outside: Outside, ours: Claim, fresh: Pass, name: str
) -> None:
    for each in ("Ann Lee", name):
        delivery.deliver(
            replace(
                ours,
                attempt=replace(
                    ours.current_attempt, subject=replace(ours.current_attempt.subject, name=each)
                ),
            ),
            fresh,
        )
    plain, odd = outside.held
    assert not [each for each in ("<script", "[code]", "\x1b", "\u2028", "\ue000") if each in odd]
    assert odd.count(PASS) == 1
    assert len(odd.splitlines()) == len(plain.splitlines())
