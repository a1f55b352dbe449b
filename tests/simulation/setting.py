"""What a world is set up with: clocks, Entra, the desk, the mappings, the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, cast

from connector.domain.durations import Limit
from connector.ledger.admission import Limits
from connector.ledger.retention import Retention
from connector.mapping import Mapping
from connector.simulators.graph.passes import Passes
from connector.simulators.graph.tenant import ALL_USERS, Policy, Tenant
from connector.simulators.servicenow.columns import Column
from connector.simulators.servicenow.records import Records
from connector.simulators.servicenow.records import Row as Ticket
from tests.simulation.clocks import clock
from tests.simulation.hub import Hub
from tests.simulation.ledgers import SimMemory, SimSql, Watched
from tests.simulation.mappings import mappings
from tests.simulation.shape import Shape
from tests.simulation.trail import US, Trails

LEASE = 30.0


class Setting:
    """`sql` is the file of an SQL ledger; without one, the ledger is the in-memory twin."""

    def __init__(self, shape: Shape, sql: Path | None) -> None:
        self.shape, self.sql, self.hub = shape, sql, Hub()
        self.stale_lot, self.code_lot = Random(f"{shape.seed} stale"), Random(f"{shape.seed} codes")
        self.versions: dict[str, list[tuple[float, Ticket]]] = {}
        self.shown_rows: dict[tuple[object, ...], Ticket] = {}
        self.handles: list[Watched] = []
        self.entra_clock, self.desk_clock = (
            clock(each, lambda: self.hub.now) for each in (shape.entra, shape.desk)
        )
        self.tenant = Tenant(seed=shape.seed)
        self.tenant.switches = replace(
            self.tenant.switches,
            start_rounding=cast(Any, shape.rounding),
            start_clock_ahead_s=shape.judge_ahead,
            expands_group=shape.flagged,
        )
        self.passes = Passes(self.tenant, self.entra_clock, seed=shape.seed)
        self.records = Records(self.desk_clock, seed=shape.seed)
        for name in ("u_pass", "u_ref", "u_start", "u_again", "u_text", "u_verified", "u_verified_at"):
            self.records.tables["incident"].columns[name] = Column(
                name, cast(Any, shape.kind) if name == "u_pass" else "string"
            )
        if shape.unproven:
            self.records.tables["incident"].columns["u_approved_as"] = Column("what was approved")
            self.records.history.tables = frozenset({"incident"})
        self.records.copies = "both" if shape.copies else "none"
        self.trails = Trails(self.desk_clock, shape.seed)
        self.serial = 0  # grows with each edit, and with each sweep that begins
        self.editions = [(0, mappings(shape))]  # the mapping files, and since when they are so

    @property
    def mappings(self) -> tuple[Mapping, ...]:
        return self.editions[-1][1]

    def edit_mappings(self) -> None:
        self.editions.append((self.next_serial(), mappings(self.shape, len(self.editions))))

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    def policy(self, excluded: str) -> Policy:
        return Policy(minimum_lifetime=10, include=(ALL_USERS,), exclude=(excluded,))

    def open_ledger(self, owner: str, wall: Callable[[], float]) -> Watched:
        subject, requester, in_all = (Limit(count, 86400) for count in self.shape.limits)
        most = Limits(subject, requester, in_all, self.shape.pausing)
        ledger: Watched
        if self.sql:
            ledger = SimSql(f"sqlite:///{self.sql}", owner, LEASE, most, wall, random=self.code_lot)
        else:
            store = cast(SimMemory, self.handles[0]).store if self.handles else None
            ledger = SimMemory(owner, LEASE, most, wall, self.code_lot, store=store)
        ledger.retention = Retention(self.shape.keep_trail, self.shape.keep_names)
        ledger.shared = self.shape.replicas > 1
        self.handles.append(ledger)
        return ledger

    @property
    def incidents(self) -> dict[str, Ticket]:
        return self.records.tables["incident"].rows

    def linked(self, ticket: str) -> list[str]:
        """The tickets that a ticket is linked to, up or down."""
        above = self.incidents[ticket]["parent_incident"]
        below = [key for key, row in self.incidents.items() if row["parent_incident"] == ticket]
        return [*([above] if above in self.incidents else []), *below]

    def number(self, ticket: str) -> str:
        return self.incidents[ticket]["number"]

    def notes(self, ticket: str) -> list[str]:
        """Every note on a ticket, whoever wrote and whoever sees it."""
        if self.shape.topdesk:
            return [each.text for each in self.trails.of(ticket)]
        names = ("work_notes", "u_pass")
        return [entry["value"] for name in names for entry in self.records.entries("incident", ticket, name)]

    def safe_notes(self, ticket: str) -> list[str]:
        """Those that callers don't see, as they were written."""
        if self.shape.topdesk:
            return [each.text for each in self.trails.of(ticket) if each.invisible and each.whole]
        return self.notes(ticket)

    def open_notes(self, ticket: str) -> list[str]:
        """What callers see of what passdesk wrote."""
        return (
            [each.text for each in self.trails.of(ticket) if not each.invisible and each.by == US]
            if self.shape.topdesk
            else []
        )

    def keep_row(self, row: Ticket) -> None:
        if self.shape.desk_stale:
            self.versions.setdefault(row["sys_id"], []).append((self.hub.now, dict(row)))

    def rows_as_seen(self) -> dict[str, Ticket]:
        """The tickets as a read shows them: perhaps as they were a while ago."""
        if not self.shape.desk_stale:
            return self.incidents
        then = self.hub.now - self.stale_lot.choice((0.0, float(self.shape.desk_stale)))
        return {
            key: next(row for at, row in reversed(every) if at <= max(then, every[0][0]))
            for key, every in self.versions.items()
        }

    def some_staleness(self) -> float:
        """How old the next look is, in seconds."""
        most = self.shape.stale
        return self.stale_lot.choice((0.0, most / 4, float(most), float(most))) if most else 0.0
