"""The doctor's word on links over which a desk may copy notes."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.finding import CheckResult
from connector.mapping.model import Mapping

READ = "grant the account read on what links them"


def linked(desk: str, mapping: Mapping, links: Sequence[str | None], *, cure: str = READ) -> CheckResult:
    """Count the linked ones of some tickets; what copies notes over a link can't be seen. `cure`: where links
    can't be read.
    """
    unknown, count = sum(each is None for each in links), sum(bool(each) for each in links)
    if unknown:
        says = f"whether {unknown} of {len(links)} tickets of {mapping.table} are linked can't be read"
        return CheckResult(desk, False, says, f"{cure}: such a ticket waits (evidence_missing)")
    says = (
        f"{count} of {len(links)} tickets of {mapping.table} are linked to others, and would be refused "
        f"(note_is_copied) by {mapping.name}; the desk's own rules that copy notes can't be seen"
    )
    cure = "see in the desk's rules that nothing copies notes to tickets that aren't linked"
    return CheckResult(desk, None, says, cure)
