"""Pages that are made from the code. `make docs` writes them."""

from __future__ import annotations

import re
from pathlib import Path

from connector.domain.conditions import Condition
from connector.domain.events import Event
from connector.domain.reasons import MEANINGS, NOT_YET, NOT_YET_GIVEN

OUTCOMES = {
    "refused": (
        "The ticket says why. It is judged again when its facts change, or when it is put back into the "
        "queue."
    ),
    "deferred": (
        "Nothing is written on the ticket, unless `note.tell_waiting` says so. It is judged again in every "
        "sweep."
    ),
    "stuck": (
        "It waits for `passdesk release DESK TICKET`. No pass of it is left, unless the code says that one "
        "may be."
    ),
}


def reasons_page() -> str:
    parts = ["# Reason codes\n\nMade from the code by `make docs`. A code never changes its meaning.\n"]
    for outcome, sentence in OUTCOMES.items():
        parts.append(
            f"\n## {outcome.capitalize()}\n\n{sentence}\n\n| code | meaning | what to do |\n|---|---|---|\n"
        )
        parts += [
            f"| `{code}` | {each.sentence} | {NOT_YET if code in NOT_YET_GIVEN else each.cure} |\n"
            for code, each in MEANINGS.items()
            if each.outcome == outcome
        ]
    return "".join(parts)


def events_page() -> str:
    head = (
        "# Events\n\nMade from the code by `make docs`. The log's `action`, the audit trail and `passdesk "
        "history` take their words from this list, and a word never changes its meaning: what `history` "
        "shows is found in the log under the same name. A person's verbs write to the log of their own "
        "command.\n\n"
        "Lines older than this list keep their word in `passdesk audit export`, since their hash covers it; "
        "`history` shows them by the names below.\n\n"
        "Levels: error = an operator or an admin must act; warning = it mends itself; info = a step; debug = "
        "calls and what precedes a decision. What an agent must do is said on the ticket, too.\n\n"
        "| action | level | who must act | meaning |\n|---|---|---|---|\n"
    )
    rows = [f"| `{each}` | {each.level} | {each.acts} | {each.meaning} |\n" for each in Event]
    return "".join([head, *rows])


def alerts_page() -> str:
    head = (
        "# Alerts\n\n"
        "Made from the code by `make docs`. `alerts: [env:TEAMS_URL]` in config.yaml names where alerts "
        "go: each is a variable or a file with an address of "
        "[apprise](https://github.com/caronc/apprise), such as `workflows://…`, `mailto://…` or "
        "`jsons://…`. `passdesk alerts test` sends a message to each.\n\n"
        "A condition is told once when it breaks and once when it heals, by one replica for all, also "
        "after a restart, and by the next `passdesk once`. What breaks or heals together is one message "
        "with counts: `passdesk run` waits for 10 seconds without more, a minute at most, and tells an "
        "address at most once a minute. Each address is told at least once: a worker that is killed "
        "between the telling and its receipt has it told again. An address that takes nothing is tried "
        "for a day, ever more rarely; `passdesk status` says so. A message takes 20 seconds at most, and "
        "no ticket waits for it. No redirect is followed.\n\n"
        "An alert says what the configuration calls things, and counts. It names tickets by their number, "
        "and the people that their passes are for, only with `alerts: {to: [env:TEAMS_URL], names: "
        "true}`.\n\n"
        "The last column is the [event](events.md) of the log that goes with it.\n\n"
        "| condition | severity | breaks | heals | what to do | action |\n|---|---|---|---|---|---|\n"
    )
    rows = (
        f"| `{each}` | {each.severity} | {each.breaks} | {each.heals} | {each.cure} | `{each.event}` |\n"
        for each in Condition
    )
    return "".join([head, *rows])


def readme(text: str) -> str:
    """The README with the help as it is."""
    import click

    from connector.cli.main import passdesk

    context = click.Context(
        passdesk, info_name="passdesk", terminal_width=110, help_option_names=["-h", "--help"]
    )
    help_text = passdesk.get_help(context)
    between = re.compile(r"(<!-- help -->\n```\n).*?(```\n<!-- /help -->)", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}{help_text}\n{found[2]}", text)


def mappings_page(text: str) -> str:
    """The guide to mapping files with the steps as they are."""
    from connector.mapping.steps.catalogue import steps_table

    between = re.compile(r"(<!-- steps -->\n).*?(<!-- /steps -->)", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}{steps_table()}{found[2]}", text)


def write(root: Path) -> None:
    """Write the pages, and the digest of the templates, which it checks."""
    from connector.deliveries.template_files import mark_checked
    from connector.web.metrics import metrics_page

    (root / "docs" / "reasons.md").write_text(reasons_page(), "utf-8")
    (root / "docs" / "events.md").write_text(events_page(), "utf-8")
    (root / "docs" / "alerts.md").write_text(alerts_page(), "utf-8")
    (root / "docs" / "metrics.md").write_text(metrics_page(), "utf-8")
    page = root / "README.md"
    page.write_text(readme(page.read_text("utf-8")), "utf-8")
    guide = root / "docs" / "mappings.md"
    guide.write_text(mappings_page(guide.read_text("utf-8")), "utf-8")
    mark_checked()
