"""The table of a sweep, as people and scripts read it."""

from __future__ import annotations

import pytest

from connector.cli.table import sweep_table
from connector.worker.report import Report, TicketResult

SENTENCE = "The directory can't be asked, so nothing is known of this person: " * 3
ROWS = [
    TicketResult("contoso", "INC0010001", "incidents", "delivered", None, ""),
    TicketResult("contoso-two", "INC0010002", "incidents", "deferred", "directory_unreachable", SENTENCE),
]


def test_without_a_terminal_each_ticket_is_one_line_and_its_columns_stand_below_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sweep_table(Report(names={}, seen=2, decisions=ROWS), 1.0)
    head, first, second, last = capsys.readouterr().out.splitlines()
    assert first.split() == ["INC0010001", "contoso", "delivered"]
    assert second.split(maxsplit=4) == [
        "INC0010002",
        "contoso-two",
        "deferred",
        "directory_unreachable",
        SENTENCE,
    ]
    assert head.index("outcome") == first.index("delivered") == second.index("deferred")
    assert head.index("what it means") == second.index(SENTENCE)
    assert last.startswith("2 seen: 1 delivered")


def test_a_ticket_s_words_break_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    broken = [
        TicketResult("contoso", "INC0010001", "incidents", "refused", "subject_missing", "one\ntwo\x1b[31m")
    ]
    sweep_table(Report(names={}, seen=1, decisions=broken), 1.0)
    _, row, _ = capsys.readouterr().out.splitlines()
    assert row.rstrip().endswith("one two [31m")
