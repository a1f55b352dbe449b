"""What every desk promises of a pass: it is in the one request that carries it, and nowhere else."""

from __future__ import annotations

import logging
from traceback import TracebackException
from typing import Any

import pytest
from structlog.testing import capture_logs

from connector.domain.errors import Down
from connector.domain.outcome import Happened
from connector.lifecycle.roles import TicketWrite
from connector.simulators.faults import ALWAYS, answer, truncated, when
from tests.desks.promises import FIRST, LANDED, PASS, READS, SECOND, marker, note, said
from tests.desks.site import Site


def test_no_ticket_that_is_read_carries_a_pass(site: Site) -> None:
    made = site.ticket()
    assert isinstance(site.desk.write(made, TicketWrite(note(), marker(site))), Happened)
    assert PASS not in f"{[*site.desk.poll()]} {site.read(made)} {site.find(site.read(made).number)}"


@pytest.mark.parametrize("fault", [None, *LANDED])
def test_nothing_of_a_pass_is_logged_or_answered(
    site: Site, fault: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ticket = site.read(site.ticket())
    if fault:
        site.line.faults.add(when("PATCH", ""), fault)
    with capture_logs() as told:
        done = [site.desk.write(ticket.id, TicketWrite(note(), marker(site)))]
        site.line.faults.add(when("PATCH", ""), answer(site.refusal(400, f"Can't take {said()}")))
        done.append(site.desk.write(ticket.id, TicketWrite(note(SECOND), over=(FIRST,))))
        looked = (site.desk.shows_note(ticket, FIRST), site.desk.references([ticket]))
    assert sum(PASS.encode() in each.body for each in site.writes) == 2
    assert PASS not in f"{done} {looked} {told} {site.calls} {caplog.text} {site.desk!r} {vars(site.desk)}"


def test_no_exception_holds_a_pass_in_words_context_or_reach(site: Site) -> None:
    ticket = site.read(site.ticket())
    assert isinstance(site.desk.write(ticket.id, TicketWrite(note(), marker(site))), Happened)
    site.line.faults.add(when("GET", "", times=ALWAYS), truncated)
    for each in READS:
        with pytest.raises(Down) as down:
            each(site, ticket)
        shown = "".join(TracebackException.from_exception(down.value, capture_locals=True).format())
        assert PASS not in f"{shown} {down.value.args} {vars(down.value)}"
