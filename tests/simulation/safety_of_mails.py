"""Safety: to whom a pass is mailed, when, how often, and what the ticket says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.domain.recipients import MailDestination, mail_destination
from connector.ledger.rows import Row
from tests.simulation.invariants import invariant
from tests.simulation.letters import Letter
from tests.simulation.safety_of_rows import Change
from tests.simulation.truth import Made, Patch
from tests.simulation.views import alive, held_back, row_of, used, was_used

if TYPE_CHECKING:
    from tests.simulation.world import World

SAYS_SO = ("replaces the pass in any earlier mail", "replaces any earlier pass")


@invariant("mail")
def no_pass_is_mailed_twice(world: World, letter: Letter) -> str | None:
    again = [each.made for each in world.truth.handings if each.way == "mail" and each.made in letter.passes]
    return f"{again[0].name} is mailed again" if again else None


@invariant("mail")
def never_mailed_beside_a_note(world: World, letter: Letter) -> str | None:
    """In whatever form it stands there, or stood."""
    both = [made for made in letter.passes if made.landed]
    return f"{both[0].name} is mailed, and its text came to stand on its ticket" if both else None


@invariant("patch")
def never_noted_beside_a_mail(world: World, patch: Patch) -> str | None:
    both = [made for made in patch.passes if made.mailed_at is not None]
    return f"{both[0].name} goes into a note, and was mailed" if both else None


@invariant("mail")
def no_mail_after_an_unsure_note(world: World, letter: Letter) -> str | None:
    """A note that nobody answered may land yet."""
    unsure = [each.made for each in world.truth.handings if each.way == "note" and each.taken is None]
    unsure = [made for made in unsure if made in letter.passes]
    return f"{unsure[0].name} is mailed, and nobody knows what became of its note" if unsure else None


@invariant("patch")
def no_note_after_an_unsure_mail(world: World, patch: Patch) -> str | None:
    sent = [each.made for each in world.truth.handings if each.way == "mail" and not each.refused]
    sent = [made for made in sent if made in patch.passes]
    return f"{sent[0].name} goes into a note, and its mail was not refused" if sent else None


@invariant("mail")
def mailed_only_to_the_manager(world: World, letter: Letter) -> str | None:
    """The one whom the directory named when the pass was planned, at the address that it named then."""
    for made in letter.passes:
        if why := _not_the_manager(world, letter, made):
            return f"{made.name} is mailed to {', '.join(letter.to)}: {why}"
    return None


def _not_the_manager(world: World, letter: Letter, made: Made) -> str | None:
    managers, attempt = world.people.managers, made.attempt
    place, begun = mail_destination(attempt.recipient), world.truth.planned[attempt.reference]
    of = attempt.subject.id if world.shape.manager_of == "subject" else attempt.requester
    if managers is None or place is None or of is None or letter.to != (place.address,):
        return "nobody planned that"
    if place.person not in managers.of(of, *begun):
        return "this is not who the directory named"
    if place.address not in managers.mails_of(place.person, *begun):
        return "this is not the address that the directory named"
    if place.person == attempt.subject.id:
        return "this is the person themself"
    if why := managers.unfit(place.person, begun[0]):
        return f"the manager {why}"
    return "the managers lead round in a circle" if managers.circled(of, begun[0]) else None


@invariant("mail")
def a_mail_is_kept_nowhere(world: World, letter: Letter) -> str | None:
    return "a copy of a mail with a pass stays in the mailbox" if letter.saved else None


@invariant("mail")
def the_next_mail_says_that_it_replaces(world: World, letter: Letter) -> str | None:
    later = [made for made in letter.passes if made.attempt.number > 1]
    return (
        f"the mail with {later[0].name} doesn't say that it replaces one"
        if later and not _says(letter.text)
        else None
    )


@invariant("patch")
def the_next_note_says_that_it_replaces(world: World, patch: Patch) -> str | None:
    later = [made for made in patch.passes if made.attempt.number > 1]
    said = any(_says(text) for text in patch.body.values())
    return f"the note with {later[0].name} doesn't say that it replaces one" if later and not said else None


def _says(text: str) -> bool:
    return any(words in text for words in SAYS_SO)


def _lost(world: World, made: Made) -> bool:
    """Whether it was mailed, and nobody said that it was taken, and nobody used it."""
    mails = [each for each in world.truth.handings if each.way == "mail" and each.made is made]
    return any(each.taken is None for each in mails) and not used(world, made)


@invariant("row")
def a_lost_mail_is_no_delivery(world: World, change: Change) -> str | None:
    """A lost reply leaves no trace on the ticket: nobody can tell that it was delivered."""
    _, after, *_ = change
    if not after.attempt or after.attempt.delivered_at is None:
        return None
    made = [
        each
        for each in world.truth.by_reference.get(after.attempt.attempt.reference, [])
        if _lost(world, each)
    ]
    return f"the mail with {made[0].name} was not answered, and counts as delivered" if made else None


@invariant("settled")
def lost_mails_are_revoked(world: World, _: None) -> str | None:
    for made in world.truth.made.values():
        if world.shape.calm and made.attempt.fence == 75 and _lost(world, made) and alive(world, made):
            return f"the mail with {made.name} was not answered, and it lives"
    return None


@invariant("patch")
def only_what_was_mailed_is_said_to_be(world: World, patch: Patch) -> str | None:
    """The word on a ticket that names a mailbox."""
    row = row_of(world, patch.ticket)
    place = _place(row) if row and not patch.passes else None
    if (
        row is None
        or row.attempt is None
        or place is None
        or not any(place.masked in text for text in patch.body.values())
    ):
        return None
    mine = [
        made for made in world.truth.made.values() if made.attempt.reference == row.attempt.attempt.reference
    ]
    sent = any(each.way == "mail" and each.made in mine and not each.refused for each in world.truth.handings)
    return None if sent else f"{row.number} is told of a mail to {place.masked}, and there was none"


@invariant("settled")
def the_ticket_says_to_whom(world: World, _: None) -> str | None:
    """Masked: enough for an agent who knows the manager. Where a pass was used while nobody knew what had
    become of it, nobody knows either which of two ways it went.
    """
    for row in world.known_rows.values():
        place = _place(row)
        if row.state is not State.LIVE or row.attempt is None or place is None or held_back(world):
            continue
        if "note" in world.shape.deliver and was_used(world, row):
            continue
        reference = row.attempt.attempt.reference
        mailed = any(made.mailed_at is not None for made in world.truth.by_reference.get(reference, []))
        if mailed and not any(reference in text and place.masked in text for text in world.notes(row.ticket)):
            return f"the pass of {row.number} was mailed to {place.masked}, and the ticket doesn't say so"
    return None


def _place(row: Row) -> MailDestination | None:
    return mail_destination(row.attempt.attempt.recipient) if row.attempt else None
