"""A bad day on the page: a stuck ticket, a mapping that was refused, a service that is down, a pause."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from connector.domain.outcome import Decision, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, Ticket
from connector.ledger.observing import Observation, Seen
from connector.lifecycle.ledger_roles import PolledTicket
from tests.searching import SEARCH
from tests.web.conftest import Site, demo, looking

PERSON = "0b8f9d3e-1111-4000-8000-000000000001"
DISOWNED = {"desk": "https://desk.example.org", "number": "INC0099002", "reference": "TAP-7QK3F9C2-1"}
DETAIL = "Three attempts came to nothing: the desk refuses the note."


@pytest.fixture(scope="module")
def bad_day() -> Iterator[Site]:
    with demo() as site:
        url, now = site.window.urls["contoso-servicenow"], site.window.now()
        ticket = Ticket(url, "f" * 32, "INC0099001", {}, open=True, mailed=False, links="")
        claim = site.house.ledger.take(PolledTicket(ticket, "demo-incidents", "facts", now))
        assert isinstance(claim, Claim)
        stuck = Decision(State.STUCK, Reason.ATTEMPTS_EXHAUSTED, DETAIL)
        site.house.ledger.close(site.house.ledger.settling(claim, stuck), State.STUCK)
        known = site.house.ledger.recorded("last_sweep") or {}
        site.house.ledger.record("last_sweep", known | {"unreachable": ["entra"], "asked": []})
        broken = site.scene.config.path.parent / "calls.yaml"
        broken.write_text(broken.read_text() + "deliverr: note\n")
        site.house.ledger.pause("an incident <1>")
        yield site


@SEARCH
@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_it_says_what_is_wrong_and_what_to_do_and_axe_finds_nothing(
    browser: Browser, bad_day: Site, look: str
) -> None:
    with looking(browser, bad_day, look) as there:
        page = there.go("/")
        there.shot(f"bad-day-{look}")
        stuck = page.get_by_role("article")
        expect(stuck).to_contain_text(DETAIL)
        expect(stuck).to_contain_text('passdesk release contoso-servicenow "INC0099001"')
        expect(page.get_by_text(re.compile(r"^\d.* left$"))).to_have_count(7)
        expect(page.get_by_text("entra couldn't be reached by the last sweep")).to_be_visible()
        expect(page.get_by_text('there is no key "deliverr"')).to_be_visible()
        expect(page.get_by_role("status")).to_contain_text("an incident <1>")
        found = Axe().run(page).response
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        assert (there.console, there.elsewhere) == ([], [])


def test_a_stuck_ticket_is_released_from_its_page(browser: Browser, bad_day: Site) -> None:
    with looking(browser, bad_day, "no script") as there:
        there.sign_in()
        page = there.go("/ticket?desk=contoso-servicenow&ticket=INC0099001")
        page.get_by_label("Why?").fill("the desk takes notes again")
        page.get_by_role("button", name="Release").click()
        expect(page.get_by_text("it is judged again as soon as it is in the queue")).to_be_visible()
        last = bad_day.house.ledger.history("INC0099001")[-1]
        assert (last.action, last.detail["by"], last.detail["why"]) == (
            "released", "lead", "the desk takes notes again"
        )  # fmt: skip


def test_who_is_held_is_shown_with_the_way_to_let_them_go_on_and_axe_finds_nothing(
    browser: Browser, site: Site
) -> None:
    held = Observation(Seen.HELD, PERSON, site.window.now(), json.dumps(DISOWNED))
    site.house.ledger.write(lambda db: db.observe(held))
    try:
        for look in ("light", "dark", "phone"):
            with looking(browser, site, look) as there:
                page = there.go("/")
                expect(page.get_by_role("heading", name="Held")).to_be_visible()
                expect(page.get_by_text(f"passdesk unhold {PERSON}")).to_be_visible()
                assert Axe().run(page).response["violations"] == []
                there.shot(f"held-{look}")
    finally:
        assert site.house.ledger.unhold(PERSON).done
    assert "Held" not in site.get("/").text
