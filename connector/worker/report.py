"""The report of a sweep: the object of `once --json`, and the lines that people read after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from connector.domain.errors import Down, SignInRefused, Unwritten
from connector.domain.outcome import UNFINISHED, State
from connector.domain.progress import Progress
from connector.domain.reasons import MEANINGS, Reason
from connector.domain.ticket import Claim
from connector.lifecycle.ledger_roles import Ledger


@dataclass(frozen=True)
class TicketResult:
    """One ticket and what this sweep decided, named as people name it."""

    desk: str
    ticket: str
    mapping: str
    outcome: str  # delivered, refused, deferred, stuck
    reason: str | None
    detail: str


@dataclass
class Report:
    """Filled by many threads while the sweep runs; complete after `finish`."""

    names: Mapping[str, str]  # desk URL → its name in the configuration
    seen: int = 0
    ignored: int = 0  # rows that desks gave, and that no mapping's `watch` matches on our side
    ended: int = 0
    paused: bool = False
    paused_itself: str = ""  # why passdesk did
    needs_person: bool = False  # a ticket waits for a sign-in that is refused
    unwritten: str = ""  # why the ledger couldn't be written, as it was said first
    broken: int = 0  # tickets that met something unexpected
    changed: bool = False  # something about a ticket is new
    decisions: list[TicketResult] = field(default_factory=list)
    unreachable: dict[str, str] = field(default_factory=dict)  # service → what is wrong, as it was said first
    sign_in_refused: dict[str, str] = field(default_factory=dict)  # service → cause, cure and place
    began: dict[tuple[str, str], Claim] = field(default_factory=dict)
    progress: Progress = field(default_factory=lambda: Progress("tickets"))  # of those that desks showed
    lock: Lock = field(default_factory=Lock)

    def took(self, claim: Claim) -> None:
        with self.lock:
            self.began.setdefault((claim.desk, claim.ticket), claim)

    def took_already(self, desk: str, ticket: str) -> bool:
        return (desk, ticket) in self.began

    def down(self, down: Down) -> None:
        """A service could not be reached, or refuses the sign-in; what it withholds of one person is that
        person's matter.
        """
        with self.lock:
            if isinstance(down, SignInRefused):
                self.sign_in_refused.setdefault(down.service, down.sentence)
            elif not down.alone:
                self.unreachable.setdefault(down.service, down.sentence)

    def not_kept(self, error: Unwritten) -> None:
        """The ledger couldn't be written for a ticket: the same for all, and so said once."""
        with self.lock:
            self.unwritten = self.unwritten or str(error)

    def dropped(self, rows: int) -> None:
        with self.lock:
            self.ignored += rows

    def broke(self) -> None:
        with self.lock:
            self.broken += 1

    def finish(self, ledger: Ledger) -> Report:
        """Read what became of every ticket that was taken, and what is unfinished or stuck beside them."""
        rows = {(row.desk, row.ticket): row for row in ledger.rows(UNFINISHED | {State.STUCK})}
        for key in self.began.keys() - rows.keys():
            if row := ledger.row(*key):
                rows[key] = row
        cut_off = {
            Reason.DIRECTORY_UNREACHABLE: "entra",
            Reason.DESK_UNREACHABLE: "",
            Reason.MAIL_UNREACHABLE: "mail",
        }
        for key, row in sorted(rows.items(), key=lambda pair: pair[1].number):
            before = self.began[key].state if key in self.began else row.state
            self.ended += row.state is State.ENDED and before is not State.ENDED
            self.changed = self.changed or (key in self.began and is_news(self.began[key], row))
            if outcome := outcome_of(before, row):
                decided = self.decision(row, outcome)
                self.decisions.append(decided)
                self.needs_person |= outcome == "deferred" and row.reason is Reason.SIGN_IN_REFUSED
                service = (
                    cut_off.get(row.reason)
                    if outcome == "deferred" and isinstance(row.reason, Reason)
                    else None
                )
                if service is not None:
                    self.unreachable.setdefault(service or decided.desk, row.detail)
        self.paused = ledger.paused() is not None
        self.paused_itself = ledger.paused_itself() or ""
        return self

    def decision(self, row: Claim, outcome: str) -> TicketResult:
        reason = row.reason if isinstance(row.reason, Reason) and outcome != "delivered" else None
        if outcome == "deferred" and (reason is None or MEANINGS[reason].outcome != "deferred"):
            reason = Reason.RECOVERING
        detail = row.detail if reason or outcome == "delivered" else ""
        if outcome == "stuck" and row.state is State.REVOKING:
            reason, detail = Reason.REVOCATION_UNPROVEN, "Entra refuses to delete the pass."
        return TicketResult(
            self.names.get(row.desk, row.desk), row.number, row.mapping, outcome, reason, detail
        )

    def counts(self) -> Counter[str]:
        return Counter(each.outcome for each in self.decisions)

    def as_json(self, seconds: float) -> dict[str, Any]:
        """The contract's object."""
        counts = self.counts()
        found: dict[str, Any] = {"seen": self.seen}
        found |= {each: counts[each] for each in ("delivered", "refused", "deferred", "stuck")}
        found |= {
            "ended": self.ended,
            "duration_s": round(seconds, 3),
            "tickets": [asdict(each) for each in self.decisions],
        }
        if self.ignored:
            found["ignored"] = self.ignored
        if self.paused:
            found["paused"] = True
        if self.paused_itself:
            found["paused_itself"] = self.paused_itself
        if self.unwritten:
            found["ledger"] = self.unwritten
        if self.unreachable:
            found["unreachable"] = sorted(self.unreachable)
            found["unreachable_because"] = dict(sorted(self.unreachable.items()))
        if self.sign_in_refused:
            refused = sorted(self.sign_in_refused.items())
            found["sign_in_refused"] = [{"service": name, "detail": why} for name, why in refused]
        return found

    def record(self, began: float, seconds: float, by: str, versions: Mapping[str, str]) -> dict[str, Any]:
        """The part of this sweep that other processes may know. `began`: epoch seconds; `by`: the verb."""
        known = {"began": began, "by": by, "mappings": dict(versions), **self.as_json(seconds)}
        del known["tickets"]
        return known

    def exit_code(self) -> int:
        """1: something needs a person; 3: a service could not be reached."""
        if self.broken or self.unwritten or self.paused_itself or self.counts()["stuck"]:
            return 1
        if self.sign_in_refused or self.needs_person:
            return 1
        return 3 if self.unreachable else 0


def is_news(before: Claim, row: Claim) -> bool:
    """Tell whether a ticket that was taken is another now than when it was taken."""
    if before.state is State.CLAIMED:
        return row.state not in {State.CLAIMED, State.WAITING} or row.reason != before.reason
    return row.state is not before.state or row.attempt != before.attempt


def outcome_of(before: State, row: Claim) -> str | None:
    """The outcome of a ticket; None: this sweep decided nothing about it. `before`: the state in which the
    sweep found it.
    """
    state = row.next_state if row.state is State.SETTLING else row.state
    match state:
        case State.LIVE:
            return None if before is State.LIVE else "delivered"
        case State.REFUSED | State.STUCK:
            return state.value
        case State.ENDED | None:
            return None
        case State.REVOKING if row.update_attempts:
            return "stuck"  # Entra refuses to delete its pass
        case State.REVOKING if row.next_state is State.ENDED:
            return None  # it had its pass, which is on its way out
        case _:
            return "deferred"
