"""`passdesk run` serves the page beside its work; what can't be served is said before anything starts."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.endtoend.scene import Scene
from tests.endtoend.test_run import stopped

TOKEN = "0123456789-0123456789"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def page(scene: Scene, more: str = "") -> str:
    port = free_port()
    scene.rewrite("config.yaml", more=f'web: {{listen: "127.0.0.1:{port}"{more}}}\n')
    return f"http://127.0.0.1:{port}"


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_run_serves_the_page_while_it_works_and_ends_in_time(scene: Scene) -> None:
    url, ticket = page(scene), scene.ticket("ann.lee")
    process = scene.start("run")
    scene.until(lambda: scene.held(ticket) and answers(url))
    number = scene.number(ticket)
    scene.until(lambda: number in requests.get(f"{url}/history", timeout=5).text)
    shown = requests.get(f"{url}/ticket?desk=contoso&ticket={number}", timeout=5)
    assert shown.status_code == 200 and "ann.lee@contoso.com" in shown.text
    assert "Sign in" not in requests.get(url, timeout=5).text
    assert stopped(process) == 0
    assert not answers(url)


def test_an_address_that_is_taken_is_a_mistake_with_its_place_and_nothing_starts(scene: Scene) -> None:
    scene.ticket("ann.lee")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        scene.rewrite("config.yaml", more=f'web: {{listen: "{listen}"}}\n')
        ran = scene.run("run")
    assert ran.code == 2
    assert (
        f"web.listen: the page can't listen on {listen} (Address already in use); end what has it" in ran.err
    )
    assert "config.yaml:" in ran.err and "Traceback" not in ran.err
    assert scene.graph.passes.made == 0


AWAY = 'web: {listen: "0.0.0.0:8642"'
WRONG = {
    f"{AWAY}}}": ["nobody has to sign in", "in the clear", "how it is reached"],
    f"{AWAY}, operators: {{lead: env:T1}}, url: https://passdesk.contoso.com}}": ["in the clear"],
    f"{AWAY}, trusted_proxy: 10.0.0.7, url: https://passdesk.contoso.com}}": ["nobody has to sign in"],
    "web: {url: https://passdesk.contoso.com}": ["nobody has to sign in", "in the clear"],
    "web: {operators: {lead: env:SHORT}}": ["shorter than 12 characters; make one with: openssl rand"],
    "web: {operators: {lead: env:T1, night: env:T1}}": ['this is the token of "lead", too'],
    "web: {operators: {lead: env:NOT_THERE}}": ["the environment variable NOT_THERE is not set"],
    "web: {trusted_proxy: proxy}": ['"proxy" is no IP address'],
    "web: {listen: 8642}": ['write "8642" in quotes'],
}


@pytest.mark.parametrize("line", WRONG)
def test_what_would_be_unsafe_is_refused_with_the_cure(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("T1", TOKEN)
    monkeypatch.setenv("SHORT", TOKEN[:10])
    scene.rewrite("config.yaml", more=f"{line}\n")
    ran = scene.run("run")
    assert (ran.code, ran.out) == (2, "")
    for sentence in WRONG[line]:
        assert sentence in ran.err
    assert TOKEN not in ran.err and TOKEN[:10] not in ran.err


def test_verbs_that_serve_no_page_load_nothing_of_it(scene: Scene) -> None:
    page(scene)
    code = (
        "import sys\nfrom connector.cli.main import outcome\n"
        f"outcome(['status', '--config', {str(scene.folder / 'config.yaml')!r}])\n"
        "outcome(['--help'])\n"
        "late = {'flask', 'waitress', 'pygal', 'prometheus_client', 'connector.config.web'}\n"
        "print(sorted(late & {*sys.modules}))"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert json.loads(ran.stdout.splitlines()[-1].replace("'", '"')) == ["connector.config.web"]


def test_others_than_this_machine_see_nothing_before_they_have_signed_in(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T1", TOKEN)
    ticket = scene.ticket("ann.lee")
    url = page(
        scene, ", operators: {lead: env:T1}, trusted_proxy: 127.0.0.1, url: https://passdesk.contoso.com"
    )
    process = scene.start("run")
    scene.until(lambda: scene.held(ticket) and scene.log("started"))
    proxied = {"Host": "passdesk.contoso.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    for path in (
        "/",
        "/history",
        f"/ticket?desk=contoso&ticket={scene.number(ticket)}",
        "/charts",
        "/metrics",
    ):
        answer = requests.get(f"{url}{path}", headers=proxied, allow_redirects=False, timeout=5)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in"), path
        assert "ann.lee" not in answer.text
    form = requests.post(
        f"{url}/sign-in", {"token": TOKEN}, headers=proxied, allow_redirects=False, timeout=5
    )
    cookie = form.headers["Set-Cookie"]
    assert cookie.startswith("__Host-passdesk=") and "Secure" in cookie
    known = proxied | {"Cookie": cookie.partition(";")[0]}
    shown = requests.get(f"{url}/history", headers=known, timeout=5)
    assert "ann.lee@contoso.com" in shown.text
    assert shown.headers["Strict-Transport-Security"]
    assert stopped(process) == 0
