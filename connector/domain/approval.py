"""Approvals, and what they are of: nouns of the question whether a ticket was approved as it is now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ApprovalRecord:
    """The desk's own records of the approval that stands on a ticket.

    `proof`: why it is of what the ticket says now, in words; "": the records don't prove that.
    `why`: a sentence for agents where they don't. `void`: they show the contrary.
    `mark`: the approval's own identity, `ID` or `ID@TIME`; "": none is shown.
    """

    proof: str = ""
    why: str = ""
    void: bool = False
    mark: str = ""


@dataclass(frozen=True)
class ApprovalLook:
    """A look at a ticket whose mapping asks for an approval.

    `content`: digest of all that is approved. `written`: the same, with the times at which it was written as
    far as the desk shows them. None: the ticket can't be mapped. `mark`: of the approval, where it is shown.
    """

    approved: bool
    content: str | None
    written: str | None
    mark: str = ""

    @property
    def kept(self) -> str | None:
        """Text by which the ledger keeps an approval that was seen."""
        return self.content and f"{self.mark or NO_MARK} {self.content}"


NO_MARK = "-"


def changed_since(kept: str | None, look: ApprovalLook) -> bool:
    """Tell whether the very approval that was seen before stands on a ticket that says something else now."""
    if kept is None or not look.approved or look.content is None:
        return False
    mark, _, content = kept.partition(" ")
    return content != look.content and not another(mark, look.mark or NO_MARK)


def another(before: str, now: str) -> bool:
    """Tell whether two marks are of two approvals. A record that shows no time of its own may be the same."""
    if NO_MARK in (before, now):
        return False
    (was, _, then), (is_, _, at) = before.partition("@"), now.partition("@")
    return was != is_ or bool(then and at and then != at)
