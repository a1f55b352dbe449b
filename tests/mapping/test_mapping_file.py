"""What a right mapping file becomes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from connector.config.load import load
from connector.mapping import (
    Allow,
    AnyOf,
    Approval,
    Condition,
    Empty,
    Mapping,
    NoneOf,
    NoteRules,
    PassRules,
    StartsWith,
)
from tests.config.files import CONFIG, MAPPING, lay

CONTRACT = """\
mapping: servicenow-incidents
desk: snow
table: incident
watch:
  category: identity
  subcategory: {not_in: [x, y]}
  state: [1, 2]
  active: true
  assigned_to: {empty: false}
  number: {starts_with: INC}
values:
  subject: {from: caller_id.user_name, then: [trim, lower, {append: "@contoso.com"}]}
  requester: {first_of: [opened_by.email, u_asked_by], then: [trim, lower], find_by: mail}
pass: {lifetime: 2h, one_time: false, fence: 0s}
timezone: Europe/Amsterdam
allow:
  approval: {field: approval, in: [approved], refused_in: [rejected]}
  channel: {field: contact_type, not_in: [email]}
  requester: [subject, manager, "group:6F1967B7-15e8-4935-ac26-d50770ed07a7"]
  subject_in: []
  four_eyes: false
  standing: replace
deliver: note
note: {field: work_notes, marker: u_ref, plain: work_notes}
settle:
  delivered: {state: 2}
  used: {state: 6, close_code: Solution provided, active: true,
    close_notes: "Temporary Access Pass used ({reference})"}
  refused: {work_notes: "{reason}"}
"""


def read(tmp_path: Path, text: str) -> Mapping:
    (mapping,) = load(lay(tmp_path, CONFIG, incidents=text)).mappings
    return mapping


def test_every_key_of_the_first_form_is_understood(tmp_path: Path) -> None:
    mapping = read(tmp_path, CONTRACT)
    assert mapping.watch.conditions == (
        Condition("category", AnyOf(("identity",))),
        Condition("subcategory", NoneOf(("x", "y"))),
        Condition("state", AnyOf(("1", "2"))),
        Condition("active", AnyOf(("true",))),
        Condition("assigned_to", Empty(False)),
        Condition("number", StartsWith("INC")),
    )
    assert mapping.pass_ == PassRules(7200, False, 0)
    assert mapping.allow == Allow(
        Approval("approval", ("approved",), ("rejected",)),
        Condition("contact_type", NoneOf(("email",))),
        ("subject", "manager", "group:6f1967b7-15e8-4935-ac26-d50770ed07a7"),
        (),
        "replace",
    )
    assert mapping.allow.requester_groups == ("6f1967b7-15e8-4935-ac26-d50770ed07a7",)
    assert mapping.note == NoteRules("work_notes", "u_ref", "work_notes")
    assert mapping.settle["used"]["state"] == "6"
    assert mapping.settle["used"]["active"] == "true"
    assert mapping.settle["revoked"] == {}


def test_what_is_left_out_has_the_value_that_the_contract_shows(tmp_path: Path) -> None:
    mapping = read(tmp_path, MAPPING)
    assert (mapping.pass_, mapping.allow, mapping.note, mapping.timezone) == (
        PassRules(3600, True, 75),
        Allow(),
        NoteRules(),
        "UTC",
    )
    assert mapping.values["subject"].find_by == "upn_or_id"


@pytest.mark.parametrize(("written", "told"), [("never", None), ("30m", 1800), ("2h", 7200)])
def test_a_wait_is_told_after_the_time_that_the_mapping_names(
    tmp_path: Path, written: str, told: int | None
) -> None:
    mapping = read(tmp_path, f"{MAPPING}note: {{tell_waiting: {written}, caller: true, language: nl}}\n")
    assert mapping.note == NoteRules(language="nl", tell_waiting=told, caller=True)


def test_the_columns_are_all_that_the_mapping_names(tmp_path: Path) -> None:
    assert read(tmp_path, CONTRACT).columns == (
        "active",
        "approval",
        "assigned_to",
        "caller_id.user_name",
        "category",
        "close_code",
        "close_notes",
        "contact_type",
        "number",
        "opened_by.email",
        "state",
        "subcategory",
        "u_asked_by",
        "u_ref",
        "work_notes",
    )


def test_the_version_is_of_the_files_bytes(tmp_path: Path) -> None:
    mapping = read(tmp_path, CONTRACT)
    assert mapping.version == hashlib.sha256(CONTRACT.encode()).hexdigest()[:12]
    assert mapping.path == tmp_path / "mappings" / "incidents.yaml"
