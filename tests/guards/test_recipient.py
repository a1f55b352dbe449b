"""A pass is mailed to a manager who is there, can sign in, is one of ours, has a mailbox of ours, and isn't
the person.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.domain.outcome import No
from connector.domain.reasons import Reason
from connector.domain.recipients import MailDestination
from connector.guards import Case
from connector.guards.evidence import Evidence, ManagerRecipient, Missing, Person
from connector.guards.recipient import ManagerMayReceive, mailbox
from connector.mapping import Mapping
from connector.mapping.keys.floor import Floor
from tests.guards.test_guards import ANN, GAP, GOOD, MAPPING

BOSS = Person(
    "m1", "grace.boss@contoso.com", "Grace Boss", "Grace.Boss@contoso.com", enabled=True, external=False
)
SUPERIOR = ManagerRecipient(BOSS, verified=True, cyclic=False)
MAILED = replace(GOOD, manager_recipient=SUPERIOR)


ONLY, OR_NOTE = (
    replace(MAPPING, deliver=("manager_mail",)),
    replace(MAPPING, deliver=("manager_mail", "note")),
)


def said(evidence: Evidence = MAILED, mapping: Mapping = ONLY) -> str | None:
    found = ManagerMayReceive().check(Case(mapping, Floor(), evidence))
    return found.reason.value if found else None


def about(person: Person = BOSS, **change: Any) -> Evidence:
    return replace(MAILED, manager_recipient=replace(SUPERIOR, person=person, **change))


def test_an_ordinary_manager_is_mailed_at_the_address_of_the_directory() -> None:
    assert said() is None
    assert mailbox(MAILED) == MailDestination("m1", "Grace.Boss@contoso.com")


def test_where_nobody_is_mailed_there_is_nothing_to_say() -> None:
    assert said(GOOD) is None
    assert mailbox(GOOD) is None


@pytest.mark.parametrize(
    "evidence",
    [
        about(replace(BOSS, id=ANN.id)),
        about(replace(BOSS, enabled=False)),
        about(replace(BOSS, external=True)),
        about(replace(BOSS, mail=None)),
        about(replace(BOSS, mail="ANN.LEE@contoso.com")),
        about(replace(BOSS, mail='"a b"@contoso.com')),
        about(replace(BOSS, mail="a|b@contoso.com")),
        about(replace(BOSS, mail="grace\u212a@contoso.com")),
        about(replace(BOSS, mail="grace@contoso.com\nbcc: eve@example.org")),
        about(replace(BOSS, mail="grace@contoso.com, eve@example.org")),
        about(verified=False),
        about(cyclic=True),
        replace(MAILED, subject=replace(ANN, mail=None, upn="grace.boss@CONTOSO.com")),
    ],
)
def test_whoever_may_not_be_mailed_is_not(evidence: Evidence) -> None:
    assert said(evidence) == "recipient_not_allowed"
    assert mailbox(evidence) is None


def test_nobody_to_mail_to_is_said_with_its_own_reason() -> None:
    nobody = No(Reason.RECIPIENT_MISSING, "Ann has no manager in the directory.")
    evidence = replace(MAILED, manager_recipient=nobody)
    assert said(evidence) == "recipient_missing"
    assert mailbox(evidence) is None


@pytest.mark.parametrize(
    "evidence",
    [
        replace(MAILED, manager_recipient=GAP),
        about(replace(BOSS, enabled=GAP)),
        about(replace(BOSS, external=GAP)),
        about(verified=GAP),
        about(cyclic=GAP),
    ],
)
def test_what_is_not_known_is_never_a_yes(evidence: Evidence) -> None:
    assert said(evidence) == "evidence_missing"
    assert mailbox(evidence) is None


def test_a_no_goes_before_what_is_not_known() -> None:
    assert said(about(replace(BOSS, enabled=False), cyclic=Missing("unread"))) == "recipient_not_allowed"


def test_where_a_note_does_instead_a_no_is_none_and_what_is_not_known_still_waits() -> None:
    assert said(about(cyclic=True), OR_NOTE) is None
    assert said(about(cyclic=GAP), OR_NOTE) == "evidence_missing"
