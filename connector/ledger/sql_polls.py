"""Turns to poll, and what polls showed, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, delete, insert, select

from connector.ledger.polling import PollTurn
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.schema import polls, seen, tickets
from connector.lifecycle.ledger_roles import Noted

_TURN = select(polls).where(polls.c.desk == bindparam("its_desk", None))
_READ_TURN, _HOLD_TURN = Prepared(_TURN), Prepared(_TURN.with_for_update())
_FIRST_TURN = Prepared(insert(polls), unless_there=True)
_PUT_TURN = Prepared(insert(polls), in_place_of=("desk",))
_OF_DESK = Prepared(select(seen.c.ticket).where(seen.c.desk == bindparam("its_desk", None)))
_NOTE = Prepared(insert(seen), unless_there=True)
_STRIKE_OFF = Prepared(
    delete(seen).where(
        seen.c.desk == bindparam("its_desk", None), seen.c.ticket == bindparam("its_ticket", None)
    )
)
_SOME = 500  # a statement takes so many parameters and no more


class SqlPolls:
    """This part of transaction.Transaction on a driver's connection."""

    driver: Driver
    holds: bool

    def poll_turn(self, desk: str) -> PollTurn:
        if self.holds:  # a row that isn't there can't be held
            self.driver.write(_FIRST_TURN, asdict(PollTurn(desk)))
        found = self.driver.row(_HOLD_TURN if self.holds else _READ_TURN, its_desk=desk)
        return PollTurn(*found) if found else PollTurn(desk)

    def put_poll_turn(self, turn: PollTurn) -> None:
        self.driver.write(_PUT_TURN, asdict(turn))

    def noted_of(self, desk: str) -> set[str]:
        return {ticket for (ticket,) in self.driver.rows(_OF_DESK, its_desk=desk)}

    def noted(self, mappings: Collection[str], most: int) -> list[Noted]:
        asked = _noted(frozenset(mappings), hold=self.holds)
        return [Noted(*found) for found in self.driver.rows(asked, most=most)]

    def note(self, some: Sequence[Noted]) -> None:
        self.driver.write_each(_NOTE, [asdict(each) for each in some])

    def strike_off(self, desk: str, some: Collection[str]) -> int:
        gone: list[dict[str, Any]] = [{"its_desk": desk, "its_ticket": each} for each in sorted(some)]
        return sum(self.driver.write(_STRIKE_OFF, each) for each in gone)

    def unknown(self, desk: str, some: Collection[str]) -> set[str]:
        asked = sorted(some)
        known = set[str]()
        for start in range(0, len(asked), _SOME):
            wanted = [tickets.c.desk == desk, tickets.c.ticket.in_(asked[start : start + _SOME])]
            known |= {
                ticket for (ticket,) in self.driver.rows(Prepared(select(tickets.c.ticket).where(*wanted)))
            }
        return set(asked) - known


@cache
def _noted(mappings: Collection[str], *, hold: bool) -> Prepared:
    """Tickets of these mappings, the oldest first; with `hold`, nobody else is given them."""
    asked = select(seen).where(seen.c.mapping.in_(sorted(mappings)))
    asked = asked.order_by(seen.c.opened, seen.c.desk, seen.c.ticket).limit(bindparam("most", None, Integer))
    return Prepared(asked.with_for_update(skip_locked=True) if hold else asked)
