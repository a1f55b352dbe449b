"""All cases of one desk played to the end in one company, and everything that anybody could read of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.redteam import approvals, directories, texts, tickets
from tests.redteam.cases import Case
from tests.redteam.desks import staged
from tests.redteam.stage import Stage, Swept

CASES = [*texts.CASES, *tickets.CASES, *approvals.CASES, *directories.CASES]
TWINS = [*texts.TWINS, *tickets.TWINS, *approvals.TWINS, *directories.TWINS]
VERBS = {
    "status": ("status",),
    "live": ("live",),
    "history": ("history",),
    "history --json": ("history", "--json"),
    "audit export": ("audit", "export"),
    "audit export --format csv": ("audit", "export", "--format", "csv"),
}
EXPLAINED = {"look-alike UPN", "journal markup", "null bytes", "right-to-left marks"}
HOSTILE = "x' or 1 eq 1;<script>[code]\u202e\0\x1b[31m{{7*7}}../@contoso.com"


@dataclass
class Played:
    """Ids of tickets by case; what was decided, made, written and printed."""

    tickets: dict[Case, str]
    numbers: dict[Case, str]
    decided: dict[Case, tuple[str, str | None] | None]
    passes: dict[Case, int]
    made: int
    decoys: list[str]
    sweeps: list[Swept]
    watched: list[dict[str, bool]]  # for each sweep: which tickets were in a queue when it began
    notes: dict[str, list[str]]
    comments: dict[str, list[str]]
    logs: list[str]
    shown: dict[str, str]
    writes: set[tuple[str, str]] = field(default_factory=set)

    def case_of(self, ticket: str) -> Case | None:
        return next((case for case, id_ in self.tickets.items() if id_ == ticket), None)

    def seen(self, ticket: str) -> list[dict[str, Any]]:
        """What each sweep that wrote to a ticket changed of what its caller can know."""
        return [sweep.changed[ticket] for sweep in self.sweeps if ticket in sweep.changed]


def one_of_each(cases: list[Case]) -> list[Case]:
    return list({case.kind: case for case in reversed(cases)}.values())


def played(kind: str, folder: Path, *, caller: bool, every: bool) -> Played:
    """`every`: all cases and twins, and each verb; otherwise one case of each class, and no verb."""
    cases = [*CASES, *TWINS] if every else one_of_each(CASES)
    with staged(kind, caller, folder) as stage:
        ids: dict[Case, str] = {}
        cast: dict[Case, list[str]] = {}
        for case in (each for each in cases if each.at(kind)):
            stage.cast = cast[case] = []
            ids[case] = case.play(stage)
        decoys = outside(stage)
        shown = explained(stage, ids) if every else {}
        watched = [sweep(stage)]
        for turn in range(max(len(each.then) for each in ids)):
            stage.house.clock.added += 61
            for case in [each for each in ids if len(each.then) > turn]:
                stage.cast = cast[case]
                ids[case] = case.then[turn](stage, ids[case]) or ids[case]
            stage.house.clock.added += 61
            watched.append(sweep(stage))
        return told(stage, ids, cast, decoys, watched, shown)


def sweep(stage: Stage) -> dict[str, bool]:
    watched = {id_: stage.watched(row) for id_, row in stage.rows().items()}
    stage.sweep()
    return watched


def explained(stage: Stage, ids: dict[Case, str]) -> dict[str, str]:
    """`explain` of the first ticket of each of these classes, before anybody decided it."""
    return {
        f"explain {case.kind}": stage.house.run("explain", stage.desk, stage.house.number(ids[case])).out
        for case in one_of_each([*ids])
        if case.kind in EXPLAINED
    }


def outside(stage: Stage) -> list[str]:
    """Hostile tickets that no mapping watches."""
    who = stage.member()
    made = [stage.ask(HOSTILE, who, queue) for queue in ("other", "Typed ", "typed2")]
    for state in ("7", "6") if stage.desk == "contoso" else ("Completed", "Waiting for caller"):
        made.append(stage.ask(who))
        stage.edit(made[-1], state=state)
    return made


def told(
    stage: Stage,
    ids: dict[Case, str],
    cast: dict[Case, list[str]],
    decoys: list[str],
    watched: list[dict[str, bool]],
    shown: dict[str, str],
) -> Played:
    logs = [each.ran.err for each in stage.sweeps]
    if shown:
        shown |= {name: stage.house.run(*args).out for name, args in VERBS.items()}
        shown["once --json"] = stage.sweeps[0].ran.out
    tallies = (stage.house.desk_server.tally.calls(), stage.house.graph_server.tally.calls())
    return Played(
        ids,
        {case: stage.house.number(id_) for case, id_ in ids.items()},
        {case: stage.outcome(id_) for case, id_ in ids.items()},
        {case: stage.passes(people) for case, people in cast.items()},
        stage.house.graph.passes.made,
        decoys,
        stage.sweeps,
        watched,
        {id_: stage.raw_notes(id_) for id_ in stage.rows()},
        {id_: stage.for_callers(id_) for id_ in stage.rows()},
        logs,
        shown,
        {route for tally in tallies for route in tally if route[0] != "GET"},
    )
