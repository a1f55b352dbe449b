"""Hostile tickets and directories at both desks: no pass, no write outside `watch`, no unescaped byte, and
one answer for callers, whatever the no.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html import unescape
from io import StringIO

import pytest

from connector.domain.reasons import MEANINGS, Reason
from tests.redteam.cases import DELIVERED, Case
from tests.redteam.played import CASES, TWINS, Played, played
from tests.searching import searched

KINDS = ("servicenow", "topdesk")
WHOLE = "servicenow"  # `make quick` plays all cases at this desk, and one of each class at the other
CLASSES = """\
spoofed requester, look-alike UPN, #EXT#, query injection, path tricks, subject swapped after approval,
manager loop, self-approval, re-open, clone, replayed approval, template injection, journal markup,
10 kB fields, null bytes, right-to-left marks, owner of a role-assignable group, eligible by PIM for Groups,
owner of a privileged application, flip, restricted unit, partial answers"""
SENTENCE = "We can't handle this request automatically; the service desk will contact you."
PASSES = "/v1.0/users/{id}/authentication/temporaryAccessPassMethods"
WRITES = {("POST", "/v1.0/$batch"), ("POST", PASSES), ("DELETE", f"{PASSES}/{{id}}")}
WRITTEN = {
    "servicenow": {("PATCH", "/api/now/table/incident/{id}"), ("POST", "/oauth_token.do")},
    "topdesk": {
        ("PATCH", "/tas/api/incidents/id/{id}"),
        ("DELETE", "/tas/api/incidents/id/{id}/actions/{id}"),  # our notes of passes that are gone
    },
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝")
LONGEST = 1500  # characters of a note
COMPANIES = [(WHOLE, True), (WHOLE, False), ("topdesk", False), ("topdesk", True)]
Plays = Callable[..., Played]


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory) -> Plays:
    """Each company is played once, when the first test asks for it: one that tells callers nothing with one
    case of each class.
    """

    @cache
    def once(kind: str, caller: bool) -> Played:
        return played(kind, tmp_path_factory.mktemp(kind), caller=caller, every=caller)

    return lambda kind, caller=True: once(kind, caller)  # a default of `once` would be another key


def at_each_desk(cases: list[Case]) -> pytest.MarkDecorator:
    found = [(kind, case) for kind in KINDS for case in cases if case.at(kind)]
    return pytest.mark.parametrize(
        ("kind", "case"),
        searched(found, *(each for each in found if each[0] == WHOLE)),
        ids=[f"{kind}: {case.kind}: {case.why}" for kind, case in found],
    )


def outcome(gets: str) -> tuple[str, str | None]:
    return (DELIVERED, None) if gets == DELIVERED else (MEANINGS[Reason(gets)].outcome, gets)


def test_there_are_eighty_cases_and_three_of_each_class_beside_a_twin() -> None:
    classes = {each.strip() for each in CLASSES.replace("\n", " ").split(",")}
    counted = Counter(case.kind for case in CASES)
    assert set(counted) == {case.kind for case in TWINS} == classes
    assert len(CASES) >= 80 and min(counted.values()) >= 3
    assert len({(case.kind, case.why) for case in [*CASES, *TWINS]}) == len(CASES) + len(TWINS)


@at_each_desk(CASES)
def test_a_hostile_ticket_gets_no_pass_and_its_own_reason(plays: Plays, kind: str, case: Case) -> None:
    found = plays(kind)
    assert found.decided[case] == outcome(case.gets)
    assert found.passes[case] == case.passes


@at_each_desk(TWINS)
def test_its_harmless_twin_gets_its_pass(plays: Plays, kind: str, case: Case) -> None:
    found = plays(kind)
    assert found.decided[case] == (DELIVERED, None)
    assert found.passes[case] == case.passes


@pytest.mark.parametrize("kind", searched(KINDS, WHOLE))
def test_no_pass_is_made_for_anybody_else(plays: Plays, kind: str) -> None:
    found = plays(kind)
    assert found.made == sum(found.passes.values()) > len(TWINS)


@pytest.mark.parametrize("kind", searched(KINDS, WHOLE))
def test_nothing_outside_watch_is_written_but_the_end_of_a_pass(plays: Plays, kind: str) -> None:
    found = plays(kind)
    written = [
        (id_, watched[id_], changed)
        for sweep, watched in zip(found.sweeps, found.watched, strict=True)
        for id_, changed in sweep.changed.items()
    ]
    assert sum(watched for _, watched, _ in written) > len(CASES) / 2
    assert not {id_ for id_, *_ in written} & set(found.decoys)
    assert not any(found.notes[id_] + found.comments[id_] for id_ in found.decoys)
    apart = [(id_, set(changed)) for id_, watched, changed in written if not watched]
    ours = {"sys_mod_count", "sys_updated_by"}  # a note does that to a row
    assert all(columns <= ours and "was revoked" in found.notes[id_][-1] for id_, columns in apart)
    assert found.writes == {*WRITES, *WRITTEN[kind]}


@pytest.mark.parametrize(("kind", "caller"), searched(COMPANIES, *COMPANIES[:3]))
def test_a_caller_sees_the_same_for_every_no(plays: Plays, kind: str, caller: bool) -> None:
    found = plays(kind, caller)
    seen: dict[str, Counter[str]] = {"refused": Counter(), "deferred": Counter()}
    for case, id_ in found.tickets.items():
        decided = found.decided[case]
        if decided and decided[0] in seen and not case.passes:
            views = [json.dumps(each, sort_keys=True) for each in found.seen(id_)]
            seen[decided[0]][" and ".join(views)] += 1
    ((view, count),) = seen["refused"].items()
    assert count >= (20 if caller else 10)
    assert (SENTENCE in view) == caller
    assert set(seen["deferred"]) <= {"", view}  # a wait says nothing; some were refused before
    assert {text for id_ in found.tickets.values() for text in found.comments[id_]} == (
        {SENTENCE} if caller else set()
    )


def clean(text: str) -> bool:
    """Whether a terminal or a browser shows the text as it is, and is told nothing."""
    return all(each.isprintable() or each == "\n" for each in text)


@pytest.mark.parametrize("kind", searched(KINDS, WHOLE))
def test_agents_and_callers_read_plain_text_of_bounded_length(plays: Plays, kind: str) -> None:
    found = plays(kind)
    read = [text for id_ in found.tickets.values() for text in (*found.notes[id_], *found.comments[id_])]
    assert len(read) > len(CASES)
    for raw in read:
        text = unescape(raw.replace("<br/>", "\n")) if kind == "topdesk" else raw
        assert clean(text) and len(text) < LONGEST, raw
        assert not re.search(r"\[/?code|</?\w", raw.replace("<br/>", "")), raw
    notes = "\n".join(read)
    assert all(part in notes for part in ("alert(1)", "{{7*7}}@contoso.com", "x'or'1'eq'1", "member"))


@pytest.mark.parametrize("kind", searched(KINDS, WHOLE))
def test_no_log_line_and_no_verb_steers_a_terminal(plays: Plays, kind: str) -> None:
    found = plays(kind)
    assert sum(name.startswith("explain") for name in found.shown) == 4
    for name, text in [*found.shown.items(), *(("log", each) for each in found.logs)]:
        assert text and (clean(text) or "csv" in name), name
    lines = [line for log in found.logs for line in log.splitlines()]
    assert len(lines) > len(CASES) and all(isinstance(json.loads(line), dict) for line in lines)
    assert max(map(len, lines)) < LONGEST
    assert "script" in found.shown["history"]


@pytest.mark.parametrize("kind", searched(KINDS, WHOLE))
def test_a_spreadsheet_runs_nothing_of_the_trail(plays: Plays, kind: str) -> None:
    rows = [*csv.reader(StringIO(plays(kind).shown["audit export --format csv"], newline=""))]
    assert len(rows) > len(CASES)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(FORMULA)]
    assert all(map(clean, cells)) and "'=HYPERLINK(1)" in cells
