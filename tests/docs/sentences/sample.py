"""The ticket, the people and the pass that the page shows. All made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from connector.desks.kinds import KINDS
from connector.domain.outcome import Ending, State
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.domain.recipients import MailDestination
from connector.domain.secret import MASK, Secret
from connector.domain.ticket import Attempt, Claim, Pass, Ticket
from connector.guards.evidence import Evidence, FoundPaths, Person, Policy, Role
from connector.mapping import Again, Mapping, Pipeline
from connector.mapping.watch import AnyOf, Condition, Watch

DESK = "contoso-servicenow"
START = int(datetime(2026, 3, 2, 8, 41, 15, tzinfo=UTC).timestamp())
BOSS = "b0b0b0b0-1111-4111-8111-111111111111"
MAILED_TO = str(MailDestination(BOSS, "grace.boss@contoso.com"))
SUBJECT = Subject("6f1967b7-15e8-4935-ac26-d50770ed07a7", "ann.lee@contoso.com", "Ann Lee")
ATTEMPT = Attempt(1, "TAP-7QK3F9C2-1", SUBJECT, BOSS, "note:work_notes", START, 3600, True, 75, "p-1")
CLAIM = Claim(
    "https://contoso.example.org", f"{1:032x}", "INC0010001", "incidents", State.DELIVERING, "worker", 1,
    "TAP-7QK3F9C2", attempt=ATTEMPT,
)  # fmt: skip
FRESH = Pass("p-1", Secret(MASK), START, 3600)
SECOND = replace(CLAIM, failures=1, attempt=replace(ATTEMPT, number=2, reference="TAP-7QK3F9C2-2"))

NO_PASS = replace(CLAIM, attempt=None, next_state=State.REFUSED)
FIELD = (
    'The field caller_id.user_name holds "ann lee": '
    "a user principal name has one @, with a text on both sides."
)
NOTICES = {
    "A refusal with a detail": replace(
        NO_PASS, reason=Reason.SUBJECT_PRIVILEGED, detail="ann.lee@contoso.com holds an administrator role."
    ),
    "A refusal for a field, of a ticket that left its queue": replace(
        NO_PASS, reason=Reason.SUBJECT_MALFORMED, detail=FIELD
    ),
    "A refusal without a detail": replace(NO_PASS, reason=Reason.NOT_VERIFIED),
    "A refusal after an attempt that came to nothing": replace(
        SECOND, next_state=State.REFUSED, reason=Reason.SUBJECT_DISABLED
    ),
    "Stuck": replace(
        SECOND, next_state=State.STUCK, reason=Reason.ATTEMPTS_EXHAUSTED, detail="it answers 403"
    ),
    "Stuck, and perhaps with a pass": replace(
        CLAIM, next_state=State.STUCK, reason=Reason.REVOCATION_UNPROVEN
    ),
    "Revoked, since the person may not have it any more": replace(
        CLAIM, next_state=State.ENDED, reason=Reason.SUBJECT_CHANGED,
        detail="The ticket is for another person now."
    ),
    "Waiting, with `note.tell_waiting`": replace(
        NO_PASS, next_state=State.WAITING, reason=Reason.APPROVAL_OUTSTANDING, wait_since=float(START - 1800)
    ),
    "Used": replace(CLAIM, next_state=State.ENDED, reason=Ending.USED),
    "Expired": replace(CLAIM, next_state=State.ENDED, reason=Ending.EXPIRED),
    "Cancelled": replace(CLAIM, next_state=State.ENDED, reason=Ending.CANCELLED),
    "Revoked by an operator": replace(
        CLAIM, next_state=State.ENDED, reason=Ending.REVOKED, detail="Revoked by an operator."
    ),
    "Deleted by somebody else": replace(
        CLAIM, next_state=State.ENDED, reason=Ending.REVOKED,
        detail="Somebody deleted or replaced it in Entra."
    ),
}  # fmt: skip

MAPPING = Mapping(
    "incidents", DESK, "incident", Watch((Condition("state", AnyOf(("1",))),)),
    {"subject": Pipeline(("caller_id.user_name",)), "requester": Pipeline(("opened_by.email",))},
    version="3f9c2a71",
)  # fmt: skip
TOLD = replace(
    MAPPING,
    watch=Watch((Condition("state", AnyOf(("1", "2"))),)),
    settle={"refused": {"state": "3"}},
    again=Again("u_send_again", ("yes please",)),
    timezone="Europe/Amsterdam",
    traits=KINDS["servicenow"].dialect.traits,
)
TICKET = Ticket(
    CLAIM.desk, CLAIM.ticket, CLAIM.number,
    {"state": "1", "caller_id.user_name": SUBJECT.upn, "opened_by.email": SUBJECT.upn},
    open=True, mailed=False, links="",
)  # fmt: skip
ANN = Person(SUBJECT.id, SUBJECT.upn, SUBJECT.name, SUBJECT.upn, enabled=True, external=False)
POLICY = Policy(True, 10, 480, False, frozenset(), frozenset({"all_users"}), frozenset(), frozenset())
NONE = FoundPaths()
GOOD = Evidence(
    ANN,
    ANN,
    BOSS,
    (),
    (),
    (),
    frozenset(),
    (),
    POLICY,
    NONE,
    NONE,
    NONE,
    restricted=False,
    domain_verified=True,
)
ADMIN = replace(GOOD, roles=(Role("62e90394-69f5-4237-9190-012177145e10"),))

MISTAKEN = """\
mapping: incidents
desk: contoso-servicenow
table: incident
watch: {category: identity}
values:
  subject: {from: caller_id.user_name, then: [trimm, lower]}
  requester: {from: opened_by.email, find_by: email}
note: {field: comments}
pass: {lifetime: 60}
"""
