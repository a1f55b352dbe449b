"""The desk's reason why a field is empty, in the sentence of the no that follows from it."""

from __future__ import annotations

from dataclasses import replace

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.ticket import Ticket
from connector.mapping import Facts, Mapping, MappingNo


def unmapped_because(facts: Facts | MappingNo, ticket: Ticket) -> Facts | MappingNo:
    """Say with a mapping's no why its field is empty, where the desk tells."""
    if isinstance(facts, MappingNo) and (why := why_empty(ticket, facts.field.replace(" or ", " and "))):
        return replace(facts, sentence=because(facts.sentence, why))
    return facts


def no_requester_because(verdict: No | NotYet | None, mapping: Mapping, ticket: Ticket) -> No | NotYet | None:
    """Say with the no to a ticket without a requester why their field is empty, where the desk tells."""
    if not isinstance(verdict, No) or verdict.reason is not Reason.REQUESTER_MISSING:
        return verdict
    source = mapping.values.get("requester")
    why = why_empty(ticket, " and ".join(source.fields)) if source else ""
    return replace(verdict, detail=because(verdict.detail, why)) if why else verdict


def why_empty(ticket: Ticket, fields: str) -> str:
    """The desk's reason why one of these fields is empty; "" where it tells none."""
    return next((why for each in fields.split(" and ") if (why := ticket.why_empty.get(each))), "")


def because(sentence: str, why: str) -> str:
    return f"{sentence.rstrip('.')}: {why}."
