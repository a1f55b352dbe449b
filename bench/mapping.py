"""A million facts through the mapping engine: how fast beside the same by hand, and whether memory stays
flat.

    python -m bench.mapping [--facts 1000000]

Ratios, not seconds, are compared from run to run: both sides take turns in this one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

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


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--facts", type=int, default=1_000_000)
    facts: int = arguments.parse_args().facts
    rounds = max(2, facts // ROUND // len(FILES))
    grown = [run(name, mapping_of(source), rounds) for name, source in FILES.items()]
    return 1 if max(grown) > 8 else 0


def run(name: str, mapping: Mapping, rounds: int) -> float:
    """Prints what it measured; the growth of memory in MB since the first rounds."""
    took, hand, mapped, before = 0.0, 0.0, 0, 0.0
    for number in range(rounds):
        batch = list(tickets(ROUND, number * ROUND))
        seconds, results = timed(mapping.facts, batch)
        took, mapped = took + seconds, mapped + sum(isinstance(each, Facts) for each in results)
        assert all(isinstance(each, Facts | MappingNo) for each in results)
        del results
        hand += timed(by_hand, batch)[0]
        before = memory() if number == max(1, rounds // 10) else before
    total, grown = rounds * ROUND, memory() - before
    print(
        f"{name}: {total:,} tickets, {mapped:,} mapped; {total / took:,.0f} a second, "
        f"{took / total * 1e6:.1f} µs each; "
        f"{took / hand:.1f} × one mapping by hand; memory +{grown:.1f} MB after the first tenth"
    )
    return grown


def timed(
    work: Callable[[dict[str, str]], object], batch: list[dict[str, str]]
) -> tuple[float, list[object]]:
    began = time.perf_counter()
    results = [work(ticket) for ticket in batch]
    return time.perf_counter() - began, results


def memory() -> float:
    """The most that this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def mapping_of(source: Path | str) -> Mapping:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.yaml"
        path.write_text(source if isinstance(source, str) else source.read_text("utf-8"), "utf-8")
        mapping, document = read(path, MappingContext(path.parent, floor=Floor()))
    assert mapping, [str(each) for each in document.mistakes]
    return mapping


if __name__ == "__main__":
    sys.exit(main())
