"""`passdesk demo` without --once prints the page's address, and the page shows what it did."""

from __future__ import annotations

import os
import re
from typing import Any
from unittest.mock import patch

import pytest
import requests

from connector.cli.main import outcome
from connector.demo import show
from tests.demo.test_demo import Jumping
from tests.searching import SEARCH


@SEARCH
def test_the_demo_that_goes_on_serves_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    pages = list[str]()

    def look(console: Any, house: Any, scene: Any, lines: Any) -> None:
        address = re.findall(r"http://127\.0\.0\.1:\d+", capsys.readouterr().out)[-1]
        pages.extend(requests.get(f"{address}{path}", timeout=30).text for path in ("/", "/history"))

    with (
        patch.dict(os.environ),
        patch.object(show, "FastClock", lambda: Jumping(speed=1)),
        patch.object(show, "keep_going", look),
    ):
        assert outcome(["demo"]) == 0
    assert "Passes that are out" in pages[0] and "seen" in pages[0]
    assert "Grace Boss" in pages[1] and "subject_privileged" in pages[1]
