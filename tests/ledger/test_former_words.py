"""A trail that was begun before events had one vocabulary: it verifies as it stands, and reads in today's
words.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.ledger.former import FORMER, in_todays_words
from connector.ledger.rows import AuditLine
from connector.ledger.sql import SqlLedger
from tests.ledger.desk import DESK, LEASE, LIMITS, NOON

Said = dict[str, Any]
LIVE: list[tuple[str, Said, str]] = [
    ("claimed", {"code": "TAP-7QK3F9C2", "mapping": "incidents", "version": "v1"}, "claimed"),
    ("waiting", {"reason": "approval_outstanding"}, "deferred"),
    ("issuing", {"mapping": "incidents", "reference": "TAP-7QK3F9C2-1", "version": "v1"}, "issuing"),
    ("revoking", {"failures": 1, "reason": "recovering", "then": "claimed"}, "revoking"),
    ("claimed", {"failures": 1, "gone": True, "reference": "TAP-7QK3F9C2-1"}, "retrying"),
    ("delivering", {"pass": "p2", "reference": "TAP-7QK3F9C2-2"}, "issued"),
    ("settling", {"reference": "TAP-7QK3F9C2-2", "then": "live"}, "delivered"),
    ("live", {"reference": "TAP-7QK3F9C2-2"}, "settled"),
    ("revoke_asked", {"reason": "revoked", "then": "ended"}, "revocation_requested"),
    ("settling", {"gone": True, "reason": "revoked", "then": "ended"}, "ended"),
    ("ended", {"gone": True, "reason": "revoked", "unsaid": "403"}, "settled"),
    ("reissue_asked", {"gone": True}, "reissue_requested"),
    ("settling", {"reason": "subject_disabled", "then": "refused"}, "refused"),
    ("refused", {"reason": "subject_disabled"}, "settled"),
    ("settling", {"reason": "attempts_exhausted", "then": "stuck"}, "stuck"),
    ("stuck", {"reason": "attempts_exhausted"}, "settled"),
    ("released", {"reason": "attempts_exhausted"}, "released"),
]


def canonical(what: object) -> str:
    return json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def former_trail(url: str) -> None:
    """Written by hand, sealed as it always was: over the word as it stands there."""
    engine, seal = create_engine(url), "0" * 64
    with engine.begin() as db:
        for seq, (action, detail, _) in enumerate(LIVE, 1):
            said = [seq, NOON + seq, DESK, "1", "INC0000001", action, canonical(detail)]
            seal = sha256(f"{seal}{canonical(said)}".encode()).hexdigest()
            names = ("seq", "at", "desk", "ticket", "number", "action", "detail")
            db.execute(
                text(
                    "insert into audit values (:seq, :at, :desk, :ticket, :number, :action, :detail, :hash)"
                ),
                dict(zip(names, said, strict=True)) | {"hash": seal},
            )
        db.execute(
            text("update switches set value = :head where name = 'chain'"), {"head": f"{len(LIVE)} {seal}"}
        )
    engine.dispose()


def opened(url: str) -> SqlLedger:
    return SqlLedger(url, "w1", LEASE, LIMITS, lambda: NOON + 1000)


@pytest.fixture
def old(url: str) -> str:
    opened(url).dispose()
    former_trail(url)
    return url


def test_an_old_trail_verifies_and_new_lines_go_on_from_it(old: str) -> None:
    with opened(old) as ledger:
        assert (ledger.verify().lines, ledger.verify().broken) == (len(LIVE), None)
        ledger.pause("an old trail")
        assert (ledger.verify().lines, ledger.verify().broken) == (len(LIVE) + 1, None)


def test_an_old_line_reads_by_the_name_that_its_event_has_now(old: str) -> None:
    with opened(old) as ledger:
        read = [in_todays_words(line) for line in ledger.history()]
    assert [line.action for line in read] == [now for _, _, now in LIVE]
    assert {line.action for line in read} <= set(Event)


def test_the_trail_itself_keeps_the_old_words(old: str) -> None:
    with opened(old) as ledger:
        assert [line.action for line in ledger.history()] == [word for word, _, _ in LIVE]


def test_an_old_word_that_was_changed_breaks_the_chain(old: str) -> None:
    engine = create_engine(old)
    with engine.begin() as db:
        db.execute(text("update audit set action = 'issued' where action = 'delivering'"))
    engine.dispose()
    with opened(old) as ledger:
        assert ledger.verify().broken == 6


@pytest.mark.parametrize("event", Event)
def test_a_line_of_today_keeps_its_name(event: Event) -> None:
    detail = {"then": State.STUCK, "mapping": "incidents"}  # as decisions and claims carry them
    line = AuditLine(1, NOON, DESK, "1", "INC0000001", event.value, detail)
    assert in_todays_words(line) == line


def test_every_former_word_is_in_the_old_trail() -> None:
    assert {word for word, *_ in FORMER} <= {word for word, *_ in LIVE}


def test_a_word_that_nobody_knows_is_shown_as_it_is() -> None:
    line = AuditLine(1, NOON, None, None, None, "from_the_future")
    assert in_todays_words(line) == line
