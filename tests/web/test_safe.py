"""What the page lets nobody do, and never shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from urllib.parse import quote

import pytest
import requests

from connector.demo.cast import Request
from connector.forms.references import SecretReference
from connector.web import sign_in as signing_in
from connector.web.sign_in import GUESSES
from tests.searching import SEARCH
from tests.web.conftest import LEAD, NIGHT, Site, demo

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def walked(site: Site, cookies: dict[str, str] | None = None) -> Iterator[requests.Response]:
    """Every page that links lead to from the first, and each ticket."""
    waiting, seen = ["/", "/metrics", "/healthz", "/readyz", "/nix", "/history?text=%3Cscript%3E"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 300:
            continue
        seen.add(path)
        found = site.get(path, cookies=cookies or {})
        yield found
        links = re.findall(r'(?:href|src|action)="(/[^"#]*)', found.text)
        waiting += [each.replace("&amp;", "&") for each in links]


def signed_in(site: Site, token: str = LEAD) -> dict[str, str]:
    answer = requests.post(f"{site.url}/sign-in", {"token": token}, allow_redirects=False, timeout=30)
    assert answer.status_code == 303
    return dict(answer.cookies)


@SEARCH
@pytest.mark.parametrize("who", ["nobody", "lead"])
def test_no_page_shows_a_pass_a_password_or_a_token(site: Site, who: str) -> None:
    cookies = signed_in(site) if who == "lead" else {}
    answers = list(walked(site, cookies))
    told = "\n".join(f"{each.headers}\n{each.text}" for each in answers)
    passes = [each.text for each in site.scene.graph.passes.issued]
    known = [LEAD, NIGHT, *site.scene.company.service_now.accounts.tokens, *cookies.values()]
    known += [
        site.scene.company.service_now.accounts.client_secret,
        site.scene.company.topdesk.account.password,
    ]
    forms = {form(each) for each in (*passes, *known) for form in (str, escape, quote, json.dumps)}
    assert len(passes) > 5 and len(answers) > 30 and "INC0010001" in told
    assert [each for each in forms if each.strip('"') in told] == []


def test_every_answer_has_the_headers_that_keep_a_browser_in(site: Site) -> None:
    answers = list(walked(site))
    for each in answers:
        policy = each.headers["Content-Security-Policy"]
        assert policy == POLICY or ("svg" in each.headers["Content-Type"] and "'sha256-" in policy), each.url
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in each.headers["Cache-Control"] or "/static/" in each.url
        assert "Server" not in each.headers
        assert not re.search(r"<script|\sstyle=|\son\w+=", each.text), each.url
    assert {each.status_code for each in answers} >= {200, 404}


@pytest.mark.parametrize(
    "host", ["evil.example.org", "localhost.evil.example.org", "127.0.0.1", "127.0.0.1:1"]
)
def test_another_name_for_our_address_is_refused(site: Site, host: str) -> None:
    assert site.get(headers={"Host": host}).status_code == 400
    port = site.url.rpartition(":")[2]
    assert site.get(headers={"Host": f"localhost:{port}"}).status_code == 200


@SEARCH
def test_text_of_a_ticket_is_never_markup() -> None:
    name = '"><img src=x onerror=alert(1)>{{7*7}}'
    with demo() as site:
        users = site.scene.graph.tenant.users.values()
        grace = next(each for each in users if each.upn.startswith("grace."))
        grace.properties["displayName"] = name
        site.scene.company.incident(Request("Grace Boss"))
        site.sweep()
        shown = escape(name).replace("&quot;", "&#34;")
        number = next(iter(reversed(site.scene.company.parts)))
        ticket = f"/ticket?desk=contoso-servicenow&ticket={number}"
        for path in ("/history", ticket, f"/history?text={quote(name)}", f"/history?desk={quote(name)}"):
            page = site.get(path).text
            assert "<img" not in page
            assert shown in page, path


@pytest.mark.parametrize("verb", ["pause", "resume", "revoke", "release", "reissue"])
def test_without_a_sign_in_nothing_is_done(site: Site, verb: str) -> None:
    desk, number = site.number("Zoë Łukasiewicz")
    form = {"desk": desk, "ticket": number, "why": "because"}
    before = site.house.ledger.head()
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": LEAD[:-1]},
        {"Cookie": "passdesk=x"},
    ):
        answer = requests.post(f"{site.url}/acts/{verb}", form, headers=headers, timeout=30)
        assert answer.status_code in (401, 403, 429)
    assert site.get(f"/acts/{verb}").status_code == 405
    assert site.house.ledger.head() == before


def test_a_form_of_another_site_does_nothing(site: Site) -> None:
    cookies, before = signed_in(site), site.house.ledger.head()
    csrf = re.search(r'name="csrf" value="([^"]+)"', site.get("/", cookies=cookies).text)
    assert csrf
    form = {"why": "because", "csrf": csrf[1]}
    wrong: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
        ({"why": "because"}, {}),
        ({"why": "because", "csrf": "guessed"}, {}),
        (form, {"Origin": "https://evil.example.org"}),
        (form, {"Origin": "null"}),
        (form, {"Sec-Fetch-Site": "cross-site"}),
        (form, {"Sec-Fetch-Site": "same-site"}),
    )
    for sent, headers in wrong:
        answer = requests.post(f"{site.url}/acts/pause", sent, headers=headers, cookies=cookies, timeout=30)
        assert answer.status_code == 403, (sent, headers)
    assert site.house.ledger.head() == before
    answer = requests.post(
        f"{site.url}/acts/resume", form, headers={"Origin": site.url}, cookies=cookies, timeout=30
    )
    assert answer.status_code == 200 and "It wasn" in answer.text


def test_the_cookie_is_for_this_site_and_no_script(site: Site) -> None:
    answer = requests.post(f"{site.url}/sign-in", {"token": LEAD}, allow_redirects=False, timeout=30)
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {each.strip() for each in cookie.split(";")}
    assert LEAD not in cookie


def test_a_reason_is_needed(site: Site) -> None:
    answer = site.post("/acts/pause", why="  ")
    assert (answer.status_code, "write a reason" in answer.text) == (409, True)
    assert site.house.ledger.paused() is None


def test_each_persons_token_is_their_own(site: Site) -> None:
    assert site.post("/acts/pause", NIGHT, why="an incident").status_code == 200
    paused = site.house.ledger.pause_record()
    assert paused and (paused.by, paused.why) == ("night", "an incident")
    assert "Paused by night" not in site.get("/").text and "by night" in site.get("/").text
    assert site.post("/acts/resume", LEAD, why="over").status_code == 200
    assert site.house.ledger.history()[-1].detail["by"] == "lead"


@SEARCH
def test_guesses_are_throttled_and_then_the_right_token_waits_too() -> None:
    with demo() as site:
        answers = [
            site.post("/acts/pause", f"wrong-{each}", why="no").status_code for each in range(GUESSES + 1)
        ]
        assert answers == [401] * GUESSES + [429]
        assert site.post("/acts/pause", LEAD, why="no").status_code == 429
        assert requests.post(f"{site.url}/sign-in", {"token": LEAD}, timeout=30).status_code == 429
        assert site.house.ledger.paused() is None


@SEARCH
def test_a_pass_is_revoked_and_another_allowed_from_the_page() -> None:
    with demo() as site:
        desk, number = site.number("Zoë Łukasiewicz")
        out = len(site.scene.graph.passes.live())
        answer = site.post("/acts/revoke", desk=desk, ticket=number, why="the wrong person called")
        assert answer.status_code == 200 and "The pass was deleted" in answer.text
        assert len(site.scene.graph.passes.live()) == out - 1
        asked = site.house.ledger.history(number)[-1]
        assert (asked.action, asked.detail["by"], asked.detail["why"]) == (
            "revocation_requested", "lead", "the wrong person called"
        )  # fmt: skip
        assert "the wrong person called" in site.get(site.ticket("Zoë Łukasiewicz")).text
        again = site.post("/acts/revoke", desk=desk, ticket=number, why="once more")
        assert again.status_code == 409
        assert site.post("/acts/release", desk=desk, ticket=number, why="no").status_code == 409
        assert site.post("/acts/reissue", desk=desk, ticket="NIX1", why="no").status_code == 409
        used = site.number("Siobhán Byrne")
        assert site.post("/acts/reissue", desk=used[0], ticket=used[1], why="lost it").status_code == 200


def test_a_session_ends_by_itself_with_its_token_and_by_signing_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    people = signing_in.SignIn({"lead": SecretReference("env", "OWN")}, clock=lambda: now[0])
    monkeypatch.setenv("OWN", "a token of its own, long")
    cookie = people.begin("lead")
    assert people.session(cookie) and not people.session("another")
    now[0] += signing_in.IDLE + 1
    assert people.session(cookie) is None
    cookie = people.begin("lead")
    monkeypatch.setenv("OWN", "another token, just as long")
    assert people.session(cookie) is None
    cookie = people.begin("lead")
    for _ in range(9):
        now[0] += signing_in.IDLE - 1
        alive = people.session(cookie)
    assert alive is None
    cookie = people.begin("lead")
    assert people.session(cookie)
    people.end(cookie)
    assert people.session(cookie) is None
