"""One broken value, step, field or table a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.files import MAPPING
from tests.mapping.broken import example, of, said_once, subject, then

CASES = {
    "no values": ("¶" + of(values=""), 'the key "values" is missing'),
    "no subject": (of(values="values: ¶{who: {from: x}}"), 'values: the key "subject" is missing'),
    "a subject with a slip": (
        of(values="values: {¶subjct: {from: x}}"),
        'whose pass is it? Write subject in place of "subjct"',
    ),
    "a subject with nothing": (subject("¶").replace(": ¶", ":¶ "), "this is empty; write {from: FIELD}"),
    "from with a slip": (subject("{¶form: a}"), 'there is no key "form"; write from'),
    "a field that is a number": (subject("{from: ¶5}"), 'this must be a text; write "5" in quotes'),
    "a template that is a number": (subject("{template: ¶5}"), 'this must be a text; write "5" in quotes'),
    "append of a list": (then("[{append: ¶[a]}]"), "values.subject.then.append: this must be one text"),
    "a step without its colon": (
        then('[¶append "@contoso.com"]'),
        'append needs a value; write it with a colon, such as {append: "@contoso.com"}',
    ),
    "a step in capitals": (then("[¶LOWER]"), 'there is no transform "LOWER"; write lower'),
    "a step under another name": (then("[¶uppercase]"), 'there is no transform "uppercase"; write upper'),
    "a way to find under another name": (
        of(values="values: {subject: {from: a}, ¶requster: {from: b, find_by: mail}}"),
        'find_by is for people; write requester in place of "requster"',
    ),
    "late for another value": (
        of(values="values: {subject: {from: a}, city: {from: b, ¶late: now}}"),
        "late is for starts_at only; delete it here",
    ),
    "a limit for what isn't late": (
        of(values="values: {subject: {from: a}, starts_at: {from: b, late_at_most: ¶2h}}"),
        "late_at_most goes with late: now; add that, or take this out",
    ),
    "late in another word": (
        of(values="values: {subject: {from: a}, starts_at: {from: b, late: ¶yesterday}}"),
        'there is no late "yesterday"; write refuse or now',
    ),
    "only for somebody who is nobody": (
        of(values="values: {subject: {from: a}, city: {from: b, ¶only: enabled}}"),
        "only is for people only; delete it here",
    ),
    "only another kind of account": (
        subject("{from: a, only: ¶disabled}"),
        'there is no only "disabled"; write enabled',
    ),
    "a way to find by its property": (
        subject("{from: a, find_by: ¶samAccountName}"),
        'there is no find_by "samAccountName"; write sam_account_name',
    ),
    "a confirmation under the desk's name": (
        f"{MAPPING}confirm: {{¶employee_number: {{from: a}}}}\n",
        'there is no property "employee_number"; write employeeId',
    ),
    "a subject in a word": (
        subject("¶caller_id.user_name"),
        "keys with values belong here; write {from: FIELD}",
    ),
    "a subject from nowhere": (
        subject("¶{then: [trim]}"),
        "exactly one of from, first_of and template; write from: FIELD",
    ),
    "a subject from two places": (
        subject("¶{from: a, first_of: [b]}"),
        "exactly one of from, first_of and template",
    ),
    "a subject from an empty list": (subject("{first_of: ¶[]}"), "this list is empty; name at least one"),
    "a subject from nothing": (subject("{from:¶ }"), "this is empty; write a value"),
    "a field with a slash": (
        subject("{from: ¶caller/name}"),
        "can't be a field; its name is letters, digits, _ and dots",
    ),
    "a subject with a default": (
        then("[trim, ¶{default: boss@contoso.com}]"),
        "default would give one person the pass of every ticket",
    ),
    "steps with a semicolon": (
        then("[¶trim; lower]"),
        'a comma is missing in "trim; lower"; write [trim, lower], or each on a line of its own',
    ),
    "steps with arrows": (then("[¶trim -> lower]"), "write [trim, lower], or each on a line of its own"),
    "steps in one entry": (
        of(values="values:\n  subject:\n    from: caller_id.user_name\n    then:\n    - ¶trim lower\n"),
        "write [trim, lower], or each on a line of its own",
    ),
    "steps without brackets": (
        of(values="values:\n  subject:\n    from: caller_id.user_name\n    then: ¶trim, lower\n"),
        "this must be a list; write [trim, lower]",
    ),
    "a step without brackets, with a slip": (
        then("¶trimm"),
        'there is no transform "trimm"; write trim, and write it as a list, in [ ]',
    ),
    "fields without a comma": (
        subject("{first_of: [¶u_user.email caller_id.email]}"),
        'a comma is missing in "u_user.email caller_id.email"; write [u_user.email, caller_id.email]',
    ),
    "an unknown transform": (
        then("[¶trimm, lower]"),
        'values.subject.then: there is no transform "trimm"; write trim',
    ),
    "a transform like no other": (
        then("[¶zzz]"),
        "lower, upper, append, prepend, replace, extract, lookup, ascii, date, default or require",
    ),
    "a step with two names": (
        then("[¶{append: a, prepend: b}]"),
        "a step is one of trim, lower or upper, or {append: TEXT}",
    ),
    "append without a text": (then("[¶append]"), 'write it with a colon, such as {append: "@contoso.com"}'),
    "append of nothing": (then("[{append:¶ }]"), "the text after append is empty"),
    "trim with an argument": (then("[¶{trim: both}]"), "trim takes nothing; write trim"),
    "an unknown rule": (then("[{require: ¶mail}]"), 'there is no rule "mail"; write email'),
    "steps that are no list": (then("¶trim"), "this must be a list; write [trim]"),
    "a replace of nothing": (then("[{replace: ¶{}}]"), "replace needs pairs; write {replace: {OLD: NEW}}"),
    "a replace of an empty text": (
        then('[{replace: {¶"": x}}]'),
        "values.subject.then.replace: an empty text can't be replaced",
    ),
    "a replace by nothing": (
        then("[{replace: {a:¶ }}]"),
        'the replacement is missing; write "" to take it out',
    ),
    "a replace by a list": (then("[{replace: {a: ¶[b]}}]"), "this must be one text"),
    "a replace by a novel": (
        then(f"[{{replace: {{a: ¶{'x' * 1001}}}}}]"),
        "this is longer than 1000 characters",
    ),
    "a replace of a number": (
        then("[{replace: {a: b, ¶1: one}}]"),
        'a key must be a text; write "1" in quotes',
    ),
    "a replace of too much": (
        then("[{replace: ¶{" + ", ".join(f"a{each}: b" for each in range(201)) + "}}]"),
        "these are 201 pairs, and 200 is the maximum; use lookup",
    ),
    "an extract without a pattern": (
        then("[¶extract]"),
        "extract needs a value; write it with a colon, such as {extract:",
    ),
    "an extract that looks ahead": (
        then("[{extract: ¶'a(?=b)'}]"),
        "isn't supported here; match more than you need",
    ),
    "an extract that looks behind": (
        then("[{extract: ¶'(?<!a)b'}]"),
        "isn't supported here; match more than you need",
    ),
    "an extract that refers back": (
        then(r"[{extract: ¶'(a)\1'}]"),
        "isn't supported here; write the part out",
    ),
    "an extract with an open bracket": (
        then("[{extract: ¶'(a'}]"),
        r"a ( is not closed; close it, or write \(",
    ),
    "an extract with an open set": (then("[{extract: ¶'[a'}]"), "a [ is not closed"),
    "an extract that repeats nothing": (then("[{extract: ¶'*a'}]"), "has nothing before it to repeat"),
    "an extract too often": (then("[{extract: ¶'a{2000}'}]"), "1000 is the maximum"),
    "an extract that is too large": (
        then(r"[{extract: ¶'(?i)(\pL+)(\pL+)(\pL+)(\pL+)'}]"),
        "the pattern is too large; shorten it",
    ),
    "an extract with an unknown letter": (
        then(r"[{extract: ¶'a\Z'}]"),
        r"a \ stands before a letter that it gives no meaning",
    ),
    "an extract that picks and takes nothing": (
        then("[{extract: ¶{pick: first}}]"),
        "extract needs a pattern; write {extract: {pattern: REGEX, pick: first}}",
    ),
    "an extract with a pick like no other": (
        then("[{extract: {pattern: a, pick: ¶newest}}]"),
        'values.subject.then.extract.pick: there is no pick "newest"; write only, first or last',
    ),
    "an extract with an empty pick": (
        then("[{extract: {pattern: a, pick:¶ }}]"),
        "this is empty; write only, first or last",
    ),
    "an extract with a key like no other": (
        then("[{extract: {pattern: a, ¶picks: first}}]"),
        'there is no key "picks"; write pick',
    ),
    "a long extract with an open bracket": (
        then("[{extract: {pattern: ¶'(a', pick: last}}]"),
        r"a ( is not closed; close it, or write \(",
    ),
    "an extract with an empty pattern": (
        then("[{extract: {pattern:¶ , pick: last}}]"),
        "the text after extract is empty",
    ),
    "a lookup with a key twice but for capitals": (
        then("[{lookup: {NL: a, ¶nl: b}}]"),
        'the key "nl" is here twice but for capitals, and not with the same; keep one',
    ),
    "an extract in double quotes": (then(r'[{extract: "¶\d+"}]'), "put the text in single quotes"),
    "a lookup of nothing": (
        then("[{lookup:¶ }]"),
        "lookup needs a table; write {lookup: {KEY: VALUE}}, or {lookup: FILE.csv}",
    ),
    "a lookup in a workbook": (
        then("[{lookup: ¶people.xlsx}]"),
        '"people.xlsx" is no table; write {lookup: {KEY: VALUE}}',
    ),
    "a lookup in a file that isn't there": (
        then("[{lookup: ¶people.csv}]"),
        'there is no file "people.csv" beside the mapping',
    ),
    "a lookup that gives nothing": (
        then('[{lookup: {a: ¶"", b: c}}]'),
        "there is nothing after this key; write what it becomes",
    ),
    "a lookup with a list": (then("[{lookup: {a: ¶[b]}}]"), "this must be one text"),
    "a lookup that gives everybody the same": (
        then("[trim, ¶{lookup: {a: x@contoso.com, b: x@contoso.com}}]"),
        "every key gives the same here, whoever the ticket names",
    ),
    "a lookup with a key twice": (then("[{lookup: {a: b, ¶a: c}}]"), 'the key "a" is here twice'),
    "a template without a name": (
        subject("{template: ¶ann@contoso.com}"),
        "no field of the ticket names the subject here",
    ),
    "a template that only says where": (
        of(values='values: {subject: {template: ¶"boss@{company}"}, company: {from: company}}'),
        "no field of the ticket names the subject here",
    ),
    "a template with a slip": (
        of(values='values: {subject: {template: ¶"{frst}@contoso.com"}, first: {from: a}}'),
        'there is no value "frst"; write first',
    ),
    "a template over nothing": (
        of(values='values: {subject: {from: a}, city: {template: ¶"{town}"}}'),
        'there is no value "town"; add it to values, such as town: {from: FIELD}',
    ),
    "a template over a field": (
        of(values='values: {subject: {template: ¶"{caller_id.user_name}@contoso.com"}}'),
        (
            "a field can't be used in a template; give it a name in values, such as first: "
            "{from: caller_id.user_name}"
        ),
    ),
    "a template over itself": (
        of(values='values: {subject: {from: a}, b: {template: ¶"x{b}"}}'),
        "this goes round in a circle, b → b; take one out of its template",
    ),
    "templates over each other": (
        of(values='values: {subject: {template: ¶"{a}"}, a: {template: "{b}"}, b: {template: "{subject}"}}'),
        "values.subject.template: this goes round in a circle, subject → a → b → subject",
    ),
    "a template with two braces": (
        subject('{template: ¶"{{a}}@contoso.com"}'),
        "two braces mean nothing here",
    ),
    "a template with a brace alone": (subject('{template: ¶"{a@contoso.com"}'), "there is a single brace"),
    "a template with empty braces": (
        subject('{template: ¶"{}@contoso.com"}'),
        '"" can\'t name a value; write one from values',
    ),
    "an empty template": (subject('{template: ¶""}'), "the template is empty; write one such as"),
    "a template of nothing": (subject("{template:¶ }"), "this is empty; write a value"),
    "a default below a template": (
        of(
            values=(
                "values: "
                '{subject: {template: "{who}@{where}"}, who: {from: a, then: [¶{default: boss}]}, where: '
                "{from: b}}"
            )
        ),
        "values.who.then: default would give one person the pass of every ticket",
    ),
    "a requester by default": (
        of(values="values: {subject: {from: a}, requester: {from: b, then: [¶{default: boss@contoso.com}]}}"),
        "default would make one person the requester",
    ),
    "a requester for everybody": (
        of(values="values: {subject: {from: a}, requester: {template: ¶boss@contoso.com}}"),
        "no field of the ticket names the requester here",
    ),
    "values without end": (
        of(
            values="values: ¶{subject: {from: a}, "
            + ", ".join(f"v{each}: {{from: a}}" for each in range(100))
            + "}"
        ),
        "these are 101 values, and 100 is the maximum",
    ),
    "a value that examples couldn't name": (
        of(values="values: {subject: {from: a}, ¶confirm: {from: b}}"),
        "means something else",
    ),
    "an unknown way to find": (subject("{from: a, find_by: ¶email}"), 'there is no find_by "email"; write'),
    "find_by for no person": (
        of(values="values: {subject: {from: a}, city: {from: b, ¶find_by: mail}}"),
        "find_by is for people only",
    ),
    "a value with a dot in its name": (
        of(values="values: {subject: {from: a}, ¶a.b: {from: b}}"),
        "can't name a value",
    ),
    "a confirmation with a slip": (
        f"{MAPPING}confirm: {{¶employeId: {{from: a}}}}\n",
        'there is no property "employeId"; write employeeId',
    ),
    "a confirmation in another case": (
        f"{MAPPING}confirm: {{¶employeeid: {{from: a}}}}\n",
        "write employeeId",
    ),
    "a confirmation of nothing": (f"{MAPPING}confirm: {{employeeId: ¶a}}\n", "keys with values belong here"),
    "a confirmation from nowhere": (
        f"{MAPPING}confirm: {{employeeId: ¶{{then: [trim]}}}}\n",
        "exactly one of from, first_of",
    ),
    "a confirmation that finds": (
        f"{MAPPING}confirm: {{employeeId: {{from: a, ¶find_by: mail}}}}\n",
        "for people only",
    ),
    "a confirmation over nothing": (
        f'{MAPPING}confirm: {{city: {{template: ¶"{{town}}"}}}}\n',
        'there is no value "town"; add it',
    ),
    "again without a value": (
        f"{MAPPING}again: ¶{{field: a}}\n",
        'again: the key "in" is missing; add it, such as in: [yes please]',
    ),
    "again with none": (f"{MAPPING}again: {{field: a, in: ¶[]}}\n", "this list is empty; name at least one"),
    "a watched display value": (
        of(watch="watch: {¶category@display: Identity}"),
        "@display is for reading, and what is asked for",
    ),
    "a watched variable": (
        of(watch="watch: {¶variables.kind: pass}"),
        'can\'t be asked for "variables.kind", a catalogue variable; write cat_item',
    ),
    "a settled display value": (f"{MAPPING}settle: {{used: {{¶state@display: Closed}}}}\n", "write state"),
    "a settled variable": (f"{MAPPING}settle: {{used: {{¶variables.done: yes please}}}}\n", "doesn't change"),
    "a note in a variable": (
        f"{MAPPING}note: {{field: ¶variables.secret}}\n",
        "is not known to be restricted",
    ),
    "a note in a display value": (f"{MAPPING}note: {{field: ¶work_notes@display}}\n", "can't be a field"),
    "a field with another view": (
        subject("{from: ¶caller_id.name@label}"),
        "after the @ comes display and nothing else",
    ),
    "a variable without a name": (subject("{from: ¶variables}"), "which variable? Write variables.NAME"),
    "a start in another form": (
        of(values="values: {subject: {from: a}, starts_at: {from: b}}")
        + "examples:\n  - ticket: {a: b}\n    starts_at: ¶tomorrow\n",
        'this is no start; write it in UTC, such as "2026-03-01T08:30:00Z"',
    ),
    "an example that confirms what isn't": (
        example("ticket: {a: b}\n    confirm: {¶city: Ede}"),
        "the mapping confirms no city; add it to confirm",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_said_once_with_its_place_and_cure_in_our_words(case: str, tmp_path: Path) -> None:
    said_once(tmp_path, *CASES[case])
