"""The trail of calls in the fake TOPdesk."""

from typing import Any

import pytest

from connector.simulators import TOPdesk
from connector.simulators.topdesk import Traps
from tests.simulators.topdesk.client import Client


def said(desk: TOPdesk, incident: str, text: str, **traps: Any) -> dict[str, Any]:
    desk.traps = Traps(**traps)
    key = desk.say(incident, text)
    return next(action for action in desk.actions(incident) if action["id"] == key)


def test_actions_come_newest_first_with_author_texts_and_flag(
    client: Client, ann: str, three: list[str]
) -> None:
    first = client.desk.say(three[0], "one<br>two &amp; three", invisible=True)
    client.desk.say(three[0], "four", by=ann)
    reply = client.get(f"incidents/id/{three[0]}/actions", start="0", page_size="10")
    assert [row["plainText"] for row in reply.json()] == ["four", "one\ntwo & three"]
    operator = {"id": client.desk.account.card, "name": "API passdesk"}
    assert reply.json()[1] == {
        "id": first,
        "entryDate": "2025-06-15T15:06:42.500Z",
        "memoText": "one<br/>two &amp; three",
        "plainText": "one\ntwo & three",
        "flag": 0,
        "creationDate": "2025-06-15T15:06:42.500Z",
        "operator": operator,
        "person": None,
        "invisibleForCaller": True,
    }
    assert reply.json()[0]["person"] == {"id": ann, "name": "Lee, Ann"}
    assert client.get(f"incidents/id/{three[0]}/actions/{first}").json()["plainText"] == "one\ntwo & three"
    client.desk.traps = Traps(trail_order="oldest")
    assert client.get(f"incidents/id/{three[0]}/actions").json()[0]["id"] == first


def test_the_trail_is_paged_by_the_older_names_and_is_empty_with_a_204(
    client: Client, three: list[str]
) -> None:
    path = f"incidents/id/{three[0]}"
    assert client.get(f"{path}/actions").status_code == 204
    for number in range(3):
        client.desk.say(three[0], str(number))
    reply = client.get(f"{path}/progresstrail", page_size="2")
    assert (reply.status_code, [row["plainText"] for row in reply.json()]) == (206, ["2", "1"])
    assert client.get(f"{path}/progresstrail", page_size="2", start="2").status_code == 200
    assert client.get(f"{path}/progresstrail/count").json() == {"count": 3}
    sizes = (("progresstrail", "0"), ("progresstrail", "101"), ("actions", "101"), ("requests", "11"))
    assert {client.get(f"{path}/{part}", page_size=size).status_code for part, size in sizes} == {400}
    client.desk.traps = Traps(actions_page=0)
    assert client.get(f"{path}/actions").status_code == 204


def test_kinds_of_entries_are_told_apart_by_their_keys(client: Client, ann: str) -> None:
    call = client.desk.add_incident(ann, request="please")
    client.desk.attach(call, "attachment", "a.png")
    client.desk.attach(call, "email", "Re: call", sender="x@example.org")
    client.desk.say(call, "done")
    action, mail, file = client.get(f"incidents/id/{call}/progresstrail").json()
    assert (action["memoText"], mail["title"], mail["sender"], file["fileName"]) == (
        "done",
        "Re: call",
        "x@example.org",
        "a.png",
    )
    assert not {"memoText", "title"} & set(file)
    (request,) = client.get(f"incidents/id/{call}/requests").json()
    assert (request["plainText"], "invisibleForCaller" in request) == ("please", False)
    client.desk.traps = Traps(trail_dates="mixed")
    dates = [row["entryDate"][-5:] for row in client.get(f"incidents/id/{call}/progresstrail").json()]
    assert dates == [".500Z", "+0000", ".500Z"]


def test_an_action_is_deleted_by_those_who_may(client: Client, three: list[str]) -> None:
    own, other = (
        client.desk.say(three[0], "mine"),
        client.desk.say(three[0], "theirs", by=client.desk.add_operator("Fred")),
    )
    path = f"incidents/id/{three[0]}/actions"
    assert client.send("DELETE", f"{path}/{own}").status_code == 403
    client.desk.account.permissions.add("delete_own_memo")
    assert client.send("DELETE", f"{path}/{other}").status_code == 403
    gone = client.send("DELETE", f"{path}/{own}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert [action["id"] for action in client.desk.actions(three[0])] == [other]
    assert client.send("DELETE", f"{path}/{own}").status_code == 404
    client.desk.account.permissions.add("delete_all_memo")
    assert client.send("DELETE", f"{path}/{other}").status_code == 204


def test_there_is_no_post_and_no_patch_on_actions(client: Client, three: list[str]) -> None:
    path = f"incidents/id/{three[0]}/actions"
    key = client.desk.say(three[0], "x")
    assert {
        client.send("POST", path, {"memoText": "x"}).status_code,
        client.send("PATCH", f"{path}/{key}", {}).status_code,
    } == {405}
    assert client.send("DELETE", f"incidents/id/{three[0]}/requests/{key}").status_code == 404


def test_persons_see_their_own_calls_without_what_is_invisible(
    client: Client, ann: str, three: list[str]
) -> None:
    client.desk.say(three[0], "hidden", invisible=True)
    client.desk.say(three[0], "seen")
    own = client.as_account(client.desk.add_account("ann.lee", ann, kind="person"))
    for path in (f"requester/incidents/id/{three[0]}/actions", f"incidents/id/{three[0]}/progresstrail"):
        assert [row["plainText"] for row in own.get(path).json()] == ["seen"]
    client.desk.traps = Traps(persons_see_invisible=True)
    assert len(own.get(f"requester/incidents/id/{three[0]}/actions").json()) == 2
    assert client.get("requester/incidents").json() == [{"message": "No access"}]


@pytest.mark.parametrize(
    ("traps", "sent", "memo", "plain"),
    [
        ({}, "<p>one</p><a href='x'>two</a>", "onetwo", "onetwo"),
        ({"unknown_tags": "escape"}, "<p>one</p>", "&lt;p&gt;one&lt;/p&gt;", "<p>one</p>"),
        ({"unknown_tags": "keep"}, "<p>one</p>", "<p>one</p>", "one"),
        ({}, "<b>one</b><BR>two", "<b>one</b><br/>two", "one\ntwo"),
        ({}, "a\nb\r\nc", "a\nb\nc", "a\nb\nc"),
        ({"newlines": "lost"}, "a\nb", "a b", "a b"),
        ({"newlines": "break"}, "a\nb", "a<br/>b", "a\nb"),
        ({}, "k&lt;9&amp;Z&quot;", "k&lt;9&amp;Z&quot;", 'k<9&Z"'),
        ({"entities": "literal"}, "k&lt;9", "k&amp;lt;9", "k&lt;9"),
        ({}, "bare < and > and &", "bare &lt; and &gt; and &", "bare < and > and &"),
        ({}, "pass<word>1", "pass1", "pass1"),
    ],
)
def test_what_becomes_of_a_text(
    client: Client, three: list[str], traps: dict[str, Any], sent: str, memo: str, plain: str
) -> None:
    assert said(client.desk, three[0], sent, **traps)["memoText"] == memo
    assert client.get(f"incidents/id/{three[0]}/actions").json()[0]["plainText"] == plain
