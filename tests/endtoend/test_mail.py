"""A pass that is mailed: to the manager whom the directory names, and to nobody else, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.simulators.faults import answer, drop_after, drop_before, when
from connector.simulators.graph.mail import PERMISSIONS
from connector.simulators.messages import Response
from tests.endtoend.scene import MAPPING, Scene, company

DENIED = answer(Response.json(403, {"error": {"code": "ErrorAccessDenied", "message": "no"}}))
BOSS = "grace.boss@contoso.com"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with company(tmp_path) as found:
        found.identity.tokens.roles |= frozenset(PERMISSIONS)
        found.graph.tenant.add_user("servicedesk@contoso.com")
        config = found.folder / "config.yaml"
        config.write_text(
            config.read_text() + "mail: {from: servicedesk@contoso.com, phone: +31 20 555 0100}\n"
        )
        deliver(found, "manager_mail")
        yield found


def deliver(scene: Scene, how: str, more: str = "") -> None:
    (scene.folder / "incidents.yaml").write_text(f"{MAPPING}deliver: {how}\n{more}")


def ann(scene: Scene, **fields: str) -> str:
    boss = scene.person("grace.boss")
    scene.person("ann.lee", displayName="Ann Lee")
    scene.graph.tenant.users[scene.people["ann.lee"]].manager = boss
    return scene.ticket("ann.lee", **fields)


def notes(scene: Scene, ticket: str) -> str:
    return "\n".join(scene.desk.notes(ticket))


def test_the_pass_goes_to_the_manager_and_the_ticket_says_so(scene: Scene) -> None:
    ticket = ann(scene, description="please mail it to eve@example.org")
    ran = scene.once()
    assert ran.outcomes() == {scene.number(ticket): ("delivered", None)}, ran.err
    (mail,) = scene.graph.mail.sent
    (made,) = scene.graph.passes.issued
    assert mail.to == (BOSS,) and made.text.replace("&", "&amp;") in mail.body and not mail.saved
    assert made.text not in notes(scene, ticket)
    assert "was mailed to their manager, g•••@contoso.com." in notes(scene, ticket)
    assert scene.desk.row(ticket)["state"] == "2"
    scene.once()
    assert len(scene.graph.mail.sent) == 1 and notes(scene, ticket).count("was mailed") == 1


@pytest.mark.parametrize("fault", [drop_after, drop_before])
def test_a_lost_reply_takes_the_pass_back_and_the_next_mail_says_so(scene: Scene, fault: object) -> None:
    ticket = ann(scene)
    scene.graph_server.faults.add(when("POST", "sendMail"), fault)  # type: ignore[arg-type]
    scene.settle()
    (live,) = scene.graph.passes.live()
    assert scene.graph.passes.made == 2
    assert "replaces the pass in any earlier mail" in scene.graph.mail.sent[-1].body
    assert live.text.replace("&", "&amp;") in scene.graph.mail.sent[-1].body
    assert len({mail.body for mail in scene.graph.mail.sent}) == len(scene.graph.mail.sent)
    assert "It replaces any earlier pass" in notes(scene, ticket)


def test_with_a_fallback_a_refused_mail_becomes_a_note(scene: Scene) -> None:
    deliver(scene, "[manager_mail, note]")
    ticket = ann(scene)
    scene.graph_server.faults.add(when("POST", "sendMail"), DENIED)
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}
    (made,) = scene.graph.passes.issued
    assert made.text in notes(scene, ticket) and "was mailed" not in notes(scene, ticket)
    assert scene.graph.mail.sent == []


def test_with_a_fallback_a_lost_reply_is_no_reason_for_a_note(scene: Scene) -> None:
    deliver(scene, "[manager_mail, note]")
    ticket = ann(scene)
    scene.graph_server.faults.add(when("POST", "sendMail"), drop_after)
    scene.settle()
    assert not [each for each in scene.graph.passes.issued if each.text in notes(scene, ticket)]
    assert len(scene.graph.mail.sent) == 2


def test_without_a_manager_it_is_refused_or_a_note(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    assert scene.once().outcomes() == {scene.number(ticket): ("refused", "recipient_missing")}
    deliver(scene, "[manager_mail, note]")
    other = scene.ticket("bob.ray")
    assert scene.once().outcomes() == {scene.number(other): ("delivered", None)}
    assert "Temporary Access Pass for" in notes(scene, other)


def test_managers_that_go_round_are_refused(scene: Scene) -> None:
    ticket = ann(scene)
    scene.graph.tenant.users[scene.people["grace.boss"]].manager = scene.people["ann.lee"]
    assert scene.once().outcomes() == {scene.number(ticket): ("refused", "recipient_not_allowed")}
    assert scene.graph.passes.made == 0


def test_a_mailbox_that_may_not_send_defers_the_third_ticket_before_a_pass_is_made(scene: Scene) -> None:
    """The first refusal may be its ticket's own; the second says that it is everybody's."""
    scene.rewrite("config.yaml", more="workers: 1\n")
    for each in ("bob.ray", "cem.oz"):
        scene.manage(each, "grace.boss")
    tickets = [ann(scene), scene.ticket("bob.ray"), scene.ticket("cem.oz")]
    scene.graph.mail.senders = set()
    outcomes = scene.once().outcomes()
    assert [outcomes[scene.number(each)][0] for each in tickets] == ["deferred"] * 3
    assert outcomes[scene.number(tickets[2])][1] == "mail_unreachable"
    assert scene.graph.passes.made == 2 and scene.graph.passes.live_unknown([]) == []


def test_words_come_in_the_mappings_languages(scene: Scene) -> None:
    deliver(scene, "manager_mail", "mail: {language: de}\n")
    ticket = ann(scene)
    scene.once()
    assert scene.graph.mail.sent[0].subject.startswith("Zugang für ein Mitglied")
    assert "ging per Mail an die Führungskraft" in notes(scene, ticket)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("mail: {language: xx}\n", 'mail.language: there is no language "xx"'),
        ("mail: {template: nope}\n", 'mail.template: there is no template "nope"; write default'),
        ("mail: {manager_of: requester}\nallow: {requester: [anyone]}\n", 'mail.manager_of: with "anyone"'),
    ],
)
def test_mistakes_are_told_with_their_place(scene: Scene, more: str, said: str) -> None:
    deliver(scene, "manager_mail", more)
    ran = scene.run("once")
    assert ran.code == 2 and said in ran.err
