"""Where people read the sentences of each room of the code, by audience."""

from __future__ import annotations

from pathlib import Path

from tests.docs.sentences.collect import sentences

ROOT = Path(__file__).parents[3]

# A module belongs to the place that names it most closely: itself, or a folder above it.
AGENTS = {
    "Why a ticket gets no pass, or waits": (
        "guards", "mapping/program.py", "mapping/pipeline.py", "mapping/starts.py", "ledger/limiting.py",
        "ledger/book.py", "entra/directory.py", "entra/lookups.py", "entra/managers.py", "entra/people.py",
        "entra/policy.py", "entra/privileges.py", "entra/applications.py", "entra/group_eligibility.py",
        "entra/owned.py", "entra/path_reads.py", "entra/units.py", "lifecycle", "worker/sweep.py",
        "worker/report.py",
    ),
    "Why a pass could not be made or handed over": (
        "entra/passes.py", "entra/mail.py", "deliveries/note.py", "deliveries/manager_mail.py",
        "deliveries/fallback.py", "deliveries/ticket_update.py", "desks/cooldown.py",
        "desks/servicenow/writer.py", "desks/servicenow/journal.py", "desks/topdesk/writer.py",
    ),
    "Words around them": ("deliveries/notices.py", "deliveries/render.py", "deliveries/times.py"),
}  # fmt: skip
ADMINS = {
    "Mistakes in mapping files, and what their keys mean": (
        "mapping/keys", "mapping", "desks/servicenow/names.py", "desks/servicenow/query.py",
        "desks/servicenow/dialect.py", "desks/topdesk/names.py", "desks/topdesk/query.py",
        "desks/topdesk/dialect.py",
    ),
    "Mistakes in config.yaml, and what its keys mean": ("config", "entra/config.py", "domain/durations.py"),
    "Mistakes in any file": ("forms",),
    "Mistakes in templates": ("deliveries",),
}  # fmt: skip
OPERATORS = {
    "`passdesk check`": (
        "doctor.py", "entra/doctor.py", "desks/servicenow/doctor.py", "desks/servicenow/probe.py",
        "desks/servicenow/acl.py", "desks/servicenow/approvals.py", "desks/servicenow/variables.py",
        "desks/topdesk/doctor.py", "desks/topdesk/probe.py",
    ),
    "A service does not answer": ("desks", "entra", "http"),
    "The ledger": ("ledger", "domain"),
    "The verbs, with their help": ("cli", "operating"),
    "The status page": ("web",),
    "The log": ("worker", "log.py", "terminal.py", "wire.py"),
    "Alerts": ("alerts", "domain/conditions.py"),
    "The demo": ("demo",),
}  # fmt: skip
SHOWN_ELSEWHERE = ("simulators", "domain/reasons.py", "demo/cast.py", "demo/stage.py", "ledger/migrations")
_PLACES = [*AGENTS.items(), *ADMINS.items(), *OPERATORS.items()]


def collected() -> dict[str, dict[str, list[str]]]:
    """Return the sentences of each place, by module. Raises LookupError for a module without a place."""
    found: dict[str, dict[str, list[str]]] = {title: {} for title, _ in _PLACES}
    connector = ROOT / "connector"
    for path in sorted(connector.rglob("*.py")):
        module = path.relative_to(connector).as_posix()
        if not _under(module, SHOWN_ELSEWHERE) and (texts := sentences(path)):
            found[_place(module)][module] = texts
    return found


def _place(module: str) -> str:
    for title, names in sorted(_PLACES, key=lambda each: -_longest(module, each[1])):
        if _under(module, names):
            return title
    raise LookupError(
        f"nobody knows who reads the sentences of {module}: add it to tests/docs/sentences/places.py"
    )


def _under(module: str, names: tuple[str, ...]) -> bool:
    return any(_matches(module, name) for name in names)


def _longest(module: str, names: tuple[str, ...]) -> int:
    return max((len(name) for name in names if _matches(module, name)), default=0)


def _matches(module: str, name: str) -> bool:
    return module == name or module.startswith(f"{name}/")
