"""The mapping files of a world, as the shipped code reads them."""

from __future__ import annotations

from connector.desks.kinds import KINDS
from connector.desks.topdesk.names import ACTION
from connector.mapping import (
    Again,
    Allow,
    AnyOf,
    Approval,
    Condition,
    Mapping,
    NoteRules,
    PassRules,
    Pipeline,
    Verified,
    Watch,
)
from connector.mapping.hours import Hours
from connector.mapping.model import MailRules
from connector.mapping.steps.extract import Extract
from connector.mapping.steps.transforms import Append, Lower, Trim
from tests.simulation.desk import NAME
from tests.simulation.draw_people import LEVELS, WITHIN
from tests.simulation.shape import Shape
from tests.simulation.topdesk import FIELDS

SETTLES: dict[str, dict[str, dict[str, str]]] = {
    "full": {
        "delivered": {"state": "2"},
        "used": {"state": "6", "close_code": "Solution provided", "close_notes": "used ({reference})"},
        "expired": {"state": "2"},
        "refused": {"state": "3"},
        "revoked": {"state": "2"},
    },
    "moves": {
        "delivered": {"state": "3"},
        "used": {"state": "3"},
        "expired": {"state": "2"},
        "refused": {"state": "3"},
    },
    "none": {},
    # Resolved without a code is refused by the desk's data policy.
    "refused_policy": {"delivered": {"state": "6"}, "used": {"state": "6"}, "refused": {"state": "3"}},
}
PEOPLE = {
    False: ("caller_id.user_name", "opened_by.email"),
    True: ("caller.networkLoginName", FIELDS["opened_by"]),
}


def mappings(shape: Shape, edits: int = 0) -> tuple[Mapping, ...]:
    """The mapping files after so many edits: each turns the wish for an approval round."""
    names = ("first", "second")[: shape.queues]
    return tuple(_mapping(shape, name, edits) for name in names)


def hours_of(shape: Shape) -> Hours | None:
    """The hours of a world: every world begins on a Friday at 8:00 in UTC."""
    return Hours((4,), 480 + shape.hours[0], 480 + shape.hours[1]) if shape.hours else None


def requesters(shape: Shape) -> tuple[str, ...]:
    """The rules on who may ask."""
    if shape.anyone:
        return ("anyone",)
    return ("subject", f"manager_chain:{LEVELS}") if shape.people == "chain" else ("subject", "manager")


def _mapping(shape: Shape, name: str, edits: int) -> Mapping:
    def called(column: str) -> str:
        return FIELDS[column] if shape.topdesk else column

    subject, requester = PEOPLE[shape.topdesk]
    if shape.proof == "form":
        subject = "variables.account"
    values = {
        "subject": Pipeline((subject,), (Trim(), Lower(), Append("@contoso.com"))),
        "requester": Pipeline((requester,), (Trim(), Lower()), "mail"),
    }
    if shape.find_by != "upn_or_id":
        values["subject"] = Pipeline((subject,), (Trim(), Lower()), shape.find_by, only_enabled=True)
    if shape.texts:
        values["account"] = Pipeline((called("u_text"),), (Extract(r"(?i)user name: (\S+)"),))
    if shape.starts:
        values["starts_at"] = Pipeline((called("u_start"),))
    place, plain = (ACTION, ACTION) if shape.topdesk else (shape.field_, "work_notes")
    settle = {
        outcome: {
            called(column): text
            for column, text in fields.items()
            if column != "close_notes" or not shape.topdesk
        }
        for outcome, fields in SETTLES[shape.settle].items()
    }
    return Mapping(
        name=name,
        desk=NAME,
        table="incidents" if shape.topdesk else "sc_req_item" if shape.proof == "form" else "incident",
        watch=Watch(
            (
                Condition(called("category"), AnyOf(("identity",))),
                Condition(called("subcategory"), AnyOf((name, "both"))),
                Condition(called("state"), AnyOf(("1", "2"))),
            )
        ),
        values=values,
        pass_=PassRules(shape.minutes * 60, shape.one_time, shape.fence),
        allow=Allow(
            approval=Approval(called("approval"), ("approved",), ("rejected",), shape.unproven)
            if shape.approval != (edits % 2 == 1)
            else None,
            requester=requesters(shape),
            standing="replace" if shape.replace_standing else "wait",
            verified=Verified("u_verified", ("called back",), "u_verified_at", WITHIN)
            if shape.people == "verified"
            else None,
            hours=hours_of(shape),
            oldest=shape.oldest,
        ),
        deliver=shape.deliver,
        note=NoteRules(place, called("u_ref") if shape.marker else None, plain, caller=shape.caller),
        mail=MailRules(shape.manager_of),
        settle=settle,
        again=Again(called("u_again"), ("yes",)) if shape.again else None,
        late_at_most=shape.late,
        version=f"v{edits + 1}",
        traits=KINDS["topdesk" if shape.topdesk else "servicenow"].dialect.traits,
    )
