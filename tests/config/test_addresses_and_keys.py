"""Addresses with a path that passdesk adds itself, and several keys that are missing in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.load import load
from tests.config.files import MAPPING, lay, mistakes_of, replaced

CONFIG = """\
entra: {{credential: {{kind: managed_identity}}, graph_url: {graph}}}
desks:
  snow: {{kind: servicenow, url: "{snow}", auth: {{kind: api_key, key: env:KEY}}}}
  top: {{kind: topdesk, url: "{top}", auth: {{kind: application_password, login: l, password: env:TOP}}}}
"""
RIGHT = {
    "graph": "https://graph.microsoft.com",
    "snow": "https://x.service-now.com",
    "top": "https://x.topdesk.net",
}


def config(**changed: str) -> str:
    return CONFIG.format(**RIGHT | changed)


@pytest.mark.parametrize(
    ("which", "url", "write"),
    [
        ("top", "https://x.topdesk.net/tas/api", "https://x.topdesk.net"),
        ("top", "https://x.topdesk.net/tas/api/", "https://x.topdesk.net"),
        ("top", "https://x.topdesk.net/tas/secure/login/form", "https://x.topdesk.net"),
        ("top", "https://x.topdesk.net/tas/public/ssp/?x=y", "https://x.topdesk.net"),
        ("top", "https://desk.contoso.com/tas", "https://desk.contoso.com"),
        ("top", "https://desk.contoso.com/TAS/api/incidents", "https://desk.contoso.com"),
        ("top", "https://desk.contoso.com:8443/help/tas/api", "https://desk.contoso.com:8443/help"),
        ("snow", "https://x.service-now.com/api/now", "https://x.service-now.com"),
        ("snow", "https://x.service-now.com/api/now/v2/table/incident", "https://x.service-now.com"),
        ("snow", "https://x.service-now.com/nav_to.do?uri=incident.do", "https://x.service-now.com"),
        ("snow", "https://x.service-now.com/now/nav/ui/home", "https://x.service-now.com"),
        ("snow", "https://x.service-now.com/sp?id=index", "https://x.service-now.com"),
        ("snow", "https://x.service-now.com/?a=b", "https://x.service-now.com"),
        ("snow", "https://desk.contoso.com/api/now", "https://desk.contoso.com"),
        ("snow", "https://desk.contoso.com/api", "https://desk.contoso.com"),
        ("snow", "https://desk.contoso.com/login.do", "https://desk.contoso.com"),
        ("snow", "https://desk.contoso.com/oauth_token.do", "https://desk.contoso.com"),
        ("graph", "https://graph.microsoft.com/v1.0", "https://graph.microsoft.com"),
        ("graph", "http://127.0.0.1:8080/v1.0/", "http://127.0.0.1:8080"),
        ("graph", "http://127.0.0.1:8080/beta", "http://127.0.0.1:8080"),
    ],
)
def test_an_address_with_a_path_of_its_own_says_what_to_write(
    tmp_path: Path, which: str, url: str, write: str
) -> None:
    (only,) = mistakes_of(lay(tmp_path, config(**{which: url})))
    assert only.sentence.endswith(f"; write {write}")
    assert only.key in ("desks.top.url", "desks.snow.url", "entra.graph_url")


@pytest.mark.parametrize(
    ("which", "url"),
    [
        ("top", "https://x.topdesk.net/"),
        ("top", "https://desk.contoso.com/help"),
        ("snow", "https://desk.contoso.com/api/servicenow"),
        ("snow", "https://desk.contoso.com/snow"),
    ],
)
def test_a_path_of_the_shops_own_proxy_is_kept(tmp_path: Path, which: str, url: str) -> None:
    found = load(lay(tmp_path, config(**{which: url}))).settings.desks[which]
    assert found.url == url.rstrip("/")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("log: {format: json}\n", ["entra", "desks"]),
        (
            config().replace("{kind: api_key, key: env:KEY}", "{kind: password_grant}"),
            ["client_id", "client_secret", "username", "password"],
        ),
        (
            config()
            .replace(f'url: "{RIGHT["top"]}", ', "")
            .replace(", auth: {kind: application_password, login: l, password: env:TOP}", ""),
            ["url", "auth"],
        ),
        (
            config().replace("kind: managed_identity", "kind: certificate"),
            ["tenant_id", "client_id", "path"],
        ),
    ],
    ids=["sections", "of a sign-in", "of a desk", "of a credential"],
)
def test_keys_that_are_missing_in_one_place_are_told_at_once(
    tmp_path: Path, text: str, missing: list[str]
) -> None:
    said = [each.sentence for each in mistakes_of(lay(tmp_path, text))]
    assert [
        name for name in missing if any(f'the key "{name}" is missing' in each for each in said)
    ] == missing


@pytest.mark.parametrize(
    ("keys", "missing"),
    [
        ({"desk": "", "table": "", "watch": ""}, ["desk", "table", "watch"]),
        ({"again": "again: {}"}, ["field", "in"]),
        ({"allow": "allow: {approval: {}}"}, ["field", "in"]),
    ],
)
def test_keys_that_a_mapping_lacks_are_told_at_once(
    tmp_path: Path, keys: dict[str, str], missing: list[str]
) -> None:
    text = replaced(MAPPING, **keys)
    said = [each.sentence for each in mistakes_of(lay(tmp_path, config(), incidents=text))]
    assert [
        name for name in missing if any(f'the key "{name}" is missing' in each for each in said)
    ] == missing
