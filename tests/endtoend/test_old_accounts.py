"""The oldest accounts of a tenant have no userType: they are what all the rest says. graph.md §4.1"""

from __future__ import annotations

from tests.endtoend.scene import Scene

FEDERATED = {"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": None}


DOMAINS = {"Organization.Read.All"}


def test_a_member_without_a_user_type_gets_a_pass_and_a_guest_without_one_none(scene: Scene) -> None:
    scene.person("old.member", userType=None)
    scene.person("old.guest", userType=None, identities=[FEDERATED])
    scene.person("old.invited", userType=None, creationType="Invitation")
    member, guest, invited = (scene.ticket(each) for each in ("old.member", "old.guest", "old.invited"))
    assert scene.once().outcomes() == {
        scene.number(member): ("delivered", None),
        scene.number(guest): ("refused", "subject_guest"),
        scene.number(invited): ("refused", "subject_guest"),
    }


def test_without_the_right_to_read_domains_the_ticket_says_which_one_is_missing(scene: Scene) -> None:
    scene.identity.tokens.roles -= DOMAINS
    scene.person("old.member", userType=None)
    ticket = scene.ticket("old.member")
    (told,) = scene.once().report["tickets"]
    assert (told["outcome"], told["reason"]) == ("deferred", "evidence_missing")
    assert "Organization.Read.All is missing" in told["detail"]
    scene.identity.tokens.roles |= DOMAINS
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_a_manager_without_a_user_type_is_mailed_the_pass(scene: Scene) -> None:
    scene.mailing("incidents.yaml")
    scene.user("old.boss", userType=None)
    scene.manage("ann.lee", "old.boss")
    scene.ticket("ann.lee")
    assert scene.once().report["delivered"] == 1
    assert len(scene.mails) == 1
