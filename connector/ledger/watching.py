"""A worker's care beside tickets: the trail that it stands on, and the floor that it works by."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random

from connector.domain.errors import Unwritten
from connector.domain.events import Event
from connector.ledger.admission import Limits
from connector.ledger.chain_watch import MARK, ChainWatch
from connector.ledger.pausing import Cause, known_breaks, pause_itself
from connector.ledger.store import Opened
from connector.ledger.transaction import Transaction

UNSET = "unset"  # a key of the floor that was not there


class WatchVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be read or written."""

    def __init__(
        self, owner: str, lease: float, limits: Limits, clock: Callable[[], float], random: Random | None
    ) -> None:
        super().__init__(owner, lease, limits, clock, random)
        self.chain_watch = ChainWatch()

    def watch_chain(self) -> None:
        """Verify the trail, and pause where it is not what passdesk wrote."""
        if not self.limits.pausing.chain:
            return
        found, known = self.read(lambda db: (self.chain_watch.look(db), known_breaks(db)))
        self._keep_mark()
        if not (new := [each for each in found if each not in known]):
            return
        line = new[0].split("-")[0]
        why = f"The audit trail is broken at line {line}: from there on it isn't what passdesk wrote."

        def verb(db: Transaction) -> None:
            if any(each not in known_breaks(db) for each in new):  # unless a person resumed just now
                pause_itself(db, Cause.CHAIN, why, self.clock(), new)

        self.write(verb)

    def _keep_mark(self) -> None:
        """Remember how far the trail is verified. Without it the next start takes longer."""
        if mark := self.chain_watch.mark:
            self.chain_watch.mark = None
            with suppress(Unwritten):
                self.write(lambda db: db.turn(MARK, mark))

    def floor_is(self, floor: Mapping[str, str]) -> None:
        """Write down what changed of the floor since a worker last began, by its keys."""

        def verb(db: Transaction) -> None:
            before = _kept(db.switch("floor"))
            if before == dict(floor):
                return
            db.turn("floor", json.dumps(dict(floor)))
            changed = {
                key: f"{before.get(key, UNSET)} → {floor.get(key, UNSET)}"
                for key in sorted({*before, *floor})
                if before.get(key) != floor.get(key)
            }
            if before:
                db.record_event(Event.FLOOR_CHANGED, changed, self.clock())

        if _kept(self.read(lambda db: db.switch("floor"))) != dict(floor):
            self.write(verb)


def _kept(text: str | None) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
