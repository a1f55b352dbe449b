"""From rows of the tables to the nouns that are kept in them, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from connector.domain.outcome import Ending, State
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.domain.ticket import Attempt
from connector.ledger.audit import Sealed
from connector.ledger.names import NameRecord
from connector.ledger.observing import Observation, Seen
from connector.ledger.rests import Rest, Suspect
from connector.ledger.rows import Booked, Row
from connector.ledger.schema import attempts, audit, names, observations, rests, tickets

# The columns of a ticket and of an attempt, in the order of the nouns' fields.
ROW = [each.name for each in fields(Row) if each.name != "attempt"]
_OF_ATTEMPT = [each.name for each in fields(Attempt) if each.name != "subject"]
_OF_SUBJECT = [each.name for each in fields(Subject)]
_OF_BOOKED = [each.name for each in fields(Booked) if each.name != "attempt"]
ATTEMPT = [*_OF_ATTEMPT, *(f"subject_{each}" for each in _OF_SUBJECT), *_OF_BOOKED]
TICKET_COLUMNS = [tickets.c[each] for each in ROW]
ATTEMPT_COLUMNS = [attempts.c[each] for each in ATTEMPT]
_ENDINGS = {each.value: each for each in Ending}
_REASONS = {each.value: each for each in Reason}
_STATES = {each.value: each for each in State}
_of_row = attrgetter(*ROW)
_of_attempt = attrgetter(*_OF_ATTEMPT, *(f"subject.{each}" for each in _OF_SUBJECT))
_of_booked = attrgetter(*_OF_BOOKED)
_OF_LINE, _of_line = audit.c.keys(), attrgetter(*(each.name for each in fields(Sealed)))
_OF_NAME, _of_name = names.c.keys(), attrgetter(*(each.name for each in fields(NameRecord)))
_OF_SEEN, _of_seen = observations.c.keys(), attrgetter(*(each.name for each in fields(Observation)))


def row_of(found: Sequence[Any]) -> Row:
    """A ticket, from TICKET_COLUMNS and, where there are more, ATTEMPT_COLUMNS of its last attempt."""
    plain: dict[str, Any] = dict(zip(ROW, found, strict=False))
    plain["state"] = _STATES[plain["state"]]
    plain["then_"] = plain["then_"] and _STATES[plain["then_"]]
    plain["reason"] = plain["reason"] and (_ENDINGS.get(plain["reason"]) or _REASONS[plain["reason"]])
    plain |= {name: bool(plain[name]) for name in ("forgiven", "granted")}
    return Row(**plain, attempt=booked_of(found[len(ROW) :]) if plain["attempts"] else None)


def booked_of(found: Sequence[Any]) -> Booked:
    """An attempt, from ATTEMPT_COLUMNS."""
    plain: dict[str, Any] = dict(zip(ATTEMPT, found, strict=True))
    plain |= {name: bool(plain[name]) for name in ("one_time", "adrift")}
    subject = Subject(*(plain[f"subject_{each}"] for each in _OF_SUBJECT))
    attempt = Attempt(subject=subject, **{name: plain[name] for name in _OF_ATTEMPT})
    return Booked(attempt, **{name: plain[name] for name in _OF_BOOKED})


def columns_of(row: Row) -> dict[str, Any]:
    """The columns of a ticket."""
    return dict(zip(ROW, _of_row(row), strict=True))


def attempt_columns(booked: Booked) -> dict[str, Any]:
    """The columns of an attempt, its ticket apart."""
    return dict(zip(ATTEMPT, (*_of_attempt(booked.attempt), *_of_booked(booked)), strict=True))


def line_columns(line: Sealed) -> dict[str, Any]:
    """The columns of a line of the trail."""
    return dict(zip(_OF_LINE, _of_line(line), strict=True))


def name_columns(record: NameRecord) -> dict[str, Any]:
    """The columns of a name beside the trail."""
    return dict(zip(_OF_NAME, _of_name(record), strict=True))


def observation_columns(seen: Observation) -> dict[str, Any]:
    return dict(zip(_OF_SEEN, _of_seen(seen), strict=True))


def rest_of(found: Sequence[Any]) -> Rest:
    plain = dict(zip(rests.c.keys(), found, strict=True))
    suspects = tuple(Suspect(**each) for each in json.loads(plain["suspects"]))
    return Rest(**plain | {"reason": _REASONS[plain["reason"]], "suspects": suspects})


def observation_of(found: Sequence[Any]) -> Observation:
    kind, key, at, value = found
    return Observation(Seen(kind), key, at, value)
