"""Statuses that a reader takes as they are, with or without JSON."""

from __future__ import annotations

import pytest

from connector.domain.errors import Down
from connector.http.service import NoAnswer, Service
from tests.http.loopback import Says, in_turn, serving

PAGE = {"Content-Type": "text/html"}


def test_an_empty_204_is_an_answer_for_those_who_ask_for_it() -> None:
    with serving(in_turn(Says(204))) as there:
        answer = Service("desk", there.url).read("GET", "/a", bare={204})
    assert (answer.status, answer.json) == (204, None)
    assert len(there.asked) == 1


def test_an_empty_204_is_none_for_everybody_else() -> None:
    with serving(in_turn(Says(204))) as there, pytest.raises(Down):
        Service("desk", there.url).read("GET", "/a")


def test_a_refusal_that_is_no_json_comes_with_its_text() -> None:
    with serving(in_turn(Says(404, b"<h1>Not here</h1>", PAGE))) as there:
        answer = Service("desk", there.url).read("GET", "/a", bare={404})
    assert (answer.status, answer.json) == (404, "<h1>Not here</h1>")
    assert "Not here" not in repr(answer)


def test_a_refusal_that_nobody_asked_for_is_still_no_answer() -> None:
    with serving(in_turn(Says(404, b"<h1>Not here</h1>", PAGE))) as there, pytest.raises(Down) as failure:
        Service("desk", there.url).read("GET", "/a", bare={204})
    assert "Not here" not in str(failure.value)


@pytest.mark.parametrize("status", [200, 201, 500, 503])
def test_only_a_refusals_text_is_kept_and_never_that_of_what_may_have_been_done(status: int) -> None:
    with serving(in_turn(Says(status, b"made: k7#RmQ2x", PAGE))) as there:
        reply = Service("desk", there.url).write("POST", "/a")
    assert isinstance(reply, NoAnswer) and reply.text == ""
