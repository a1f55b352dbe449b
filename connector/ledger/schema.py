"""The ledger's tables, and the ways from state to state that both ledgers enforce.

    (new) ──▶ CLAIMED ◀──▶ WAITING ◀── release ── STUCK
                │  ▲                                ▲
                │  └───────────── REFUSED ◀─┐       │
                │   to be judged again      │       │
                ├─ refused, or unknown ─▶ SETTLING ─┤
                ▼                         ▲  │      └──▶ ENDED
             ISSUING ── no ───────────────┤  │
                ▼                         │  │
            DELIVERING ── delivered ──────┤  └──▶ LIVE
                │                         │        │
                └── lost, failed ──▶ REVOKING ◀────┘ over, used, dropped
                                          │
                                          └──▶ CLAIMED, another attempt

SETTLING leads to WAITING where a ticket was told why it waits (`note.tell_waiting`).
ENDED leads back to CLAIMED where the ticket, or a person, asks for one more pass.

ISSUING goes to REVOKING as well (its reply was lost), and to WAITING or CLAIMED where nothing was made and
time may change it. A person's `revoke` leads from wherever a pass may be out to REVOKING.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from connector.domain.outcome import State

TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    # being judged: nothing outside. To itself: a failed attempt's ticket that has to wait, or a lease that
    # ran out
    State.CLAIMED: frozenset({State.CLAIMED, State.WAITING, State.ISSUING, State.SETTLING}),
    # a POST may be under way. REVOKING: nobody knows the pass; the others: nothing was made
    State.ISSUING: frozenset(
        {State.DELIVERING, State.REVOKING, State.SETTLING, State.WAITING, State.CLAIMED}
    ),
    # a pass exists. SETTLING: somebody holds it; REVOKING: nobody does, or it can't be seen
    State.DELIVERING: frozenset({State.SETTLING, State.REVOKING}),
    # the pass must go. To itself: a person changed what follows
    State.REVOKING: frozenset({State.REVOKING, State.SETTLING, State.CLAIMED}),
    # decided. REVOKING: a person wants the pass gone before it was said that it is there. WAITING: it was
    # said why the ticket waits. To itself: a refusal that our own code can't say makes the ticket stuck
    State.SETTLING: frozenset(
        {State.SETTLING, State.LIVE, State.REFUSED, State.ENDED, State.STUCK, State.REVOKING, State.WAITING}
    ),
    # in somebody's hands, until it is over, used, dropped or revoked
    State.LIVE: frozenset({State.REVOKING}),
    # deferred, until a poll shows it
    State.WAITING: frozenset({State.CLAIMED}),
    # until what it was judged on changes, or it comes back into the queue
    State.REFUSED: frozenset({State.CLAIMED}),
    # had its pass: for good, unless it is asked for again
    State.ENDED: frozenset({State.CLAIMED}),
    # until a person releases it
    State.STUCK: frozenset({State.WAITING}),
}

meta = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_name)s",
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(referred_table_name)s",
        "uq": "%(table_name)s_%(column_0_name)s_once",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)
_STATES = ", ".join(f"'{state}'" for state in State)

# Times with a fraction are the ledger's clock, whole ones Entra's; both are epoch seconds.
tickets = Table(
    "tickets",
    meta,
    Column("desk", String(200), primary_key=True),  # its URL
    Column("ticket", String(80), primary_key=True),  # sys_id
    Column("number", String(80), nullable=False, index=True),
    Column("mapping", String(200), nullable=False),
    Column("state", String(12), nullable=False),
    Column("owner", String(80)),  # the worker that has it; null: it is free
    Column("lease_until", Double),  # from then on it is free, whoever has it
    Column("fence", Integer, nullable=False),  # grows with every claim; every write is conditional on it
    Column("due", Double, nullable=False),  # not worth a look before
    Column("code", String(16), nullable=False, unique=True),
    Column("attempts", Integer, nullable=False),  # the number of the last one; 0: none yet
    Column("failures", Integer, nullable=False),
    Column("then_", String(12)),  # what follows REVOKING and SETTLING
    Column("reason", String(40)),
    Column("detail", Text, nullable=False),
    Column("seen_gone", BigInteger),
    Column("tries", Integer, nullable=False),
    Column("said", String(40)),  # the mark of the last refusal that is written on the ticket
    Column("wait_said", String(40)),  # the mark of the wait that was told since then
    Column("forgiven", Boolean, nullable=False),
    Column("digest", String(128)),  # of the facts that it was last judged on
    Column("refused_at", Double),
    Column("absent_at", Double),  # the poll that first didn't show it after its refusal
    Column("again", String(200)),  # what the mapping's `again` field said when a poll last showed the ticket
    Column("granted", Boolean, nullable=False, server_default=false()),  # a person allows one more pass
    Column("excused", Integer, nullable=False, server_default=text("0")),  # failures that were everybody's
    Column("wait_since", Double),  # null: it doesn't wait
    Column("own_since", Double),  # null: it waits for what all wait for, so its time stands still
    Column("own_wait", Double, nullable=False, server_default=text("0")),  # s before `own_since`
    Column("surprises", Integer, nullable=False, server_default=text("0")),  # unexpected errors in a row
    Column("pins", Text),  # the account behind each name that it carried (domain/pins.py)
    Column("updated_at", Double, nullable=False),
    Column("seen_unapproved", String(80)),  # digest of what it said when last seen without its approval
    Column("seen_approved", String(200)),  # mark of its approval when first seen, and digest of what it said
    CheckConstraint(f"state in ({_STATES})", "state_known"),
    CheckConstraint("state not in ('revoking', 'settling') or then_ is not null", "then_known"),
    CheckConstraint(
        "state not in ('issuing', 'delivering', 'revoking', 'live') or attempts > 0", "attempt_booked"
    ),
    CheckConstraint("(owner is null) = (lease_until is null)", "lease_whole"),
    CheckConstraint("fence > 0 and attempts >= 0 and failures >= 0 and tries >= 0", "counts"),
)
Index("tickets_due", tickets.c.state, tickets.c.due)
Index("tickets_changed", tickets.c.updated_at, tickets.c.desk, tickets.c.ticket)  # pages of history

attempts = Table(
    "attempts",
    meta,
    Column("desk", String(200), primary_key=True),
    Column("ticket", String(80), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reference", String(20), nullable=False, unique=True),
    Column("subject_id", String(80), nullable=False, index=True),
    Column("subject_upn", String(320), nullable=False, index=True),
    Column("subject_name", String(320), nullable=False),
    Column("requester", String(80)),
    Column("recipient", String(400), nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("lifetime", Integer, nullable=False),
    Column("one_time", Boolean, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("pass_id", String(80)),
    Column("booked_at", Double, nullable=False),
    Column("delivered_at", Double, index=True),  # null: nobody is known to have had it
    Column("used_at", BigInteger),
    Column("asked", BigInteger, nullable=False, server_default=text("0")),
    Column("gone_at", Double),  # null: it may be there
    Column(
        "adrift", Boolean, nullable=False, server_default=false()
    ),  # its POST may still arrive, until its start
    ForeignKeyConstraint(["desk", "ticket"], ["tickets.desk", "tickets.ticket"]),
    CheckConstraint("number > 0 and lifetime > 0 and fence >= 0", "counts"),
)
# Invariant 1, decided here: at most one pass of ours a person that is not proven gone. On a server, where
# migrations/env.py says so: to name its dialect here would load all of that, for a file, too.
ONE_LIVE_PASS = Index(
    "one_live_pass",
    attempts.c.subject_id,
    unique=True,
    sqlite_where=attempts.c.gone_at.is_(None),
)

# Appended only. `hash` seals the line and the hash of the line before it.
audit = Table(
    "audit",
    meta,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False, index=True),
    Column("desk", String(200)),
    Column("ticket", String(80), index=True),
    Column("number", String(80), index=True),
    Column("action", String(20), nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

# Routes that rest, and who was refused on them (rests.py). `suspects` is JSON.
rests = Table(
    "rests",
    meta,
    Column("route", String(220), primary_key=True),
    Column("since", Double),  # null: only suspected
    Column("until", Double, nullable=False),
    Column("times", Integer, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("answer", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("probe", String(300)),
    Column("probe_until", Double, nullable=False),
    Column("suspects", Text, nullable=False),
)

# Names and sentences beside the trail, each under its salted digest, which a line of the trail has. `seq` is
# that line; null: an older release kept it, and no line seals it. `person` is null for sentences.
names = Table(
    "names",
    meta,
    Column("digest", String(64), primary_key=True),
    Column("salt", String(64), nullable=False),
    Column("at", Double, nullable=False, index=True),
    Column("seq", Integer, index=True),
    Column("desk", String(200)),
    Column("ticket", String(80)),
    Column("person", String(80), index=True),
    Column("record", Text, nullable=False),  # canonical JSON
)

# What is remembered beside tickets and the trail (observing.py). No names: digests of ids and texts.
observations = Table(
    "observations",
    meta,
    Column("kind", String(20), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("at", Double, nullable=False),
    Column("value", Text, nullable=False),
)

# Whose turn it is to poll a desk (polling.py).
polls = Table(
    "polls",
    meta,
    Column("desk", String(200), primary_key=True),
    Column("owner", String(80)),  # who polled last; null: nobody has yet
    Column("token", Integer, nullable=False),  # grows with every poll; what an older one says doesn't count
    Column("lease_until", Double, nullable=False),  # from then on another may poll
    Column("at", Double),  # when the last whole poll began; null: there was none
)

# Tickets that a poll showed and the ledger doesn't know, and that nobody has begun yet: none of their fields.
seen = Table(
    "seen",
    meta,
    Column("desk", String(200), primary_key=True),
    Column("ticket", String(80), primary_key=True),
    Column("mapping", String(200), nullable=False),
    Column("opened", String(40), nullable=False, index=True),  # sorts oldest first
    Column("at", Double, nullable=False),  # when the poll that showed it began
)

# Conditions that alert (alerting.py), and that aren't over. `told` is false while one must last first.
alert_states = Table(
    "alert_states",
    meta,
    Column("condition", String(30), primary_key=True),
    Column("key", String(300), primary_key=True),  # ids: of a ticket, a service, a limit
    Column("label", String(200), nullable=False),  # a word of the configuration's
    Column("since", Double, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("at", Double),  # when a worker last said so; null: the ledger itself knows it
)

# What each address of `alerts` is still to be told: JSON. Addresses are references, such as env:TEAMS_URL.
alert_addresses = Table(
    "alert_addresses",
    meta,
    Column("address", String(300), primary_key=True),
    Column("pending", Text, nullable=False),
    Column("next_at", Double, nullable=False),  # not tried before
    Column("tries", Integer, nullable=False),  # that failed, one after the other
    Column("failing_since", Double),
    Column("answer", String(200), nullable=False),  # why the last try failed, in our words
    Column("busy_until", Double, nullable=False),  # a worker tells it until then
)

# 'installation': the three letters in every reference; 'paused': why, null while it is not; 'paused_by': who
# and since when, as JSON; 'chain': the last seq and hash; 'last_sweep': for `status`, as JSON; 'erasures':
# object ids of people whose tickets are under way, to be erased when these end, as JSON; 'raised': limits
# that a person raised, as JSON; 'moved': where the ledger is now; 'verified': a mark of chain_watch.py.
switches = Table(
    "switches",
    meta,
    Column("name", String(20), primary_key=True),
    Column("value", Text),
)
