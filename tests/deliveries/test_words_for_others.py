"""The word on a wait, and the sentence for callers: when they are written, and when not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.deliveries.ticket_update import NoteUpdater
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.outcome import DidNot, Ending, Happened, Retry, State
from connector.domain.reasons import Reason
from connector.domain.receipts import UpdateReceipt
from connector.domain.ticket import Claim
from tests.deliveries.conftest import MAPPING, START
from tests.deliveries.mailing import voice
from tests.desks.servicenow.instance import Instance, error

SENTENCE = "We can't handle this request automatically; the service desk will contact you."


@pytest.fixture
def teller(desk: ServiceNowDesk) -> NoteUpdater:
    note = replace(MAPPING.note, caller=True)
    return NoteUpdater(desk, replace(MAPPING, note=note, settle={"refused": {"state": "3"}}), voice())


@pytest.fixture
def refused(claim: Claim) -> Claim:
    no = {"next_state": State.REFUSED, "reason": Reason.SUBJECT_DISABLED}
    return replace(claim, attempt=None, state=State.SETTLING, **no)  # type: ignore[arg-type]


@pytest.fixture
def waiting(refused: Claim) -> Claim:
    wait = {"next_state": State.WAITING, "reason": Reason.APPROVAL_OUTSTANDING}
    return replace(refused, wait_since=float(START), **wait)  # type: ignore[arg-type]


def comments(instance: Instance) -> list[str]:
    return [sent.json["comments"] for sent in instance.writes() if "comments" in sent.json]


def test_callers_read_one_sentence_beside_the_first_no(
    instance: Instance, teller: NoteUpdater, refused: Claim
) -> None:
    instance.add(1)
    assert isinstance(teller.update(refused), Happened)
    (sent,) = instance.writes()
    assert sent.json["comments"] == SENTENCE and "the account is disabled" in sent.json["work_notes"]
    teller.update(replace(refused, posted_mark=refused.refusal_mark))
    teller.update(replace(refused, posted_mark="subject_guest 12345678"))
    assert comments(instance) == [SENTENCE]


def test_a_no_after_a_wait_that_was_told_is_the_first(
    instance: Instance, teller: NoteUpdater, refused: Claim, waiting: Claim
) -> None:
    instance.add(1)
    teller.update(replace(refused, posted_wait=waiting.wait_mark))
    assert comments(instance) == [SENTENCE]


def test_where_the_fields_are_refused_callers_read_it_all_the_same(
    instance: Instance, teller: NoteUpdater, refused: Claim
) -> None:
    instance.add(1)
    policy = error(403, "Operation Failed", "Data Policy Exception")
    instance.answer = lambda seen: policy if seen.method == "PATCH" and "state" in seen.json else None
    assert isinstance(done := teller.update(refused), DidNot) and done.retry is Retry.NEVER
    assert set(instance.writes()[-1].json) == {"work_notes", "comments"}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.STUCK, Reason.ATTEMPTS_EXHAUSTED),
        (State.ENDED, Ending.USED),
        (State.ENDED, Reason.SUBJECT_DISABLED),
        (State.WAITING, Reason.PASS_STANDING),
    ],
)
def test_callers_read_nothing_but_a_no(
    instance: Instance, teller: NoteUpdater, claim: Claim, state: State, reason: Reason | Ending
) -> None:
    instance.add(1)
    teller.update(replace(claim, next_state=state, reason=reason, wait_since=float(START)))
    assert len(instance.writes()) == 1 and comments(instance) == []


def test_without_the_key_callers_read_nothing(
    instance: Instance, desk: ServiceNowDesk, refused: Claim
) -> None:
    instance.add(1)
    NoteUpdater(desk, MAPPING, voice()).update(refused)
    assert len(instance.writes()) == 1 and comments(instance) == []


def test_a_wait_is_told_in_a_note_and_sets_no_field(
    instance: Instance, teller: NoteUpdater, waiting: Claim
) -> None:
    instance.add(1)
    assert teller.update(waiting) == Happened(UpdateReceipt(left_watch=False))
    (sent,) = instance.writes()
    assert set(sent.json) == {"work_notes"}
    assert "has to wait: the approval is outstanding." in sent.json["work_notes"]


def test_a_wait_that_was_told_is_not_told_again_nor_on_a_ticket_that_left(
    instance: Instance, teller: NoteUpdater, waiting: Claim
) -> None:
    sys_id = instance.add(1)
    teller.update(replace(waiting, posted_wait=waiting.wait_mark))
    instance.rows[sys_id]["category"] = "network"
    assert isinstance(teller.update(waiting), Happened)
    assert instance.writes() == []
    instance.rows[sys_id]["category"] = "identity"
    teller.update(waiting)
    assert len(instance.writes()) == 1


def test_after_a_lost_reply_the_word_on_a_wait_is_looked_for(
    instance: Instance, teller: NoteUpdater, waiting: Claim
) -> None:
    sys_id = instance.add(1)
    again = replace(waiting, update_attempts=1)
    instance.note(sys_id, "… has to wait. Reference TAP-7QK3F9C2 · reason approval_outstanding")
    assert isinstance(teller.update(again), Happened) and instance.writes() == []
    instance.notes.clear()
    assert isinstance(teller.update(again), Happened) and len(instance.writes()) == 1
