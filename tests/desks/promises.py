"""What the suite of promises says and does to a desk, whatever it speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from connector.domain.outcome import DidNot, Retry
from connector.domain.secret import Secret
from connector.domain.ticket import Ticket
from connector.http import transport
from connector.simulators.faults import (
    ALWAYS,
    Handle,
    accepted,
    drop_after,
    drop_before,
    failure,
    html_page,
    truncated,
    when,
)
from tests.desks.site import Site

PASS, CODE = "k7#RmQ2x", "TAP-7QK3F9C2"
FIRST, SECOND, TWELFTH = f"{CODE}-1", f"{CODE}-2", f"{CODE}-12"
OTHER = "TAP-1NV0K3D9-1"
NASTY = "\x1b[2J\u202e<b>Verboten</b>\r\n" + "never ending " * 500
LANDED = [
    drop_after,
    truncated,
    html_page(handled=True),
    failure(500, handled=True),
    accepted(handled=True),
]  # and no reply
NO_ANSWER = [drop_before, failure(500), failure(503, "1"), html_page(), accepted(), truncated]

READS: tuple[Callable[[Site, Ticket], object], ...] = (
    lambda site, ticket: list(site.desk.poll()),
    lambda site, ticket: site.desk.read(ticket.id),
    lambda site, ticket: site.desk.references([ticket]),
    lambda site, ticket: site.desk.shows_note(ticket, FIRST),
    lambda site, ticket: site.find(ticket.number),
)


def said(reference: str = FIRST, *, secret: str = PASS) -> str:
    return (
        f'Temporary Access Pass for Siobhán O\'Byrne & Co <R&D> "night shift"\n\n{secret}\n\nWorks once.\n'
        f"Reference {reference} · made for this ticket by passdesk"
    )


def note(reference: str = FIRST, *, secret: str = PASS) -> Secret:
    return Secret(said(reference, secret=secret))


def didnt(done: object, again: Retry) -> str:
    assert isinstance(done, DidNot), done
    assert done.retry is again
    return done.detail


def marker(site: Site) -> dict[str, str]:
    return {site.mapping.note.marker: FIRST} if site.mapping.note.marker else {}


def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long in a test, and only once."""
    patient = transport.exchange
    monkeypatch.setattr("connector.http.service.TRIES", 1)
    monkeypatch.setattr(
        transport,
        "exchange",
        lambda over, method, url, timeout, **content: patient(over, method, url, (5.0, 0.02), **content),
    )


@contextmanager
def stalled(site: Site, method: str) -> Iterator[None]:
    """Requests hang until the end of the block."""
    over = Event()

    def hang(_: Handle) -> None:
        over.wait(30)

    site.line.faults.add(when(method, "", times=ALWAYS), hang)
    try:
        yield
    finally:
        over.set()


def lines(texts: list[str]) -> list[list[str]]:
    return [[line.strip() for line in text.splitlines() if line.strip()] for text in texts]
