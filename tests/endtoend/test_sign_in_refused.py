"""A refused sign-in is a person's matter: said with its cause, its place in config.yaml, and when it is
tried again; exit 1.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest

from connector.domain.events import Event
from connector.simulators.faults import answer, when
from connector.simulators.messages import Response
from connector.worker.report import Report
from connector.worker.service import OutageLog
from tests.endtoend.house import House
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.searching import SEARCH

ALWAYS = 1000


@pytest.fixture(params=["basic", "api_key", "client_credentials", "password_grant"])
def wrong_password(request: pytest.FixtureRequest, scene: Scene) -> Iterator[Scene]:
    """A ServiceNow whose password, key or secret is another one by now."""
    auth = {
        "basic": "username: svc.passdesk, password: env:SNOW_OTHER",
        "api_key": "key: env:SNOW_OTHER",
        "client_credentials": "client_id: env:SNOW_ID, client_secret: env:SNOW_OTHER",
        "password_grant": (
            "client_id: env:SNOW_ID, client_secret: env:SNOW_SECRET, username: svc.passdesk, "
            "password: env:SNOW_OTHER"
        ),
    }[request.param]
    config = scene.folder / "config.yaml"
    text = config.read_text()
    line = next(each for each in text.splitlines() if "auth:" in each)
    config.write_text(text.replace(line, f"    auth: {{kind: {request.param}, {auth}}}"))
    with patch.dict(os.environ, {"SNOW_OTHER": "another"}):
        yield scene


def refused(house: House, service: str) -> str:
    """The sentence, as `once` and `check` say it, each with exit code 1."""
    once = house.once()
    assert once.code == 1, once.out
    (said,) = once.report["sign_in_refused"]
    assert said["service"] == service
    assert "unreachable" not in once.report
    table = house.run("once")
    assert table.code == 1
    assert f"Can't sign in to {service}: " in table.out
    checked = house.run("check", "--json")
    assert checked.code == 1
    found = [each for each in json.loads(checked.out)["findings"] if each.get("code") == "sign_in_refused"]
    assert {each["what"] for each in found} == {service}
    assert not any(each["down"] for each in found)
    assert "sign_in_refused: " in house.run("check").out
    return str(said["detail"])


@SEARCH
def test_a_wrong_password_at_servicenow(wrong_password: Scene) -> None:
    wrong_password.ticket("ann.lee")
    said = refused(wrong_password, "contoso")
    assert "config.yaml:8:11 desks.contoso.auth" in said
    assert "is wrong" in said
    assert "tries again" in said
    assert "another" not in said


@SEARCH
@pytest.mark.parametrize("how", ["wrong", "expired", "not allowed"])
def test_a_refused_application_password_at_topdesk(office: Office, how: str) -> None:
    office.ticket("ann.lee")
    account = office.desk.account
    if how == "wrong":
        account.password = "another"
    elif how == "expired":
        account.expires_at = 1.0
    else:
        account.permissions -= {"application_passwords"}
    said = refused(office, "bureau")
    assert "whether its application password has expired" in said
    assert "config.yaml:8:11 desks.bureau.auth" in said
    assert "passdesk tries again after 5m" in said


def test_a_persons_login_at_topdesk_is_named(office: Office) -> None:
    office.ticket("ann.lee")
    body = [{"message": "Operation not allowed for this log in"}]
    office.server.faults.add(when("GET", "", times=ALWAYS), answer(Response.json(401, body)))
    assert "the login is a person's" in refused(office, "bureau")


def test_a_refused_sign_in_at_entra_makes_tickets_wait_with_its_code(scene: Scene) -> None:
    scene.ticket("ann.lee")
    body = {"error": "invalid_request", "error_description": "Identity not found"}
    scene.identity_server.faults.add(
        when("GET", "/msi/token", times=ALWAYS), answer(Response.json(400, body))
    )
    ran = scene.once()
    assert ran.code == 1
    (ticket,) = ran.report["tickets"]
    assert (ticket["outcome"], ticket["reason"]) == ("deferred", "sign_in_refused")
    assert "config.yaml:2:15 entra.credential" in ticket["detail"]
    assert "endpoint" in refused(scene, "entra")


def test_a_token_that_graph_rejects_is_no_outage(scene: Scene) -> None:
    scene.ticket("ann.lee")
    with patch.object(scene.graph, "tokens", type(scene.identity.tokens)()):
        assert "rejects the token (401)" in refused(scene, "entra")


def test_a_page_for_people_with_401_is_a_refusal_too(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.server.faults.add(
        when("GET", "/api/now", times=ALWAYS), answer(Response.html("<html>Log in</html>", 401))
    )
    assert "it gives a token and then rejects it" in refused(scene, "contoso")


def test_a_service_that_is_gone_is_still_unreachable(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.server.stop()
    ran = scene.once()
    assert (ran.code, ran.report["unreachable"]) == (3, ["contoso"])
    assert "sign_in_refused" not in ran.report


def test_explain_ends_with_one_sentence_and_exit_code_1(office: Office) -> None:
    office.desk.account.password = "another"
    ran = office.run("explain", "bureau", "I 2611 001")
    assert ran.code == 1
    assert ran.err.splitlines()[-1].startswith(
        "passdesk can't sign in to bureau: it doesn't sign passdesk in"
    )


def test_a_password_that_is_mended_is_taken_up_and_the_ticket_gets_its_pass(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    right, office.desk.account.password = office.desk.account.password, "another"
    assert office.once().code == 1
    office.desk.account.password = right
    assert office.once().outcomes()[office.number(ticket)] == ("delivered", None)


def test_run_says_a_refusal_once_and_its_end_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[Event, dict[str, object]]] = []
    monkeypatch.setattr("connector.log.event", lambda event, **known: said.append((event, known)))
    clock: Callable[[], float] = iter([0.0, 1.0, 2.0, 60.0]).__next__
    log = OutageLog(clock)
    for refusals in ({"bureau": "why"}, {"bureau": "why"}, {"bureau": "another why"}, {}):
        log.note(Report(names={}, sign_in_refused=dict(refusals)))
    assert [event for event, _ in said] == [
        Event.SIGN_IN_REFUSED,
        Event.SIGN_IN_REFUSED,
        Event.SIGNED_IN_AGAIN,
    ]
    assert [known.get("detail") for _, known in said] == ["why", "another why", None]
