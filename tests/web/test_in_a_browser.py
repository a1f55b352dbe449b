"""The page in a real browser: in light, in dark, on a phone, and without JavaScript."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.web.conftest import LEAD, LOOKS, Site, looking

PAGES = {
    "now": "/",
    "history": "/history",
    "following": "/history?follow=1",
    "refused": "/history?outcome=refused",
    "nobody": "/history?person=nobody%40example.org",
    "ticket": "",
    "charts": "/charts",
    "sign-in": "/sign-in",
    "missing": "/ticket?desk=contoso-servicenow&ticket=INC9999999",
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_whole_asks_nobody_else_and_complains_of_nothing(
    browser: Browser, site: Site, name: str, look: str
) -> None:
    with looking(browser, site, look) as there:
        page = there.go(PAGES[name] or site.ticket("Ann Lee"))
        expect(page.get_by_role("main")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        there.shot(f"{name}-{look}")
        complaints = [each for each in there.console if not (name == "missing" and "404" in each)]
        assert (there.elsewhere, complaints) == ([], [])
        assert there.asked[0].startswith(site.url)
        if look != "no script":
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide == 0, "it scrolls sideways"


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, site: Site, name: str, look: str) -> None:
    with looking(browser, site, look) as there:
        page = there.go(PAGES[name] or site.ticket("Ann Lee"))
        found = Axe().run(page).response
        assert len(found["passes"]) > 10
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_the_keyboard_reaches_the_content_first_and_then_everything(browser: Browser, site: Site) -> None:
    with looking(browser, site, "light") as there:
        page = there.go("/history")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_label("Text")).to_be_focused()
        assert page.evaluate("document.activeElement.id") == "text"


@pytest.mark.parametrize("look", ["light", "no script"])
def test_filters_find_what_they_name(browser: Browser, site: Site, look: str) -> None:
    with looking(browser, site, look) as there:
        page = there.go("/history")
        page.get_by_label("Person").fill("grace.boss@contoso.com")
        page.get_by_role("button", name="Show").click()
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("Grace Boss")
        expect(rows).to_contain_text("subject_privileged")
        assert "person=grace.boss" in page.url
        page.get_by_role("link", name=site.number("Grace Boss")[1]).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("was refused")
        expect(page.get_by_text("What to do:")).to_be_visible()


@pytest.mark.parametrize("look", ["light", "no script"])
def test_somebody_signs_in_pauses_and_resumes_under_their_own_name(
    browser: Browser, site: Site, look: str
) -> None:
    with looking(browser, site, look) as there:
        there.sign_in()
        page = there.page
        expect(page.locator(".who")).to_contain_text("lead")
        page.get_by_role("link", name="Pause …").click()
        page.get_by_label("Why?").fill("a drill <b>now</b>")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("status").first).to_contain_text("Paused by lead")
        expect(page.get_by_role("status").first).to_contain_text("a drill <b>now</b>")
        there.shot(f"paused-{look}")
        page.get_by_role("link", name="Resume …").click()
        page.get_by_label("Why?").fill("the drill is over")
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text("Passes are issued again.")).to_be_visible()
        assert site.house.ledger.paused() is None
        last = [line for line in site.house.ledger.history() if line.action in ("paused", "resumed")][-2:]
        assert [(line.detail["by"], line.detail["login"]) for line in last] == [("lead", "web")] * 2
        assert there.console == []
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        cookies = [each["name"] for each in there.context.cookies()]
        assert cookies == []


def test_pages_with_forms_of_who_is_signed_in_are_as_good(browser: Browser, site: Site) -> None:
    with looking(browser, site, "light") as there:
        there.sign_in()
        for path in ("/", "/?act=1", site.ticket("Zoë Łukasiewicz")):
            page = there.go(path)
            expect(page.get_by_role("heading", name="Act")).to_be_visible()
            found = Axe().run(page).response
            assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        there.shot("ticket-signed-in")
        assert LEAD not in page.content()
        assert there.console == []


def test_a_page_that_comes_anew_keeps_its_filters_and_one_with_a_form_stands_still(site: Site) -> None:
    follows = site.get("/history?follow=1&outcome=refused")
    assert follows.headers["Refresh"] and "was refused" in follows.text and "<form" not in follows.text
    assert "outcome=refused" in follows.text and "still=1" in follows.text
    for path in ("/history?outcome=refused", "/?act=1", "/?still=1", "/sign-in", site.ticket("Ann Lee")):
        stands = site.get(path)
        assert (stands.status_code, "Refresh" in stands.headers) == (200, False), path
    assert "Refresh" in site.get("/").headers
