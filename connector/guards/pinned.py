"""The account behind the ticket's name is the one that was there when the ticket was first judged."""

from __future__ import annotations

from connector.domain.outcome import No
from connector.domain.people import Involved, Subject
from connector.domain.pins import MOST, Pin, name_of
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.guards.evidence import Missing, Person
from connector.mapping import Key

SIGN_IN_NAME = "upn"


def pins_of(key: Key, person: Person) -> tuple[Pin, ...]:
    """The pins of a person: by what the ticket calls them, and by their sign-in name."""
    created = None if isinstance(person.created, Missing) else person.created
    names = dict.fromkeys((called(key), name_of(SIGN_IN_NAME, person.upn)))
    return tuple(Pin(name, person.id, created) for name in names)


def named(person: Person) -> Subject:
    return Subject(person.id, person.upn, person.name)


def called(key: Key) -> str:
    """The name of a pin by what a ticket calls the person."""
    return name_of(SIGN_IN_NAME if key.find_by == "upn_or_id" else key.find_by, key.value)


def seen(key: Key, person: Person) -> Involved:
    """The people a verdict is about, where no more than the person is known."""
    return Involved(named(person), pins=pins_of(key, person))


def same_account(claim: Claim, key: Key, person: Person) -> No | None:
    """Refuse another account behind a name that this ticket carried before, whatever it named meanwhile.
    Where such a name was erased, refuse every other account.
    """
    mine = pins_of(key, person)
    known = {pin.name: pin for pin in claim.pins}
    other = any(pin.name in known and known[pin.name].differs(pin.id, pin.created) for pin in mine)
    if other or any(pin.erased and pin.id != person.id for pin in claim.pins):
        return No(
            Reason.SUBJECT_CHANGED,
            f"{person.upn} belongs to another account than when the ticket was first judged.",
        )
    if len(known.keys() | {pin.name for pin in mine}) > MOST:
        return No(Reason.SUBJECT_CHANGED, "The ticket has named too many people; open another one.")
    return None
