"""Whose an account is, and how old: from the ticket to the pass, or to the reason why there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.endtoend.scene import Scene

HOUR = 3600
UPN = "gus.guest@contoso.com"
OWN = {"signInType": "userPrincipalName", "issuer": "contoso.com", "issuerAssignedId": UPN}


def came(scene: Scene, ticket: str) -> str:
    """Delivered, or the reason why not."""
    outcome, reason = scene.once().outcomes()[scene.number(ticket)]
    return reason or outcome


def at(scene: Scene, ago: float) -> str:
    return datetime.fromtimestamp(scene.clock() - ago, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def guest(scene: Scene, **more: Any) -> str:
    return scene.person("gus.guest", **{"userType": "Guest", "identities": [OWN], **more})


def test_a_name_of_a_domain_that_is_not_verified_gets_no_pass(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", ('{append: "@contoso.com"}', '{append: "@example.org"}'))
    scene.person("ann.lee")
    scene.graph.tenant.add_user("ann.lee@example.org", mail=None)
    ticket = scene.ticket("ann.lee")
    assert came(scene, ticket) == "subject_guest"
    assert "ann.lee@example.org isn't in a domain of this tenant" in scene.notes(ticket)[0]


def test_domains_that_cannot_be_read_make_every_ticket_wait(scene: Scene) -> None:
    scene.identity.tokens.roles -= {"Organization.Read.All"}
    ticket = scene.ticket("ann.lee")
    assert came(scene, ticket) == "evidence_missing"
    assert scene.notes(ticket) == []
    scene.identity.tokens.roles |= {"Organization.Read.All"}
    assert came(scene, ticket) == "delivered"


@pytest.mark.parametrize(
    ("key", "expected"), [("", "subject_guest"), ("false", "subject_guest"), ("true", "delivered")]
)
def test_a_guest_account_of_the_tenant_itself_gets_a_pass_in_so_many_words_only(
    scene: Scene, key: str, expected: str
) -> None:
    if key:
        scene.rewrite("incidents.yaml", more=f"allow: {{internal_guests: {key}}}\n")
    guest(scene)
    assert came(scene, scene.ticket("gus.guest")) == expected


@pytest.mark.parametrize(
    "more",
    [
        {"creationType": "Invitation"},
        {"externalUserState": "Accepted"},
        {"identities": []},
        {
            "identities": [
                OWN,
                {**OWN, "signInType": "federated", "issuer": "ExternalAzureAD"},
            ]
        },
        {
            "identities": [
                OWN,
                {**OWN, "signInType": "emailAddress"},
            ]
        },
        {"identities": [{**OWN, "issuer": "fabrikam.com"}]},
        {"identities": [{**OWN, "issuerAssignedId": "gus_y.z#EXT#@contoso.com"}]},
    ],
)
def test_any_sign_of_another_tenant_keeps_a_guest_a_guest(scene: Scene, more: dict[str, Any]) -> None:
    scene.rewrite("incidents.yaml", more="allow: {internal_guests: true}\n")
    guest(scene, **more)
    assert came(scene, scene.ticket("gus.guest")) == "subject_guest"


def test_a_younger_account_waits_until_it_is_old_enough(scene: Scene) -> None:
    scene.rewrite("config.yaml", more="floor: {account_age: 2h}\n")
    scene.person("ann.lee", createdDateTime=at(scene, HOUR))
    ticket = scene.ticket("ann.lee", "kim.boss")
    scene.manage("ann.lee", "kim.boss")
    told = scene.once().report["tickets"][0]
    assert (told["outcome"], told["reason"]) == ("deferred", "subject_too_new")
    assert told["detail"] == "The account ann.lee@contoso.com is younger than 2h."
    assert scene.notes(ticket) == []
    scene.clock.added += HOUR + 1
    assert came(scene, ticket) == "delivered"


def test_an_account_of_before_the_directory_kept_times_is_old(scene: Scene) -> None:
    scene.rewrite("config.yaml", more="floor: {account_age: 2h}\n")
    scene.person("ann.lee", createdDateTime=None)
    assert came(scene, scene.ticket("ann.lee")) == "delivered"


def test_without_an_age_in_the_floor_a_new_account_gets_its_pass(scene: Scene) -> None:
    scene.person("ann.lee", createdDateTime=at(scene, 60))
    assert came(scene, scene.ticket("ann.lee")) == "delivered"


def nobody_yet(scene: Scene) -> str:
    """A ticket whose person the directory doesn't have."""
    scene.people["desk new.hire"] = scene.desk.add_user("new.hire", email="new.hire@contoso.com")
    return scene.ticket("new.hire")


def test_a_person_who_is_not_found_is_refused_at_once(scene: Scene) -> None:
    assert came(scene, nobody_yet(scene)) == "subject_not_found"


def test_a_young_ticket_waits_for_an_account_as_the_mapping_says(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", more="allow: {new_account_within: 2h}\n")
    ticket = nobody_yet(scene)
    told = scene.once().report["tickets"][0]
    assert (told["outcome"], told["reason"]) == ("deferred", "subject_too_new")
    assert told["detail"] == "Nobody in the directory is new.hire@contoso.com yet."
    scene.user("new.hire")
    assert came(scene, ticket) == "delivered"


def test_a_ticket_that_is_older_is_refused(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", more="allow: {new_account_within: 2h}\n")
    ticket = nobody_yet(scene)
    scene.clock.added += 2 * HOUR + 1
    assert came(scene, ticket) == "subject_not_found"


def test_the_wait_for_an_account_ends_with_the_bound_of_all_waits(scene: Scene) -> None:
    scene.rewrite("config.yaml", more="floor: {wait_at_most: 1h}\n")
    scene.rewrite("incidents.yaml", more="allow: {new_account_within: 8h}\n")
    ticket = nobody_yet(scene)
    assert came(scene, ticket) == "subject_too_new"
    scene.clock.added += HOUR + 1
    assert came(scene, ticket) == "waited_too_long"
