"""Who approved and who is handed the pass, as the directory knows them: found by mail, exactly once, in the
first call.
"""

from __future__ import annotations

import pytest

from connector.domain.outcome import No
from connector.domain.reasons import Reason
from connector.guards.evidence import Evidence, Missing, Person, Wanted
from connector.mapping import Key
from tests.entra.tenant import ANN, BOB, EVE, Tenant, reaching, user
from tests.entra.test_directory import ANN_UPN, BOB_UPN, prove, proven

KIM, FRED = (f"{digit * 8}-3333-4333-8333-333333333333" for digit in "cf")
KIM_MAIL, FRED_MAIL = Key("kim@contoso.com", "mail"), Key("fred@contoso.com", "mail")
EYES = Wanted(approvers=(KIM_MAIL,), recipient=FRED_MAIL)


def company(*more: dict[str, object], filters: bool = True) -> Tenant:
    known = [user(KIM, "k.boss@contoso.com", mail="Kim@contoso.com"), user(FRED, "fred@contoso.com"), *more]
    return Tenant(users=[*Tenant().users, *known], filters=filters)


def ids(evidence: Evidence) -> list[str | None]:
    return [each.id if each else None for each in evidence.approvers]


def test_four_eyes_cost_no_call_more() -> None:
    tenant = company()
    evidence = proven(tenant, ANN_UPN, BOB_UPN, wanted=EYES)
    assert ids(evidence) == [KIM]
    assert isinstance(evidence.recipient, Person)
    assert evidence.recipient.id == FRED
    assert [len(batch) for batch in tenant.batches] == [6, 7]
    assert {("mail", "kim@contoso.com"), ("mail", "fred@contoso.com")} < set(tenant.looked_for)


def test_with_object_ids_all_is_one_call() -> None:
    tenant = company()
    assert ids(proven(tenant, Key(ANN), Key(BOB), wanted=EYES)) == [KIM]
    assert len(tenant.batches) == 1


@pytest.mark.parametrize("tenant", [Tenant(), company(user(EVE, "eve@contoso.com", mail="kim@contoso.com"))])
def test_an_approver_who_is_not_there_exactly_once_is_not_known(tenant: Tenant) -> None:
    assert ids(proven(tenant, ANN_UPN, wanted=Wanted(approvers=(KIM_MAIL, None)))) == [None, None]


def test_an_approver_who_can_be_nobody_is_not_known() -> None:
    odd = (Key(" ", "mail"), Key("a\nb@contoso.com", "mail"))
    assert ids(proven(company(), ANN_UPN, wanted=Wanted(approvers=(*odd, KIM_MAIL)))) == [None, None, KIM]


def test_a_dropped_filter_makes_nobody_an_approver() -> None:
    evidence = proven(
        company(filters=False),
        ANN_UPN,
        wanted=Wanted(approvers=(Key("nobody@contoso.com", "mail"), KIM_MAIL)),
    )
    assert ids(evidence) == [None, KIM]


def test_an_answer_that_got_lost_is_an_approver_who_is_not_known() -> None:
    tenant = company()
    tenant.drop = "approver-0"
    assert ids(proven(tenant, ANN_UPN, wanted=EYES)) == [None]


@pytest.mark.parametrize("tenant", [Tenant(), company(user(EVE, "eve@contoso.com", mail="fred@contoso.com"))])
def test_a_recipient_who_is_not_there_exactly_once_is_missing(tenant: Tenant) -> None:
    with reaching(tenant) as it:
        found = prove(it, ANN_UPN, None, EYES)
    assert isinstance(found, No)
    assert found.reason is Reason.RECIPIENT_MISSING


def test_a_recipient_whom_the_ticket_does_not_name_stays_so() -> None:
    gap = Missing("it can't be read")
    assert proven(company(), ANN_UPN, wanted=Wanted(recipient=gap)).recipient is gap
    assert proven(company(), ANN_UPN, wanted=Wanted()).recipient is None
