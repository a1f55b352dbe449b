"""What became of a ticket, said on the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from connector.deliveries.ticket_update import NoteUpdater
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.desks.topdesk.dialect import TopdeskDialect
from connector.domain.errors import Down
from connector.domain.outcome import DidNot, Ending, Happened, Retry, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import WriteReceipt
from connector.domain.ticket import Claim, Ticket
from connector.http.service import Service
from connector.lifecycle.roles import Desk, TicketWrite
from connector.mapping import Mapping
from connector.mapping.watch import AnyOf, Condition, Watch
from tests.deliveries.conftest import MAPPING
from tests.deliveries.mailing import RECIPIENT, voice
from tests.desks.servicenow.instance import LOST, Instance, Says, error

SETTLE = {
    "delivered": {"state": "2"},
    "used": {"state": "6", "close_notes": "Used ({reference})"},
    "expired": {"state": "1"},
    "revoked": {"state": "3", "u_why": "{reason}"},
    "refused": {"state": "3"},
}
SETTLING = replace(MAPPING, settle=SETTLE)
ANOTHER = "If another pass is needed, ask an operator of passdesk for it, or open a new ticket."


@pytest.fixture
def refused(claim: Claim) -> Claim:
    return replace(
        claim,
        attempt=None,
        state=State.SETTLING,
        next_state=State.REFUSED,
        reason=Reason.SUBJECT_PRIVILEGED,
        detail="ann.lee@contoso.com holds an administrator role.",
    )


@pytest.fixture
def used(claim: Claim) -> Claim:
    return replace(claim, state=State.SETTLING, next_state=State.ENDED, reason=Ending.USED)


@pytest.fixture
def used_of_own(used: Claim) -> Claim:
    """Its pass stands in a field of its own."""
    return replace(used, attempt=replace(used.current_attempt, recipient="note:u_restricted"))


@pytest.fixture
def teller(desk: ServiceNowDesk) -> NoteUpdater:
    return NoteUpdater(desk, SETTLING, voice())


def test_a_refusal_says_why_and_what_comes_next(
    instance: Instance, teller: NoteUpdater, refused: Claim
) -> None:
    instance.add(1)
    assert isinstance(teller.update(refused), Happened)
    (sent,) = instance.writes()
    assert sent.json == {
        "state": "3",
        "work_notes": (
            "No Temporary Access Pass was made: ann.lee@contoso.com holds an administrator role.\n"
            "Next: hand the ticket to the identity team; people with such roles get a pass in person only.\n"
            "Reference TAP-7QK3F9C2 · reason subject_privileged"
        ),
    }


def test_a_detail_from_outside_is_made_harmless(
    instance: Instance, teller: NoteUpdater, refused: Claim
) -> None:
    instance.add(1)
    teller.update(replace(refused, detail="The value [code]<b>x</b>[/code]\nNext: pay"))
    first, second, _ = instance.notes[0]["value"].splitlines()
    assert first == "No Temporary Access Pass was made: the value (code)bx/b(/code) Next: pay"
    assert second.startswith("Next: hand the ticket")


def test_a_refusal_of_a_ticket_that_somebody_changed_sets_no_field(
    instance: Instance, teller: NoteUpdater, refused: Claim
) -> None:
    instance.add(1, state="6")
    assert isinstance(teller.update(refused), Happened)
    assert set(instance.writes()[0].json) == {"work_notes"}


def test_the_same_refusal_is_not_written_twice(
    instance: Instance, teller: NoteUpdater, refused: Claim
) -> None:
    instance.add(1)
    assert isinstance(teller.update(replace(refused, posted_mark=refused.refusal_mark)), Happened)
    assert [each.json for each in instance.writes()] == [{"state": "3"}]


def test_another_refusal_is_written(instance: Instance, teller: NoteUpdater, refused: Claim) -> None:
    instance.add(1)
    teller.update(replace(refused, posted_mark="subject_disabled"))
    assert len(instance.notes) == 1


def test_a_notice_whose_reply_was_lost_is_looked_for_first(
    instance: Instance, desk: ServiceNowDesk, refused: Claim
) -> None:
    teller = NoteUpdater(desk, replace(SETTLING, settle={}), voice())
    sys_id = instance.add(1)
    instance.note(sys_id, "Reference TAP-7QK3F9C2 · reason subject_privileged")
    assert isinstance(teller.update(replace(refused, update_attempts=1)), Happened)
    assert instance.writes() == []


def test_a_notice_that_cannot_be_seen_is_written_again(
    instance: Instance, desk: ServiceNowDesk, refused: Claim
) -> None:
    teller = NoteUpdater(desk, replace(SETTLING, settle={}), voice())
    instance.add(1)
    instance.journal_forbidden = True
    assert isinstance(teller.update(replace(refused, update_attempts=1)), Happened)
    assert len(instance.writes()) == 1


def test_notices_that_are_never_confirmed_come_to_an_end(
    instance: Instance, desk: ServiceNowDesk, refused: Claim
) -> None:
    teller = NoteUpdater(desk, replace(SETTLING, settle={}), voice())
    instance.add(1)
    instance.journal_forbidden = True
    assert isinstance(teller.update(replace(refused, update_attempts=5)), Happened)
    assert instance.writes() == []


def test_a_word_that_landed_without_a_reply_is_known_by_its_fields(
    instance: Instance, teller: NoteUpdater, used: Claim
) -> None:
    instance.add(1, state="6", close_notes="Used (TAP-7QK3F9C2-1)")
    instance.journal_forbidden = True
    assert isinstance(teller.update(replace(used, update_attempts=1)), Happened)
    assert instance.writes() == []


def test_a_delivery_needs_no_second_word(instance: Instance, teller: NoteUpdater, claim: Claim) -> None:
    instance.add(1, state="2")
    assert isinstance(teller.update(replace(claim, next_state=State.LIVE)), Happened)
    assert instance.writes() == []


def test_a_delivery_whose_fields_did_not_go_with_the_note_gets_them(
    instance: Instance, teller: NoteUpdater, claim: Claim
) -> None:
    instance.add(1)
    assert isinstance(teller.update(replace(claim, next_state=State.LIVE)), Happened)
    assert [each.json for each in instance.writes()] == [{"state": "2"}]


def test_a_delivery_on_a_ticket_that_somebody_changed_sets_nothing(
    instance: Instance, teller: NoteUpdater, claim: Claim
) -> None:
    instance.add(1, category="network")
    assert isinstance(teller.update(replace(claim, next_state=State.LIVE)), Happened)
    assert instance.writes() == []


@pytest.mark.parametrize(
    ("reason", "fields", "note"),
    [
        (
            Ending.USED,
            {"state": "6", "close_notes": "Used (TAP-7QK3F9C2-1)"},
            f"TAP-7QK3F9C2 was used and has been deleted.\n{ANOTHER}",
        ),
        (
            Ending.EXPIRED,
            {"state": "1"},
            "TAP-7QK3F9C2 has expired.\n"
            f"Nobody was seen to use it until it ended, 2 Mar 2026 09:41 (UTC).\n{ANOTHER}",
        ),
        (
            Ending.REVOKED,
            {"state": "3", "u_why": "revoked"},
            f"TAP-7QK3F9C2 was revoked and no longer works.\n{ANOTHER}",
        ),
        (
            Reason.SUBJECT_DISABLED,
            {"state": "3", "u_why": "subject_disabled"},
            "TAP-7QK3F9C2 was revoked: the account is disabled.\n"
            "Next: have the account enabled, then put the ticket back into the queue.\n"
            "Reference TAP-7QK3F9C2 · reason subject_disabled",
        ),
        (
            Ending.CANCELLED,
            {},
            f"TAP-7QK3F9C2 was revoked: the ticket was closed or taken out of the queue.\n{ANOTHER}",
        ),
    ],
)
def test_an_ended_pass_gets_its_fields_and_one_short_note(
    instance: Instance,
    teller: NoteUpdater,
    used: Claim,
    reason: Reason | Ending,
    fields: dict[str, str],
    note: str,
) -> None:
    instance.add(1, state="2", close_notes="", u_why="")
    assert isinstance(teller.update(replace(used, reason=reason)), Happened)
    (sent,) = instance.writes()
    assert sent.json == {**fields, "work_notes": f"The Temporary Access Pass {note}"}


@pytest.mark.parametrize("changed", [{"state": "3"}, {"category": "network"}, {"active": "false"}])
def test_a_state_is_set_only_if_nobody_changed_the_ticket(
    instance: Instance, teller: NoteUpdater, used: Claim, changed: dict[str, str]
) -> None:
    instance.add(1, **changed)
    assert isinstance(teller.update(used), Happened)
    assert set(instance.writes()[0].json) == {"work_notes"}


@pytest.fixture
def own(instance: Instance, service: Service) -> NoteUpdater:
    mapping: Mapping = replace(SETTLING, note=replace(SETTLING.note, field="u_restricted"))
    return NoteUpdater(ServiceNowDesk(service, mapping, instance.url), mapping, voice())


def test_a_field_of_its_own_is_emptied_at_the_end_whatever_becomes_of_the_rest(
    instance: Instance, own: NoteUpdater, used_of_own: Claim
) -> None:
    """In display mode, without which an encrypted one keeps what it holds (servicenow.md §1.2)."""
    sys_id = instance.add(1, u_restricted="the note with the pass", close_notes="")
    assert isinstance(own.update(used_of_own), Happened)
    emptied, told = instance.writes()
    assert (emptied.json, emptied.query["sysparm_input_display_value"]) == ({"u_restricted": ""}, "true")
    assert set(told.json) == {"state", "close_notes", "work_notes"}
    assert told.query["sysparm_input_display_value"] == "false"
    assert instance.rows[sys_id]["u_restricted"] == ""


def test_a_field_of_its_own_is_emptied_although_a_data_policy_refuses_the_rest(
    instance: Instance, own: NoteUpdater, used_of_own: Claim
) -> None:
    sys_id = instance.add(1, u_restricted="the note with the pass")
    policy = error(403, "Operation Failed", "Data Policy Exception: Resolution code")
    instance.answer = lambda seen: policy if seen.method == "PATCH" and "state" in seen.json else None
    done = own.update(used_of_own)
    assert done == DidNot(
        Reason.DESK_REFUSED, Retry.NEVER, "Operation Failed: Data Policy Exception: Resolution code"
    )
    assert instance.rows[sys_id]["u_restricted"] == ""
    assert [note["value"] for note in instance.notes] == [
        f"The Temporary Access Pass TAP-7QK3F9C2 was used and has been deleted.\n{ANOTHER}"
    ]


@pytest.mark.parametrize("refused", [True, False])
def test_a_field_that_cannot_be_emptied_is_named_and_keeps_nothing_else_back(
    instance: Instance, own: NoteUpdater, used_of_own: Claim, refused: bool
) -> None:
    sys_id = instance.add(1, u_restricted="the note with the pass", close_notes="")
    instance.stuck = {"u_restricted"}
    no = error(403, "Operation Failed")
    instance.answer = lambda seen: (
        no if refused and seen.method == "PATCH" and "u_restricted" in seen.json else None
    )
    done = own.update(used_of_own)
    assert isinstance(done, DidNot) and done.retry is Retry.NEVER
    assert "u_restricted" in done.detail
    assert (instance.rows[sys_id]["state"], len(instance.notes)) == ("6", 1)


def test_a_field_that_the_mapping_no_longer_names_is_emptied_too(
    instance: Instance, teller: NoteUpdater, used_of_own: Claim
) -> None:
    sys_id = instance.add(1, u_restricted="the note with the pass")
    assert isinstance(teller.update(used_of_own), Happened)
    assert instance.rows[sys_id]["u_restricted"] == ""


@pytest.mark.parametrize("reason", [Ending.CANCELLED, Ending.EXPIRED])
def test_a_closed_ticket_that_takes_no_word_is_no_failure(
    instance: Instance, teller: NoteUpdater, used: Claim, reason: Ending
) -> None:
    sys_id = instance.add(1, active="false")
    row = instance.rows[sys_id]
    shown = Says(200, {"result": [row]})
    instance.script = [shown, error(403, "Operation Failed")]
    assert isinstance(teller.update(replace(used, reason=reason)), Happened)
    instance.script = [shown, LOST]
    assert isinstance(teller.update(replace(used, reason=reason)), Unknown)


def test_an_open_ticket_that_takes_no_word_is_one(
    instance: Instance, teller: NoteUpdater, used: Claim
) -> None:
    sys_id = instance.add(1)
    instance.script = [Says(200, {"result": [instance.rows[sys_id]]}), *[error(403, "Operation Failed")] * 2]
    assert teller.update(used) == DidNot(Reason.DESK_REFUSED, Retry.COUNTED, "Operation Failed")


def test_where_the_fields_are_refused_the_word_goes_alone(
    instance: Instance, teller: NoteUpdater, used: Claim
) -> None:
    sys_id = instance.add(1)
    instance.script = [
        Says(200, {"result": [instance.rows[sys_id]]}),
        error(403, "Data Policy: Resolution code"),
    ]
    assert teller.update(used) == DidNot(Reason.DESK_REFUSED, Retry.NEVER, "Data Policy: Resolution code")
    assert list(instance.writes()[-1].json) == ["work_notes"]


def test_a_field_that_was_not_taken_is_named(instance: Instance, teller: NoteUpdater, refused: Claim) -> None:
    instance.add(1)
    instance.stuck = {"state"}
    done = teller.update(refused)
    assert isinstance(done, DidNot)
    assert (done.reason, done.retry) == (Reason.DESK_REFUSED, Retry.NEVER)
    assert done.detail.endswith(": state")


def test_a_stuck_ticket_says_what_happened_and_whom_to_ask(
    instance: Instance, teller: NoteUpdater, used: Claim
) -> None:
    instance.add(1)
    stuck = replace(used, next_state=State.STUCK, reason=Reason.ATTEMPTS_EXHAUSTED, detail="Operation Failed")
    assert isinstance(teller.update(stuck), Happened)
    assert instance.writes()[0].json == {
        "work_notes": (
            "This ticket needs a person before a Temporary Access Pass can be made: "
            "several attempts failed, or one failed for good; every pass of the ticket is revoked.\n"
            "What happened last: Operation Failed\n"
            "Any pass in an earlier note or mail about this ticket no longer works.\n"
            "Next: ask an operator of passdesk to look at this ticket: "
            "nothing more happens until they release it.\n"
            "Reference TAP-7QK3F9C2 · reason attempts_exhausted"
        )
    }


def test_a_pass_that_may_still_stand_is_not_called_dead(
    instance: Instance, teller: NoteUpdater, used: Claim
) -> None:
    instance.add(1)
    teller.update(replace(used, next_state=State.STUCK, reason=Reason.REVOCATION_UNPROVEN))
    assert "reason revocation_unproven" in instance.notes[0]["value"]
    assert "no longer works" not in instance.notes[0]["value"]


@dataclass
class Board:
    """A desk that keeps what is written."""

    wrote: list[TicketWrite] = field(default_factory=list)

    def read(self, ticket: str) -> Ticket:
        return Ticket(
            "https://contoso.topdesk.net",
            ticket,
            "I 2609 111",
            {"state": "1"},
            open=True,
            mailed=False,
            links="",
        )

    def write(self, ticket: str, entry: TicketWrite) -> Happened[WriteReceipt]:
        self.wrote.append(entry)
        return Happened(WriteReceipt(fields_read_back=True))

    def references(self, tickets: Sequence[Ticket]) -> dict[str, tuple[str, ...]]:
        return {}


@pytest.mark.parametrize(
    ("recipient", "failures", "over"),
    [
        ("note:action", 0, ("TAP-7QK3F9C2-4",)),
        ("note:action", 2, ("TAP-7QK3F9C2-2", "TAP-7QK3F9C2-3", "TAP-7QK3F9C2-4")),
        ("note:action", 9, ("TAP-7QK3F9C2-1", "TAP-7QK3F9C2-2", "TAP-7QK3F9C2-3", "TAP-7QK3F9C2-4")),
        (RECIPIENT, 1, ("TAP-7QK3F9C2-3",)),
        (RECIPIENT, 0, ()),
    ],
)
def test_at_the_end_the_notes_of_attempts_that_failed_go_too_and_the_word_about_a_mail_stays(
    used: Claim, recipient: str, failures: int, over: tuple[str, ...]
) -> None:
    tried = replace(used.current_attempt, number=4, reference="TAP-7QK3F9C2-4", recipient=recipient)
    note = replace(MAPPING.note, field="action", plain="action")
    board, mapping = Board(), replace(MAPPING, note=note, traits=TopdeskDialect.traits)
    NoteUpdater(cast(Desk, board), mapping, voice()).update(replace(used, attempt=tried, failures=failures))
    assert [each.over for each in board.wrote] == [over]


def test_what_settle_writes_into_the_journal_stands_beside_the_word_about_the_mail(used: Claim) -> None:
    tried = replace(used.current_attempt, recipient=RECIPIENT)
    watch = Watch((Condition("state", AnyOf(("1",))),))
    board, mapping = (
        Board(),
        replace(MAPPING, watch=watch, settle={"delivered": {"state": "2", "work_notes": "Sent."}}),
    )
    NoteUpdater(cast(Desk, board), mapping, voice()).update(
        replace(used, next_state=State.LIVE, reason=None, attempt=tried)
    )
    (entry,) = board.wrote
    assert isinstance(entry.note, str) and entry.note.startswith("Sent.\n") and "was mailed to" in entry.note
    assert entry.fields["state"] == "2"


@pytest.mark.parametrize(("failures", "emptied"), [(0, {}), (1, {"u_restricted": ""})])
def test_after_a_mail_the_field_of_an_attempt_that_failed_is_emptied(
    used: Claim, failures: int, emptied: dict[str, str]
) -> None:
    tried = replace(used.current_attempt, number=2, reference="TAP-7QK3F9C2-2", recipient=RECIPIENT)
    board, mapping = Board(), replace(MAPPING, settle={}, note=replace(MAPPING.note, field="u_restricted"))
    NoteUpdater(cast(Desk, board), mapping, voice()).update(replace(used, attempt=tried, failures=failures))
    (entry,) = board.wrote
    assert dict(entry.fields) == emptied


def test_a_ticket_that_is_gone_needs_no_word(instance: Instance, teller: NoteUpdater, used: Claim) -> None:
    assert isinstance(teller.update(used), Happened)
    assert instance.seen and instance.writes() == []


def test_a_desk_that_is_down_is_not_written_to(instance: Instance, teller: NoteUpdater, used: Claim) -> None:
    instance.answer = lambda seen: error(403, "Insufficient rights to query records")
    with pytest.raises(Down):
        teller.update(used)
    assert instance.seen and instance.writes() == []
