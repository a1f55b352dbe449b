"""A judge that asks for the names of each ticket ahead of its turn, as a sweep does for several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.domain.outcome import No, NotYet
from connector.domain.ticket import Claim, MappedTicket, Plan
from connector.guards.judge import MappingJudge
from connector.lifecycle.roles import OnFound, nothing


@dataclass(frozen=True)
class AheadJudge(MappingJudge):
    """`between`: what happens until the ticket's turn comes."""

    between: Callable[[], None] = nothing

    def judge(self, claim: Claim, mapped: MappedTicket, on_found: OnFound = nothing) -> Plan | No | NotYet:
        self.ahead([mapped])
        self.between()
        return super().judge(claim, mapped, on_found)
