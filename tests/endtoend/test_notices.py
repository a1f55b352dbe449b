"""Whom a pass was made for hears of it, in their own language, without the pass; and can say that it wasn't
them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from unittest.mock import patch

import pytest
import requests

from connector import wire
from connector.config.load import load
from connector.config.web import Public
from connector.domain.errors import Unwritten
from connector.ledger.sql import SqlLedger
from connector.simulators.faults import failure, when
from connector.simulators.graph.mail import PERMISSIONS, Mail
from connector.web import server
from connector.web.public import QUICKEST
from tests.endtoend.scene import Scene

PRIVATE = "ann.private@example.org"
URL = "https://passdesk.contoso.com"
SESSIONS = "User.RevokeSessions.All"
LINK = re.compile(r'href="(https://passdesk\.contoso\.com/not-me/[^"]+)"')


def telling(scene: Scene, *granted: str) -> None:
    """Have people told of their passes."""
    scene.identity.tokens.roles |= {*PERMISSIONS, *granted}
    scene.graph.tenant.add_user("servicedesk@contoso.com")
    scene.rewrite(
        "config.yaml",
        more="mail: {from: servicedesk@contoso.com, phone: +31 20 555 0100}\n"
        f'web: {{listen: "127.0.0.1:8642", public: {{listen: "127.0.0.1:8643", url: {URL}}}}}\n'
        "notify: {subject: [mail]}\n",
    )


def ann(scene: Scene, **properties: object) -> str:
    """Ann Lee, who has a second address and speaks Dutch; her ticket."""
    scene.user("ann.lee", **{"otherMails": [PRIVATE], "preferredLanguage": "nl-NL"} | properties)
    return scene.ticket("ann.lee")


def notices(scene: Scene) -> list[Mail]:
    return [mail for mail in scene.graph.mail.sent if "not-me" in mail.body or "servicedesk" in mail.body]


def link(mail: Mail) -> str:
    found = LINK.search(unescape(mail.body))
    assert found, mail.body
    return found[1]


@contextmanager
def public(scene: Scene, a_minute: int = 1000) -> Iterator[str]:
    """The page behind the link, as `run` serves it; where it is on this machine."""
    config = load(scene.folder / "config.yaml", secrets=True)
    with (
        wire.build(config) as house,
        closing(server.listening(config, FREE)) as bound,
        server.public_served(house, bound, wire.Clocks()) as door,
    ):
        door.from_one.most = a_minute
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


FREE = Public(listen="127.0.0.1:0", url=URL)


def answer(
    scene: Scene, here: str, where: str, chosen: str | None = "no", after: float = 10, **more: str
) -> requests.Response:
    """Open the link, wait, and answer."""
    there = where.replace(URL, here)
    host = {"Host": "passdesk.contoso.com"}
    asked = requests.get(there, headers=host, timeout=30)
    opened = re.search(r'name="opened" value="(\d+)"', asked.text)
    assert asked.status_code == 200 and opened
    scene.clock.added += after
    form = {"opened": opened[1], **({"answer": chosen} if chosen else {}), **more}
    return requests.post(there, form, headers=host, timeout=30)


def test_the_person_is_told_at_each_of_their_addresses_in_their_language_without_the_pass(
    scene: Scene,
) -> None:
    telling(scene)
    ticket = ann(scene)
    ran = scene.once()
    number = scene.number(ticket)
    assert ran.outcomes() == {number: ("delivered", None)}
    [pass_] = scene.graph.passes.issued
    sent = notices(scene)
    assert [each.to for each in sent] == [("ann.lee@contoso.com",), (PRIVATE,)]
    for each in sent:
        assert each.subject == f"Er is een toegangspas voor u gemaakt ({number})"
        assert "dit was ik niet" in each.body and "+31 20 555 0100" in each.body and number in each.body
        assert pass_.text not in each.body and not each.saved
    assert link(sent[0]) != link(sent[1]) and link(sent[0]).endswith("?l=nl")
    [told] = [json.loads(line) for line in ran.err.splitlines() if '"notified"' in line]
    assert (told["ticket"], told["mails"]) == (number, 2) and "@" not in json.dumps(told)


def test_nobody_is_told_where_nothing_was_handed_over_or_nobody_is_to_be_told(scene: Scene) -> None:
    telling(scene)
    scene.user("walter.other", accountEnabled=False)
    scene.ticket("walter.other")
    scene.once()
    assert scene.graph.mail.sent == []
    scene.rewrite("config.yaml", ("notify: {subject: [mail]}\n", "notify: {subject: []}\n"))
    ann(scene)
    scene.once()
    assert scene.graph.passes.made == 1 and scene.graph.mail.sent == []


def test_who_asked_is_named_and_english_is_for_those_without_a_language(scene: Scene) -> None:
    telling(scene)
    scene.rewrite("incidents.yaml", more="allow: {requester: [subject, manager]}\n")
    scene.manage("ann.lee", "mia.boss")
    scene.ticket("ann.lee", "mia.boss")
    scene.once()
    [mail] = notices(scene)
    assert "Mia Boss asked for it." in mail.body and "this wasn't me" in unescape(mail.body)


def test_a_manager_reads_in_their_own_language(scene: Scene) -> None:
    scene.mailing("incidents.yaml")
    scene.user("ann.lee")
    scene.user("mia.boss", preferredLanguage="de-AT")
    scene.manage("ann.lee", "mia.boss")
    scene.ticket("ann.lee")
    scene.once()
    [mail] = scene.graph.mail.received("mia.boss@contoso.com")
    assert 'lang="de"' in mail.body and scene.graph.passes.issued[0].text in unescape(mail.body)


def test_the_link_ends_the_pass_and_the_sessions_and_holds_the_person(scene: Scene) -> None:
    telling(scene, SESSIONS)
    ticket = ann(scene)
    scene.once()
    number, person = scene.number(ticket), scene.people["ann.lee"]
    assert len(scene.graph.passes.live()) == 1
    with public(scene) as here:
        said = answer(scene, here, link(notices(scene)[1]))
        assert said.status_code == 200 and "Dank u" in said.text
        assert scene.graph.passes.live() == []
        assert scene.graph.tenant.sessions_revoked == [person]
        again = answer(scene, here, link(notices(scene)[0]))
        assert again.status_code == 200 and "al gemeld" in again.text
    assert scene.ended(4) == 1
    assert any("niet aangevraagd" in note or "didn't ask" in note for note in scene.notes(ticket))
    second = scene.number(scene.ticket("ann.lee"))
    assert scene.once().outcomes() == {second: ("refused", "subject_held")}
    assert scene.graph.passes.made == 1
    actions = [each["action"] for each in entries(scene, "--person", "ann.lee@contoso.com")]
    assert {"notified", "revocation_requested", "disowned"} <= {*actions} and actions.count("disowned") == 1
    held = json.loads(scene.run("status", "--json").out)["held"]
    assert [(each["upn"], each["ticket"]) for each in held] == [("ann.lee@contoso.com", number)]
    status = scene.run("status")
    assert status.code == 1 and "passdesk unhold ann.lee@contoso.com" in status.out


def entries(scene: Scene, *how: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(scene.run("history", "--json", *how).out)["entries"]
    return found


def test_an_operator_lets_them_go_on_and_their_ticket_gets_its_pass(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    scene.once()
    with public(scene) as here:
        answer(scene, here, link(notices(scene)[0]))
    assert scene.ended(4) == 1
    ticket = scene.ticket("ann.lee")
    scene.once()
    assert scene.run("unhold", "bob.other@contoso.com").code == 1
    ran = scene.run("unhold", "ann.lee@contoso.com", "--by", "mia.boss", "--why", "she had forgotten")
    assert (ran.code, ran.out) == (
        0,
        "ann.lee@contoso.com may have passes again; put the ticket into the queue again.\n",
    )
    line = entries(scene)[-1]
    assert (line["action"], line["by"]) == ("unheld", "mia.boss")
    assert scene.run("unhold", "ann.lee@contoso.com").code == 1
    scene.once()
    scene.desk.edit(ticket, state="1")
    assert scene.settle().outcomes() == {scene.number(ticket): ("delivered", None)}
    assert json.loads(scene.run("status", "--json").out)["held"] == []


def test_whose_sessions_cannot_be_ended_is_told_to_the_operator(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    scene.once()
    with public(scene) as here:
        assert answer(scene, here, link(notices(scene)[0])).status_code == 200
    assert scene.graph.tenant.sessions_revoked == [] and scene.graph.passes.live() == []
    [line] = [each for each in entries(scene) if each["action"] == "sessions_not_revoked"]
    assert SESSIONS in json.dumps(line)


def test_a_get_does_nothing_whatever_opens_it_and_however_often(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    scene.once()
    where, before = link(notices(scene)[0]), len(entries(scene))
    with public(scene) as here:
        there, host = where.replace(URL, here), {"Host": "passdesk.contoso.com"}
        shown = {requests.get(there, headers=host, timeout=30).status_code for _ in range(3)}
        wrong = requests.get(f"{here}/not-me/{'x' * 43}?l=nl", headers=host, timeout=30)
        same = requests.get(there, headers=host, timeout=30)
        for method in ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
            requests.request(method, there, headers=host, timeout=30)
    strip = re.compile(r'value="\d+"')
    assert shown == {200} and strip.sub("", wrong.text) == strip.sub("", same.text)
    assert len(scene.graph.passes.live()) == 1 and len(entries(scene)) == before


SCANNED = {
    "no answer": {"chosen": None},
    "another answer": {"chosen": "on"},
    "every field filled in": {"website": "https://example.org"},
    "at once": {"after": QUICKEST / 4},
    "a page of last week": {"after": 7 * 86400.0},
    "a page that nobody opened": {"opened": ""},
    "no time": {"opened": "²"},
}


@pytest.mark.parametrize("how", SCANNED)
def test_a_form_that_a_scanner_sends_does_nothing_and_asks_again(scene: Scene, how: str) -> None:
    telling(scene)
    ann(scene)
    scene.once()
    with public(scene) as here:
        where = link(notices(scene)[0])
        said = answer(scene, here, where, **SCANNED[how])  # type: ignore[arg-type]
        assert said.status_code == 400 and 'type="radio"' in said.text
        assert not re.search(r"<input[^>]*\bchecked\b", said.text)
        assert answer(scene, here, where, "yes").status_code == 200
    assert entries(scene)[-1]["action"] != "disowned" and scene.graph.tenant.sessions_revoked == []
    assert not [each for each in entries(scene) if each["action"] == "disowned"]


def test_the_first_answer_of_the_form_changes_nothing(scene: Scene) -> None:
    """Whoever fills in forms takes the first: it must be the harmless one."""
    telling(scene)
    ann(scene)
    scene.once()
    with public(scene) as here:
        where = link(notices(scene)[0])
        there = where.replace(URL, here)
        text = requests.get(there, headers={"Host": "passdesk.contoso.com"}, timeout=30).text
        assert re.findall(r'name="answer" id="(\w+)"', text) == ["yes", "no"]
        assert "niets veranderd" in answer(scene, here, where, "yes").text
    assert len(scene.graph.passes.live()) == 1


def test_a_link_that_is_over_and_one_that_never_was_say_the_same(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    scene.once()
    where = link(notices(scene)[0])
    with public(scene) as here:
        never = answer(scene, here, f"{URL}/not-me/{'x' * 43}?l=nl")
    scene.clock.added += 2 * 3600
    with public(scene) as here:
        over = answer(scene, here, where)
        odd = answer(scene, here, f"{URL}/not-me/etc?l=nl")
    assert (never.status_code, over.status_code, odd.status_code) == (404, 404, 404)
    assert never.text == over.text == odd.text and "werkt niet meer" in over.text
    assert json.loads(scene.run("status", "--json").out)["held"] == []


def test_a_pass_that_was_used_or_revoked_before_still_holds_its_person(scene: Scene) -> None:
    telling(scene, SESSIONS)
    ticket = ann(scene)
    scene.once()
    scene.clock.added += 80
    scene.graph.use(scene.people["ann.lee"])
    scene.ended()
    assert scene.run("revoke", "contoso", scene.number(ticket)).code in (0, 1)
    scene.settle()
    with public(scene) as here:
        assert answer(scene, here, link(notices(scene)[0])).status_code == 200
    assert scene.graph.tenant.sessions_revoked == [scene.people["ann.lee"]]
    assert len(json.loads(scene.run("status", "--json").out)["held"]) == 1


def test_where_entra_is_down_the_click_is_written_down_and_the_sweeps_end_it(scene: Scene) -> None:
    telling(scene, SESSIONS)
    ann(scene)
    scene.once()
    with public(scene) as here:
        scene.graph_server.faults.add(when("DELETE", "temporaryAccessPass"), failure(503))
        scene.graph_server.faults.add(when("POST", "revokeSignInSessions"), failure(503))
        said = answer(scene, here, link(notices(scene)[0]))
    assert said.status_code == 200 and len(scene.graph.passes.live()) == 1
    scene.clock.added += 61
    assert scene.ended(4) == 1
    assert scene.graph.passes.live() == []
    assert scene.graph.tenant.sessions_revoked == [scene.people["ann.lee"]]


def test_a_mail_that_could_not_be_sent_is_sent_later_and_delays_no_delivery(scene: Scene) -> None:
    telling(scene)
    ticket = ann(scene)
    scene.graph_server.faults.add(when("POST", "sendMail"), failure(503))
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}
    assert json.loads(scene.run("status", "--json").out)["notices"]["due"] == 1
    assert "1 person is still to be told" in scene.run("status").out
    scene.clock.added += 130
    scene.once()
    assert [each.to[0] for each in notices(scene)] == ["ann.lee@contoso.com", PRIVATE]
    assert json.loads(scene.run("status", "--json").out)["notices"]["due"] == 0


def test_a_person_without_an_address_is_told_of_to_the_operator(scene: Scene) -> None:
    telling(scene)
    scene.user("ann.lee", mail=None, otherMails=["nobody at all", "a b@example.org"])
    scene.manage("ann.lee", "mia.boss")
    scene.ticket("ann.lee", "mia.boss")
    scene.once()
    [line] = [each for each in entries(scene) if each["action"] == "not_notified"]
    assert "no mail address" in json.dumps(line) and scene.graph.mail.sent == []


def test_an_address_that_exchange_refuses_keeps_no_other_from_being_told(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    scene.graph.mail.refused.add("ann.lee@contoso.com")
    scene.once()
    assert [each.to for each in notices(scene)] == [(PRIVATE,)]
    assert [each["action"] for each in entries(scene)].count("notified") == 1


def test_the_page_answers_for_one_path_and_one_name_alone(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    scene.once()
    host = {"Host": "passdesk.contoso.com"}
    with public(scene) as here:
        for path in ("/", "/history", "/metrics", "/healthz", "/static/style.css", "/not-me", "/not-me/"):
            assert requests.get(f"{here}{path}", headers=host, timeout=30).status_code == 404, path
        there = link(notices(scene)[0]).replace(URL, here)
        for other in ("passdesk.contoso.com.example.org", "127.0.0.1", "localhost"):
            assert requests.get(there, headers={"Host": other}, timeout=30).status_code == 400
        cross = {**host, "Sec-Fetch-Site": "cross-site"}
        form = {"answer": "no", "opened": "0"}
        assert requests.post(there, form, headers=cross, timeout=30).status_code == 403
        origin = {**host, "Origin": "https://example.org"}
        assert requests.post(there, form, headers=origin, timeout=30).status_code == 403
        shown = requests.get(there, headers=host, timeout=30)
    assert shown.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert shown.headers["Referrer-Policy"] == "no-referrer" and shown.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'; style-src 'sha256-" in shown.headers["Content-Security-Policy"]
    assert "Server" not in shown.headers and "<script" not in shown.text


def test_check_says_what_a_notice_needs_and_what_is_beyond_need(scene: Scene) -> None:
    telling(scene)
    said = scene.run("check").out
    assert f"grant {SESSIONS}, never User.ReadWrite.All" in said and "beyond need" not in said
    scene.identity.tokens.roles |= {SESSIONS}
    said = scene.run("check").out
    assert SESSIONS not in said and "the mailbox servicedesk@contoso.com is there" in said
    scene.identity.tokens.roles -= {"Mail.Send"}
    ran = scene.run("check")
    assert ran.code == 1 and "Mail.Send isn't granted, and notify mails notices" in ran.out
    scene.rewrite("config.yaml", ("notify: {subject: [mail]}\n", ""))
    assert f"granted beyond need: {SESSIONS}" in " ".join(scene.run("check").out.split())


def test_whoever_guesses_too_often_waits_and_a_link_that_works_does_not(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    scene.once()
    where = f"{URL}/not-me/{'x' * 43}"
    with public(scene, 2) as here:
        codes = [answer(scene, here, where).status_code for _ in range(3)]
        assert codes == [404, 404, 429] and len(scene.graph.passes.live()) == 1
        assert answer(scene, here, link(notices(scene)[0])).status_code == 200


def test_what_lacks_for_a_notice_is_a_mistake_at_its_line(scene: Scene) -> None:
    scene.rewrite("config.yaml", more="notify: {subject: [mail]}\n")
    ran = scene.run("once")
    place = f"config.yaml:{len((scene.folder / 'config.yaml').read_text().splitlines())}:"
    assert ran.code == 2 and place in ran.err and "notify: nobody can be told" in ran.err
    assert "mail: {from:" in ran.err and "public: {listen:" in ran.err
    scene.rewrite("config.yaml", more="mail: {from: servicedesk@contoso.com}\n")
    ran = scene.run("once")
    assert ran.code == 2 and "mail: {from:" not in ran.err and "public: {listen:" in ran.err
    url = "http://passdesk.contoso.com"
    scene.rewrite("config.yaml", more=f"web: {{public: {{listen: '127.0.0.1:8643', url: {url}}}}}\n")
    ran = scene.run("once")
    assert ran.code == 2 and "web.public.url" in ran.err and "https" in ran.err
    scene.rewrite("config.yaml", (url, "http://localhost:8643"), ("8643', url", "8642', url"))
    ran = scene.run("once")
    assert ran.code == 2 and "web.public.listen: the status page listens on this port" in ran.err


def test_run_serves_both_pages_and_tells_beside_its_work(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    port, other = _free(), _free()
    scene.rewrite(
        "config.yaml", ("127.0.0.1:8642", f"127.0.0.1:{port}"), ("127.0.0.1:8643", f"127.0.0.1:{other}")
    )
    process = scene.start("run")
    scene.until(lambda: scene.log("notified"))
    assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=30).status_code == 200
    host = {"Host": "passdesk.contoso.com"}
    shown = requests.get(f"http://127.0.0.1:{other}/not-me/{'x' * 43}", headers=host, timeout=30)
    assert shown.status_code == 200
    process.terminate()
    process.join(60)
    assert process.exitcode == 0


def _free() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_no_link_stands_in_the_ledger_the_log_or_what_a_verb_prints(scene: Scene) -> None:
    telling(scene, SESSIONS)
    ticket = ann(scene)
    scene.once()
    tokens = [re.search(r"not-me/([\w-]+)", link(each)) for each in notices(scene)]
    with public(scene) as here:
        assert answer(scene, here, link(notices(scene)[0])).status_code == 200
    for verb in ("status", "live", "history"):
        scene.run(verb)
        scene.run(verb, "--json")
    scene.run("revoke", "contoso", scene.number(ticket))
    kept = b"".join(each.read_bytes() for each in sorted(scene.folder.glob("passdesk.db*")))
    said = "\n".join(scene.printed)
    assert len(tokens) == 2 and "disowned" in said and b"disowned" in kept
    for found in tokens:
        assert found and found[1] not in said and found[1].encode() not in kept
    assert PRIVATE not in said and PRIVATE.encode() not in kept


def test_a_notice_is_sent_once_the_pass_stands_on_its_ticket(scene: Scene) -> None:
    telling(scene)
    ticket = ann(scene)
    noted: list[bool] = []
    scene.graph.mail.limits.meanwhile = lambda: noted.append(bool(scene.held(ticket)))
    scene.once()
    assert noted == [True, True] and len(notices(scene)) == 2


def test_where_the_ledger_cannot_be_written_the_pass_goes_and_the_link_works_later(scene: Scene) -> None:
    telling(scene)
    ann(scene)
    scene.once()
    where = link(notices(scene)[0])
    assert len(scene.graph.passes.live()) == 1
    with public(scene) as here:
        with patch.object(SqlLedger, "disown", side_effect=Unwritten("its disk is full")):
            said = answer(scene, here, where)
        assert said.status_code == 503 and "niet worden opgeslagen" in said.text
        assert scene.graph.passes.live() == [] and "disk" not in said.text
        assert answer(scene, here, where).status_code == 200
    assert len(json.loads(scene.run("status", "--json").out)["held"]) == 1
