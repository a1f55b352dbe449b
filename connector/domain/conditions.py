"""The closed set of conditions that alert: the words of alerts, of `schema alerts` and of docs/alerts.md."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from connector.domain.events import Event

Severity = Literal["critical", "warning"]
EXPOSED_AFTER: Final = 90.0  # s that a pass works and nobody is known to hold it
NO_END: Final = "It is told once, and has no end."


class Condition(StrEnum):
    """One row a condition: its name, which never changes, how grave it is, what breaks it, what heals it,
    what an alert says of one and of many, what to do, and the event under which the log has it.

    `{n}`: how many there are; `{what}`: what the configuration calls it. `waits`: it must last for
    `alerts_after` first. `heals` is `NO_END` where there is nothing to tell once it is over.
    """

    severity: Severity
    waits: bool
    breaks: str
    heals: str
    one: str
    many: str
    cure: str
    event: Event

    def __new__(  # noqa: PLR0917  # a row of the table
        cls,
        name: str,
        severity: Severity,
        waits: bool,
        breaks: str,
        heals: str,
        one: str,
        many: str,
        cure: str,
        event: Event,
    ) -> Condition:
        row = str.__new__(cls, name)
        row._value_ = name
        row.severity, row.waits, row.breaks, row.heals = severity, waits, breaks, heals
        row.one, row.many, row.cure, row.event = one, many, cure, event
        return row

    STUCK = (
        *("stuck", "critical", False),
        "A ticket becomes stuck.",
        "It is released, or has gone on.",
        "A ticket is stuck ({what}).",
        "{n} tickets are stuck ({what}).",
        "Do what the reason in `passdesk status` asks for, then `passdesk release`.",
        Event.STUCK,
    )
    WAITED_TOO_LONG = (
        *("waited_too_long", "critical", False),
        "A ticket has waited for longer than `floor.wait_at_most`, and is stuck.",
        "It is released, or has gone on.",
        "A ticket waited past its bound ({what}).",
        "{n} tickets waited past their bound ({what}).",
        "Mend what the ticket waited for, as `passdesk status` says, then `passdesk release`.",
        Event.STUCK,
    )
    REVOCATION_REFUSED = (
        *("revocation_refused", "critical", False),
        "Entra refuses to delete a pass.",
        "The pass is proven gone.",
        "Entra refuses to delete a pass ({what}).",
        "Entra refuses to delete {n} passes ({what}).",
        "Grant what `passdesk check` names. It is tried again.",
        Event.REVOCATION_REFUSED,
    )
    EXPOSURE = (
        *("exposure", "critical", False),
        f"A pass works for more than {EXPOSED_AFTER:.0f} seconds, and nobody is known to hold it.",
        "It was handed over, or is proven gone.",
        "A pass works that nobody is known to hold ({what}).",
        "{n} passes work that nobody is known to hold ({what}).",
        "See `passdesk live`; end it with `passdesk revoke`.",
        Event.RECOVERING,
    )
    USED_UNCONFIRMED = (
        *("used_unconfirmed", "critical", False),
        "A pass is used before anybody was known to hold it.",
        NO_END,
        "A pass was used before anybody was handed it ({what}).",
        "{n} passes were used before anybody was handed them ({what}).",
        "Ask the person whether it was they who signed in.",
        Event.USED_UNCONFIRMED,
    )
    DISOWNED = (
        *("disowned", "critical", False),
        "A person says, by the link in a notice, that the pass that was made for them isn't theirs.",
        "`passdesk unhold` lets them have passes again.",
        "A person disowned a pass that was made for them.",
        "{n} people disowned passes that were made for them.",
        "Their passes are revoked. Find out who asked, then `passdesk unhold`.",
        Event.DISOWNED,
    )
    FOREIGN_PASS = (
        *("foreign_pass", "critical", False),
        "Entra shows a pass that nobody here made, for a person of a ticket. Not looked for where "
        '`floor.pause_on.foreign_passes` is "off".',
        NO_END,
        "Entra shows a pass that passdesk didn't make.",
        "Entra shows {n} passes that passdesk didn't make.",
        "Find out in Entra's audit log who made it.",
        Event.PAUSED_ITSELF,
    )
    PAUSED_ITSELF = (
        *("paused_itself", "critical", False),
        "passdesk pauses issuing on a sign of `floor.pause_on`.",
        "A person resumes.",
        "passdesk paused itself ({what}).",
        "passdesk paused itself {n} times ({what}).",
        "Look into what `passdesk status` says, then `passdesk resume`.",
        Event.PAUSED_ITSELF,
    )
    PAUSED = (
        *("paused", "warning", False),
        "A person pauses issuing.",
        "A person resumes.",
        "A person paused issuing.",
        "Issuing was paused by people {n} times.",
        "No pass is issued until `passdesk resume`.",
        Event.PAUSED,
    )
    SIGN_IN_REFUSED = (
        *("sign_in_refused", "critical", False),
        "A service doesn't sign passdesk in.",
        "A sweep could use the service again.",
        "The sign-in is refused: {what}.",
        "{n} services refuse the sign-in: {what}.",
        "Do what `passdesk check` says of the service's sign-in.",
        Event.SIGN_IN_REFUSED,
    )
    SERVICE_DOWN = (
        *("service_down", "critical", True),
        "A desk, Entra or the mailbox can't be reached for longer than `alerts_after`.",
        "A sweep could use the service again.",
        "A service is down: {what}.",
        "{n} services are down: {what}.",
        "See why in the log (`unreachable`). Its tickets wait, and go on by themselves.",
        Event.UNREACHABLE,
    )
    SERVICE_RESTS = (
        *("service_rests", "critical", False),
        "A service refuses every ticket, so that one at a time tries.",
        "The service took a ticket again.",
        "A service refuses every ticket: {what}.",
        "{n} services refuse every ticket: {what}.",
        "`passdesk status` shows the service's answer.",
        Event.RESTING,
    )
    LEDGER_DOWN = (
        *("ledger_down", "critical", True),
        "A running worker can't read or write the ledger for longer than `alerts_after`. Each replica tells "
        "it, since the ledger can't say that another has; `once` can't know how long it lasts.",
        "The worker can use the ledger again.",
        "The ledger can't be used.",
        "The ledger can't be used.",
        "Do what the log says (`sweep_failed`).",
        Event.SWEEP_FAILED,
    )
    PRIVILEGE_MAP_LOST = (
        *("privilege_map_lost", "critical", True),
        "Who has a way to privilege can't be read for longer than `alerts_after`.",
        "The map is there again.",
        "Who has a way to privilege can't be read; tickets wait.",
        "Who has a way to privilege can't be read; tickets wait.",
        "Do what the log says (`privilege_map_lost`).",
        Event.PRIVILEGE_MAP_LOST,
    )
    LIMIT_REACHED = (
        *("limit_reached", "warning", False),
        "A limit of the floor is reached.",
        "Half of it is free again when a pass is asked for; or its time is over, and no ticket waits for it.",
        "A limit is reached: {what}.",
        "{n} limits are reached: {what}.",
        "Find out who asks for so many; `passdesk raise` allows more for a while.",
        Event.LIMIT_REACHED,
    )
    BACKLOG = (
        *("backlog", "warning", True),
        "A ticket's next step is due for longer than `alerts_after`, and nobody has taken it.",
        "The oldest such ticket is younger again.",
        "A ticket waits to be worked on.",
        "{n} tickets wait to be worked on.",
        "See that a worker runs, and its `workers` in config.yaml.",
        Event.SWEPT,
    )
    SWEEP_LATE = (
        *("sweep_late", "critical", True),
        "`passdesk run` is up, and no sweep has ended for longer than `alerts_after`, and than three polls.",
        "A sweep has ended.",
        "No sweep has ended for a long time.",
        "No sweep has ended for a long time.",
        "See the log of the worker; restart it.",
        Event.SWEPT,
    )
    CLOCK_SET = (
        *("clock_set", "warning", False),
        "The clock of a worker's machine was set, by a step of a second or more.",
        NO_END,
        "A machine's clock was set ({what}).",
        "A machine's clock was set {n} times ({what}).",
        "See that the machine keeps its time by NTP.",
        Event.CLOCK_SET,
    )
    CLOCK_DIFFERS = (
        *("clock_differs", "warning", False),
        "The clock of a worker's machine and the ledger's are more than 30 seconds apart.",
        "They agree again.",
        "A machine's clock and the ledger's differ ({what}).",
        "A machine's clock and the ledger's differ ({what}).",
        "See that the machine, and the ledger's server, keep their time by NTP.",
        Event.CLOCK_SET,
    )
    MAPPINGS_REFUSED = (
        *("mappings_refused", "warning", False),
        "An edited mapping file has a mistake, and the old ones stay in force.",
        "The files were taken up.",
        "Edited mapping files were not taken up.",
        "Edited mapping files were not taken up.",
        "`passdesk status` names the mistakes.",
        Event.MAPPINGS_REFUSED,
    )

    @property
    def ends(self) -> bool:
        """Tell whether its end is told."""
        return self.heals != NO_END


BY_NAME: Final = {str(each): each for each in Condition}
