"""Deleting passes in Entra while a person waits: what became of it, in one sentence."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.operating.times import clock

if TYPE_CHECKING:
    from connector.domain.ticket import Attempt, Claim
    from connector.lifecycle.roles import Issuer

_NEXT = "the next sweeps make sure, and say so on the ticket."


@dataclass(frozen=True)
class Deletion:
    """The end of a try to delete. `taken`: how many Entra took; `refused`, `down`: why it took none.

    `booked`: the ledger knows that the pass must go, so that sweeps try again.
    """

    attempt: Attempt
    taken: int = 0
    refused: str = ""
    down: str = ""
    booked: bool = True

    @property
    def exit_code(self) -> int:
        return 1 if self.refused else 3 if self.down else 0

    @property
    def sentence(self) -> str:
        if self.refused:
            return f"Entra doesn't delete the pass: {self.refused} {self._until}"
        if self.down:
            return f"Entra can't be reached: {self.down} {self._until}"
        if self.taken:
            return f"The pass was deleted at {clock(time.time())}; {_NEXT}"
        return f"Entra shows no pass of it; {_NEXT}"

    @property
    def _until(self) -> str:
        """Say how long it may work, and who tries again."""
        end = clock(self.attempt.end)
        if self.booked:
            return (
                "The revocation is booked, and the next sweeps try again; the pass may work until then, at "
                f"most until {end}."
            )
        return f"Nothing is booked, so run this again; the pass may work until {end}."


def may_be_out(claim: Claim) -> bool:
    """Tell whether a pass of the row may be in Entra."""
    from connector.domain.outcome import State

    if claim.state is State.SETTLING:
        return claim.next_state is State.LIVE
    return claim.attempt is not None and claim.state in {
        State.ISSUING,
        State.DELIVERING,
        State.REVOKING,
        State.LIVE,
    }


def delete_now(issuer: Issuer, attempt: Attempt, *, booked: bool = True) -> Deletion:
    """Delete every pass that a look shows, and the known id even where the look fails or doesn't show it."""
    from connector.domain.errors import Down
    from connector.domain.outcome import DidNot, Happened
    from connector.domain.reasons import Reason

    doomed, taken = {attempt.pass_id} if attempt.pass_id else set[str](), 0
    down, refused = "", ""
    try:
        existing = issuer.look(attempt.subject.id, urgent=True)
        doomed |= {each.id for each in existing if each.belongs_to(attempt)}
    except Down as why:
        down, refused = ("", f"{why.sentence}.") if why.alone else (why.sentence, "")
    for each in sorted(doomed):
        match issuer.delete(attempt.subject.id, each):
            case Happened():
                taken += 1
            case DidNot(Reason.DIRECTORY_UNREACHABLE, _, detail):
                down = down or detail
            case DidNot(_, _, detail):
                refused = detail or "it gives no reason."
            case unknown:
                down = down or unknown.detail
    if taken and taken == len(doomed) and attempt.pass_id:
        down = refused = ""  # what is known was deleted; a look would only have told of a second one
    return Deletion(attempt, taken, _ended(refused), _ended(down), booked)


def _ended(text: str) -> str:
    """The detail as the end of our own sentence."""
    text = text.removeprefix("Entra can't be reached: ")
    return text if not text or text.endswith(".") else f"{text}."
