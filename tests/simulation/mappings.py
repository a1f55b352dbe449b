"""The mapping files of a world, as the shipped code reads them."""

from __future__ import annotations

from connector.mapping import Again, Allow, AnyOf, Approval, Condition, Mapping, NoteRules, PassRules, Pipeline, Watch
from connector.mapping.transforms import Append, Lower, Trim
from tests.simulation.desk import NAME
from tests.simulation.shape import Shape

SETTLES: dict[str, dict[str, dict[str, str]]] = {
    "full": {
        "delivered": {"state": "2"},
        "used": {"state": "6", "close_code": "Solution provided", "close_notes": "used ({reference})"},
        "expired": {"state": "2"},
        "refused": {"state": "3"},
        "revoked": {"state": "2"},
    },
    "moves": {"delivered": {"state": "3"}, "used": {"state": "3"}, "expired": {"state": "2"}, "refused": {"state": "3"}},
    "none": {},
    # Resolved without a code is refused by the desk's data policy.
    "refused_policy": {"delivered": {"state": "6"}, "used": {"state": "6"}, "refused": {"state": "3"}},
}


def mappings(shape: Shape, edits: int = 0) -> tuple[Mapping, ...]:
    """The mapping files after so many edits: each turns the wish for an approval round."""
    names = ("first", "second")[: shape.queues]
    return tuple(_mapping(shape, name, edits) for name in names)


def _mapping(shape: Shape, name: str, edits: int) -> Mapping:
    values = {
        "subject": Pipeline(("caller_id.user_name",), (Trim(), Lower(), Append("@contoso.com"))),
        "requester": Pipeline(("opened_by.email",), (Trim(), Lower()), "mail"),
    }
    if shape.starts:
        values["starts_at"] = Pipeline(("u_start",))
    return Mapping(
        name=name,
        desk=NAME,
        table="incident",
        watch=Watch(
            (
                Condition("category", AnyOf(("identity",))),
                Condition("subcategory", AnyOf((name, "both"))),
                Condition("state", AnyOf(("1", "2"))),
            )
        ),
        values=values,
        pass_=PassRules(shape.minutes * 60, shape.one_time, shape.fence),
        allow=Allow(
            approval=Approval("approval", ("approved",), ("rejected",)) if shape.approval != (edits % 2 == 1) else None,
            standing="replace" if shape.replace_standing else "wait",
        ),
        note=NoteRules(shape.field_, "u_ref" if shape.marker else None, "work_notes"),
        settle=SETTLES[shape.settle],
        again=Again("u_again", ("yes",)) if shape.again else None,
        version=f"v{edits + 1}",
    )
