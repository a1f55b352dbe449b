"""The page behind a notice's link, in a real browser: in three languages, light, dark, on a phone, and
without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from connector.config.web import Public
from connector.domain.errors import Unwritten
from connector.ledger.disowning import Answer
from connector.web.public import Door, public_site
from connector.web.public_words import LANGUAGES, words
from connector.web.server import answering
from tests.web.conftest import LOOKS
from tests.web.test_served import free_port

TOKEN = "k7-" + "x" * 40
TITLES = {Answer.DONE: "done.title", Answer.AGAIN: "again.title", Answer.GONE: "gone.title"}


@dataclass
class There:
    """The page. Between two looks at its clock, somebody reads. `disowned`: tokens that it was given."""

    url: str
    answer: Answer | None = Answer.DONE  # None: the ledger can't be written
    disowned: list[str] = field(default_factory=list)
    now: float = 1_780_000_000.0

    def disown(self, token: str) -> Answer:
        self.disowned.append(token)
        if self.answer is None:
            raise Unwritten("its disk is full")
        return self.answer

    def clock(self) -> float:
        self.now += 3.0  # somebody reads
        return self.now

    def link(self, language: str = "en") -> str:
        return f"{self.url}/not-me/{TOKEN}?l={language}"


@pytest.fixture(scope="module")
def served() -> Iterator[There]:
    import socket

    port = free_port()
    there = There(f"http://127.0.0.1:{port}")
    with closing(socket.socket()) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        bound.listen(16)
        public = Public(listen=f"127.0.0.1:{port}", url=there.url)
        door = Door(public, there.disown, there.clock, "+31 20 555 0100")
        door.from_one.most = 1000
        with answering(public_site(door), bound, None):
            yield there


@pytest.fixture
def there(served: There) -> There:
    served.answer = Answer.DONE
    served.disowned.clear()
    return served


@contextmanager
def opened(browser: Browser, where: str, look: str) -> Iterator[tuple[Page, list[str], list[str]]]:
    """The page, what the browser complains of, and what it asks for."""
    context = browser.new_context(**LOOKS[look])
    page, complaints, asked = context.new_page(), list[str](), list[str]()
    page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(where)
    yield page, complaints, asked
    context.close()


def send(page: Page, language: str, answer: str) -> None:
    page.get_by_label(words(language)[f"answer.{answer}"]).check()
    page.get_by_role("button", name=words(language)["send"]).click()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_says_no_in_their_language_and_it_comes_to_the_ledger_once(
    browser: Browser, there: There, language: str, look: str
) -> None:
    with opened(browser, there.link(language), look) as (page, complaints, asked):
        said = words(language)
        expect(page.get_by_role("heading", level=1)).to_have_text(said["ask.title"])
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert there.disowned == []
        send(page, language, "no")
        expect(page.get_by_role("heading", level=1)).to_have_text(said["done.title"])
        expect(page.get_by_role("link", name="+31 20 555 0100")).to_be_visible()
        assert (there.disowned, complaints) == ([TOKEN], [])
        assert {re.sub(r"\?.*", "", each) for each in asked if not each.startswith("data:")} == {
            f"{there.url}/not-me/{TOKEN}"
        }


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("shown", ["ask", "done", "gone", "busy"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, there: There, shown: str, look: str
) -> None:
    there.answer = {"gone": Answer.GONE, "busy": None}.get(shown, Answer.DONE)
    with opened(browser, there.link(), look) as (page, _, _):
        if shown != "ask":
            send(page, "en", "no")
        expect(page.get_by_role("heading", level=1)).to_have_text(words("en")[f"{shown}.title"])
        found = Axe().run(page).response
        assert len(found["passes"]) > 8
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0


def test_yes_changes_nothing_and_no_answer_is_asked_for_again(browser: Browser, there: There) -> None:
    with opened(browser, there.link(), "no script") as (page, _, _):
        page.get_by_role("button", name=words("en")["send"]).click()  # the browser asks for an answer
        expect(page.get_by_role("heading", level=1)).to_have_text(words("en")["ask.title"])
        send(page, "en", "yes")
        expect(page.get_by_role("heading", level=1)).to_have_text(words("en")["fine.title"])
        assert there.disowned == []
        page.goto(there.link())
        send(page, "en", "no")
        expect(page.get_by_role("heading", level=1)).to_have_text(words("en")["done.title"])
    assert there.disowned == [TOKEN]


def test_the_keyboard_alone_is_enough_and_never_meets_the_hidden_field(
    browser: Browser, there: There
) -> None:
    with opened(browser, there.link(), "light") as (page, _, _):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label(words("en")["answer.no"])).to_be_checked()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=words("en")["send"])).to_be_focused()
        expect(page.locator("#website")).to_be_hidden()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(words("en")["done.title"])
    assert there.disowned == [TOKEN]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_all_that_the_page_says(language: str) -> None:
    known = words(language)
    assert known.keys() == words("en").keys() and {*TITLES.values()} <= known.keys()
    assert all(each.strip() == each and each for each in known.values())
    assert language == "en" or not {*known.values()} & {*words("en").values()}
