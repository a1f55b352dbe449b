"""Bugs about approvals that are bound to what was approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connector.desks.servicenow import approval_records
from connector.desks.servicenow.approval_records import ServiceNowRecords
from connector.desks.servicenow.approval_rows import APPROVERS, Answered, answers_on
from connector.desks.servicenow.approved_columns import ApprovedColumns
from connector.domain.approval import ApprovalLook, ApprovalRecord
from connector.domain.ticket import Ticket
from connector.guards import approval
from connector.guards.approval import ApprovalProven
from connector.guards.judge import MappingJudge
from connector.ledger import admission
from connector.ledger.rows import Row
from tests.simulation.bugs_of_guards import nothing
from tests.simulation.draw import APPROVALS
from tests.simulation.mutants import Put, mutant


@mutant("guard: an approval counts, whatever it is of", APPROVALS)
def unproven_counts(put: Put) -> None:
    put(ApprovalProven, "check", nothing)


@mutant("approval: a look that came after it proves what was approved", APPROVALS)
def late_look_proves(put: Put) -> None:
    right = admission.looked_at

    def looked_at(row: Row, look: ApprovalLook | None) -> Row:
        after = right(row, look)
        return replace(after, seen_unapproved=look.written) if look else after

    put(admission, "looked_at", looked_at)


@mutant("approval: the times of a form's answers are not compared with it", APPROVALS)
def times_not_compared(put: Put) -> None:
    put(ApprovedColumns, "variables", ())


@mutant("approval: a history of columns that can't be read is a clean one", APPROVALS)
def unreadable_is_clean(put: Put) -> None:
    put(ApprovedColumns, "decisive_on", lambda self, ticket: ())


@mutant("approval: what changed while it stood there still counts", APPROVALS)
def void_forgotten(put: Put) -> None:
    put(approval, "changed_since", lambda kept, look: False)


@mutant("approval: what another wrote on an answer later makes it as new as that", APPROVALS + 300_400_170)
def reminder_is_an_answer(put: Put) -> None:
    put(Answered, "earliest", property(lambda self: self.at))


@mutant("approval: one of another record counts", APPROVALS)
def another_records_approval(put: Put) -> None:
    def of_any(service: Any, records: Any) -> Any:
        every = service.read("GET", f"/api/now/table/{APPROVERS}", params={"sysparm_fields": "sysapproval"})
        whose = {row["sysapproval"] for row in every.json["result"]}
        found = answers_on(service, {*records, *whose}) or {}
        rows = [row for each in found.values() for row in each]
        return dict.fromkeys(found, rows)

    put(approval_records, "answers_on", of_any)


@mutant("approval: an older yes counts, whatever was answered since", APPROVALS)
def older_yes_counts(put: Put) -> None:
    def first(answers: Any) -> Any:
        return next((each for each in answers if each.state == "approved"), None)

    put(approval_records, "newest", first)


@mutant("approval: a copied column counts where the desk has no record of it", APPROVALS)
def copied_column_counts(put: Put) -> None:
    right = ServiceNowRecords.shown

    def shown(self: ServiceNowRecords, tickets: Sequence[Ticket]) -> list[Ticket]:
        return [replace(each, approval=_believed(each.approval)) for each in right(self, tickets)]

    put(ServiceNowRecords, "shown", shown)


def _believed(found: ApprovalRecord | None) -> ApprovalRecord | None:
    return found if found is None or found.void or found.proof else replace(found, proof="it says so")


@mutant("approval: it isn't asked again before the POST", APPROVALS)
def not_asked_again(put: Put) -> None:
    put(MappingJudge, "supports", lambda self, claim, plan, mapped: mapped.digest == plan.digest)
