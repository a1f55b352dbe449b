"""A person's verbs: what they say is what is so, and who acted is kept."""

from __future__ import annotations

import json
import os
import pwd
import re
import sys
from io import StringIO

import pytest

from connector.simulators.faults import failure, when
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.searching import SEARCH


class Terminal(StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


LOGIN = pwd.getpwuid(os.getuid()).pw_name
CLOCK = r"\d\d:\d\d [A-Z]{3,4}"


@pytest.fixture(autouse=True)
def _no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)


def trail(scene: Scene | Office, action: str) -> dict[str, object]:
    lines = [json.loads(line) for line in scene.run("audit", "export").out.splitlines()]
    [found] = [line["detail"] for line in lines if line["action"] == action]
    return dict(found)


# live


def test_live_lists_each_pass_that_is_out_with_its_person_its_end_and_its_place(scene: Scene) -> None:
    assert scene.run("live").out == "No pass is out.\n"
    assert json.loads(scene.run("live", "--json").out) == {"passes": []}
    ticket = scene.ticket("ann.lee")
    scene.once()
    ran = scene.run("live")
    number = scene.number(ticket)
    person = scene.graph.tenant.users[scene.people["ann.lee"]]
    assert re.search(
        rf"^contoso  {number}  .*\(ann\.lee@contoso\.com\)  until .*{CLOCK}  "
        "the note in work_notes  delivered, TAP-",
        ran.out,
    )
    [shown] = json.loads(scene.run("live", "--json").out)["passes"]
    assert (shown["desk"], shown["ticket"], shown["upn"]) == ("contoso", number, person.upn)
    assert (shown["state"], shown["delivered_to"]) == ("delivered", "the note in work_notes")
    assert shown["name"] in ran.out


def test_a_pass_that_may_have_been_made_is_out(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), failure(503, handled=True))
    scene.once()
    assert re.search(r"not handed over yet  being (made|revoked)", scene.run("live").out)


def test_a_mailed_pass_says_to_whom(scene: Scene) -> None:
    scene.mailing("incidents.yaml")
    scene.ticket("ann.lee")
    scene.manage("ann.lee", "mia.boss")
    scene.once()
    assert "mail to mia.boss@contoso.com" in scene.run("live").out


def test_a_pass_whose_time_is_over_is_not_out(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.clock.added -= 7200
    scene.once()
    assert scene.run("live").out == "No pass is out.\n"


# revoke


def test_revoke_says_when_the_pass_was_deleted(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    ran = scene.run("revoke", "contoso", scene.number(ticket), "--why", "lost phone")
    assert (ran.code, scene.graph.passes.live()) == (0, [])
    assert re.search(rf"The pass was deleted at {CLOCK}; the next sweeps make sure", ran.out)
    known = trail(scene, "revocation_requested")
    assert (known["by"], known["why"]) == (LOGIN, "lost phone")
    assert scene.ended() == 1
    assert f"Revoked by {LOGIN}." in scene.notes(ticket)[-1]
    assert "lost phone" not in "".join(scene.notes(ticket))


def test_where_entra_is_down_revoke_is_booked_and_tried_again(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.graph_server.stop()
    ran = scene.run("revoke", "contoso", scene.number(ticket))
    scene.graph_server.start()
    assert ran.code == 3
    assert "Entra can't be reached" in ran.err
    assert re.search(rf"may work until then, at most until .*{CLOCK}", ran.err)
    assert len(scene.graph.passes.live()) == 1
    assert "being revoked" in scene.run("live").out
    assert scene.ended() == 1
    assert scene.graph.passes.live() == []


def test_a_revocation_that_was_booked_before_is_tried_at_once(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.graph_server.stop()
    scene.run("revoke", "contoso", scene.number(ticket))
    scene.graph_server.start()
    ran = scene.run("revoke", "contoso", scene.number(ticket))
    assert (ran.code, scene.graph.passes.live()) == (0, [])
    assert "booked before" in ran.out
    assert "was deleted at" in ran.out


def test_a_deletion_that_entra_refuses_needs_a_person(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.graph_server.faults.add(when("DELETE", "temporaryAccess", times=9), failure(403))
    ran = scene.run("revoke", "contoso", scene.number(ticket))
    assert ran.code == 1
    assert "Entra doesn't delete the pass" in ran.err
    assert "was deleted" not in ran.out


def test_a_ticket_is_named_by_its_reference_too(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.once()
    [shown] = json.loads(scene.run("live", "--json").out)["passes"]
    assert scene.run("revoke", "contoso", shown["reference"].lower()).code == 0
    assert scene.graph.passes.live() == []


def test_all_passes_are_revoked_at_once_with_a_reason(scene: Scene) -> None:
    for name in ("ann.lee", "bob.ray", "cleo.moss"):
        scene.ticket(name)
    scene.once()
    ran = scene.run("revoke", "--all", "--why", "incident 42", "--by", "Mia Boss")
    assert (ran.code, scene.graph.passes.live()) == (0, [])
    assert ran.out.count("was deleted at") == 3
    assert ran.out.endswith("3 passes revoked.\n")
    assert "passdesk pause" in ran.err
    exported = scene.run("audit", "export").out
    details = [json.loads(line)["detail"] for line in exported.splitlines() if "revocation_requested" in line]
    assert [(each["by"], each["login"], each["why"]) for each in details] == [
        ("Mia Boss", LOGIN, "incident 42")
    ] * 3
    assert scene.ended() == 3
    assert scene.run("revoke", "--all", "--why", "once more").out == "No pass is out.\n"


@SEARCH
def test_all_passes_are_booked_where_entra_is_down(scene: Scene) -> None:
    for name in ("ann.lee", "bob.ray"):
        scene.ticket(name)
    scene.once()
    scene.graph_server.stop()
    ran = scene.run("revoke", "--all", "--why", "an incident")
    scene.graph_server.start()
    assert ran.code == 3
    assert "2 passes: 0 deleted; 2 may still work, and the next sweeps try again." in ran.out
    assert scene.ended() == 2
    assert scene.graph.passes.live() == []


@pytest.mark.parametrize(
    "args", [["--all"], ["--all", "--why", " "], ["contoso", "INC1", "--all", "--why", "x"], [], ["contoso"]]
)
def test_revoking_all_needs_a_reason_and_nothing_else(scene: Scene, args: list[str]) -> None:
    scene.ticket("ann.lee")
    scene.once()
    assert scene.run("revoke", *args).code == 2
    assert len(scene.graph.passes.live()) == 1


@SEARCH
@pytest.mark.parametrize(("answer", "left"), [("n\n", 1), ("\n", 1), ("y\n", 0)])
def test_on_a_terminal_revoking_all_is_asked_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    scene.ticket("ann.lee")
    scene.once()
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    ran = scene.run("revoke", "--all", "--why", "an incident")
    assert ran.code == (1 if left else 0)
    assert len(scene.graph.passes.live()) == left
    assert "Revoke every pass that is out (1)?" in ran.err + ran.out


def test_on_a_terminal_yes_is_an_answer(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.ticket("ann.lee")
    scene.once()
    monkeypatch.setattr(sys, "stdin", Terminal(""))
    assert scene.run("revoke", "--all", "--why", "an incident", "--yes").code == 0
    assert scene.graph.passes.live() == []


# pause


def test_pause_again_keeps_the_first_reason_and_says_so(scene: Scene) -> None:
    scene.run("pause", "--why", "an incident", "--by", "ann")
    ran = scene.run("pause", "--why", "a drill", "--by", "bob")
    assert ran.code == 0
    assert re.search(rf'paused already by ann since {CLOCK}; the first reason stays: "an incident"', ran.out)
    ticket = scene.ticket("ann.lee")
    assert [each["detail"] for each in scene.once().report["tickets"]] == ["an incident"]
    assert trail(scene, "paused") == {"why": "an incident", "by": "ann", "login": LOGIN}
    assert scene.run("resume", "--by", "cleo").out == "Passes are issued again.\n"
    assert trail(scene, "resumed")["by"] == "cleo"
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_a_pause_without_a_reason_takes_the_first_that_is_given(scene: Scene) -> None:
    scene.run("pause")
    assert "nobody gave a reason" in scene.run("pause").out
    assert 'which is now "an incident"' in scene.run("pause", "--why", "an incident").out
    assert "the first reason stays" in scene.run("pause", "--why", "other").out


# reissue


def test_reissue_says_that_the_ticket_is_in_the_queue(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.run("revoke", "contoso", scene.number(ticket))
    assert scene.ended() == 1
    ran = scene.run("reissue", "contoso", scene.number(ticket))
    assert ran.code == 0
    assert "It is in the queue: the next sweep judges it." in ran.out
    assert trail(scene, "reissue_requested")["by"] == LOGIN
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_reissue_says_why_the_ticket_is_not_in_the_queue(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.run("revoke", "contoso", scene.number(ticket))
    assert scene.ended() == 1
    scene.desk.edit(ticket, state="3")
    ran = scene.run("reissue", "contoso", scene.number(ticket))
    assert ran.code == 0
    assert 'It isn\'t in the queue (incidents: state is "3"; wanted is "1" or "2")' in ran.out


def test_reissue_where_the_desk_is_down_is_booked_and_says_what_is_not_known(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.run("revoke", "contoso", scene.number(ticket))
    assert scene.ended() == 1
    scene.desk_server.stop()
    ran = scene.run("reissue", "contoso", scene.number(ticket))
    scene.desk_server.start()
    assert ran.code == 3
    assert "it gets another pass" in ran.out
    assert "contoso can't be reached" in ran.err
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_a_partial_call_is_not_in_the_queue_where_the_desks_list_leaves_it_out(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    office.once()
    office.run("revoke", "bureau", office.number(ticket))
    office.ended()
    office.desk.records.incidents[ticket].row["status"] = "partial"
    ran = office.run("reissue", "bureau", office.number(ticket))
    assert "the desk's own list for this mapping doesn't show it" in ran.out


# --by


def test_under_sudo_its_caller_acted(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "ann.lee")
    scene.run("pause")
    assert trail(scene, "paused")["by"] == "ann.lee"


@pytest.mark.parametrize(
    "verb", [["pause"], ["resume"], ["release", "contoso", "X1"], ["revoke", "contoso", "X1"]]
)
def test_a_name_that_is_none_is_refused(scene: Scene, verb: list[str]) -> None:
    assert scene.run(*verb, "--by", " ").code == 2
    assert scene.run("history").out == "Nothing was decided.\n"


@SEARCH
@pytest.mark.parametrize("broken", ["", "a mapping", "a secret", "the desk"])
def test_release_says_whether_the_ticket_is_in_the_queue_and_waits_for_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    ticket = scene.ticket("ann.lee")
    scene.desk.edit(ticket, work_notes="see TAP-AAAAAAAA-1")
    scene.once()
    if broken == "a mapping":
        scene.rewrite("incidents.yaml", ("watch:", "wacth:"))
    elif broken == "a secret":
        monkeypatch.delenv("SNOW_SECRET")
    elif broken == "the desk":
        scene.desk_server.stop()
    ran = scene.run("release", "contoso", scene.number(ticket))
    assert (ran.code, trail(scene, "released")["by"]) == (0, LOGIN)
    if broken:
        assert "It isn't known whether it is in the queue" in ran.err
    else:
        assert "It is in the queue: the next sweep judges it." in ran.out
    if broken == "the desk":
        scene.desk_server.start()


def test_who_released_a_ticket_is_kept(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.desk.edit(ticket, work_notes="see TAP-AAAAAAAA-1")
    scene.once()
    ran = scene.run("release", "contoso", scene.number(ticket), "--by", "mia.boss")
    assert trail(scene, "released")["by"] == "mia.boss"
    [line] = [each for each in map(json.loads, ran.err.splitlines()) if each["action"] == "released"]
    assert line["by"] == "mia.boss"
