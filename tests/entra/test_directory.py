"""Who the people of a ticket are."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

import pytest

from connector.domain.errors import Down
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.entra.directory import EntraDirectory
from connector.guards.evidence import Evidence, Missing, Wanted
from connector.mapping import Facts, Key
from connector.mapping.keys.fields import PROPERTIES
from connector.simulators.graph.tenant import Tenant as SimulatedTenant
from tests.entra.no_paths import NoPaths
from tests.entra.tenant import ANN, BOB, EVE, FORBIDDEN, NOT_FOUND, Reached, Tenant, reaching, user
from tests.http.loopback import Says

ANN_UPN = Key("ann.lee@contoso.com")
OWN = {
    "signInType": "userPrincipalName",
    "issuer": "contoso.com",
    "issuerAssignedId": "ann.lee@contoso.com",
}
BOB_UPN = Key("bob@contoso.com")
NOBODY = Key("nobody@contoso.com")


def facts(subject: Key, requester: Key | None = None) -> Facts:
    return Facts(subject, requester, {}, "digest")


def prove(
    it: Reached, subject: Key = ANN_UPN, requester: Key | None = None, wanted: Wanted | None = None
) -> Evidence | No | NotYet:
    return EntraDirectory(it.graph, NoPaths(), monotonic=it.time).prove(
        facts(subject, requester), wanted or Wanted()
    )


def proven(tenant: Tenant, *asked: Any, **more: Any) -> Evidence:
    with reaching(tenant) as it:
        found = prove(it, *asked, **more)
    assert isinstance(found, Evidence)
    return found


def refused(tenant: Tenant, *asked: Any) -> Reason:
    with reaching(tenant) as it:
        found = prove(it, *asked)
    assert isinstance(found, No | NotYet)
    return found.reason


def test_a_ticket_that_names_people_costs_two_calls() -> None:
    tenant = Tenant()
    with reaching(tenant) as it:
        assert isinstance(prove(it, ANN_UPN, BOB_UPN, Wanted(requester_groups=(EVE,))), Evidence)
    assert it.there.routes == ["POST /v1.0/$batch"] * 2
    assert [sorted(each["id"] for each in batch) for batch in tenant.batches] == [
        ["domains", "policy", "requester", "subject"],
        [
            "assignments",
            "checked-0",
            "eligibilities",
            "group-eligibilities",
            "manager",
            "memberships",
            "owned",
            "passes",
        ],
    ]


def test_a_ticket_that_names_object_ids_costs_one_call() -> None:
    tenant = Tenant(in_groups={EVE})
    evidence = proven(tenant, Key(ANN.upper()), Key(BOB, "id"), Wanted(requester_groups=(EVE,)))
    assert (evidence.subject.id, evidence.requester and evidence.requester.id) == (ANN, BOB)
    assert evidence.requester_groups == frozenset({EVE})
    assert len(tenant.batches) == 1


def test_the_policy_is_asked_for_every_five_minutes_only() -> None:
    tenant = Tenant()
    with reaching(tenant) as it:
        directory = EntraDirectory(it.graph, NoPaths(), monotonic=it.time)
        for passed in (0, 299, 2):
            it.time.now += passed
            evidence = directory.prove(facts(ANN_UPN), Wanted())
            assert isinstance(evidence, Evidence)
            assert not isinstance(evidence.policy, Missing)
    firsts = tenant.batches[::2]
    assert ["policy" in [each["id"] for each in batch] for batch in firsts] == [True, False, True]


def test_a_policy_that_could_not_be_read_is_not_kept() -> None:
    tenant = Tenant(instead={"/TemporaryAccessPass": [FORBIDDEN, Says(200, {"state": "enabled"}), FORBIDDEN]})
    with reaching(tenant) as it:
        directory = EntraDirectory(it.graph, NoPaths(), monotonic=it.time)
        for _ in range(3):
            evidence = directory.prove(facts(ANN_UPN), Wanted())
            assert isinstance(evidence, Evidence)
            assert isinstance(evidence.policy, Missing)


def test_who_asks_for_themselves_is_looked_up_once() -> None:
    tenant = Tenant(in_groups={EVE})
    evidence = proven(tenant, ANN_UPN, Key("ann.lee@contoso.com"), Wanted(requester_groups=(EVE,)))
    assert evidence.requester is evidence.subject
    assert evidence.requester_groups == frozenset({EVE})
    assert len(tenant.looked_for) == 1


def test_who_is_named_in_two_ways_is_the_same_person() -> None:
    evidence = proven(Tenant(), ANN_UPN, Key("ann.lee@contoso.com", "mail"))
    assert evidence.requester
    assert evidence.requester.id == evidence.subject.id


@pytest.mark.parametrize(
    "upn",
    [
        "o'brien@contoso.com",
        "''@contoso.com",
        "a+b@contoso.com",
        "100%@contoso.com",
        "a%27b@contoso.com",
        "$cash@contoso.com",
        "x#1@contoso.com",
        "a&$select=id@contoso.com",
        "x' or userType eq 'Member@contoso.com",
        "a b/c\\d?e=f@contoso.com",
        "zoë.łukasiewicz@contoso.com",
        "李@contoso.com",
    ],
)
def test_odd_sign_in_names_arrive_as_they_are(upn: str) -> None:
    tenant = Tenant(users=[user(BOB, "bob@contoso.com"), user(ANN, upn)])
    evidence = proven(tenant, Key(upn, "upn"))
    assert evidence.subject.id == ANN
    assert tenant.looked_for == [("userPrincipalName", upn)]


def test_a_filter_is_encoded_once() -> None:
    tenant = Tenant(users=[user(ANN, "o'b+r@contoso.com")])
    proven(tenant, Key("o'b+r@contoso.com"))
    url = tenant.batches[0][0]["url"]
    assert "%2B" in url
    assert unquote_plus(url).startswith(
        "/users?$filter=userPrincipalName eq 'o''b+r@contoso.com'&$select=id,"
    )


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        (Key("ann@example.org", "mail"), ("mail", "ann@example.org")),
        (Key("E-1", "employee_id"), ("employeeId", "E-1")),
        (Key("ANN.LEE@contoso.com", "upn"), ("userPrincipalName", "ANN.LEE@contoso.com")),
    ],
)
def test_a_person_is_found_by_what_the_mapping_says(key: Key, asked: tuple[str, str]) -> None:
    tenant = Tenant(
        users=[
            user(BOB, "bob@contoso.com"),
            user(ANN, "ann.lee@contoso.com", mail="ann@example.org", employeeId="e-1"),
        ]
    )
    assert proven(tenant, key).subject.id == ANN
    assert tenant.looked_for == [asked]


@pytest.mark.parametrize(
    "key",
    [
        Key("not-an-id", "id"),
        Key(""),
        Key("  "),
        Key("a\nb@contoso.com"),
        Key("me", "id"),
        Key("../groups", "id"),
    ],
)
def test_what_names_nobody_is_not_even_asked_for(key: Key) -> None:
    tenant = Tenant()
    assert refused(tenant, key) is Reason.SUBJECT_NOT_FOUND
    assert refused(tenant, ANN_UPN, key) is Reason.REQUESTER_NOT_FOUND
    assert tenant.batches == []


def test_nobody_and_more_than_one_are_refused() -> None:
    twins = [
        user(ANN, "ann.lee@contoso.com", mail="lee@contoso.com"),
        user(BOB, "bob@contoso.com", mail="lee@contoso.com"),
    ]
    lee = Key("lee@contoso.com", "mail")
    assert refused(Tenant(), NOBODY) is Reason.SUBJECT_NOT_FOUND
    assert refused(Tenant(), Key(EVE)) is Reason.SUBJECT_NOT_FOUND
    assert refused(Tenant(users=twins), lee) is Reason.SUBJECT_AMBIGUOUS
    assert refused(Tenant(), ANN_UPN, NOBODY) is Reason.REQUESTER_NOT_FOUND
    assert refused(Tenant(users=twins), ANN_UPN, lee) is Reason.REQUESTER_NOT_FOUND


def test_a_server_that_drops_the_filter_misdirects_nothing() -> None:
    assert proven(Tenant(filters=False), BOB_UPN).subject.id == BOB
    assert refused(Tenant(filters=False), NOBODY) is Reason.SUBJECT_NOT_FOUND


def test_letters_that_only_look_alike_are_not_the_same() -> None:
    kelvin = Tenant(users=[user(ANN, "kim@contoso.com"), user(BOB, "strasse@contoso.com")], filters=False)
    assert refused(kelvin, Key("\u212aim@contoso.com")) is Reason.SUBJECT_NOT_FOUND
    assert refused(kelvin, Key("straße@contoso.com")) is Reason.SUBJECT_NOT_FOUND
    zoek = Tenant(users=[user(ANN, "Zoëk@contoso.com")], filters=False)
    assert refused(zoek, Key("zoë\u212a@contoso.com")) is Reason.SUBJECT_NOT_FOUND
    assert proven(zoek, Key("ZOËK@contoso.com")).subject.id == ANN


def test_an_object_id_that_answers_as_somebody_else_is_nobody() -> None:
    assert (
        refused(Tenant(instead={f"/users/{ANN}": [Says(200, user(BOB, "bob@contoso.com"))]}), Key(ANN))
        is Reason.SUBJECT_NOT_FOUND
    )


@pytest.mark.parametrize(
    "says",
    [
        FORBIDDEN,
        Says(400, {"error": {"code": "Request_UnsupportedQuery"}}),
        Says(200, {"values": []}),
        NOT_FOUND,
    ],
)
def test_one_name_that_cannot_be_looked_up_defers_its_ticket_only(says: Says) -> None:
    assert refused(Tenant(instead={"/users": [says]})) is Reason.EVIDENCE_MISSING


def test_a_user_without_an_id_is_no_evidence() -> None:
    assert refused(Tenant(users=[user("1", "ann.lee@contoso.com")])) is Reason.EVIDENCE_MISSING


def test_throttling_that_lasts_is_down() -> None:
    with (
        reaching(Tenant(instead={"/users": [Says(429, {}, {"Retry-After": "60"})]})) as it,
        pytest.raises(Down) as failure,
    ):
        prove(it)
    assert failure.value.service == "entra"
    assert failure.value.retry_after == 60.0


@pytest.mark.parametrize("route", ["transitiveMemberOf", "temporaryAccessPassMethods"])
def test_a_person_who_is_not_known_everywhere_yet_is_too_new(route: str) -> None:
    assert refused(Tenant(instead={route: [NOT_FOUND]})) is Reason.SUBJECT_TOO_NEW


@pytest.mark.parametrize(
    ("more", "external"),
    [
        ({}, False),
        ({"userType": "Guest"}, True),
        ({"userType": None}, False),
        ({"userType": ""}, False),
        ({"userType": None, "creationType": "Invitation"}, True),
        ({"userType": None, "externalUserState": "PendingAcceptance"}, True),
        ({"userType": None, "identities": [OWN, {"signInType": "federated", "issuer": "x"}]}, True),
        ({"userType": None, "identities": [{**OWN, "issuerAssignedId": "a_x#EXT#@contoso.com"}]}, True),
        ({"userType": "Guest", "identities": None}, True),
        ({"creationType": "Invitation", "identities": None}, True),
        ({"creationType": "Invitation"}, True),
        ({"externalUserState": "Accepted"}, True),
        (
            {
                "identities": [
                    {"signInType": "userPrincipalName"},
                    {"signInType": "federated", "issuer": "ExternalAzureAD"},
                ]
            },
            True,
        ),
        ({"identities": ["odd"]}, True),
    ],
)
def test_who_signs_in_elsewhere_is_external(more: dict[str, Any], external: bool) -> None:
    assert proven(Tenant(users=[user(ANN, "ann.lee@contoso.com", **more)])).subject.external is external


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"identities": []}, "no identity of the tenant's own shows that it is a member"),
        ({"identities": [{**OWN, "signInType": "emailAddress"}]}, "no identity of the tenant's own"),
        ({"identities": [{**OWN, "issuer": "example.org"}]}, "isn't of a verified domain of the tenant"),
        ({"identities": [OWN, {**OWN, "issuer": "example.org"}]}, "isn't of a verified domain"),
        ({"identities": [{**OWN, "issuer": None}]}, "isn't of a verified domain of the tenant"),
        ({"identities": None}, "identities is empty in the directory's answer"),
        ({"accountEnabled": None}, "userType can't be read: the answer was partial"),
    ],
)
def test_an_empty_user_type_with_a_gap_in_the_rest_leaves_it_open(more: dict[str, Any], why: str) -> None:
    found = proven(Tenant(users=[user(ANN, "ann.lee@contoso.com", userType=None, **more)])).subject.external
    assert isinstance(found, Missing)
    assert why in found.why


@pytest.mark.parametrize("name", ["creationType", "externalUserState"])
def test_an_empty_user_type_leaves_it_open_where_a_sign_of_a_guest_was_not_told(name: str) -> None:
    row = user(ANN, "ann.lee@contoso.com", userType=None)
    del row[name]
    found = proven(Tenant(users=[row])).subject.external
    assert found == Missing(f"userType is empty, and {name} wasn't in the answer")


def test_an_empty_user_type_leaves_it_open_where_the_domains_can_not_be_read() -> None:
    old = user(ANN, "ann.lee@contoso.com", userType=None)
    found = proven(Tenant(users=[old], instead={"/organization": [FORBIDDEN]})).subject.external
    assert isinstance(found, Missing)
    assert found.why == (
        "userType is empty, and the tenant's domains can't be read: the application permission "
        "Organization.Read.All is missing"
    )


def test_the_domains_are_asked_for_in_the_first_batch_every_five_minutes_only() -> None:
    old = [user(ANN, "ann.lee@contoso.com", userType=None), user(BOB, "bob@contoso.com", userType=None)]
    tenant = Tenant(users=old)
    with reaching(tenant) as it:
        directory = EntraDirectory(it.graph, NoPaths(), monotonic=it.time)
        for passed in (0, 299, 2):
            it.time.now += passed
            assert isinstance(directory.prove(facts(ANN_UPN, BOB_UPN), Wanted()), Evidence)
        assert it.there.routes == ["POST /v1.0/$batch"] * 6
    firsts = tenant.batches[::2]
    assert ["domains" in [each["id"] for each in batch] for batch in firsts] == [True, False, True]


def test_identities_that_are_withheld_leave_it_open() -> None:
    assert isinstance(
        proven(Tenant(users=[user(ANN, "ann.lee@contoso.com", identities=None)])).subject.external, Missing
    )


def test_a_name_of_another_tenant_is_external() -> None:
    upn = "ann_example.org#EXT#@contoso.onmicrosoft.com"
    assert proven(Tenant(users=[user(ANN, upn)]), Key(upn)).subject.external is True


def test_properties_that_are_left_out_are_unknown() -> None:
    bare = {
        key: value
        for key, value in user(ANN, "ann.lee@contoso.com").items()
        if key in ("id", "userPrincipalName")
    }
    subject = proven(Tenant(users=[bare])).subject
    assert isinstance(subject.enabled, Missing)
    assert isinstance(subject.external, Missing)
    assert (subject.name, subject.mail) == ("ann.lee@contoso.com", None)


@pytest.mark.parametrize("enabled", [True, False])
def test_a_person_is_enabled_or_not(enabled: bool) -> None:
    assert (
        proven(Tenant(users=[user(ANN, "ann.lee@contoso.com", accountEnabled=enabled)])).subject.enabled
        is enabled
    )


def test_the_simulated_tenant_knows_all_that_a_mapping_may_compare() -> None:
    tenant = SimulatedTenant()
    properties = tenant.users[tenant.add_user("ann.lee@contoso.com")].properties
    assert PROPERTIES and [name for name in PROPERTIES if name not in properties] == []


COMPARED = Wanted(properties=("department", "employeeId"))


def selected(tenant: Tenant) -> dict[str, list[str]]:
    asked = {each["id"]: each["url"] for each in tenant.batches[0]}
    return {name: asked[name].partition("$select=")[2].split(",") for name in ("subject", "requester")}


def test_what_a_mapping_compares_is_asked_for_of_the_subject_alone() -> None:
    tenant = Tenant(
        users=[user(ANN, "ann.lee@contoso.com", department="Sales"), user(BOB, "bob@contoso.com")]
    )
    evidence = proven(tenant, ANN_UPN, BOB_UPN, COMPARED)
    assert evidence.subject.more == {"department": "Sales", "employeeId": None}
    assert evidence.requester
    assert evidence.requester.more == {}
    names = selected(tenant)
    assert names["subject"] == [*names["requester"], "department"]  # employeeId is always asked for


def test_what_a_mapping_compares_is_asked_for_where_the_id_is_known_too() -> None:
    tenant = Tenant(users=[user(ANN, "ann.lee@contoso.com", department="Sales")])
    assert proven(tenant, Key(ANN), wanted=COMPARED).subject.more["department"] == "Sales"


@pytest.mark.parametrize(
    "odd", [{}, {"department": 7}, {"department": ["Sales"]}, {"department": None, "accountEnabled": None}]
)
def test_a_property_that_the_answer_does_not_tell_is_unknown_and_not_empty(odd: dict[str, Any]) -> None:
    tenant = Tenant(users=[user(ANN, "ann.lee@contoso.com", **odd)])
    assert isinstance(proven(tenant, ANN_UPN, wanted=COMPARED).subject.more["department"], Missing)
