"""The closed set of events: the words of the log, the audit trail, `history`, `schema events` and
docs/events.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from connector.domain.outcome import State

Level = Literal["debug", "info", "warning", "error", "alert"]


class Acts(StrEnum):
    """The people who must act on an event. The agent's part is also said on the ticket; the log asks the
    other two.
    """

    NOBODY = "nobody"
    AGENT = "agent"
    OPERATOR = "operator"  # has passdesk's verbs and its log
    ADMIN = "admin"  # has its configuration, the desk's and the tenant's


NOBODY, AGENT, OPERATOR, ADMIN = Acts


class Event(StrEnum):
    """One row an event: its name, which never changes, its level, who must act, and what it means.

    Levels: alert = all tickets wait until somebody acts; error = an operator or an admin must act;
    warning = it mends itself; info = a step; debug = calls and what precedes a decision.
    """

    level: Level
    acts: Acts
    meaning: str

    def __new__(cls, name: str, level: Level, acts: Acts, meaning: str) -> Event:
        row = str.__new__(cls, name)
        row._value_ = name
        row.level, row.acts, row.meaning = level, acts, meaning
        return row

    # A ticket
    CLAIMED = "claimed", "info", NOBODY, "A ticket is taken to be judged, for the first time or again."
    MAPPED = "mapped", "debug", NOBODY, "The mapping could read what it needs on the ticket."
    PROVED = "proved", "debug", NOBODY, "The directory answered what must be known."
    ALLOWED = "allowed", "debug", NOBODY, "No guard is against it."
    ISSUING = (
        "issuing",
        "info",
        NOBODY,
        "An attempt is written down; then Entra is asked for it. `replaces`: others' passes that it ends.",
    )
    ISSUED = "issued", "info", NOBODY, "Entra made the pass; then it is handed over."
    DELIVERED = "delivered", "info", NOBODY, "The pass was handed over, or was seen used."
    REFUSED = "refused", "info", AGENT, "No pass: `reason` says why, and so does the ticket."
    DEFERRED = "deferred", "info", NOBODY, "The ticket waits, and is judged again in each sweep."
    WAIT_TOLD = "wait_told", "info", AGENT, "The ticket is to say why it waits, as `note.tell_waiting` asks."
    UNCHANGED = "unchanged", "debug", NOBODY, "A ticket was looked at, and nothing about it is new."
    EVIDENCE_MISSING = (
        "evidence_missing",
        "warning",
        NOBODY,
        "Tickets wait for what can't be read. A partial answer mends itself; grant what `permission` names.",
    )
    RECOVERING = "recovering", "info", NOBODY, "An outcome isn't certain yet; it is looked at again."
    REVOKING = "revoking", "info", NOBODY, "The pass must go: it is deleted until it is proven gone."
    REVOCATION_REFUSED = (
        "revocation_refused",
        "error",
        ADMIN,
        "Entra refuses to delete a pass: grant what `passdesk check` names. It is tried again.",
    )
    USED_UNCONFIRMED = (
        "used_unconfirmed",
        "alert",
        OPERATOR,
        "A pass was used before anybody was known to hold it: ask the person whether it was they who signed "
        "in. It is looked after as delivered.",
    )
    RETRYING = "retrying", "info", NOBODY, "No pass of a failed attempt is left; another may follow."
    ENDED = "ended", "info", NOBODY, "The pass is gone: used, expired, cancelled or revoked."
    REGISTRATION = (
        "registration",
        "info",
        NOBODY,
        "Whether a lasting sign-in method was registered since the pass began: `outcome` is `registered` or "
        "`none yet`.",
    )
    STUCK = "stuck", "error", OPERATOR, "It needs a person: do what `reason` asks for, then release it."
    SETTLED = "settled", "info", NOBODY, "The ticket says what was decided, as far as the desk took it."
    LIMIT_REACHED = (
        "limit_reached",
        "alert",
        OPERATOR,
        "A limit of the floor is reached, and tickets wait for it: find out who asks for so many. "
        "`passdesk raise` allows more for a while. Said once, until half of it is free again.",
    )
    PAUSED_ITSELF = (
        "paused_itself",
        "alert",
        OPERATOR,
        "passdesk paused issuing on a sign that something is wrong: `why` says which. Look into it, then "
        "`passdesk resume`.",
    )
    PRIVILEGE_FLIPPED = (
        "privilege_flipped",
        "error",
        OPERATOR,
        "A person was seen with privileges, and within the hour without: they wait until it is over. Find "
        "out whether somebody took the role away, or the directory is read in part.",
    )
    FLOOR_CHANGED = (
        "floor_changed",
        "info",
        NOBODY,
        "The floor in config.yaml is another than at the last start: each key, as it was and as it is.",
    )
    # A person
    LEDGER_MOVED = (
        "ledger_moved",
        "info",
        NOBODY,
        "The ledger was taken here with `passdesk ledger move`, verified: `from` says where it was.",
    )
    LIMIT_RAISED = (
        "limit_raised",
        "info",
        NOBODY,
        "A person raised a limit of the floor until a time, after which it ends by itself.",
    )
    PAUSED = "paused", "info", NOBODY, "A person paused issuing, until `passdesk resume`."
    RESUMED = "resumed", "info", NOBODY, "A person let passes be issued again."
    REVOCATION_REQUESTED = (
        "revocation_requested",
        "info",
        NOBODY,
        "A person wants the ticket's pass gone, and no other one for it.",
    )
    REISSUE_REQUESTED = "reissue_requested", "info", NOBODY, "A person allows the ticket one more pass."
    RELEASED = "released", "info", NOBODY, "A person let a stuck ticket be judged again."
    DISOWNED = (
        "disowned",
        "alert",
        OPERATOR,
        "A person said that they didn't ask for their pass, by the link in its notice: every pass of "
        "theirs is revoked, and they get none. Find out who asked, then `passdesk unhold`.",
    )
    UNHELD = "unheld", "info", NOBODY, "A person let somebody have passes again who had disowned one."
    PERSON_ERASED = (
        "person_erased",
        "info",
        NOBODY,
        "A person had somebody's names deleted; the line doesn't say whose.",
    )
    # A notice
    NOTIFIED = "notified", "info", NOBODY, "The person was told of their pass by mail; the mail has no pass."
    NOT_NOTIFIED = (
        "not_notified",
        "error",
        OPERATOR,
        "The person can't be told of their pass: `detail` says why. Tell them in another way.",
    )
    SESSIONS_REVOKED = (
        "sessions_revoked",
        "info",
        NOBODY,
        "Entra ends the sessions of somebody who disowned their pass; that takes some minutes.",
    )
    SESSIONS_NOT_REVOKED = (
        "sessions_not_revoked",
        "error",
        OPERATOR,
        "Whoever used a pass that its person disowned may stay signed in: revoke their sessions in Entra.",
    )
    # The process
    STARTED = "started", "info", NOBODY, "`passdesk run` is at work, with these mappings."
    PROGRESS = (
        "progress",
        "info",
        NOBODY,
        "A long `passdesk once` says how far it is, where it has no terminal.",
    )
    SWEPT = (
        "swept",
        "info",
        NOBODY,
        "A sweep is over; the line counts what it decided. At debug where nothing changed.",
    )
    STOPPED = "stopped", "info", NOBODY, "`passdesk run` ended; nothing was in flight."
    STOPPED_UNFINISHED = (
        "stopped_unfinished",
        "warning",
        NOBODY,
        "Tickets were in flight; the next start recovers them.",
    )
    UNREACHABLE = (
        "unreachable",
        "warning",
        NOBODY,
        "A service is down, or hangs: `detail` says how. Its tickets wait.",
    )
    REACHABLE_AGAIN = (
        "reachable_again",
        "warning",
        NOBODY,
        "The service is back; `down_s` says after how long.",
    )
    RESTING = (
        "resting",
        "alert",
        ADMIN,
        "A service refuses every ticket (`answer` is its own code): all wait, and one at a time tries.",
    )
    WORKS_AGAIN = "works_again", "warning", NOBODY, "The service took a pass again; all tickets go on."
    CLOCK_SET = (
        "clock_set",
        "warning",
        NOBODY,
        "The machine's clock was set by `by_s` seconds; what is to come is planned anew.",
    )
    SLEPT = (
        "slept",
        "warning",
        NOBODY,
        "The machine slept for `for_s` seconds, and passdesk with it; what is to come is planned anew.",
    )
    SIGN_IN_REFUSED = (
        "sign_in_refused",
        "error",
        ADMIN,
        "A service doesn't sign passdesk in: do what `detail` says. Its tickets wait; it is tried again.",
    )
    SIGNED_IN_AGAIN = (
        "signed_in_again",
        "warning",
        NOBODY,
        "The sign-in works again; `down_s` says after how long.",
    )
    PRIVILEGE_MAP_LOST = (
        "privilege_map_lost",
        "error",
        ADMIN,
        "Who has a way to privilege can't be read for the whole tenant: do what `detail` says. Tickets wait.",
    )
    PRIVILEGE_MAP_BACK = (
        "privilege_map_back",
        "warning",
        NOBODY,
        "The map of the tenant's ways to privilege is there again; `down_s` says after how long.",
    )
    LEASE_NOT_RENEWED = (
        "lease_not_renewed",
        "warning",
        NOBODY,
        "The ledger was busy or away when this worker's leases were to be renewed; it tries again.",
    )
    SWEEP_FAILED = (
        "sweep_failed",
        "error",
        OPERATOR,
        "A sweep couldn't use the ledger: do what `detail` says. The next sweep tries again.",
    )
    RECOVERY_FAILED = (
        "recovery_failed",
        "error",
        OPERATOR,
        "Recovery couldn't use the ledger: do what `detail` says. It tries again.",
    )
    UNEXPECTED = (
        "unexpected",
        "error",
        OPERATOR,
        "Something that nobody foresaw: report its kind and place. The other tickets went on.",
    )
    LEDGER_USABLE_AGAIN = (
        "ledger_usable_again",
        "warning",
        NOBODY,
        "A sweep, or recovery, can use the ledger again.",
    )
    TRAIL_HEAD = (
        "trail_head",
        "info",
        NOBODY,
        "The audit trail grew: keep `head` where no editor of the ledger can change it.",
    )
    TRAIL_PRUNED = (
        "trail_pruned",
        "info",
        NOBODY,
        "Lines older than `keep.trail` were removed; the trail's line says up to where, and their last hash.",
    )
    NAMES_PRUNED = "names_pruned", "info", NOBODY, "Names were deleted: `keep.names` is over, or an erasure."
    LIBRARY = "library", "warning", NOBODY, "A library warns, in its own words: said once."
    CALL = "call", "debug", NOBODY, "A call to a service: its ids and its time."
    ALERT_SENT = "alert_sent", "info", NOBODY, "An alert arrived at an address of `alerts`."
    ALERT_UNDELIVERED = (
        "alert_undelivered",
        "error",
        ADMIN,
        "An address of `alerts` doesn't take what it is told: `detail` says why. It is tried for a day.",
    )
    ALERT_GIVEN_UP = (
        "alert_given_up",
        "error",
        OPERATOR,
        "An address of `alerts` took nothing for a day, and won't hear of so many `conditions`: see "
        "`passdesk status`.",
    )
    # Configuration and mapping files
    MAPPINGS_RELOADED = (
        "mappings_reloaded",
        "info",
        NOBODY,
        "Edited mapping files were taken up; each with its version.",
    )
    MAPPINGS_REFUSED = (
        "mappings_refused",
        "error",
        ADMIN,
        "An edited mapping file has a mistake: mend what `mistakes` names. Those in force stay.",
    )
    CONFIG_CHANGED = (
        "config_changed",
        "error",
        ADMIN,
        "config.yaml was edited: restart passdesk to take it up.",
    )
    NOT_BUILT = (
        "not_built",
        "warning",
        NOBODY,
        "A key of config.yaml is accepted, and does nothing in this release: `detail` says what is missing.",
    )
    # A desk
    HINT_REFUSED = (
        "hint_refused",
        "warning",
        NOBODY,
        "Calls to /hooks of this `cause` are not acted on: `detail` says why. Said once a day; polls go on.",
    )
    PAGING_IGNORED = (
        "paging_ignored",
        "error",
        ADMIN,
        "The desk shows the same page again, so that tickets may stay unseen: do what `cure` says.",
    )
    VARIABLES_UNREADABLE = (
        "variables_unreadable",
        "error",
        ADMIN,
        "A table behind catalogue variables can't be read: do what `cure` says.",
    )
    APPROVER_UNKNOWN = (
        "approver_unknown",
        "error",
        ADMIN,
        "Nobody can tell who approved a ticket: do what `cure` says.",
    )
    NOTE_UNPROVEN = (
        "note_unproven",
        "error",
        ADMIN,
        "The desk took a note, and nobody can tell whether it kept it: do what `cure` says.",
    )


LONGEST: Final = max(map(len, Event))
_DECIDED: Final = {
    State.LIVE: Event.DELIVERED,
    State.REFUSED: Event.REFUSED,
    State.ENDED: Event.ENDED,
    State.STUCK: Event.STUCK,
    State.WAITING: Event.WAIT_TOLD,
}
_CLOSED: Final = dict.fromkeys(_DECIDED, Event.SETTLED) | {
    State.WAITING: Event.DEFERRED,
    State.CLAIMED: Event.RETRYING,
}


def decided(then: State) -> Event:
    """The event of a decision: SETTLING begins, and `then` is to follow."""
    return _DECIDED[then]


def closed(state: State) -> Event:
    """The event of a claim that is handed back in another state."""
    return _CLOSED[state]
