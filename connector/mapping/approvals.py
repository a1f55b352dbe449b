"""The findings of `check` about a mapping's approval: whether it names what becomes of an unproven one, and
whether anything can prove one.
"""

from __future__ import annotations

from collections.abc import Iterator

from connector.domain.finding import CheckResult
from connector.domain.reasons import Reason
from connector.mapping.model import Approval, Mapping
from connector.mapping.places import place_of
from connector.mapping.watch import AnyOf


def approvals(mapping: Mapping, records: str) -> Iterator[CheckResult]:
    """`records`: those of the desk that prove what an approval is of, in words; "": it has none."""
    rule = mapping.allow.approval
    if rule is None:
        return
    if rule.unproven is None:
        says = (
            f"{_place(mapping, 'allow', rule.field)}: allow.approval: nothing compares what the ticket says "
            "now with what was approved"
        )
        cure = "write unproven: wait, or unproven: accept, beside in"
        yield CheckResult(mapping.desk, None, says, cure)
    elif rule.unproven == "wait" and only_approved(mapping, rule):
        says = f"{_place(mapping, 'watch', rule.field)}: watch matches approved tickets only"
        cure = f"take {rule.field} out of watch, so that passdesk sees what a ticket says before its approval"
        if records:
            says += f", so that an approval is proven by the desk's own records alone: {records}"
            yield CheckResult(mapping.desk, None, says, cure)
        else:
            says += ", and the desk keeps no record that proves what was approved: every ticket would wait"
            yield CheckResult(mapping.desk, False, says, cure, code=Reason.APPROVAL_UNPROVEN.value)


def only_approved(mapping: Mapping, rule: Approval) -> bool:
    """Tell whether `watch` shows no ticket before its approval."""
    tests = [each.test for each in mapping.watch.conditions if each.field == rule.field]
    return any(isinstance(test, AnyOf) and all(map(rule.approves, test.values)) for test in tests)


def _place(mapping: Mapping, key: str, field: str) -> str:
    return place_of(mapping.path, field, key, version=mapping.version)
