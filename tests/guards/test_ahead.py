"""The judge looks for the people of several tickets ahead, and whatever goes wrong there stops nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from connector.domain.errors import Down
from connector.domain.outcome import No, NotYet
from connector.domain.ticket import MappedTicket, Ticket
from connector.guards.evidence import Evidence, Wanted
from connector.guards.judge import MappingJudge
from connector.lifecycle.roles import OnFound, nothing
from connector.mapping import Allow, Facts, Key, Mapping, Pipeline, Watch

MAPPING = Mapping("m", "contoso", "incident", Watch(()), {"subject": Pipeline(("caller_id.email",))})


@dataclass
class Hearing:
    """A directory that writes down for whom it was asked ahead."""

    raises: Exception | None = None
    asked: list[list[str]] = field(default_factory=list)

    def prove(self, facts: Facts, wanted: Wanted, on_found: OnFound = nothing) -> Evidence | No | NotYet:
        raise NotImplementedError

    def ahead(self, asked: Sequence[tuple[Facts, Wanted]]) -> None:
        self.asked.append([facts.subject.value for facts, _ in asked])
        if self.raises:
            raise self.raises


def mapped(judge: MappingJudge, email: str) -> MappedTicket:
    fields = {"caller_id.email": email} if email else {}
    return judge.mapped(Ticket("https://x", email, "INC1", fields, open=True, mailed=False, links=""))


def test_each_ticket_that_could_be_mapped_is_asked_for() -> None:
    directory = Hearing()
    judge = MappingJudge(MAPPING, directory)
    judge.ahead([mapped(judge, each) for each in ("ann@contoso.com", "", "bob@contoso.com")])
    assert directory.asked == [["ann@contoso.com", "bob@contoso.com"]]


@pytest.mark.parametrize("error", [Down("entra", "it answers 503"), KeyError("nobody foresaw it")])
def test_what_goes_wrong_ahead_is_raised_to_nobody(error: Exception) -> None:
    directory = Hearing(error)
    judge = MappingJudge(MAPPING, directory)
    judge.ahead([mapped(judge, "ann@contoso.com")])
    assert directory.asked == [["ann@contoso.com"]]


def test_a_ticket_that_nobody_foresaw_costs_the_others_nothing() -> None:
    directory = Hearing()
    judge = MappingJudge(replace(MAPPING, allow=Allow(four_eyes=True)), directory)
    odd = replace(mapped(judge, "odd@contoso.com"), ticket=cast(Ticket, object()))
    judge.ahead([odd, mapped(judge, "ann@contoso.com")])
    assert directory.asked == [["ann@contoso.com"]]


def test_the_desk_is_not_asked_who_approved_and_a_shadow_asks_for_nobody() -> None:
    def never(ticket: Ticket) -> Sequence[Key | None]:
        raise AssertionError("asked who approved")

    directory = Hearing()
    judge = MappingJudge(replace(MAPPING, allow=Allow(four_eyes=True)), directory, approvers=never)
    judge.ahead([mapped(judge, "ann@contoso.com")])
    shadow = MappingJudge(replace(MAPPING, shadow=True), directory)
    shadow.ahead([mapped(shadow, "bob@contoso.com")])
    assert {each for asked in directory.asked for each in asked} == {"ann@contoso.com"}
