"""People who are held: they said that a pass wasn't asked for by them, and nothing is made for them until an
operator lets them go on. docs/decisions/0032
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.domain.events import Event
from connector.domain.outcome import No
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.ledger.observing import Observation, Seen
from connector.ledger.persons import ambiguous, last_names, persons_named
from connector.ledger.rows import UNNAMED, Operator, VerbResult
from connector.ledger.store import Opened

if TYPE_CHECKING:
    from connector.ledger.transaction import Transaction


@dataclass(frozen=True)
class Hold:
    """A person who is held, by their object id, since a time on the ledger's clock; and the pass that they
    disowned: its reference, and its ticket's desk and number. `subject`: None: their names are deleted.
    """

    person: str
    since: float
    desk: str
    number: str
    reference: str
    subject: Subject | None = None

    @property
    def no(self) -> No:
        """The refusal of every other pass."""
        said = f"The person says that they didn't ask for the pass {self.reference}."
        return No(Reason.SUBJECT_HELD, said)


def hold(db: Transaction, new: Hold) -> None:
    """Hold a person. Who is held already stays held for the first pass."""
    if db.observed(Seen.HELD, new.person) is None:
        known = {"desk": new.desk, "number": new.number, "reference": new.reference}
        db.observe(Observation(Seen.HELD, new.person, new.since, json.dumps(known)))


def hold_of(db: Transaction, person: str) -> Hold | None:
    """The hold of a person, by object id; None: they are not held."""
    found = db.observed(Seen.HELD, person)
    return _hold(found) if found else None


class HoldVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be read or written."""

    def subject_held(self, person: str) -> No | None:
        """The refusal of a person who is held, by object id; None: they are not."""
        found = self.read(lambda db: hold_of(db, person))
        return found.no if found else None

    def holds(self) -> Sequence[Hold]:
        """Everybody who is held, the longest first."""

        def verb(db: Transaction) -> list[Hold]:
            found = db.observations(Seen.HELD)
            known = last_names(db) if found else {}
            return [_hold(each, known.get(each.key)) for each in found]

        return self.read(verb)

    def unhold(self, who: str, by: Operator = UNNAMED, why: str = "") -> VerbResult:
        """Let a person have passes again: by sign-in name, name or object id. Their tickets stay refused
        until they are put into the queue again.
        """

        def verb(db: Transaction) -> VerbResult:
            word = " ".join(who.split())
            ids = persons_named(db, word)
            theirs = [each for each in db.observations(Seen.HELD) if each.key in ids]
            if len(theirs) > 1:
                return VerbResult(False, ambiguous(word, {each.key for each in theirs}))
            if not theirs:
                why_not = "isn't held" if ids else "is nobody whom the ledger knows; give the object id"
                return VerbResult(False, f"{word} {why_not}.")
            found = _hold(theirs[0])
            db.switch("paused", hold=True)  # as the bookings do: nobody is held and booked at once
            db.forget(Seen.HELD, found.person)
            said = {"subject": found.person, "reference": found.reference, **by.detail(why)}
            db.record_event(Event.UNHELD, said, self.clock())
            return VerbResult(True, f"{word} may have passes again; put the ticket into the queue again.")

        return self.write(verb)


def _hold(found: Observation, subject: Subject | None = None) -> Hold:
    """Somebody may have edited the ledger: what can't be read holds all the same."""
    try:
        known = json.loads(found.value)
    except ValueError:
        known = {}
    known = known if isinstance(known, dict) else {}
    desk, number, reference = (str(known.get(each, "")) for each in ("desk", "number", "reference"))
    return Hold(found.key, found.at, desk, number, reference, subject)
