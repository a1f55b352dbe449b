"""Turns to poll, and what polls showed, in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from connector.ledger.polling import PollTurn
from connector.ledger.rows import Row
from connector.ledger.transaction import RowKey
from connector.lifecycle.ledger_roles import Noted


class MemoryPolls:
    """This part of transaction.Transaction on plain dicts."""

    tickets: dict[RowKey, Row]
    poll_turns: dict[str, PollTurn]
    shown: dict[RowKey, Noted]

    def poll_turn(self, desk: str) -> PollTurn:
        return self.poll_turns.get(desk, PollTurn(desk))

    def put_poll_turn(self, turn: PollTurn) -> None:
        self.poll_turns[turn.desk] = turn

    def noted_of(self, desk: str) -> set[str]:
        return {each.ticket for each in self.shown.values() if each.desk == desk}

    def noted(self, mappings: Collection[str], most: int) -> list[Noted]:
        mine = (each for each in self.shown.values() if each.mapping in mappings)
        return sorted(mine, key=lambda each: (each.opened, each.desk, each.ticket))[:most]

    def note(self, some: Sequence[Noted]) -> None:
        for each in some:
            self.shown.setdefault((each.desk, each.ticket), each)

    def strike_off(self, desk: str, some: Collection[str]) -> int:
        return sum(self.shown.pop((desk, each), None) is not None for each in some)

    def unknown(self, desk: str, some: Collection[str]) -> set[str]:
        return {each for each in some if (desk, each) not in self.tickets}
