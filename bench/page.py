"""The tables of docs/performance.md, made from results.json."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench import arithmetic
from bench.figures import amount, shown
from bench.stages import PARTS

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
NAMES = {
    "drain": "A full queue",
    "cost": "What a ticket costs",
    "stream": "A random stream",
    "limits": "A desk that runs 4 calls at once",
    "replicas": "Replicas on PostgreSQL",
    "idle": "An empty queue",
    "memory": "Memory",
    "aged": "Old rows",
    "aftercare": "After-care",
    "startup": "Starting",
    "trail": "The audit trail",
    "mapping": "The mapping engine",
}
DRAIN = ("ms a call", "Workers", "Who", "Tickets/s", "Drain ÷ bound", "CPU ms a ticket", "Calls a ticket")
COUNTED = ("Calls", "Transactions")
Results = Mapping[str, Any]


def write(results: Results) -> None:
    PAGE.write_text(filled(PAGE.read_text("utf-8"), results), "utf-8")


def filled(page: str, results: Results) -> str:
    """The page with each table between its marks made anew."""
    for name, table in tables(results).items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        page = re.sub(pattern, partial(_between, table), page, flags=re.DOTALL)
    return page


def _between(table: str, marks: re.Match[str]) -> str:
    return f"{marks[1]}{table}{marks[2]}"


def tables(results: Results) -> dict[str, str]:
    found = {"machine": machine(results), "figures": table(("", "Measured", "Asked", ""), figures(results))}
    if "drain" in results:
        found["drain"] = table(DRAIN, drains(results["drain"]["rows"]))
    if "cost" in results:
        found["stages"] = table(("Stage", "CPU ms", *PARTS, *COUNTED), stages(results["cost"]["rows"]))
    if all(name in results for name in arithmetic.NEEDED):
        found["arithmetic"] = table(arithmetic.HEAD, arithmetic.rows(results))
    return found


def machine(results: Results) -> str:
    """A sentence on where and how long it was measured."""
    places = {
        f"{each['cpus']} cores, {each['system']}, Python {each['python']}" for each in _machines(results)
    }
    short = [NAMES[name] for name, each in results.items() if each["short"]]
    hint = f" Short runs, only for a look: {', '.join(short)}." if short else ""
    return f"Measured on {' and on '.join(sorted(places))}.{hint}\n"


def _machines(results: Results) -> list[Mapping[str, Any]]:
    return [each["machine"] for each in results.values()]


def figures(results: Results) -> Iterator[Sequence[str]]:
    for name, each in results.items():
        yield f"**{NAMES[name]}**", "", "", ""
        for figure in each["figures"]:
            value = amount(figure["value"], figure["unit"])
            yield figure["what"], value, wanted(figure), verdict(figure)


def wanted(figure: Mapping[str, Any]) -> str:
    """What is asked of a figure, in words."""
    if (most := figure.get("at_most")) is not None:
        return f"at most {most:g}"
    return "" if (least := figure.get("at_least")) is None else f"at least {least:g}"


def verdict(figure: Mapping[str, Any]) -> str:
    """Whether it is met, by the number as it is shown."""
    value = round(figure["value"], 2)
    if (most := figure.get("at_most")) is not None:
        return "met" if value <= most else "missed"
    if (least := figure.get("at_least")) is not None:
        return "met" if value >= least else "missed"
    return ""


def drains(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    for each in rows:
        yield (
            str(each["latency_ms"]),
            str(each["workers"]),
            each["who"],
            shown(each["tickets_a_second"]),
            shown(each["drain_over_bound"]),
            shown(each["cpu_ms_a_ticket"]),
            shown(each["calls_a_ticket"]),
        )


def stages(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    whole = sum(each[part] for each in rows for part in PARTS)
    for each in rows:
        own = sum(each[part] for part in PARTS)
        yield (
            each["stage"],
            f"{own:.2f} ({own / whole:.0%})",
            *(f"{each[part]:.2f}" for part in PARTS),
            f"{each['calls']:.2f}",
            f"{each['transactions']:.2f}",
        )
    sums = {name: sum(each[name] for each in rows) for name in (*PARTS, "calls", "transactions")}
    yield "**all**", f"{whole:.2f}", *(f"{each:.2f}" for each in sums.values())


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(each)} |\n" for each in lines)
