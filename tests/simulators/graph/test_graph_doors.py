"""Who gets an answer from the fake Graph, and in what envelope."""

from tests.simulators.graph.client import Client, batch, methods


def test_every_answer_carries_the_ids_by_which_it_is_found_again(client: Client, ann: str) -> None:
    sent = {"client-request-id": "8f2e3b0a-0000-4000-8000-000000000001"}
    for path in (f"users/{ann}", "users/nobody@contoso.com"):
        reply = client.send("GET", path, None, **sent)
        assert reply.headers["client-request-id"] == sent["client-request-id"]
        assert reply.headers["request-id"]
    inner = reply.json()["error"]["innerError"]
    assert (inner["request-id"], inner["client-request-id"]) == (
        reply.headers["request-id"],
        sent["client-request-id"],
    )


def test_a_token_must_be_ours_and_fresh(client: Client, ann: str, now: list[float]) -> None:
    assert client.get(f"users/{ann}")["id"] == ann
    now[0] += client.graph.tokens.lifetime_s
    assert client.error("GET", f"users/{ann}")[:2] == (401, "InvalidAuthenticationToken")
    client.token = "made-up"
    assert client.error("GET", f"users/{ann}")[:2] == (401, "InvalidAuthenticationToken")
    assert client.error("POST", "$batch", batch("/users"))[0] == 401


def test_a_permission_that_is_lacking_is_a_403(client: Client, ann: str) -> None:
    client.graph.tokens.roles = frozenset({"User.Read.All"})
    client.token = client.graph.tokens.issue().text
    assert client.get(f"users/{ann}")["id"] == ann
    assert client.error("GET", methods(ann))[:2] == (403, "Authorization_RequestDenied")
    assert client.error("GET", "roleManagement/directory/roleAssignments")[0] == 403


def test_what_is_not_there_is_said_in_the_envelope(client: Client, ann: str) -> None:
    assert client.error("GET", "nothing")[0] == 400
    assert client.error("PATCH", f"{methods(ann)}/x", {})[0] == 405
    assert client.error("GET", f"users/{ann}/memberOf?$orderby=id")[0] == 400
    assert client.send("GET", f"{client.url}/beta/users").status_code == 400
