"""The doctor's word on links over which a desk may copy notes."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.finding import CheckResult
from connector.mapping.model import Mapping


def linked(desk: str, mapping: Mapping, links: Sequence[str | None]) -> CheckResult:
    """Count the linked ones of some tickets; what copies notes over a link can't be seen."""
    unknown, count = sum(each is None for each in links), sum(bool(each) for each in links)
    if unknown:
        says = f"whether {unknown} of {len(links)} tickets of {mapping.table} are linked can't be read"
        cure = "grant the account read on what links them: such a ticket waits (evidence_missing)"
        return CheckResult(desk, False, says, cure)
    says = (
        f"{count} of {len(links)} tickets of {mapping.table} are linked to others, and would be refused "
        f"(note_is_copied) by {mapping.name}; the desk's own rules that copy notes can't be seen"
    )
    cure = "see in the desk's rules that nothing copies notes to tickets that aren't linked"
    return CheckResult(desk, None, says, cure)
