"""What must hold once nothing is unfinished, whatever was killed: each promise under its own name (design, section 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connector.outcome import State
from tests.kill.outside import Rows, chain
from tests.kill.scenarios import Scenario, overwritten
from tests.kill.world import Made, Truth, end

EXPOSURE = 90  # seconds, design 3


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

    def known(self) -> set[str]:
        """Passes that stand in a note."""
        return {made for _, made in self.truth.notes}


def it_ends_as_if_nothing_had_happened_or_stuck(at: End) -> bool:
    state, reason = at.scenario.ends
    same: bool = at.row["state"] == state and (state is State.LIVE or at.row["reason"] == reason)
    return same or at.row["state"] == State.STUCK


def a_live_ticket_has_exactly_one_live_pass_and_any_other_none(at: End) -> bool:
    return len(at.truth.live()) == int(at.row["state"] == State.LIVE)


def no_live_pass_is_unknown(at: End) -> bool:
    return all(each.id in at.known() for each in at.truth.live())


def nothing_is_left_in_the_directory_but_the_live_pass(at: End) -> bool:
    there = [each for each in at.truth.passes if each.deleted_at is None]
    return not at.truth.flying and len(there) == int(at.row["state"] == State.LIVE)


def every_note_carries_the_reference_of_its_passs_attempt(at: End) -> bool:
    tried = {(each["reference"], each["pass_id"]) for each in at.found["attempts"]}
    return tried.issuperset(at.truth.notes)


def the_last_note_is_the_last_attempts(at: End) -> bool:
    if at.row["state"] != State.LIVE:
        return True
    return bool(at.last and at.truth.notes and at.truth.notes[-1] == (at.last["reference"], at.last["pass_id"]))


def a_ticket_whose_notes_can_be_read_gets_one_pass(at: End) -> bool:
    return not at.scenario.journal or len(at.truth.notes) <= 1 + at.scenario.asks + (at.scenario.comes is overwritten)


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
    return at.row["state"] == State.LIVE or f"{at.row['state']}:{at.row['reason']}" in at.truth.words


def nobody_holds_the_row(at: End) -> bool:
    return at.row["owner"] is None


def no_pass_was_usable_and_unknown_for_long(at: End) -> bool:
    return all(exposure(each, at.truth.time) <= EXPOSURE for each in at.truth.passes)


def the_file_is_whole(at: End) -> bool:
    return at.damage == "ok"


def exposure(made: Made, now: int) -> int:
    """Seconds during which it could be used and nobody was known to hold it."""
    ends = [each for each in (made.noted_at, made.deleted_at, made.used_at, end(made), now) if each is not None]
    return max(0, min(ends) - made.start)


INVARIANTS: Final[tuple[Callable[[End], bool], ...]] = (
    it_ends_as_if_nothing_had_happened_or_stuck,
    a_live_ticket_has_exactly_one_live_pass_and_any_other_none,
    no_live_pass_is_unknown,
    nothing_is_left_in_the_directory_but_the_live_pass,
    every_note_carries_the_reference_of_its_passs_attempt,
    the_last_note_is_the_last_attempts,
    a_ticket_whose_notes_can_be_read_gets_one_pass,
    no_attempt_is_posted_twice,
    every_post_stands_in_the_audit_trail,
    the_audit_trail_verifies,
    the_ledger_knows_what_stands,
    what_became_of_it_stands_on_the_ticket,
    nobody_holds_the_row,
    no_pass_was_usable_and_unknown_for_long,
    the_file_is_whole,
)


def broken(at: End) -> Iterator[str]:
    """The names of the promises that don't hold."""
    for promise in INVARIANTS:
        if not promise(at):
            yield promise.__name__
