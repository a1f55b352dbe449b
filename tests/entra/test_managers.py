"""A manager is who the directory says; what it doesn't say is never a yes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from connector.domain.outcome import No
from connector.domain.reasons import Reason
from connector.entra.managers import LEVELS, DisplayNames, Managers
from connector.guards.evidence import ManagerRecipient, Missing, Person
from tests.entra.tenant import ANN, BOB, EVE, FORBIDDEN, NOT_FOUND, reaching, user
from tests.http.loopback import Asked, Says

SUBJECT = Person(ANN, "ann.lee@contoso.com", "Ann", None, enabled=True, external=False)
DOMAINS = {
    "value": [{"id": "t1", "verifiedDomains": [{"name": "Contoso.com"}, {"name": "contoso.onmicrosoft.com"}]}]
}


OLD = {"userType": None}


class Company:
    """`above`: whose manager is who. `instead`: other answers, by the end of a path."""

    def __init__(self, above: dict[str, str] | None = None, **instead: Says) -> None:
        self.above = {ANN: BOB} if above is None else above
        self.manager, self.instead = user(BOB, "bob@contoso.com"), instead
        self.asked: list[str] = []

    def __call__(self, asked: Asked) -> Says:
        path = asked.path.removeprefix("/v1.0")
        if path == "/$batch":
            parts = [(each["id"], each["url"].partition("?")[0]) for each in asked.json["requests"]]
            replies = [(id_, self.one(url)) for id_, url in parts]
            return Says(
                200,
                {
                    "responses": [
                        {"id": id_, "status": says.status, "body": says.body} for id_, says in replies
                    ]
                },
            )
        return self.one(path)

    def one(self, path: str) -> Says:
        self.asked.append(path)
        if path == "/organization":
            return self.instead.get("organization", Says(200, DOMAINS))
        id_ = path.split("/")[2]
        if id_ == ANN and "manager" in self.instead:
            return self.instead["manager"]
        if id_ != ANN and "chain" in self.instead:
            return self.instead["chain"]
        boss = self.above.get(id_)
        return Says(200, {**self.manager, "id": boss}) if boss else NOT_FOUND


@contextmanager
def managed(company: Company) -> Iterator[Any]:
    with reaching(company) as it:
        managers = Managers(it.graph, it.time)

        def ask() -> Any:
            return managers.recipient(it.graph.batch(list(managers.requests(ANN))), SUBJECT)

        ask.time = it.time  # type: ignore[attr-defined]
        yield ask


def found(company: Company) -> Any:
    with managed(company) as ask:
        return ask()


def test_a_manager_is_told_with_everything_that_is_judged() -> None:
    superior = found(Company())
    boss = Person(BOB, "bob@contoso.com", "Bob", "bob@contoso.com", True, external=False, restricted=False)
    assert superior.person == replace(boss, created=superior.person.created)
    assert superior == ManagerRecipient(superior.person, verified=True, cyclic=False)


def test_nobody_above_is_a_no() -> None:
    no = found(Company({}))
    assert isinstance(no, No)
    assert no.reason is Reason.RECIPIENT_MISSING


def test_a_contact_is_no_account() -> None:
    contact = {
        "@odata.type": "#microsoft.graph.orgContact",
        "id": BOB,
        "displayName": "Bob",
        "mail": "bob@contoso.com",
    }
    no = found(Company(manager=Says(200, contact)))
    assert isinstance(no, No)
    assert no.reason is Reason.RECIPIENT_NOT_ALLOWED


@pytest.mark.parametrize(
    "says",
    [
        FORBIDDEN,
        Says(200, {"id": BOB, "userPrincipalName": None}),
        Says(200, {}),
        Says(400, {"error": {"code": "X"}}),
    ],
)
def test_a_manager_who_cannot_be_read_is_missing(says: Says) -> None:
    assert isinstance(found(Company(manager=says)), Missing)


@pytest.mark.parametrize(
    ("mail", "verified"),
    [
        ("bob@CONTOSO.com", True),
        ("bob@contoso.onmicrosoft.com", True),
        ("bob@mail.contoso.com", False),
        ("bob@contoso.com.example.org", False),
        ("bob@contoso.com@example.org", False),
        ("bob", False),
        (None, False),
    ],
)
def test_a_mail_address_is_the_tenants_where_its_whole_domain_is(mail: str | None, verified: bool) -> None:
    company = Company()
    company.manager["mail"] = mail
    assert found(company).verified is verified


@pytest.mark.parametrize(
    "says",
    [FORBIDDEN, NOT_FOUND, Says(200, {"value": []}), Says(200, {"value": [{"verifiedDomains": None}]})],
)
def test_domains_that_cannot_be_read_are_missing(says: Says) -> None:
    assert isinstance(found(Company(organization=says)).verified, Missing)


@pytest.mark.parametrize(
    "above",
    [
        {ANN: ANN},
        {ANN: BOB, BOB: ANN},
        {ANN: BOB, BOB: EVE, EVE: ANN},
        {ANN: BOB, BOB: EVE, EVE: BOB},
        {ANN: BOB, BOB: BOB},
    ],
)
def test_managers_that_lead_back_are_a_loop(above: dict[str, str]) -> None:
    assert found(Company(above)).cyclic is True


def test_a_loop_is_seen_whatever_the_case_of_the_ids() -> None:
    assert found(Company({ANN: BOB, BOB: ANN.upper()})).cyclic is True


def test_a_chain_without_an_end_is_not_followed_for_ever() -> None:
    ids = [f"{number:08}-1111-4111-8111-111111111111" for number in range(LEVELS + 2)]
    chain = dict(zip([ANN, *ids], ids, strict=False))
    assert isinstance(found(Company(chain)).cyclic, Missing)


def test_a_chain_that_cannot_be_read_is_missing() -> None:
    assert isinstance(found(Company(chain=FORBIDDEN)).cyclic, Missing)


def test_domains_and_the_chain_are_kept_for_a_while_and_the_manager_never() -> None:
    company = Company({ANN: BOB, BOB: EVE})
    with managed(company) as ask:
        ask()
        assert len(company.asked) == 4
        ask()
        assert company.asked[4:] == [f"/users/{ANN}/manager"]
        ask.time.now += 301
        assert ask().verified is True
        assert len(company.asked) == 9


def test_domains_that_get_old_while_they_are_used_are_still_known() -> None:
    with reaching(Company()) as it:
        managers = Managers(it.graph, it.time)
        managers.recipient(it.graph.batch(list(managers.requests(ANN))), SUBJECT)
        said = it.graph.batch(list(managers.requests(ANN)))
        it.time.now += 301
        superior = managers.recipient(said, SUBJECT)
    assert isinstance(superior, ManagerRecipient)
    assert superior.verified is True


def test_names_are_known_of_who_was_looked_up() -> None:
    names = DisplayNames()
    names.keep(None)
    names.keep(replace(SUBJECT, name="Ann Lee"))
    assert (names(ANN), names(BOB)) == ("Ann Lee", "")


@pytest.mark.parametrize(
    ("more", "external"),
    [({}, False), ({"creationType": "Invitation"}, True), ({"identities": []}, None)],
)
def test_a_manager_without_a_user_type_is_what_the_rest_says(
    more: dict[str, Any], external: bool | None
) -> None:
    company = Company()
    company.manager = {**company.manager, **OLD, **more}
    known = found(company).person.external
    assert isinstance(known, Missing) if external is None else known is external
    assert company.asked.count("/organization") == 1
