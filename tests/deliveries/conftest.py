from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.domain.outcome import State
from connector.domain.people import Subject
from connector.domain.secret import Secret
from connector.domain.ticket import Attempt, Claim, Pass
from tests.desks.conftest import MAPPING, desk, instance, service

__all__ = ["MAPPING", "PASS", "START", "attempt", "claim", "desk", "fresh", "instance", "service"]

PASS = "k7#RmQ2x"
START = int(datetime(2026, 3, 2, 8, 41, 15, tzinfo=UTC).timestamp())
SYS_ID = f"{1:032x}"


def attempt(
    number: int = 1, *, one_time: bool = True, name: str = "Ann Lee", upn: str = "ann.lee@contoso.com"
) -> Attempt:
    subject = Subject("6f1967b7-15e8-4935-ac26-d50770ed07a7", upn, name)
    reference = f"TAP-7QK3F9C2-{number}"
    return Attempt(
        number, reference, subject, None, "note:work_notes", START, 3600, one_time, 75, pass_id="p-1"
    )


@pytest.fixture
def claim() -> Claim:
    """Of the first incident, with its pass issued."""
    url, code = "https://contoso.example.org", "TAP-7QK3F9C2"
    return Claim(
        url, SYS_ID, "INC0000001", "incidents", State.DELIVERING, "worker", 1, code, attempt=attempt()
    )


@pytest.fixture
def fresh() -> Pass:
    return Pass("p-1", Secret(PASS), START, 3600)
