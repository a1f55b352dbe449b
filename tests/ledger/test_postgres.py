"""Trouble with a ledger's server, as one sentence with its cure."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import TimeoutError

from connector.domain.errors import LedgerDown, Unwritten
from connector.ledger.postgres import Postgres

URL = make_url("postgresql+psycopg://u@db.example.org/passdesk")


def told(error: Exception) -> Unwritten:
    return Postgres(URL).trouble("opened", error)


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ('FATAL:  password authentication failed for user "u"', "its server refuses the password"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "u"', "its server refuses the user"),
        ('FATAL:  database "passdesk" does not exist', "there is no such database"),
        ("FATAL:  sorry, too many clients already", "its server has no connection left"),
        ("connection refused", "its server can't be reached, or lets nobody in"),
    ],
)
def test_who_is_not_let_in_is_told_why_and_not_what_the_server_said(said: str, cure: str) -> None:
    found = told(psycopg.OperationalError(f"connection failed: {said}"))
    assert isinstance(found, LedgerDown)
    assert str(found).startswith(f"the ledger at db.example.org/passdesk can't be opened: {cure}")
    assert '"u"' not in str(found) and "10.0.0.9" not in str(found)


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        (psycopg.errors.DiskFull, "the disk of its server is full"),
        (psycopg.errors.ReadOnlySqlTransaction, "write the primary's address"),
        (psycopg.errors.InsufficientPrivilege, "let it own the database"),
        (psycopg.errors.LockNotAvailable, "end that session"),
        (psycopg.errors.CheckViolation, "see the log of its server"),
    ],
)
def test_what_the_server_refuses_is_told_by_its_code_alone(error: type[psycopg.Error], cure: str) -> None:
    found = told(error("DETAIL: Failing row contains (ann.lee@contoso.com)"))
    assert cure in str(found) and "ann.lee" not in str(found)


def test_a_ledger_whose_connections_are_all_in_use_does_not_blame_the_server() -> None:
    found = told(TimeoutError("QueuePool limit of size 8 overflow 56 reached"))
    assert "all in use; lower workers" in str(found)
    assert not isinstance(found, LedgerDown)
