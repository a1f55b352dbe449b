"""The pass in a note: what the agent reads, and what is written with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.deliveries.note import NoteDelivery
from connector.deliveries.sanitize import sanitize
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.outcome import DidNot, Happened, Retry, Unknown
from connector.domain.receipts import DeliveryReceipt
from connector.domain.recipients import NoteDestination
from connector.domain.secret import Secret
from connector.domain.ticket import Claim, Pass
from connector.lifecycle.roles import TicketWrite
from connector.mapping import Mapping
from tests.deliveries.conftest import MAPPING, PASS, START, attempt
from tests.deliveries.mailing import voice
from tests.desks.servicenow.instance import LOST, Instance, Says, error

AMSTERDAM = replace(MAPPING, timezone="Europe/Amsterdam")


def delivery(desk: ServiceNowDesk, mapping: Mapping = AMSTERDAM) -> NoteDelivery:
    return NoteDelivery(desk, mapping, voice(zone=mapping.timezone))


def noted(*, settled: bool) -> Happened[DeliveryReceipt]:
    return Happened(DeliveryReceipt(NoteDestination("work_notes"), settled))


def lines(instance: Instance) -> list[str]:
    (note,) = instance.notes
    return note["value"].splitlines()


def test_the_note_is_the_template_of_which_docs_sentences_shows_every_word(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    instance.add(1, u_passdesk="")
    assert delivery(desk).deliver(claim, fresh) == noted(settled=True)
    first, *more = lines(instance)
    assert "Ann Lee (ann.lee@contoso.com)" in first
    assert any("09:41:15" in line and "08:41:15" in line and "10:41" in line for line in more)
    assert "TAP-7QK3F9C2-1" in more[-1]
    rendered = voice(zone=AMSTERDAM.timezone).note(claim, fresh)
    assert rendered is not None and instance.notes[0]["value"] == rendered.reveal()


def test_the_pass_stands_alone_on_its_line_and_nowhere_else(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    instance.add(1)
    odd = replace(fresh, secret=Secret("<b>&lt;{reference}%s[0O]1lI"))
    delivery(desk).deliver(claim, odd)
    assert [line for line in lines(instance) if "&lt;" in line] == ["<b>&lt;{reference}%s[0O]1lI"]


def test_note_marker_and_state_go_in_one_write(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    instance.add(1)
    delivery(desk).deliver(claim, fresh)
    (sent,) = instance.seen
    assert set(sent.json) == {"work_notes", "state", "u_passdesk"}
    assert (sent.json["state"], sent.json["u_passdesk"]) == ("2", "TAP-7QK3F9C2-1")


def test_the_note_is_a_secret_too(claim: Claim, fresh: Pass) -> None:
    note = voice().note(claim, fresh)
    assert isinstance(note, Secret)
    assert PASS not in f"{note} {note!r} {TicketWrite(note)!r}"


def test_a_second_attempt_says_so_in_its_first_line(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    instance.add(1)
    delivery(desk).deliver(replace(claim, failures=1, attempt=attempt(2)), fresh)
    first, second, *_, last = lines(instance)
    assert first == "This replaces any earlier pass on this ticket, which no longer works."
    assert second == "Temporary Access Pass for Ann Lee (ann.lee@contoso.com)"
    assert last.startswith("Reference TAP-7QK3F9C2-2 ")


def test_a_pass_that_works_more_than_once_says_so(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    instance.add(1)
    delivery(desk).deliver(replace(claim, attempt=attempt(one_time=False)), fresh)
    text = "\n".join(lines(instance))
    assert "Works several times, from" in text
    assert "first use" not in text


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("UTC", START, "from 08:41:15 to 09:41 (UTC)."),
        ("Asia/Kolkata", START, "from 14:11:15 to 15:11 (Kolkata; 08:41:15 to 09:41 UTC)."),
        (
            "America/New_York",
            START + 86400,
            "from 3 Mar 2026 03:41:15 to 04:41 (New York; 3 Mar 2026 08:41:15 to 09:41 UTC).",
        ),
        (
            "Pacific/Auckland",
            START + 2 * 3600,
            "from 23:41:15 to 3 Mar 2026 00:41 (Auckland; 10:41:15 to 11:41 UTC).",
        ),
    ],
)
def test_times_are_the_mappings_and_utc_with_a_date_where_it_is_not_today(
    desk: ServiceNowDesk, instance: Instance, claim: Claim, fresh: Pass, zone: str, start: int, expected: str
) -> None:
    instance.add(1)
    delivery(desk, replace(MAPPING, timezone=zone)).deliver(claim, replace(fresh, start=start))
    assert lines(instance)[4] == f"Works once, {expected}"


@pytest.mark.parametrize(
    "name",
    [
        "[code]<script>alert(1)</script>[/code]",
        "[ CoDe ]<b>",
        "Ann\r\nReference TAP-0\u2028\x1b[2J",
        "[[code]code]",
    ],
)
def test_a_name_from_outside_is_one_line_without_markup(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass, name: str
) -> None:
    instance.add(1)
    delivery(desk).deliver(replace(claim, attempt=attempt(name=name, upn=f"{name}@contoso.com")), fresh)
    text = "\n".join(lines(instance))
    plain = voice(zone=AMSTERDAM.timezone).note(claim, fresh)
    assert plain and len(lines(instance)) == len(plain.reveal().splitlines())
    assert not set("[]<>\x1b\r\u2028") & set(text)


def test_a_long_name_is_cut() -> None:
    assert sanitize("x" * 500, 20) == "x" * 19 + "…"
    assert sanitize("a\u202eb\u200bc \t d") == "abc d"


@pytest.mark.parametrize("made", ["[code]x", "x[ /CODE ]", "a\nb", "a\x00b", "", " a", "a\u2028b"])
def test_a_pass_that_a_note_would_not_show_as_it_is_is_not_written(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass, made: str
) -> None:
    done = delivery(desk).deliver(claim, replace(fresh, secret=Secret(made)))
    assert isinstance(done, DidNot) and done.retry is Retry.COUNTED
    assert instance.seen == []


@pytest.mark.parametrize(
    "refusal", [error(403, "Operation Failed", "Data Policy Exception"), error(400, "Bad")]
)
def test_a_desk_that_refuses_the_fields_still_gets_the_note(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass, refusal: Says
) -> None:
    """Facts 1.4: a data policy answers 403 and nothing was written."""
    instance.add(1)
    instance.script = [refusal]
    assert delivery(desk).deliver(claim, fresh) == noted(settled=False)
    first, second = (each.json for each in instance.writes())
    assert set(second) == {"work_notes", "u_passdesk"}
    assert first["work_notes"] == second["work_notes"]
    assert len(instance.notes) == 1


def test_a_desk_that_refuses_the_note_too_did_nothing(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    instance.add(1)
    instance.script = [error(403, "Operation Failed"), error(403, "Operation Failed")]
    assert isinstance(delivery(desk).deliver(claim, fresh), DidNot)
    assert len(instance.writes()) == 2


def test_without_fields_a_refusal_is_final(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    instance.add(1)
    instance.script = [error(403, "Operation Failed")]
    assert isinstance(delivery(desk, replace(AMSTERDAM, settle={})).deliver(claim, fresh), DidNot)
    assert len(instance.writes()) == 1


def test_a_lost_reply_is_unknown_and_nothing_is_written_again(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    instance.add(1)
    instance.script = [LOST]
    assert isinstance(delivery(desk).deliver(claim, fresh), Unknown)
    assert len(instance.writes()) == 1


def test_texts_of_settle_name_the_attempt_and_never_the_pass(
    instance: Instance, desk: ServiceNowDesk, claim: Claim, fresh: Pass
) -> None:
    text = "{reference} for {subject} until {expires} {pass} {reference.__class__}"
    instance.add(1)
    mapping = replace(AMSTERDAM, settle={"delivered": {"u_text": text}})
    odd = replace(claim, attempt=attempt(upn="{expires}[code]@contoso.com"))
    delivery(desk, mapping).deliver(odd, fresh)
    assert instance.rows[claim.ticket]["u_text"] == (
        "TAP-7QK3F9C2-1 for {expires}(code)@contoso.com until 2026-03-02 10:41 (Amsterdam) {pass} "
        "{reference.__class__}"
    )
