"""From rows of the tables to the nouns that are kept in them, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping

from connector.domain.outcome import Ending, State
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.domain.ticket import Attempt
from connector.ledger.observing import Observation, Seen
from connector.ledger.rests import Rest, Suspect
from connector.ledger.rows import Booked, Row
from connector.ledger.schema import attempts, tickets

ROW = [column.name for column in tickets.c]
ATTEMPT = [column.label(f"attempt_{column.name}") for column in attempts.c]
_ENDINGS = frozenset(Ending)


def row_of(found: RowMapping) -> Row:
    plain: dict[str, Any] = {name: found[name] for name in ROW}
    plain["state"] = State(plain["state"])
    plain["then_"] = plain["then_"] and State(plain["then_"])
    plain["reason"] = plain["reason"] and (Ending if plain["reason"] in _ENDINGS else Reason)(plain["reason"])
    return Row(**plain, attempt=booked_of(found) if found["attempts"] else None)


def rest_of(found: RowMapping) -> Rest:
    suspects = tuple(Suspect(**each) for each in json.loads(found["suspects"]))
    return Rest(**{**found, "reason": Reason(found["reason"]), "suspects": suspects})


def observation_of(found: RowMapping) -> Observation:
    return Observation(**{**found, "kind": Seen(found["kind"])})


def booked_of(found: RowMapping) -> Booked:
    own = (
        "number",
        "reference",
        "requester",
        "recipient",
        "start",
        "lifetime",
        "one_time",
        "fence",
        "pass_id",
        "used_at",
        "asked",
    )
    subject = Subject(
        found["attempt_subject_id"], found["attempt_subject_upn"], found["attempt_subject_name"]
    )
    attempt = Attempt(subject=subject, **{name: found[f"attempt_{name}"] for name in own})
    return Booked(
        attempt, *(found[f"attempt_{name}"] for name in ("booked_at", "delivered_at", "gone_at", "adrift"))
    )


def attempt_columns(booked: Booked) -> dict[str, Any]:
    """The columns of an attempt, its ticket apart."""
    values = asdict(booked)
    values |= values.pop("attempt")
    return values | {f"subject_{name}": value for name, value in values.pop("subject").items()}
