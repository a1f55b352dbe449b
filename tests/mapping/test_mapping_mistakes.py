"""One broken mapping file a mistake; those of values and steps are in test_value_mistakes.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.load import load
from tests.config.files import CONFIG, MAPPING, lay, mistakes_of
from tests.mapping.broken import example, of, said_once, subject

ASKING = "values: {subject: {from: caller_id.user_name}, requester: {from: opened_by.email, find_by: mail}}"
APPROVAL = "approval: {field: approval, in: [approved]}"
CASES = {
    "an unknown key": (f"{MAPPING}¶setle: {{}}\n", 'there is no key "setle"; write settle'),
    "no name": (
        "¶" + of(mapping=""),
        'the key "mapping" is missing; add it, such as mapping: access-passes',
    ),
    "a table under another name": (of(table="¶tables: incident"), 'there is no key "tables"; write table'),
    "a key of pass at the top": (
        f"{MAPPING}¶lifetime: 60m\n",
        'there is no key "lifetime" here; it belongs under pass',
    ),
    "a section whose lines stand beside it": (
        f"{MAPPING}pass:\n¶fence: 75s\n",
        'no key "fence" here; it belongs under pass',
    ),
    "the subject at the top": (
        f"{MAPPING}¶subject: {{from: a}}\n",
        'no key "subject" here; it belongs under values',
    ),
    "an approval that is empty": (
        f"{MAPPING}allow: {{approval:¶ }}\n",
        "this is empty; write a value, or delete the key",
    ),
    "a lifetime that is empty": (
        f"{MAPPING}pass: {{lifetime:¶ }}\n",
        "this is empty; write a value, or delete the key",
    ),
    "a pass in a word": (f"{MAPPING}pass: ¶60m\n", "keys with values belong here; write {lifetime: 60m}"),
    "no time after which a wait is told": (
        f"{MAPPING}note: {{tell_waiting: ¶30}}\n",
        '"30" is no time to wait; write never, or one such as 30m',
    ),
    "a word where a time belongs": (
        f"{MAPPING}note: {{tell_waiting: ¶soon}}\n",
        '"soon" is no time to wait; write never, or one such as 30m',
    ),
    "a table that is empty": (of(table="table:¶ "), "this is empty; write a value, such as table: incident"),
    "several tables": (
        of(table="table: ¶[incident, sc_task]"),
        "a mapping is for one table; write one here, and a file for each",
    ),
    "a table that is a number": (
        of(table="table: ¶5"),
        '"5" can\'t be a table; its name is letters, digits and _',
    ),
    "a watch in a list": (of(watch="watch: ¶[{category: a}]"), "write key: value, without a dash or [ ]"),
    "one of several values": (
        of(watch="watch: {state: {¶in: [1, 2]}}"),
        "a list alone means one of these; write [one, another]",
    ),
    "nothing among values": (
        of(watch="watch: {state: [1, ¶null]}"),
        "this is empty; write a value, or take it out",
    ),
    "a list among values": (of(watch="watch: {state: [1, ¶[2]]}"), "this must be one text"),
    "not_in without a list": (
        of(watch="watch: {state: {not_in: ¶3}}"),
        "watch.state.not_in: this must be a list",
    ),
    "a zone by its letters": (f"{MAPPING}timezone: ¶CEST\n", "write one such as Europe/Amsterdam"),
    "a group behind a space": (
        f"{MAPPING}allow: {{requester: [¶group: 6f19]}}\n",
        "write group:OBJECT-ID without the space",
    ),
    "two braces in a text": (
        f"{MAPPING}settle: {{used: {{close_notes: ¶'{{{{reference}}}}'}}}}\n",
        "two braces mean nothing here",
    ),
    "an example whose ticket has a slip": (
        example("¶tiket: {a: b}\n    subject: a"),
        'there is no value "tiket"; write ticket',
    ),
    "examples that agree about a field": (
        subject("{from: ¶caler_id.user_name}")
        + "examples:\n"
        + "  - {ticket: {caller_id.user_name: a}, subject: a}\n" * 2,
        'the examples call this field "caller_id.user_name"; write that, or change them',
    ),
    "no desk": ("¶" + of(desk=""), 'the key "desk" is missing; add it, such as desk: snow or top'),
    "no table": ("¶" + of(table=""), 'the key "table" is missing'),
    "no watch": ("¶" + of(watch=""), 'the key "watch" is missing'),
    "a name that is a number": (of(mapping="mapping: ¶7"), 'this must be a text; write "7" in quotes'),
    "an unknown desk": (
        of(desk="desk: ¶snwo"),
        'desk: there is no desk "snwo"; write snow, add it to desks in config.yaml, or take this file away',
    ),
    "a table with a space": (of(table="table: ¶my incidents"), "can't be a table"),
    "an empty watch": (of(watch="watch: ¶{}"), "this is empty, so every ticket would match"),
    "a watch in a word": (of(watch="watch: ¶category"), "keys with values belong here"),
    "a watched field with a space": (of(watch="watch: {¶my field: 1}"), '"my field" can\'t be a field'),
    "a watched value with a caret": (
        of(watch="watch: {category: ¶a^ORactive=true}"),
        "holds a ^, which ends a condition",
    ),
    "a watched script": (
        of(watch='watch: {category: ¶"JavaScript:gs.x()"}'),
        "ServiceNow would run javascript: as a script",
    ),
    "a watched line break": (
        of(watch='watch: {category: ¶"a\\nb"}'),
        "line breaks and invisible characters aren't allowed here",
    ),
    "a comma in a list": (
        of(watch='watch: {category: [a, ¶"b,c"]}'),
        "holds a comma, at which ServiceNow splits lists",
    ),
    "a comma in not_in": (of(watch='watch: {category: {not_in: [¶"b,c"]}}'), "holds a comma"),
    "an empty list": (of(watch="watch: {category: ¶[]}"), "this list is empty; name at least one value"),
    "an empty value": (of(watch='watch: {category: ¶""}'), "an empty text is no value; write {empty: true}"),
    "nothing to watch for": (
        of(watch="watch: {category: }").replace("category: ", "category:¶ "),
        "this is empty; write a value, or {empty: true}",
    ),
    "an unknown condition": (
        of(watch="watch: {category: {¶starts: a}}"),
        'there is no condition "starts"; write starts_with',
    ),
    "two conditions in one": (
        of(watch="watch: {category: ¶{starts_with: a, empty: false}}"),
        "write exactly one of not_in, empty and starts_with",
    ),
    "empty in a word": (
        of(watch='watch: {category: {empty: ¶"true"}}'),
        'watch.category.empty: this is "true"; write true or false',
    ),
    "starts with everything": (
        of(watch='watch: {category: {starts_with: ¶""}}'),
        "an empty text is no value",
    ),
    "yes for a category": (
        of(watch="watch: {category: ¶yes}"),
        "watch.category: YAML reads yes without quotes as true",
    ),
    "zeros in front of a state": (of(watch="watch: {state: ¶022}"), 'write "022" in quotes'),
    "a start by a word": (
        example("ticket: {a: b}\n    ¶starts_at: '2026-03-01T08:30:00Z'"),
        'there is no value "starts_at"',
    ),
    "an example with a field that has a slip": (
        example("ticket: {¶caler_id.user_name: ann}\n    subject: ann"),
        'the mapping names no field "caler_id.user_name"; write caller_id.user_name',
    ),
    "delivery by mail": (
        f"{MAPPING}deliver: ¶manager_mail\n",
        "config.yaml names no mailbox to send from; add mail:",
    ),
    "two ways that are one": (
        f"{MAPPING}deliver: ¶[note, note]\n",
        "write one way to deliver, or two different ones",
    ),
    "a manager of nobody": (f"{MAPPING}mail: {{manager_of: ¶everybody}}\n", '"everybody"'),
    "words in a language that isn't there": (f"{MAPPING}note: {{language: ¶tlh}}\n", '"tlh"'),
    "delivery by pigeon": (f"{MAPPING}deliver: ¶pigeon\n", 'there is no way to deliver "pigeon"; write note'),
    "four eyes without an approval": (
        of(values=ASKING) + "allow: {four_eyes: ¶true}\n",
        (
            "four_eyes needs an approval; add approval beside it, such as approval: "
            "{field: approval, in: [approved]}"
        ),
    ),
    "four eyes without a requester": (
        MAPPING.replace("values: ", "values: ¶") + f"allow: {{four_eyes: true, {APPROVAL}}}\n",
        (
            "allow.four_eyes needs a requester; add requester here, such as requester: "
            "{from: opened_by.email, find_by: mail}"
        ),
    ),
    "four eyes by a variable": (
        of(values=ASKING, table="table: sc_req_item")
        + "allow: {four_eyes: true, approval: {field: ¶variables.approved, in: [yes please]}}\n",
        "allow.approval.field: nobody is on record as having approved a variable; write "
        "approval, for example",
    ),
    "four eyes in a word": (f"{MAPPING}allow: {{four_eyes: ¶yes, {APPROVAL}}}\n", "write true or false"),
    "a lifetime without a unit": (
        f"{MAPPING}pass: {{lifetime: ¶60}}\n",
        "60 has no unit; write 60s, 60m or 60h",
    ),
    "a lifetime that is too short": (f"{MAPPING}pass: {{lifetime: ¶9m}}\n", "write 10m or more"),
    "a lifetime with seconds": (f"{MAPPING}pass: {{lifetime: ¶601s}}\n", "Entra counts in minutes"),
    "a lifetime above the floor": (
        f"{MAPPING}pass: {{lifetime: ¶9h}}\n",
        "9h is longer than floor.lifetime_at_most allows; write 8h or less",
    ),
    "a fence that is too wide": (f"{MAPPING}pass: {{fence: ¶16m}}\n", "this is 16m; write 15m or less"),
    "one_time in yes": (f"{MAPPING}pass: {{one_time: ¶yes}}\n", "write true or false"),
    "one_time in quotes": (f'{MAPPING}pass: {{one_time: ¶"true"}}\n', "write true or false"),
    "a zone with a slip": (
        f"{MAPPING}timezone: ¶Europe/Amsterdm\n",
        'there is no time zone "Europe/Amsterdm"; write Europe/Amsterdam',
    ),
    "a zone that is a folder": (f"{MAPPING}timezone: ¶Europe\n", 'there is no time zone "Europe"'),
    "a zone that is a path": (f"{MAPPING}timezone: ¶../etc/passwd\n", "there is no time zone"),
    "an approval without a yes": (
        f"{MAPPING}allow: {{approval: ¶{{field: approval}}}}\n",
        'the key "in" is missing; add it',
    ),
    "an approval that is both": (
        f"{MAPPING}allow: {{approval: {{field: a, in: [x], refused_in: [¶x]}}}}\n",
        "can't mean yes and no",
    ),
    "a channel that is anything": (
        f"{MAPPING}allow: {{channel: ¶{{field: contact_type}}}}\n",
        "write exactly one of in and not_in",
    ),
    "an unknown requester": (
        f"{MAPPING}allow: {{requester: [subject, ¶manger]}}\n",
        'there is no requester "manger"; write manager',
    ),
    "requesters without a comma": (
        f"{MAPPING}allow: {{requester: [¶subject manager]}}\n",
        'a comma is missing in "subject manager"; write [subject, manager], or each on a line of its own',
    ),
    "requesters with a semicolon, and a slip": (
        f"{MAPPING}allow: {{requester: [¶subject; manger]}}\n",
        "write [subject, manager], or each on a line of its own",
    ),
    "requesters in a sentence": (
        f"{MAPPING}allow:\n  requester:\n    - ¶subject and manager\n",
        "write [subject, manager], or each on a line of its own",
    ),
    "a requester and a group in one": (
        f"{MAPPING}allow: {{requester: [¶subject group:6f1967b7-15e8-4935-ac26-d50770ed07a7]}}\n",
        "write [subject, group:6f1967b7-15e8-4935-ac26-d50770ed07a7], or each",
    ),
    "requesters without brackets": (
        f"{MAPPING}allow: {{requester: ¶subject}}\n",
        "allow.requester: this must be a list; write [subject]",
    ),
    "requesters without brackets or a comma": (
        f"{MAPPING}allow: {{requester: ¶subject manager}}\n",
        "allow.requester: this must be a list; write [subject, manager]",
    ),
    "everyone": (
        f"{MAPPING}allow: {{requester: ¶everyone}}\n",
        'there is no requester "everyone"; write anyone, which floor.requester_at_most in config.yaml must '
        "name, too, and write it as a list, in [ ]",
    ),
    "everyone in a list": (
        f"{MAPPING}allow: {{requester: [¶Everybody]}}\n",
        'there is no requester "Everybody"; write anyone, which floor.requester_at_most',
    ),
    "the person themselves": (
        f"{MAPPING}allow: {{requester: [¶self]}}\n",
        'there is no requester "self"; write subject',
    ),
    "the person and their manager without a comma": (
        f"{MAPPING}allow: {{requester: [¶self manager]}}\n",
        'a comma is missing in "self manager"; write [subject, manager]',
    ),
    "an approval that is no list": (
        f"{MAPPING}allow: {{approval: {{field: approval, in: ¶approved}}}}\n",
        "this must be a list of values; write [approved]",
    ),
    "values that are no list": (of(watch="watch: {state: {not_in: ¶6}}"), "this must be a list; write [6]"),
    "a group by its id alone": (
        f"{MAPPING}allow: {{requester: [¶6f1967b7-15e8-4935-ac26-d50770ed07a7]}}\n",
        "write group:6f1967b7-15e8-4935-ac26-d50770ed07a7",
    ),
    "groups without a comma": (
        f"{MAPPING}allow: {{subject_in: [¶6f1967b7-15e8-4935-ac26-d50770ed07a7; "
        "6f1967b7-15e8-4935-ac26-d50770ed07a8]}\n",
        "a comma is missing in",
    ),
    "ways to deliver without a comma": (
        f"{MAPPING}deliver: [¶manager_mail note]\n",
        'a comma is missing in "manager_mail note"; write [manager_mail, note]',
    ),
    "two words where one belongs": (
        f"{MAPPING}allow: {{standing: ¶wait or replace}}\n",
        '"wait or replace" are 2 words for one standing; keep wait or replace',
    ),
    "an example that only says whether it is watched in a word": (
        example("ticket: {a: b}\n    watched: ¶'false'"),
        "write true or false",
    ),
    "anyone, beyond the floor": (
        f"{MAPPING}allow: {{requester: [¶anyone]}}\n",
        'the floor doesn\'t allow "anyone"',
    ),
    "a group by name": (
        f"{MAPPING}allow: {{requester: ['¶group:Service Desk']}}\n".replace("'¶", "¶'"),
        "after group: comes an object id",
    ),
    "a group without one": (
        f"{MAPPING}allow: {{requester: [¶group]}}\n",
        "which group? Write group:OBJECT-ID",
    ),
    "nobody": (f"{MAPPING}allow: {{requester: ¶[]}}\n", "nobody may ask; name at least one"),
    "members of a name": (f"{MAPPING}allow: {{subject_in: [¶Staff]}}\n", '"Staff" is no object id'),
    "a standing that is unknown": (
        f"{MAPPING}allow: {{standing: ¶delete}}\n",
        'there is no standing "delete"; write',
    ),
    "a note that callers read": (
        f"{MAPPING}note: {{field: ¶comments}}\n",
        'note.field: callers can read "comments"; write work_notes, or a restricted',
    ),
    "a note in the closing words": (
        f"{MAPPING}note: {{field: ¶close_notes}}\n",
        'callers can read "close_notes"',
    ),
    "a note by its label": (f"{MAPPING}note: {{field: ¶Additional comments}}\n", "callers can read"),
    "a plain note that callers read": (
        f"{MAPPING}note: {{plain: ¶comments_and_work_notes}}\n",
        "note.plain: callers can read",
    ),
    "a note field that nobody vouches for": (
        f"{MAPPING}note: {{field: ¶u_pass}}\n",
        "is not known to be restricted; write work_notes, or add it to floor",
    ),
    "a marker that callers read": (
        f"{MAPPING}note: {{marker: ¶short_description}}\n",
        "note.marker: callers can read",
    ),
    "a marker in the journal": (f"{MAPPING}note: {{marker: ¶work_notes}}\n", "can't be read back"),
    "a marker of another record": (f"{MAPPING}note: {{marker: ¶caller_id.u_x}}\n", "can't be read back"),
    "a settle that nobody knows": (
        f"{MAPPING}settle: {{¶revokd: {{state: 2}}}}\n",
        'there is no key "revokd"; write revoked',
    ),
    "a settled caret": (f"{MAPPING}settle: {{used: {{close_code: ¶a^b}}}}\n", "holds a ^"),
    "a settled list": (f"{MAPPING}settle: {{used: {{state: ¶[6]}}}}\n", "this must be one text"),
    "a settled nothing": (f"{MAPPING}settle: {{used: {{state:¶ }}}}\n", "this is empty; write a value"),
    "a pass in a text": (
        f"{MAPPING}settle: {{used: {{close_notes: ¶'the {{pass}}'}}}}\n",
        'there is no text "{pass}"; write',
    ),
    "a brace alone": (f"{MAPPING}settle: {{used: {{close_notes: ¶'a }} b'}}}}\n", "there is a single brace"),
    "a reason for callers": (
        f"{MAPPING}settle: {{refused: {{close_notes: ¶'{{reason}}'}}}}\n",
        "{reason} isn't meant for them; take it out",
    ),
    "a reason in a field that nobody vouches for": (
        f"{MAPPING}settle: {{refused: {{u_x: ¶'{{reason}}'}}}}\n",
        "callers may read",
    ),
    "a settle of the pass's own field": (
        f"{MAPPING}settle: {{delivered: {{¶work_notes: x}}}}\n",
        'passdesk writes "work_notes" itself',
    ),
    "a settle of the marker": (
        f"{MAPPING}note: {{marker: u_ref}}\nsettle: {{used: {{¶u_ref: x}}}}\n",
        'passdesk writes "u_ref" itself',
    ),
    "an example without a ticket": (example("¶subject: a"), 'the key "ticket" is missing'),
    "an example that expects nothing": (example("¶ticket: {a: b}"), "nothing is expected; add subject: TEXT"),
    "an example with a slip": (
        example("ticket: {a: b}\n    ¶subjct: a"),
        'there is no value "subjct"; write subject',
    ),
    "an example that is refused and not": (
        example("¶ticket: {a: b}\n    subject: a\n    refused: subject_missing"),
        "keep refused, or the values",
    ),
    "an example with another reason": (
        example("ticket: {a: b}\n    refused: ¶subject_mising"),
        'no refused "subject_mising"; write subject_missing',
    ),
    "an example with a list": (example("ticket: {a: ¶[b]}\n    subject: a"), "this must be one text"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_said_once_with_its_place_and_cure_in_our_words(case: str, tmp_path: Path) -> None:
    said_once(tmp_path, *CASES[case])


def test_what_is_left_out_meets_the_floor_too(tmp_path: Path) -> None:
    config = f"{CONFIG}floor: {{lifetime_at_most: 30m, requester_at_most: [subject]}}\n"
    found = mistakes_of(lay(tmp_path, config))
    assert {(each.key, each.line) for each in found} == {("pass.lifetime", 1), ("allow.requester", 1)}


def test_a_field_that_the_floor_vouches_for_is_named_where_it_was_meant(tmp_path: Path) -> None:
    config = f"{CONFIG}floor: {{note_fields: [u_access_pass]}}\n"
    (found,) = mistakes_of(lay(tmp_path, config, incidents=f"{MAPPING}note: {{field: u_acess_pass}}\n"))
    assert found.sentence == '"u_acess_pass" is not known to be restricted; write u_access_pass'


def test_a_marker_is_no_field_that_notes_overwrite(tmp_path: Path) -> None:
    config = f"{CONFIG}floor: {{note_fields: [u_pass]}}\n"
    (found,) = mistakes_of(
        lay(tmp_path, config, incidents=f"{MAPPING}note: {{field: u_pass, marker: u_pass}}\n")
    )
    assert (found.key, found.line, found.column) == ("note.marker", 6, 31)
    assert "the marker is overwritten by notes there; write a field of its own" in found.sentence


def test_the_floor_can_vouch_for_a_field_and_for_anyone(tmp_path: Path) -> None:
    config = f"{CONFIG}floor: {{note_fields: [u_pass], requester_at_most: [anyone]}}\n"
    rules = "note: {field: u_pass}\nallow: {requester: [anyone]}\nsettle: {refused: {u_pass: '{reason}'}}\n"
    text = f"{MAPPING}{rules}"
    (mapping,) = load(lay(tmp_path, config, incidents=text)).mappings
    assert (mapping.note.field, mapping.allow.requester) == ("u_pass", ("anyone",))


def test_a_floor_with_a_mistake_does_not_make_mistakes_of_mappings(tmp_path: Path) -> None:
    config = f"{CONFIG}floor: {{note_fields: [u_pass, comments], lifetime_at_most: 5}}\n"
    found = mistakes_of(
        lay(tmp_path, config, incidents=f"{MAPPING}note: {{field: u_pass}}\npass: {{lifetime: 9h}}\n")
    )
    assert {each.path.name for each in found} == {"config.yaml"}


def test_two_mappings_of_one_name_are_said_at_the_second(tmp_path: Path) -> None:
    (found,) = mistakes_of(lay(tmp_path, a=MAPPING, b=MAPPING))
    assert (found.path.name, found.line, found.column) == ("b.yaml", 1, 10)
    assert '"incidents" is the name of a.yaml, too' in found.sentence


def test_one_mistake_does_not_hide_another(tmp_path: Path) -> None:
    text = """\
mapping: incidents
desk: snwo
table: incident
watch: {category: a^b}
values:
  requester: {from: a, then: [trimm], find_by: email}
  starts_at: {from: b/c}
note: {field: comments, marker: u_ref}
settle: {used: {u_ref: x}, delivered: {state: "{pass}"}}
examples:
  - ticket: {a: b}
    subjct: x
    refused: no
"""
    found = mistakes_of(lay(tmp_path, incidents=text))
    assert sorted(each.line for each in found) == [2, 4, 6, 6, 6, 7, 8, 9, 9, 11, 12, 13]


def test_a_desk_that_is_misspelt_behind_a_misspelt_key_is_told_beside_it(tmp_path: Path) -> None:
    found = mistakes_of(lay(tmp_path, incidents=of(desk="dessk: snoww")))
    assert [each.sentence for each in found] == [
        'there is no key "dessk"; write desk',
        'there is no desk "snoww"; write snow',
    ]
