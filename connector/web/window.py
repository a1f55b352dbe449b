"""All that the pages are made from: the ledger, the configuration, and what a person's verbs act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, Final

from connector.config.load import Config
from connector.config.mapping_set import MappingSet
from connector.config.web import Web
from connector.ledger.sql import SqlLedger
from connector.lifecycle.roles import Issuer
from connector.operating.desks import desk_names
from connector.operating.standing import standing
from connector.web.figures import Figures
from connector.web.gate import Gate
from connector.web.sign_in import SignIn
from connector.web.tally import Tally
from connector.worker.reload import Prints, prints

SHOWN: Final = 200  # waiting and stuck tickets on one page


@dataclass
class Window:
    """`reader` only reads; `ledger` and `issuer` are the worker's own, for a person's verbs."""

    config: Config
    web: Web
    reader: SqlLedger
    ledger: SqlLedger
    issuer: Issuer
    now: Callable[[], float]
    tally: Tally = field(default_factory=Tally)
    lock: Lock = field(default_factory=Lock)
    read: tuple[Prints, MappingSet] | None = None
    gates: Mapping[str, Gate] = field(default_factory=dict)  # of desks that may call, by their names

    @cached_property
    def names(self) -> dict[str, str]:
        """The desks' names by their addresses."""
        return desk_names(self.config)

    @cached_property
    def urls(self) -> dict[str, str]:
        """The desks' addresses by their names."""
        return {name: url for url, name in self.names.items()}

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.reader, self.now)

    @cached_property
    def people(self) -> SignIn:
        """Who may act, and who has signed in."""
        return SignIn(self.web.operators)

    def standing(self) -> dict[str, Any]:
        """What `passdesk status --json` tells. Raises Unwritten."""
        return standing(self.config, self.reader, self.now(), self.mapping_files, SHOWN)

    def mapping_files(self) -> MappingSet:
        """The mapping files as they are: read again only where one has changed."""
        source = self.config.source
        with self.lock:
            before = self.read
            named = before[1].named if before else frozenset()
            seen = prints((*source.files(), *named))
            if before is None or before[0] != seen:
                found = source.read()
                self.read = before = prints((*source.files(), *found.named)), found
            return before[1]
