"""The doctor at a ServiceNow desk, split by what it looks at: columns, the values of the queue, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from connector.desks.servicenow import doctor_approvals as approvals
from connector.desks.servicenow import doctor_columns as columns
from connector.desks.servicenow import doctor_notes as notes
from connector.desks.servicenow import doctor_values as values
from connector.desks.servicenow.doctor_view import DoctorView
from connector.desks.servicenow.probe import Sample, sample
from connector.domain.finding import CheckResult
from connector.http.service import Service
from connector.mapping import Mapping

STEPS: tuple[tuple[str, Callable[[DoctorView], Iterable[CheckResult] | CheckResult]], ...] = (
    ("columns", columns.columns),  # a kind, by which what can't be told is said once for all mappings
    ("paging", columns.paging),
    ("variables", columns.variables),
    ("queue", values.queue),
    ("", values.misfitting),
    ("", values.times),
    ("approvers", approvals.approvers),
    ("times", approvals.times),
    ("history", approvals.history),
    ("own_field", notes.own_field),
    ("linked", notes.links),
    ("hidden", notes.hidden_from_callers),
    ("read_back", notes.read_back),
    ("write", notes.write),
)


@dataclass
class ServiceNowDoctor:
    """One mapping at its desk. `delivered`: a ticket of it is known to hold a note."""

    service: Service
    mapping: Mapping
    url: str
    delivered: bool = False
    seen: Sample = field(init=False)

    def results(self) -> Iterator[CheckResult]:
        """Raises Down."""
        self.seen = sample(self.service, self.mapping, self.url)
        at = DoctorView(self.service, self.mapping, self.url, self.delivered, self.seen)
        if self.seen.refused:
            cure = f"correct table in {self.mapping.name}, or grant the account read on it"
            yield at.say(False, f"the table {self.mapping.table} can't be read: {self.seen.refused}", cure)
            return
        yield at.say(True, f"signed in; the table {self.mapping.table} can be read")
        for kind, step in STEPS:
            found = step(at)
            every = [found] if isinstance(found, CheckResult) else found
            yield from (replace(each, kind=kind and f"servicenow_{kind}") for each in every)

    @property
    def ahead(self) -> float | None:
        return self.seen.ahead
