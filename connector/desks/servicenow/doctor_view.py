"""One mapping at its ServiceNow desk, as the doctor's parts see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from connector.desks.servicenow.acl import columns
from connector.desks.servicenow.probe import ConditionFate, Sample, asked
from connector.domain.finding import CheckResult
from connector.http.service import Service
from connector.mapping import Mapping
from connector.mapping.places import place_of


@dataclass(frozen=True)
class DoctorView:
    """`delivered`: a ticket of the mapping is known to hold a note. `seen`: some of its rows."""

    service: Service
    mapping: Mapping
    url: str
    delivered: bool
    seen: Sample

    @cached_property
    def labels(self) -> dict[str, str]:
        """By column, where the account may see the dictionary."""
        return columns(self.service, self.mapping.table)

    def say(self, fine: bool | None, says: str, cure: str = "") -> CheckResult:
        return CheckResult(self.service.name, fine, says, cure, about=self.mapping.name)

    def ask(self, column: str) -> ConditionFate:
        return asked(self.service, self.mapping.table, column)

    def place(self, name: str) -> str:
        """The place in the mapping file that names a column first."""
        return place_of(self.mapping.path, name, version=self.mapping.version)
