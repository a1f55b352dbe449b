"""The doctor at Helpdesk X: whether tickets can be read, with all that a mapping names. What nobody can tell
stays open.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from connector.domain.finding import CheckResult
from connector.forms.mistakes import choice
from connector.http.headers import http_date
from connector.http.service import Service
from connector.mapping import Mapping
from tests.docs.thirddesk.helpdeskx.desk import PAGE, TICKETS, asked, rows_of, shown_as


@dataclass
class HelpdeskXDoctor:
    """One mapping at its desk. `delivered`: a ticket of it is known to hold a note."""

    service: Service
    mapping: Mapping
    url: str
    delivered: bool = False
    ahead: float | None = field(default=None, init=False)

    def results(self) -> Iterator[CheckResult]:
        """Raises Down."""
        answer = self.service.read("GET", TICKETS, params={**asked(self.mapping.watch), "limit": str(PAGE)})
        theirs = http_date(answer.headers.get("date", ""))
        self.ahead = None if theirs is None else theirs - time.time()
        names = [name for name in self.mapping.columns if name != self.mapping.note.plain]
        tickets = [
            shown for row in rows_of(answer, self.service.name) if (shown := shown_as(row, self.url, names))
        ]
        yield self.say(True, "signed in; tickets can be read")
        absent = [name for name in names if not any(name in each.fields for each in tickets)]
        if not tickets:
            yield self.say(
                None,
                f"no ticket of {self.mapping.name} is shown, so its fields can't be looked at",
                "make one and look again",
            )
        elif absent:
            yield self.say(False, f"no ticket shows {choice(absent)}", "let the account read it")
        else:
            yield self.say(True, f"every field that {self.mapping.name} names can be read")
        if not self.delivered:
            yield self.say(
                None,
                "whether callers see a private comment is only seen once one was written",
                "try it on a test ticket",
            )

    def say(self, fine: bool | None, says: str, cure: str = "") -> CheckResult:
        return CheckResult(self.service.name, fine, says, cure)
