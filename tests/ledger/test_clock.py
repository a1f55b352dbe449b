"""The ledger's clock goes on, whoever sets the machine's."""

from __future__ import annotations

from dataclasses import dataclass

from connector.ledger.clock import LedgerClock


@dataclass
class Machine:
    wall: float = 1_760_000_000.0
    steady: float = 500.0
    awake: float = 300.0

    def passes(self, seconds: float, *, set_by: float = 0.0, asleep: float = 0.0) -> None:
        self.awake += seconds
        self.steady += seconds + asleep
        self.wall += seconds + asleep + set_by


def test_it_shows_the_machines_time_and_never_steps() -> None:
    machine = Machine()
    clock = LedgerClock(lambda: machine.wall, lambda: machine.steady)
    assert clock() == machine.wall
    for set_by in (-600.0, 31_536_000.0, 3.0):
        before = clock()
        machine.passes(10, set_by=set_by)
        assert clock() == before + 10


def test_it_goes_on_where_the_ledger_ended_if_the_machine_is_behind() -> None:
    machine = Machine()
    clock = LedgerClock(lambda: machine.wall, lambda: machine.steady)
    clock.not_before(machine.wall + 600)
    assert clock() == machine.wall + 600
    clock.not_before(machine.wall - 600)
    assert clock() == machine.wall + 600
