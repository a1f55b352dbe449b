"""The page of a demo run: the real connector on the simulators, a real server, and a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from rich.console import Console

from connector import log
from connector.config.load import Config
from connector.config.web import Web
from connector.demo.lines import Lines
from connector.demo.show import act
from connector.demo.stage import Stage, stage
from connector.forms.references import SecretReference
from connector.web.server import listening, served
from connector.web.tally import Tally
from connector.web.window import Window
from connector.wire import App, Clocks, as_worker
from connector.worker.service import remember
from tests.demo.test_demo import Jumping
from tests.endtoend.scene import Scene, company
from tests.searching import SEARCH

LEAD, NIGHT = "lead-0123456789-abcdefghij", "night-0123456789-abcdefghi"
CHROMIUM = "CHROMIUM"  # in the environment: where the browser is, if not on the path


@dataclass
class Site:
    """A page that is served."""

    url: str
    window: Window
    house: App
    scene: Stage

    def get(self, path: str = "/", **how: Any) -> requests.Response:
        return requests.get(f"{self.url}{path}", allow_redirects=False, timeout=30, **how)

    def post(self, path: str, token: str = LEAD, **form: str) -> requests.Response:
        """A verb, by a program that sends its token."""
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(f"{self.url}{path}", form, headers=headers, allow_redirects=False, timeout=30)

    def number(self, name: str) -> tuple[str, str]:
        """The desk and the number of somebody's first ticket at ServiceNow."""
        part = next(each for each in self.scene.company.parts.items() if each[1].name == name)
        return ("contoso-topdesk" if part[0].startswith("I ") else "contoso-servicenow"), part[0]

    def ticket(self, name: str) -> str:
        desk, number = self.number(name)
        return f"/ticket?desk={desk}&ticket={number}"

    def sweep(self) -> None:
        remember(self.house.sweep, self.house.sweep.once(), 0.4, "run")


def with_page(config: Config, **more: Any) -> Config:
    """The configuration with a page on a port that is free."""
    tokens = {"lead": SecretReference("env", "LEAD_TOKEN"), "night": SecretReference("env", "NIGHT_TOKEN")}
    web = Web(listen="127.0.0.1:0", operators=tokens, **more)
    return replace(config, settings=config.settings.model_copy(update={"web": web}))


def pytest_itemcollected(item: pytest.Item) -> None:
    """`make quick` leaves out the browser: a foreign client, which takes half a minute to look at it all."""
    if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
        item.add_marker(SEARCH)


@contextmanager
def demo(**more: Any) -> Iterator[Site]:
    log.configure("console", "error")
    with patch.dict(os.environ), stage(Jumping(speed=1)) as scene:
        os.environ |= {"LEAD_TOKEN": LEAD, "NIGHT_TOKEN": NIGHT}
        config = with_page(scene.config, **more)
        with closing(listening(config, config.settings.web or Web())) as bound:
            address = f"127.0.0.1:{bound.getsockname()[1]}"
            web = (config.settings.web or Web()).model_copy(update={"listen": address})
            config = replace(config, settings=config.settings.model_copy(update={"web": web}))
            tally = Tally()
            clocks = Clocks(scene.clock.wall, scene.clock.steady, scene.clock.sleep)
            here = replace(scene, config=config)
            with (
                Lines(Console(file=StringIO(), width=100), here) as lines,
                as_worker(config, tally.heard, clocks) as house,
                served(house, bound, tally, clocks) as window,
            ):
                act(house, here, lines)
                site = Site(f"http://{address}", window, house, here)
                site.sweep()
                window.figures.refresh()
                yield site


@pytest.fixture(scope="session")
def shown() -> Iterator[Site]:
    with demo() as found:
        yield found


@pytest.fixture
def site(shown: Site) -> Site:
    """One demo run for all tests that only look, or leave it as it was. Nobody guessed a token yet."""
    shown.window.people.guesses.wrong.clear()
    return shown


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A company, for `passdesk run` in a process of its own."""
    with company(tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    where = os.environ.get(CHROMIUM) or shutil.which("chromium")
    if where is None:
        pytest.fail("there is no browser to look at the page with: apt-get install chromium, or set CHROMIUM")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield launched
        launched.close()


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "is_mobile": True},
    "no script": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
}


@dataclass
class Look:
    """A browser's window, and all that it complained of or asked for."""

    site: Site
    context: BrowserContext
    page: Page
    console: list[str]
    asked: list[str]

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.site.url}{path}")
        return self.page

    def sign_in(self, token: str = LEAD) -> None:
        self.go("/sign-in").get_by_label("Your token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()

    @property
    def elsewhere(self) -> list[str]:
        return [each for each in self.asked if not each.startswith((self.site.url, "data:"))]

    def shot(self, name: str) -> None:
        """A picture for who wants to look: SHOTS names the folder."""
        if folder := os.environ.get("SHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@contextmanager
def looking(browser: Browser, site: Site, look: str) -> Iterator[Look]:
    context = browser.new_context(**LOOKS[look])
    page = context.new_page()
    found = Look(site, context, page, [], [])
    page.on(
        "console", lambda said: found.console.append(said.text) if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: found.console.append(str(error)))
    page.on("request", lambda asked: found.asked.append(asked.url))
    yield found
    context.close()
