"""Mail as the fake Graph takes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from connector.simulators import Graph, Served
from connector.simulators.faults import drop_after, drop_before, when
from connector.simulators.graph.mail import PERMISSIONS as MAIL_PERMISSIONS
from connector.simulators.tokens import PERMISSIONS, Tokens
from tests.simulators.graph.client import Client

DESK = "servicedesk@contoso.com"


@pytest.fixture
def graph(now: list[float]) -> Graph:
    def clock() -> float:
        return now[0]

    return Graph(Tokens(clock=clock, roles=PERMISSIONS + MAIL_PERMISSIONS), clock=clock)


@pytest.fixture
def client(graph: Graph) -> Iterator[Client]:
    graph.tenant.add_user(DESK)
    with Served(graph) as served:
        yield Client(graph, served.url)


def mail(to: str = "grace.boss@contoso.com", **more: Any) -> dict[str, Any]:
    content = {"contentType": "HTML", "content": "<p>hello</p>"}
    message = {
        "subject": "Access",
        "body": content,
        "toRecipients": [{"emailAddress": {"address": to}}],
        **more,
    }
    return {"message": message, "saveToSentItems": False}


def test_a_mail_is_taken_and_arrives(graph: Graph, client: Client) -> None:
    reply = client.send("POST", f"users/{DESK}/sendMail", mail())
    assert (reply.status_code, reply.content) == (202, b"")
    (taken,) = graph.mail.received("Grace.Boss@contoso.com")
    assert (taken.subject, taken.body, taken.html, taken.saved) == ("Access", "<p>hello</p>", True, False)
    assert graph.mail.received("eve@example.org") == []


def test_a_copy_is_kept_unless_it_is_said_otherwise(graph: Graph, client: Client) -> None:
    client.send("POST", f"users/{DESK}/microsoft.graph.sendMail", {"message": mail()["message"]})
    assert graph.mail.sent[0].saved is True


def test_who_may_not_send_and_what_is_no_mailbox(graph: Graph, client: Client) -> None:
    box = graph.tenant.add_user("box@contoso.com")
    nobody = graph.tenant.add_user("nobody@contoso.com", mail=None)
    graph.mail.without.add(box)
    graph.mail.senders = {box, nobody}
    assert client.error("POST", f"users/{DESK}/sendMail", mail())[:2] == (403, "ErrorAccessDenied")
    for key in ("box@contoso.com", nobody):
        assert client.error("POST", f"users/{key}/sendMail", mail())[:2] == (
            404,
            "MailboxNotEnabledForRESTAPI",
        )
    assert client.error("POST", "users/gone@contoso.com/sendMail", mail())[:2] == (
        404,
        "Request_ResourceNotFound",
    )
    assert graph.mail.sent == []


def test_without_the_permission_nothing_is_sent_and_no_domain_told(graph: Graph, client: Client) -> None:
    graph.tokens.roles = frozenset({"User.Read.All"})
    client.token = graph.tokens.issue().text
    assert client.error("POST", f"users/{DESK}/sendMail", mail())[:2] == (403, "ErrorAccessDenied")
    assert client.error("GET", "organization")[:2] == (403, "Authorization_RequestDenied")
    assert graph.mail.sent == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": {}},
        mail(toRecipients=[]),
        mail(toRecipients=[{"address": "a@contoso.com"}]),
        mail("no address"),
        mail("a@contoso.com,b@contoso.com"),
        mail(body={"contentType": "RTF", "content": "x"}),
        mail("blocked@contoso.com"),
    ],
)
def test_what_is_no_mail_is_refused(graph: Graph, client: Client, body: dict[str, Any]) -> None:
    graph.mail.refused.add("blocked@contoso.com")
    assert client.error("POST", f"users/{DESK}/sendMail", body)[0] == 400
    assert graph.mail.sent == []


def test_a_mailbox_sends_so_many_a_minute(graph: Graph, client: Client, now: list[float]) -> None:
    graph.mail.limits.a_minute = 3
    statuses = [client.send("POST", f"users/{DESK}/sendMail", mail()).status_code for _ in range(4)]
    assert statuses == [202, 202, 202, 429]
    now[0] += 60
    assert client.send("POST", f"users/{DESK}/sendMail", mail()).status_code == 202


def test_a_mailbox_takes_so_many_at_once(graph: Graph, client: Client) -> None:
    inside, go_on = threading.Semaphore(0), threading.Event()

    def wait() -> None:
        inside.release()
        go_on.wait(4)

    def send() -> int:
        return client.send("POST", f"users/{DESK}/sendMail", mail()).status_code

    graph.mail.limits.meanwhile = wait
    with ThreadPoolExecutor(4) as pool:
        four = [pool.submit(send) for _ in range(4)]
        assert all(inside.acquire(timeout=4) for _ in range(4))
        fifth = send()
        go_on.set()
        assert (fifth, [each.result() for each in four]) == (429, [202] * 4)
    assert (graph.mail.most_at_once, len(graph.mail.sent)) == (5, 4)


def test_a_lost_reply_leaves_a_mail_and_a_lost_request_none(graph: Graph) -> None:
    graph.tenant.add_user(DESK)
    with Served(graph) as served:
        served.faults.add(when("POST", "sendMail"), drop_after).add(
            when("POST", "sendMail", nth=2), drop_before
        )
        client = Client(graph, served.url)
        for expected in (1, 1):
            with pytest.raises(OSError):
                client.send("POST", f"users/{DESK}/sendMail", mail())
            assert len(graph.mail.sent) == expected


def test_the_tenant_tells_its_domains(graph: Graph, client: Client) -> None:
    (row,) = client.get("organization?$select=id,verifiedDomains")["value"]
    assert set(row) == {"id", "verifiedDomains"}
    assert [each["name"] for each in row["verifiedDomains"]] == ["contoso.com", "contoso.onmicrosoft.com"]


def test_a_mailed_pass_is_not_unknown(graph: Graph, client: Client, ann: str) -> None:
    made = client.make(ann)
    assert len(graph.passes.live_unknown(graph.mail.texts())) == 1
    client.send(
        "POST",
        f"users/{DESK}/sendMail",
        mail(body={"contentType": "HTML", "content": made["temporaryAccessPass"]}),
    )
    assert graph.passes.live_unknown(graph.mail.texts()) == []
