"""Facts through the mapping engine: how fast beside the same by hand, and whether memory stays flat."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.figures import Figure, Found, Size
from bench.process import memory
from connector.mapping import Facts, Mapping, MappingNo
from connector.mapping.keys.checks import MappingContext
from connector.mapping.keys.floor import Floor
from connector.mapping.read import read

ROUND = 10_000  # facts of each side at a time
FILES: dict[str, Path | str] = {
    "incidents": Path(__file__).parents[1] / "mappings" / "servicenow-incidents.yaml",
    "every step": """\
mapping: every-step
desk: contoso-servicenow
table: sc_req_item
watch: {state: [1, 2]}
values:
  first: {from: variables.first, then: [trim, {replace: {" ": "", "'": ""}}]}
  last: {from: variables.last, then: [trim, {extract: '^[^ (]+'}]}
  domain: {from: company, then: [{lookup: {NL: contoso.nl, BE: contoso.be}}]}
  subject: {template: "{first}.{last}@{domain}", then: [lower, {require: upn}]}
  requester: {first_of: [u_asked_by, opened_by.email], then: [trim, lower, {require: email}], find_by: mail}
  starts_at: {from: variables.day}
confirm: {employeeId: {from: variables.number, then: [{require: digits}]}}
timezone: Europe/Amsterdam
""",
}


def tickets(count: int, start: int) -> Iterator[dict[str, str]]:
    """No two alike; one in twenty can't be mapped."""
    for number in range(start, start + count):
        user = f" Ann.Lee{number} " if number % 20 else "ann lee"
        yield {
            "caller_id.user_name": user,
            "opened_by.email": f"Kim.Boss{number % 977}@contoso.com",
            "approval": "approved",
            "contact_type": "self-service",
            "variables.first": f"Zoë {number}",
            "variables.last": f"O'Brien{number} (x)",
            "company": ("NL", "BE", "LU")[number % 20 and number % 2],
            "u_asked_by": "",
            "variables.day": f"2026-03-{number % 28 + 1:02} 09:30",
            "variables.number": str(number),
        }


def by_hand(ticket: dict[str, str]) -> tuple[str, str, str] | None:
    """What the incidents' mapping says, as one would write it for this one purpose."""
    subject = ticket["caller_id.user_name"].strip().lower()
    requester = ticket["opened_by.email"].strip().lower()
    if not subject:
        return None
    subject += "@contoso.com"
    if (
        subject.count("@") != 1
        or re.search(r"\s", subject)
        or not re.fullmatch(r"[^@\s]+@[\w.-]+\.\w+", requester)
    ):
        return None
    rests_on = {
        "values": {"subject": subject, "requester": requester},
        "judged": {"approval": ticket["approval"], "channel": ticket["contact_type"]},
    }
    return subject, requester, hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()


def measure(size: Size) -> Found:
    """Map many tickets by both files, half of them by each."""
    rounds = size.of(2, 10, 50)
    found = [figure for name, source in FILES.items() for figure in run(name, mapping_of(source), rounds)]
    return Found(found)


def run(name: str, mapping: Mapping, rounds: int) -> list[Figure]:
    """Both sides take turns."""
    took, hand, before = 0.0, 0.0, 0.0
    for number in range(rounds):
        batch = list(tickets(ROUND, number * ROUND))
        seconds, results = timed(mapping.facts, batch)
        took += seconds
        assert all(isinstance(each, Facts | MappingNo) for each in results)
        del results
        hand += timed(by_hand, batch)[0]
        before = memory() if number == max(1, rounds // 10) else before
    total = rounds * ROUND
    return [
        Figure(f"{name}: a ticket", took / total * 1e6, "µs"),
        Figure(f"{name}: time ÷ one mapping by hand", took / hand),
        Figure(f"{name}: memory after {total:,} tickets ÷ after a tenth", memory() / before),
    ]


def timed(
    work: Callable[[dict[str, str]], object], batch: list[dict[str, str]]
) -> tuple[float, list[object]]:
    began = time.perf_counter()
    results = [work(ticket) for ticket in batch]
    return time.perf_counter() - began, results


def mapping_of(source: Path | str) -> Mapping:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.yaml"
        path.write_text(source if isinstance(source, str) else source.read_text("utf-8"), "utf-8")
        mapping, document = read(path, MappingContext(path.parent, floor=Floor()))
    assert mapping, [str(each) for each in document.mistakes]
    return mapping
