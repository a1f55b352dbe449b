"""A ticket whose text names two people gets a pass for neither, unless the mapping says which counts."""

from __future__ import annotations

import pytest

from tests.endtoend.office import Office
from tests.searching import SEARCH

FROM_CALLER = "subject: {from: caller.email, then: [trim, lower]}"


def from_text(office: Office, step: str) -> None:
    office.rewrite(
        "calls.yaml",
        (FROM_CALLER, f"subject: {{from: request, then: [{{extract: {step}}}, lower]}}"),
        more="allow: {requester: [anyone]}\n",
    )
    office.rewrite("config.yaml", more="floor: {requester_at_most: [subject, manager, group, anyone]}\n")
    for name in ("user08", "user31"):
        office.user(name)


def replied(office: Office, first: str, later: str) -> str:
    ticket = office.ticket("ann.lee", request=f"new user name: {first}@contoso.com")
    office.desk.edit(ticket, request=f"in fact: new user name: {later}@contoso.com")
    return ticket


def test_two_names_in_the_texts_of_a_call_refuse_it(office: Office) -> None:
    from_text(office, r"'new user name: (\S+)'")
    ticket, same = replied(office, "user08", "user31"), replied(office, "user08", "User08")
    assert office.once().outcomes() == {
        office.number(ticket): ("refused", "subject_ambiguous"),
        office.number(same): ("delivered", None),
    }
    assert [each.user for each in office.graph.passes.issued] == [office.people["user08"]]


@SEARCH
@pytest.mark.parametrize(("pick", "name"), [("first", "user31"), ("last", "user08")])
def test_a_mapping_that_picks_one_says_so_in_explain(office: Office, pick: str, name: str) -> None:
    """TOPdesk joins the texts newest first."""
    from_text(office, rf"{{pattern: 'new user name: (\S+)', pick: {pick}}}")
    ticket = replied(office, "user08", "user31")
    said = " ".join(office.run("explain", "bureau", office.number(ticket)).out.split())
    assert f'of 2 different parts the {pick} counts, "{name}@contoso.com"' in said
    assert office.once().outcomes() == {office.number(ticket): ("delivered", None)}
    assert [each.user for each in office.graph.passes.issued] == [office.people[name]]
