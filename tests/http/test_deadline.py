"""Every call ends at its deadline, whatever hangs: the name, the proxy, TLS, the reply or its body."""

from __future__ import annotations

from functools import partial
from multiprocessing import get_context
from threading import Event, Thread, active_count, current_thread
from threading import enumerate as enumerate_threads
from time import sleep
from typing import Any
from weakref import ref

import pytest

from connector.http.deadline import IDLE, Call
from connector.http.service import NoAnswer, NotSent, Service
from tests.http.loopback import Says, in_turn, serving
from tests.http.stalling import (
    BODY,
    CHUNKS,
    CONTINUES,
    HEAD,
    HEADERS,
    PATIENT,
    TO_THE_END,
    Stalling,
    nameless,
    silent,
    stalling,
)
from tests.searching import SEARCH

SHORT = (5.0, 0.3)


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def post(desk: Service) -> Any:
    return desk.write("POST", "/a", json={}, timeout=SHORT)


@SEARCH
@pytest.mark.parametrize("how", [silent, HEAD, HEADERS, BODY, TO_THE_END, CHUNKS, CONTINUES])
def test_a_reply_that_never_ends_is_no_answer_and_its_connection_is_shut(how: Stalling) -> None:
    with stalling(how) as there:
        assert post(Service("desk", there.url)) == NoAnswer("no reply in time")
        assert there.left.wait(PATIENT)


@SEARCH
@pytest.mark.parametrize("how", [silent, HEADERS])
def test_a_proxy_that_never_lets_us_through_sent_nothing(
    how: Stalling, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stalling(how) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        assert post(Service("desk", "https://desk.example.org")) == NotSent("no connection in time")
        assert proxy.left.wait(PATIENT)
    assert proxy.heard[0].startswith(b"CONNECT desk.example.org:443")


def test_a_handshake_that_never_ends_sent_nothing() -> None:
    with stalling(silent, "https") as there:
        assert isinstance(post(Service("desk", there.url)), NotSent)


@SEARCH
def test_what_was_given_up_while_its_name_was_looked_up_is_never_sent() -> None:
    with serving(in_turn(Says(200, {}))) as there:
        with nameless():
            desk = Service("desk", there.url.replace("127.0.0.1", "desk.example.org"))
            assert post(desk) == NotSent("no connection in time")
        for thread in enumerate_threads():
            if thread.name == "call":
                thread.join(PATIENT)
                assert not thread.is_alive()
    assert there.asked == []


@SEARCH
def test_calls_that_hang_do_not_pile_up() -> None:
    with nameless():
        desk, before = Service("desk", "http://desk.example.org", workers=2), active_count()
        replies = [post(desk) for _ in range(5)]
        assert active_count() - before <= 2
    assert [each.why for each in replies] == [
        *["no connection in time"] * 2,
        *["earlier calls to it still hang"] * 3,
    ]


def test_calls_that_come_back_run_in_the_same_threads() -> None:
    with serving(in_turn(*[Says(200, {})] * 40)) as there:
        desk, seen = Service("desk", there.url), set[int | None]()
        for _ in range(40):
            desk.read("GET", "/a")
            seen |= {each.ident for each in enumerate_threads() if each.name in {"call", "idle"}}
    assert len(there.asked) == 40
    assert seen and len(seen) < 10


def test_a_thread_whose_call_was_given_up_ends_with_it_and_runs_no_other() -> None:
    begun, may_end, threads = Event(), Event(), list[Thread]()

    def hangs() -> bool:
        threads.append(current_thread())
        begun.set()
        return may_end.wait(PATIENT)

    call = Call(hangs)
    call.start()
    assert begun.wait(PATIENT)
    assert call.give_up() is None
    may_end.set()
    threads[0].join(IDLE / 2)
    assert not threads[0].is_alive()


def test_a_thread_that_waits_keeps_nothing_of_a_call() -> None:
    class Content:
        pass

    content = Content()
    left, call = ref(content), Call(partial(bool, content))
    call.start()
    assert call.outcome(PATIENT)
    del content, call
    for _ in range(PATIENT * 100):
        if left() is None:
            break
        sleep(0.01)
    assert left() is None


def test_a_fork_waits_for_no_thread_that_it_has_not() -> None:
    def one() -> bool:
        call = Call(lambda: True)
        call.start()
        return bool(call.outcome(PATIENT))

    assert one()
    child = get_context("fork").Process(target=lambda: exit(0 if one() else 1))
    child.start()
    child.join(PATIENT * 2)
    assert child.exitcode == 0
