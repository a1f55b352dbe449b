"""When a pass is to begin: `starts_at`, and what else a ticket says beside its people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config.load import load
from connector.domain.reasons import Reason
from connector.mapping import Again, Facts, Mapping, MappingNo, examples
from connector.mapping.examples import Difference
from connector.mapping.starts import moment, shown
from tests.config.files import CONFIG, MAPPING, lay
from tests.searching import SEARCH

TEXT = """\
mapping: incidents
desk: snow
table: sc_req_item
watch: {cat_item: pass}
values:
  subject: {from: variables.who}
  starts_at: {first_of: [u_start, variables.start], then: [trim, {require: datetime}]}
confirm:
  employeeId: {from: u_number, then: [trim, {require: digits}]}
  displayName: {template: "{subject}"}
timezone: Europe/Amsterdam
again: {field: u_again@display, in: [once more, 2]}
examples:
  - ticket: {variables.who: ann, u_start: "2026-07-01 10:30:00", u_number: " 7 "}
    starts_at: "2026-07-01T08:30:00Z"
    confirm: {employeeId: 7}
  - {ticket: {variables.who: ann}, starts_at: null, confirm: {employeeId: "", displayName: ann}}
  - {ticket: {variables.who: ann, u_start: tomorrow}, refused: mapping_failed}
  - ticket: {variables.who: ann, u_start: "2026-07-01 10:30:00"}
    starts_at: "2026-07-01T10:30:00Z"
    confirm: {displayName: Ann}
"""
TICKET = {"variables.who": "ann", "u_start": "", "variables.start": "", "u_number": ""}


def read(folder: Path, text: str = TEXT) -> Mapping:
    (mapping,) = load(lay(folder, CONFIG, incidents=text)).mappings
    return mapping


def facts(mapping: Mapping, **fields: str) -> Facts:
    result = mapping.facts({**TICKET, **fields})
    assert isinstance(result, Facts)
    return result


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-03-01 09:30:00", "UTC", "2026-03-01T09:30:00Z"),
        ("2026-03-01 09:30:00", "Europe/Amsterdam", "2026-03-01T08:30:00Z"),
        ("2026-07-01T09:30", "Europe/Amsterdam", "2026-07-01T07:30:00Z"),
        ("2026-07-01T09:30:00Z", "Europe/Amsterdam", "2026-07-01T09:30:00Z"),
        ("2026-07-01 09:30:00.5+05:30", "Europe/Amsterdam", "2026-07-01T04:00:00Z"),
        ("2026-07-01", "Europe/Amsterdam", "2026-06-30T22:00:00Z"),
        ("2026-10-25 02:30:00", "Europe/Amsterdam", "2026-10-25T01:30:00Z"),  # twice: the later one
        ("2026-10-25 02:30:00+02:00", "Europe/Amsterdam", "2026-10-25T00:30:00Z"),
        ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z"),  # that day begins at one o'clock
    ],
)
def test_a_start_is_read_in_its_own_zone_or_the_mappings(text: str, zone: str, utc: str) -> None:
    assert shown(moment(text, zone)) == utc


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "2026-03-29 02:30:00",
            "the clocks in Europe/Amsterdam are put forward then, and leave that time out",
        ),
        ("01.03.2026", "a date and time looks like 2026-03-01 09:30:00"),
        ("2026-02-30", "a date and time looks like"),
        ("2026-02-28 24:00:00", "a date and time looks like"),
        ("٢٠٢٦-03-01", "a date and time looks like"),
    ],
)
def test_a_time_that_there_is_not_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        moment(text, "Europe/Amsterdam")


@given(st.one_of(st.text("0123456789-: TZ+.", max_size=25), st.datetimes().map(str), st.dates().map(str)))
def test_no_text_makes_it_raise_anything_but_its_sentence(text: str) -> None:
    for zone in ("Europe/Amsterdam", "Pacific/Apia", "UTC"):
        try:
            moment(text, zone)
        except ValueError as error:
            assert str(error).isprintable()


@SEARCH
@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(
        lambda each: each.replace(microsecond=0, tzinfo=UTC)
    )
)
def test_a_start_with_a_zone_is_that_moment_whatever_the_mappings_zone(at: datetime) -> None:
    assert moment(at.isoformat(" "), "Europe/Amsterdam") == int(at.timestamp())


def test_a_ticket_that_asks_for_no_start_has_none(tmp_path: Path) -> None:
    mapping = read(tmp_path)
    assert facts(mapping).starts_at is None
    assert facts(mapping, u_start="  ").starts_at is None


def test_a_start_that_there_is_not_fails_the_mapping(tmp_path: Path) -> None:
    result = read(tmp_path).facts({**TICKET, "variables.start": "2026-03-29 02:30:00"})
    assert isinstance(result, MappingNo)
    assert (result.reason, result.field, result.rule) == (
        Reason.MAPPING_FAILED,
        "variables.start",
        "starts_at",
    )


def test_the_digest_changes_with_the_start_and_with_what_is_confirmed(tmp_path: Path) -> None:
    mapping = read(tmp_path)
    plain, later = facts(mapping), facts(mapping, u_start="2026-07-01 10:30:00")
    assert len({plain.digest, later.digest, facts(mapping, u_number="7").digest}) == 3
    assert facts(mapping, u_start="2026-07-01 10:30").digest == later.digest


def test_the_field_that_asks_again_is_read_and_changes_no_digest(tmp_path: Path) -> None:
    mapping = read(tmp_path)
    assert mapping.again == Again("u_again@display", ("once more", "2"))
    assert facts(mapping, **{"u_again@display": "once more"}).digest == facts(mapping).digest
    asks, silent = (
        mapping.reissue_request({"u_again@display": "2"}),
        mapping.reissue_request({"u_again@display": ""}),
    )
    assert asks and silent and (asks.asks, silent.asks) == (True, False)
    assert asks.changed_since(silent.value_digest)
    assert mapping.reissue_request({}) is None
    assert read(tmp_path, MAPPING).reissue_request({"": ""}) is None


def test_all_fields_are_asked_for_as_they_are_named(tmp_path: Path) -> None:
    assert read(tmp_path).columns == (
        "cat_item",
        "u_again@display",
        "u_number",
        "u_start",
        "variables.start",
        "variables.who",
    )


def test_what_is_confirmed_is_told_apart_from_values(tmp_path: Path) -> None:
    result = facts(read(tmp_path), u_number=" 7")
    assert result.confirm == {"employeeId": "7", "displayName": "ann"}
    assert result.values == {}


def test_an_empty_detail_is_empty_and_a_malformed_one_fails(tmp_path: Path) -> None:
    mapping = read(tmp_path)
    assert facts(mapping).confirm["employeeId"] == ""
    result = mapping.facts({**TICKET, "u_number": "seven"})
    assert isinstance(result, MappingNo)
    assert result.reason is Reason.MAPPING_FAILED


def test_examples_may_expect_a_start_and_what_is_confirmed(tmp_path: Path) -> None:
    found = [result.differences for result in examples.run(read(tmp_path))]
    assert found[:3] == [(), (), ()]
    assert found[3] == (
        Difference("starts_at", "2026-07-01T10:30:00Z", "2026-07-01T08:30:00Z"),
        Difference("confirm.displayName", "Ann", "ann"),
    )


@pytest.mark.parametrize(
    ("keys", "seconds"),
    [("", 0), (", late: refuse", 0), (", late: now", 86400), (", late: now, late_at_most: 90m", 5400)],
)
def test_how_late_a_start_may_be_is_the_mapping_s_to_say(keys: str, seconds: int, tmp_path: Path) -> None:
    text = MAPPING.replace("}}\n", f"}}, starts_at: {{from: u_start{keys}}}}}\n")
    (mapping,) = load(lay(tmp_path, CONFIG, incidents=text)).mappings
    assert mapping.late_at_most == seconds
