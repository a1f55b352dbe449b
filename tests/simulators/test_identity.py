"""The managed-identity endpoint: who gets a token."""

import requests

from connector.simulators import Graph, Identity, serve

NOW = 1_750_000_000.0


def test_the_identity_endpoint_hands_out_tokens_that_graph_takes() -> None:
    identity = Identity(clock=lambda: NOW)
    graph = Graph(identity.tokens, clock=lambda: NOW)
    with serve(identity) as url, serve(graph) as graph_url:
        env = identity.environment(url)
        params = {"api-version": "2019-08-01", "resource": "https://graph.microsoft.com"}

        def ask(header: dict[str, str], **changed: str) -> requests.Response:
            return requests.get(env["IDENTITY_ENDPOINT"], {**params, **changed}, headers=header, timeout=5)

        good = {"X-IDENTITY-HEADER": env["IDENTITY_HEADER"]}
        reply = ask(good).json()
        assert reply["expires_on"] == str(int(NOW) + 86_400)
        bearer = {"Authorization": f"Bearer {reply['access_token']}"}
        assert requests.get(f"{graph_url}/v1.0/users", headers=bearer, timeout=5).status_code == 200
        assert ask({"X-IDENTITY-HEADER": "wrong"}).status_code == 401
        assert ask({}).status_code == 400
        assert ask(good, resource="https://graph.microsoft.com/.default").status_code == 400
        assert ask(good, **{"api-version": "2018-02-01"}).status_code == 400
        identity.broken = True
        assert ask(good).status_code == 500
