"""azure-identity against the managed-identity endpoint, and its token against Graph."""

import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ManagedIdentityCredential

from connector.simulators import Graph, Identity, serve

SCOPE = "https://graph.microsoft.com/.default"


def test_it_gets_a_token_that_graph_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = Identity()
    graph = Graph(identity.tokens)
    ann = graph.tenant.add_user("ann.lee@contoso.com")
    with serve(identity) as url, serve(graph) as graph_url:
        for name, value in identity.environment(url).items():
            monkeypatch.setenv(name, value)
        token = ManagedIdentityCredential().get_token(SCOPE)
        bearer = {"Authorization": f"Bearer {token.token}"}
        reply = requests.get(f"{graph_url}/v1.0/users/{ann}", headers=bearer, timeout=5)
    known = identity.tokens.known(token.token)
    assert known is not None
    assert (reply.status_code, token.expires_on) == (200, known.expires_on)


def test_it_reports_a_wrong_header(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = Identity()
    with serve(identity) as url:
        monkeypatch.setenv("IDENTITY_ENDPOINT", identity.environment(url)["IDENTITY_ENDPOINT"])
        monkeypatch.setenv("IDENTITY_HEADER", "wrong")
        with pytest.raises(ClientAuthenticationError):
            ManagedIdentityCredential(retry_total=0).get_token(SCOPE)
