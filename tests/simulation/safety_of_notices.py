"""Safety and liveness: who hears of a pass, what they are told, and what becomes of whom they say no to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.domain.reference import find_all
from connector.ledger.disowning import Answer
from tests.simulation.hearers import Click
from tests.simulation.invariants import invariant
from tests.simulation.letters import Letter
from tests.simulation.safety_of_rows import Change

if TYPE_CHECKING:
    from tests.simulation.world import World


def addresses(world: World, person: str) -> set[str]:
    """Everywhere that the directory says somebody gets mail."""
    known = world.tenant.users[person].properties
    others = known["otherMails"]
    assert isinstance(others, list)
    return {str(known["mail"]), *map(str, others)}


@invariant("mail")
def no_notice_holds_a_pass(world: World, letter: Letter) -> str | None:
    if not world.shape.notifies or not letter.passes:
        return None
    return f"{letter.passes[0].name} stands in a notice to {', '.join(letter.to)}"


@invariant("mail")
def a_notice_goes_to_its_person_alone(world: World, letter: Letter) -> str | None:
    if not world.shape.notifies:
        return None
    reference = find_all(letter.text)[-1]
    person = world.people.hearers.person_of(reference)
    if person and {*letter.to} <= addresses(world, person) and not letter.saved:
        return None
    return f"the notice about {reference} goes to {', '.join(letter.to)}"


@invariant("settled")
def whoever_has_a_pass_was_told(world: World, _: None) -> str | None:
    """At each of their addresses, of each attempt that was handed over."""
    if not world.shape.notifies:
        return None
    for reference, person in world.truth.handed.items():
        told = {each.to for each in world.people.hearers.heard if each.reference == reference}
        if lacking := addresses(world, person) - told:
            return f"{reference} was handed over, and nobody told {', '.join(sorted(lacking))}"
    return None


@invariant("settled")
def no_notice_is_left(world: World, _: None) -> str | None:
    left = world.operator.notices_due()
    return f"the notice about {left[0].reference} is still due" if left else None


@invariant("clicked")
def a_link_is_of_its_own_attempt(world: World, click: Click) -> str | None:
    if click.answer is not Answer.DONE or click.named == click.heard.reference:
        return None
    return f"the link of {click.heard.reference} disowned {click.named or 'nothing'}"


@invariant("clicked")
def a_link_works_once(world: World, click: Click) -> str | None:
    """And no other link of that attempt works after it."""
    before = [each for each in world.people.hearers.clicked if each.heard.reference == click.heard.reference]
    if click.answer is Answer.DONE and any(each.answer is Answer.DONE for each in before):
        return f"{click.heard.reference} is disowned a second time"
    return None


@invariant("row")
def nothing_is_booked_for_who_is_held(world: World, change: Change) -> str | None:
    before, after, *_ = change
    booked = after.state is State.ISSUING and (before is None or before.state is not State.ISSUING)
    if not booked or after.attempt is None:
        return None
    held = world.people.hearers.held.get(after.attempt.attempt.subject.id)
    return None if held is None else f"{after.number} gets a pass, and its person is held since {held:.1f}"


@invariant("settled")
def who_is_held_has_no_pass(world: World, _: None) -> str | None:
    for person in world.people.hearers.held:
        made = [each for each in world.truth.made.values() if each.born.user == person]
        live = [each for each in made if each.born in world.passes.live()]
        if live:
            return f"{live[0].name} lives, and its person said that they didn't ask"
    return None
