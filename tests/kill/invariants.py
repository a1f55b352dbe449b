"""What must hold once nothing is unfinished, whatever was killed: each promise under its own name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connector.domain.outcome import Ending, State
from connector.domain.reference import find_all
from tests.kill.outside import Rows, chain
from tests.kill.scenario import Scenario, overwritten
from tests.kill.telling import ADDRESSES
from tests.kill.truth import PASS, Made, Truth, address, end

EXPOSURE = 90  # seconds: decision 0001
MAILED = "was mailed to"
ENDINGS = {"has expired": Ending.EXPIRED, "was used": Ending.USED}


@dataclass(frozen=True)
class End:
    """How it came out."""

    scenario: Scenario
    found: Rows
    truth: Truth
    damage: str

    @property
    def row(self) -> Mapping[str, Any]:
        (row,) = self.found["tickets"]
        return row

    @property
    def last(self) -> Mapping[str, Any] | None:
        tries = [each for each in self.found["attempts"] if each["number"] == self.row["attempts"]]
        return tries[0] if tries else None

    @property
    def given(self) -> list[tuple[str, str]]:
        """Reference and pass of every note and mail that somebody may have read."""
        return [*self.truth.notes, *((each.reference, each.made) for each in self.truth.mails)]

    def said(self) -> set[str]:
        """What the words on the ticket say of it: state and reason."""
        if not self.scenario.desk:
            return set(self.truth.words)
        ended = {
            f"ended:{ending}" for text in self.truth.words for said, ending in ENDINGS.items() if said in text
        }
        codes = ((text, code) for text in self.truth.words for code in re.findall(r"reason (\w+)$", text))
        return ended | {
            f"{'stuck' if 'needs a person' in text else 'refused'}:{code}" for text, code in codes
        }

    def known(self) -> set[str]:
        """Passes that stand in a note or a mail."""
        return {made for _, made in self.given}


def it_ends_as_if_nothing_had_happened_or_stuck(at: End) -> bool:
    ends = [at.scenario.ends, *filter(None, [at.scenario.spared])]
    same = any(
        at.row["state"] == state and (state is State.LIVE or at.row["reason"] == reason)
        for state, reason in ends
    )
    return same or at.row["state"] == State.STUCK


def a_live_ticket_has_exactly_one_live_pass_and_any_other_none(at: End) -> bool:
    return len(at.truth.live()) == int(at.row["state"] == State.LIVE)


def no_live_pass_is_unknown(at: End) -> bool:
    return all(each.id in at.known() for each in at.truth.live())


def nothing_is_left_in_the_directory_but_the_live_pass(at: End) -> bool:
    there = [each for each in at.truth.passes if each.deleted_at is None]
    return not at.truth.flying and len(there) == int(at.row["state"] == State.LIVE)


def every_note_and_mail_carries_the_reference_of_its_passs_attempt(at: End) -> bool:
    tried = {(each["reference"], each["pass_id"]) for each in at.found["attempts"]}
    return tried.issuperset(at.given)


def the_last_note_or_mail_is_the_last_attempts(at: End) -> bool:
    if at.row["state"] != State.LIVE:
        return True
    lasts = [each for each in at.given if each[1] == at.truth.held]
    return bool(at.last and lasts and lasts[-1] == (at.last["reference"], at.last["pass_id"]))


def a_ticket_whose_notes_can_be_read_gets_one_pass(at: End) -> bool:
    others = at.scenario.asks + (at.scenario.comes is overwritten) + at.truth.landed
    return not at.scenario.journal or len(at.truth.notes) <= 1 + others


def no_attempt_is_posted_twice(at: End) -> bool:
    return len(at.truth.posts) == len(set(at.truth.posts))


def every_post_stands_in_the_audit_trail(at: End) -> bool:
    said = "".join(line["detail"] for line in at.found["audit"] if line["action"] == "issuing")
    return all(f'"{reference}"' in said for reference in at.truth.posts)


def the_audit_trail_verifies(at: End) -> bool:
    return chain(at.found) is None


def the_ledger_knows_what_stands(at: End) -> bool:
    standing: list[str] = [each["pass_id"] for each in at.found["attempts"] if each["gone_at"] is None]
    return standing == [each.id for each in at.truth.live()]


def what_became_of_it_stands_on_the_ticket(at: End) -> bool:
    """But where callers see every action: there nothing more is said for a while."""
    said = f"{at.row['state']}:{at.row['reason']}" in at.said()
    return said or at.row["state"] == State.LIVE or bool(at.truth.bared)


def no_pass_is_mailed_twice(at: End) -> bool:
    made = [each.made for each in at.truth.mails]
    return len(made) == len(set(made))


def no_pass_is_both_mailed_and_noted(at: End) -> bool:
    return {each.made for each in at.truth.mails}.isdisjoint(made for _, made in at.truth.notes)


def a_mail_goes_to_whom_the_directory_named_before_its_pass_was_made(at: End) -> bool:
    named = {reference: address(number) for number, reference in enumerate(at.truth.posts)}
    fixed = {each["reference"]: each["recipient"] for each in at.found["attempts"]}
    return all(
        each.to == named[each.reference] and f"|{each.to}" in fixed[each.reference] for each in at.truth.mails
    )


def a_later_mail_says_that_it_replaces(at: End) -> bool:
    return all(each.again is not each.reference.endswith("-1") for each in at.truth.mails)


def a_mailed_pass_is_on_its_ticket_and_no_other_is_called_mailed(at: End) -> bool:
    """Once, and sure only where the ticket shows what stands there, and takes words at all."""
    mailed = {each.reference for each in at.truth.mails}
    said = [reference for text in at.truth.words if MAILED in text for reference in find_all(text)]
    live = {at.last["reference"]} if at.last and at.row["state"] == State.LIVE else set()
    right = len(said) == len(set(said)) and mailed.issuperset(said)
    return (right or not at.scenario.journal) and (
        live.intersection(mailed).issubset(said) or bool(at.truth.bared)
    )


def a_mailed_address_is_masked_on_the_ticket(at: End) -> bool:
    return not any(each.to in text for each in at.truth.mails for text in at.truth.words)


def no_pass_that_the_caller_saw_is_live(at: End) -> bool:
    return {each.id for each in at.truth.live()}.isdisjoint(at.truth.bared)


def an_action_that_can_be_taken_away_ends_with_its_pass(at: End) -> bool:
    """And that of a live pass stands, where callers don't see it."""
    if at.scenario.desk != "topdesk" or not at.last:
        return True
    its = [
        each for each in at.truth.texts if at.last["reference"] in each.references and PASS.search(each.text)
    ]
    if at.row["state"] == State.LIVE:
        return bool(its) is (at.last["pass_id"] in {made for _, made in at.truth.notes})
    return not its or at.scenario.keeps


def whoever_holds_a_pass_was_told_at_each_address(at: End) -> bool:
    handed = [each["reference"] for each in at.found["attempts"] if each["delivered_at"] is not None]
    wanted = {(reference, to) for reference in handed for to in ADDRESSES} if at.scenario.notifies else set()
    return {*at.truth.told} == wanted


def nobody_holds_the_row(at: End) -> bool:
    return at.row["owner"] is None


def no_pass_was_usable_and_unknown_for_long(at: End) -> bool:
    return all(exposure(each, at.truth.time) <= EXPOSURE for each in at.truth.passes)


def the_file_is_whole(at: End) -> bool:
    return at.damage == "ok"


def exposure(made: Made, now: int) -> int:
    """Seconds during which it could be used and nobody was known to hold it."""
    ends = [
        each for each in (made.noted_at, made.deleted_at, made.used_at, end(made), now) if each is not None
    ]
    return max(0, min(ends) - made.start)


INVARIANTS: Final[tuple[Callable[[End], bool], ...]] = (
    it_ends_as_if_nothing_had_happened_or_stuck,
    a_live_ticket_has_exactly_one_live_pass_and_any_other_none,
    no_live_pass_is_unknown,
    nothing_is_left_in_the_directory_but_the_live_pass,
    every_note_and_mail_carries_the_reference_of_its_passs_attempt,
    the_last_note_or_mail_is_the_last_attempts,
    a_ticket_whose_notes_can_be_read_gets_one_pass,
    no_attempt_is_posted_twice,
    every_post_stands_in_the_audit_trail,
    the_audit_trail_verifies,
    the_ledger_knows_what_stands,
    what_became_of_it_stands_on_the_ticket,
    no_pass_is_mailed_twice,
    no_pass_is_both_mailed_and_noted,
    a_mail_goes_to_whom_the_directory_named_before_its_pass_was_made,
    a_later_mail_says_that_it_replaces,
    a_mailed_pass_is_on_its_ticket_and_no_other_is_called_mailed,
    a_mailed_address_is_masked_on_the_ticket,
    no_pass_that_the_caller_saw_is_live,
    an_action_that_can_be_taken_away_ends_with_its_pass,
    whoever_holds_a_pass_was_told_at_each_address,
    nobody_holds_the_row,
    no_pass_was_usable_and_unknown_for_long,
    the_file_is_whole,
)


def broken(at: End) -> Iterator[str]:
    """The names of the promises that don't hold."""
    for promise in INVARIANTS:
        if not promise(at):
            yield promise.__name__
