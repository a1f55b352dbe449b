"""One sweep over ServiceNow and TOPdesk: what is down on one side stops nobody on the other, and the sweep
says what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from threading import Event
from time import sleep
from unittest.mock import patch

import pytest

from connector.http import transport
from connector.simulators.faults import Fault, Handle, drop_after, failure, when
from connector.simulators.http import Response, Served
from connector.simulators.topdesk import TOPdesk
from tests.endtoend import office as topdesk
from tests.endtoend.house import House
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene, company
from tests.searching import SEARCH, searched

Breaking = Callable[[House], AbstractContextManager[None]]


@dataclass
class Both:
    """Two desks of one company: the same people, directory, folder and clock."""

    scene: Scene
    office: Office

    def other(self, house: House) -> House:
        return self.office if house is self.scene else self.scene

    def name(self, house: House) -> str:
        return "contoso" if house is self.scene else "bureau"


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    with company(tmp_path) as scene, Served(TOPdesk(clock=scene.clock)) as server:
        desk = server.app
        assert isinstance(desk, TOPdesk)
        own = topdesk.CONFIG[topdesk.CONFIG.index("  bureau:") : topdesk.CONFIG.index("mappings:")].format(
            desk=server.url
        )
        own = own.replace("env:TOPDESK_PASSWORD", "file:topdesk")
        (tmp_path / "topdesk").write_text(desk.account.password)
        (tmp_path / "calls.yaml").write_text(topdesk.MAPPING)
        scene.rewrite(
            "config.yaml", ("mappings: [incidents.yaml]", f"{own}mappings: [incidents.yaml, calls.yaml]")
        )
        around = (
            scene.folder,
            scene.clock,
            scene.graph,
            scene.identity,
            scene.graph_server,
            scene.identity_server,
        )
        yield Both(scene, Office(*around, scene.people, scene.printed, desk=desk, server=server))


@contextmanager
def hanging(house: House) -> Iterator[None]:
    """Its desk takes connections and requests, and answers nothing; whoever waits for it has little
    patience.
    """
    told, exchange = Event(), transport.exchange

    def hang(_: object) -> None:
        told.wait(60)

    def hasty(over: object, method: str, url: str, timeout: tuple[float, float], **content: object) -> object:
        short = (5.0, 0.05) if url.startswith(house.desk_server.url) else timeout
        return exchange(over, method, url, short, **content)  # type: ignore[arg-type]

    house.desk_server.faults.add(when("*", "", times=999), hang)
    try:
        with patch.object(transport, "exchange", hasty):
            yield
    finally:
        told.set()


@contextmanager
def refusing(house: House) -> Iterator[None]:
    house.desk_server.stop()
    yield
    house.desk_server.start()


@contextmanager
def updating(house: House) -> Iterator[None]:
    house.desk_server.faults.add(when("*", "", times=999), failure(503))
    yield


DOWN = [refusing, updating, hanging]
SIDES = ("scene", "office")


@SEARCH
@pytest.mark.parametrize(
    ("side", "how"), searched([*product(SIDES, DOWN)], (SIDES[0], refusing), (SIDES[1], hanging))
)
def test_a_desk_that_is_down_stops_nobody_at_the_other(both: Both, side: str, how: Breaking) -> None:
    down: House = getattr(both, side)
    up = both.other(down)
    waiting, tickets = down.ticket("eve.wait"), [up.ticket(f"person{n}") for n in range(3)]
    with how(down):
        ran = up.once()
    assert (ran.code, ran.report["unreachable"]) == (3, [both.name(down)])
    assert ran.outcomes() == {up.number(each): ("delivered", None) for each in tickets}
    assert all(len(up.held(each)) == 1 for each in tickets) and both.office.unseen()
    down.desk_server.faults.clear()
    ran = up.once()
    assert (ran.code, ran.outcomes()) == (0, {down.number(waiting): ("delivered", None)})
    assert up.graph.passes.made == 4


@pytest.mark.parametrize("side", ["scene", "office"])
def test_a_desk_that_answers_slowly_keeps_nobody_at_the_other_waiting(both: Both, side: str) -> None:
    slow: House = getattr(both, side)
    quick = both.other(slow)
    late, ticket = slow.ticket("eve.wait"), quick.ticket("ann.lee")
    delivered: list[bool] = []

    def patiently(handle: Handle) -> Response | None:
        for _ in range(1000):
            if quick.held(ticket):
                break
            sleep(0.01)
        delivered.append(bool(quick.held(ticket)))
        return handle()

    slow.desk_server.faults.add(when("*", "", times=1), patiently)
    ran = quick.once()
    assert delivered == [True]
    assert ran.outcomes() == dict.fromkeys((slow.number(late), quick.number(ticket)), ("delivered", None))


@pytest.mark.parametrize("side", ["scene", "office"])
def test_what_people_read_after_a_sweep_names_the_desk_that_is_missing(both: Both, side: str) -> None:
    down: House = getattr(both, side)
    up = both.other(down)
    ticket = up.ticket("ann.lee")
    with refusing(down):
        ran = up.run("once")
    assert ran.code == 3
    assert up.number(ticket) in ran.out and both.name(down) in ran.out


@SEARCH
@pytest.mark.parametrize(
    ("side", "handled"), searched([*product(SIDES, (True, False))], (SIDES[0], True), (SIDES[1], False))
)
def test_a_desk_that_goes_down_with_the_note_leaves_no_pass_that_nobody_holds(
    both: Both, side: str, handled: bool
) -> None:
    down: House = getattr(both, side)
    up = both.other(down)
    caught, ticket = down.ticket("eve.wait"), up.ticket("ann.lee")

    def breaks(handle: Handle) -> None:
        down.desk_server.faults.add(when("*", "", times=999), failure(503))
        if handled:
            handle()

    down.desk_server.faults.add(when("PATCH", "incident"), breaks)
    ran = up.once()
    assert ran.code == 3 and ran.report["unreachable"] == [both.name(down)]
    assert ran.outcomes()[up.number(ticket)] == ("delivered", None)
    down.desk_server.faults.clear()
    up.settle()
    up.ended()
    assert len(down.held(caught)) == len(up.held(ticket)) == 1 and both.office.unseen()
    assert len(up.graph.passes.live()) == 2


def test_a_person_with_tickets_at_both_desks_has_one_pass(both: Both) -> None:
    here, there = both.scene.ticket("ann.lee"), both.office.ticket("ann.lee")
    ran = both.scene.once()
    assert sorted(ran.outcomes().values(), key=str) == [("deferred", "pass_standing"), ("delivered", None)]
    assert both.scene.graph.passes.made == 1
    both.scene.clock.added += 3700
    both.scene.ended()
    both.scene.once()
    assert both.scene.graph.passes.made == 2 and both.office.unseen()
    assert len(both.scene.held(here)) + len(both.office.held(there)) == 1


@SEARCH
@pytest.mark.parametrize("fault", [drop_after, failure(500, handled=True)])
def test_lost_replies_on_both_sides_end_in_one_delivered_pass_each(both: Both, fault: Fault) -> None:
    here, there = both.scene.ticket("ann.lee"), both.office.ticket("bob.ray")
    for house in (both.scene, both.office):
        house.desk_server.faults.add(when("PATCH", "incident"), fault)
    both.scene.graph_server.faults.add(when("POST", "temporaryAccess"), fault)
    both.scene.once()
    both.scene.settle()
    assert len(both.scene.held(here)) == len(both.office.held(there)) == 1
    assert len(both.scene.graph.passes.live()) == 2 and both.office.unseen()
