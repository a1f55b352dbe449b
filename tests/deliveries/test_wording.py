"""Words on tickets: in three languages, each complete, and none that an agent can't use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from connector.deliveries.notices import Notices
from connector.deliveries.wording import LANGUAGES, NAME, table, wording
from connector.desks.kinds import KINDS as DESKS
from connector.domain.outcome import Ending, State
from connector.domain.reasons import MEANINGS, Reason
from connector.domain.ticket import Claim
from connector.guards.person import PRIVILEGED_BY, PROTECTED_BY
from connector.mapping import Again
from connector.mapping.watch import AnyOf, Condition, Watch
from tests.code import trees
from tests.deliveries.conftest import MAPPING, START
from tests.deliveries.mailing import TEMPLATES
from tests.searching import SEARCH

OTHERS = LANGUAGES[1:]
ENDS = (*Reason, *Ending)


def notices(language: str = "en", **rules: Any) -> Notices:
    note = replace(MAPPING.note, language=language)
    return Notices(TEMPLATES, replace(MAPPING, note=note, timezone="Europe/Amsterdam", **rules))


def told(claim: Claim, state: State, reason: Reason | Ending, language: str, detail: str = "") -> str:
    note = notices(language).notice(replace(claim, next_state=state, reason=reason, detail=detail))
    assert note
    return note


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_has_its_words_in_every_language(language: str) -> None:
    words = table("reasons", language)
    assert set(Reason) <= set(words)
    assert all(set(each) == {"sentence", "next"} for each in words.values())
    assert all(text.endswith(".") for each in words.values() for text in each.values())
    english = [MEANINGS[code].sentence for code in Reason]
    assert not set(english) & {words[code]["sentence"] for code in Reason}


@pytest.mark.parametrize("language", OTHERS)
def test_every_detail_names_the_same_values_in_every_language(language: str) -> None:
    words = table("details", language)
    assert set(words) == set(table("details", OTHERS[0]))
    for said, text in words.items():
        assert sorted(NAME.findall(text)) == sorted(
            each for each in NAME.findall(said) if not each.startswith("_")
        )


@SEARCH
@pytest.mark.parametrize("language", OTHERS)
def test_everything_that_refuses_a_ticket_is_told_in_every_language(language: str) -> None:
    said = dict(refusals())
    assert len(said) > 40
    known = wording(language)
    assert [text for text in said if known.detail(text, lambda name, value: value) is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [State.REFUSED, State.STUCK, State.WAITING, State.ENDED])
def test_no_note_asks_an_agent_for_a_command_and_every_note_can_be_found_again(
    claim: Claim, language: str, state: State
) -> None:
    for reason in ENDS:
        note = told(replace(claim, wait_since=float(START)), state, reason, language)
        assert "`" not in note and "passdesk release" not in note and "passdesk check" not in note
        assert "TAP-7QK3F9C2" in note and "TAP-7QK3F9C2-1" not in note
        assert not {"None", "nan"} & set(note.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stuck_note_asks_for_an_operator(claim: Claim, language: str) -> None:
    for reason, meaning in MEANINGS.items():
        if meaning.outcome == "stuck":
            note = told(claim, State.STUCK, reason, language)
            assert "operator" in note.lower(), note


@pytest.mark.parametrize("language", OTHERS)
def test_a_note_in_another_language_has_no_english_in_it(claim: Claim, language: str) -> None:
    strange = "Something that no table knows."
    for state, reason in product((State.REFUSED, State.STUCK), Reason):
        note = told(claim, state, reason, language, strange)
        assert strange not in note and wording(language).reasons[reason].sentence in note


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "was made: the start on the ticket, 2 Mar 2026 10:30 (Amsterdam), has passed."),
        ("nl", "Het begin op het ticket, 2 mrt 2026 10:30 (Amsterdam), is al voorbij."),
        ("de", "Der Beginn auf dem Ticket, 2. März 2026 10:30 (Amsterdam), liegt in der Vergangenheit."),
    ],
)  # fmt: skip
def test_times_in_a_note_are_local(claim: Claim, language: str, line: str) -> None:
    detail = "The start on the ticket, 2026-03-02T09:30:00Z, has passed."
    assert line in told(claim, State.REFUSED, Reason.START_NOT_ALLOWED, language, detail)


def test_the_english_of_a_rule_stays_as_it_is(claim: Claim) -> None:
    for detail in ("ann.lee@contoso.com holds an administrator role.", "Operation Failed: ACL Exception"):
        assert detail in told(claim, State.REFUSED, Reason.SUBJECT_PRIVILEGED, "en", detail)


def test_a_rule_without_words_is_told_by_its_field(claim: Claim) -> None:
    detail = 'The field u_who holds "ann lee": it has no sign of life.'
    note = told(claim, State.REFUSED, Reason.MAPPING_FAILED, "nl", detail)
    assert 'Het veld u_who bevat "ann lee", en dat heeft niet de vorm die nodig is.' in note


def test_a_ticket_that_waited_too_long_says_for_what(claim: Claim) -> None:
    detail = "It waited for 1 day: The field u_who can't be read."
    note = told(claim, State.STUCK, Reason.WAITED_TOO_LONG, "de", detail)
    assert "Was zuletzt geschah: Das Feld u_who ist nicht lesbar." in note


def test_a_detail_that_only_looks_like_a_time_is_shown_as_it_is(claim: Claim) -> None:
    note = told(
        claim, State.REFUSED, Reason.START_NOT_ALLOWED, "nl", "The start on the ticket, soon, has passed."
    )
    assert "Het begin op het ticket, soon, is al voorbij." in note


def test_fields_are_called_as_agents_see_them(claim: Claim) -> None:
    refused = replace(
        claim,
        next_state=State.REFUSED,
        reason=Reason.SUBJECT_MISSING,
        detail="The fields caller_id.user_name or u_who are empty.",
    )
    shown = notices("nl", traits=DESKS["servicenow"].dialect.traits).notice(refused)
    assert shown and "De velden Caller › User ID (caller_id.user_name) of u_who zijn leeg." in shown


def test_a_refused_ticket_says_which_state_brings_it_back(claim: Claim) -> None:
    watch = Watch((Condition("category", AnyOf(("identity",))), Condition("state", AnyOf(("1", "2")))))
    rules: dict[str, Any] = {"watch": watch, "settle": {"refused": {"state": "3"}}, "table": "incident"}
    desk = notices(traits=DESKS["servicenow"].dialect.traits, **rules)
    disabled = replace(claim, next_state=State.REFUSED, reason=Reason.SUBJECT_DISABLED)
    note = desk.notice(disabled)
    assert note and "back into the queue, set State: New (1) or In Progress (2)." in note
    guest = desk.notice(replace(disabled, reason=Reason.SUBJECT_GUEST))
    assert guest and "back into the queue" not in guest
    stays = notices(**{**rules, "settle": {"refused": {"state": "2"}}}).notice(disabled)
    assert stays and "set State" not in stays and "set state" not in stays


def test_an_ended_pass_says_how_to_ask_again(claim: Claim) -> None:
    by_field = notices(again=Again("u_send_again", ("yes please",)))
    expired = replace(claim, next_state=State.ENDED, reason=Ending.EXPIRED)
    assert "set u_send_again: yes please, or ask an operator" in (by_field.notice(expired) or "")
    revoked = by_field.notice(replace(expired, reason=Ending.REVOKED)) or ""
    assert "u_send_again" not in revoked and "ask an operator" in revoked
    assert "ask an operator" in (notices().notice(expired) or "")


def test_a_note_about_a_wait_says_the_same_of_everybody(claim: Claim) -> None:
    """No name, no other ticket's reference: only the reason."""
    detail = "ann.lee@contoso.com has a pass from another ticket already (TAP-2222ABCD-1)."
    waiting = replace(claim, wait_since=float(START))
    note = told(waiting, State.WAITING, Reason.PASS_STANDING, "en", detail)
    assert "ann.lee" not in note and "2222ABCD" not in note and "2222 ABCD" not in note
    assert "The Temporary Access Pass for this ticket has to wait: the person has a pass already." in note
    assert "It has waited since 2 Mar 2026 09:41 (Amsterdam)." in note


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_for_callers_is_one_line_that_names_nothing(language: str) -> None:
    sentence = notices(language).for_caller()
    assert len(sentence.splitlines()) == 1 and sentence.endswith(".")
    assert not any(word in sentence for word in ("TAP", "Pass", "passdesk", "reason"))


def test_a_language_without_words_is_told_in_english(claim: Claim) -> None:
    refused = (claim, State.REFUSED, Reason.SUBJECT_DISABLED)
    assert told(*refused, "fr") == told(*refused, "en")


# What rules say: every `No(reason, sentence)` and `StepRefused(rule, sentence)`, with values in it

VALUE = '"x"'
EITHER = {"by": tuple({*PRIVILEGED_BY.values()}), "how": tuple({*PROTECTED_BY.values()})}


def refusals() -> Iterator[tuple[str, str]]:
    """Each sentence, and its module."""
    for path, module in trees().items():
        known = {
            target.id: node.value
            for node in ast.walk(module)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"No", "StepRefused"}:
                yield from ((text, path.name) for text in texts(node.args[1], known))


def texts(node: ast.expr, known: dict[str, ast.expr]) -> list[str]:
    """The texts that an expression may be; none where it comes from elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            every = [part(each, known) for each in parts]
            return ["".join(each) for each in product(*every)]
        case _:
            return []


def part(node: ast.expr, known: dict[str, ast.expr]) -> list[str]:
    value = node.value if isinstance(node, ast.FormattedValue) else node
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="format")):
            return [text.replace("{}", VALUE) for text in texts(known[name], known)]
    if isinstance(value, ast.Name):
        of_name = texts(known[value.id], known) if value.id in known else []
        return list(EITHER.get(value.id, ())) or of_name or [VALUE]
    return texts(value, known) or [VALUE] if isinstance(value, ast.Constant) else [VALUE]
