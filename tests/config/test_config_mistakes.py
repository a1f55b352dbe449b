"""One broken config.yaml a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.load import load
from connector.forms.mistakes import Mistakes
from tests.config.files import CONFIG, lay, mistakes_of, unmarked
from tests.searching import SEARCH

DESKS = CONFIG.partition("desks:")[1] + CONFIG.partition("desks:")[2]
ENTRA = CONFIG.partition("desks:")[0]
GUID = "6f1967b7-15e8-4935-ac26-d50770ed07a7"


def with_desk(desk: str) -> str:
    snow = "{kind: servicenow, url: https://x.example.org, auth: {kind: api_key, key: env:K}}"
    return f"{ENTRA}desks:\n  a: {desk}\n  snow: {snow}\n"


def with_entra(entra: str) -> str:
    return f"entra: {entra}\n{DESKS}"


CASES = {
    "a key that nobody knows": (f"{CONFIG}¶pol: {{}}\n", 'there is no key "pol"; write poll'),
    "a key below a section that nobody knows": (
        f"{CONFIG}poll: {{¶evry: 60s}}\n",
        'poll: there is no key "evry"; write every',
    ),
    "a key like no other": (f"{CONFIG}log: {{¶zzz: 1}}\n", 'there is no key "zzz"; write format or level'),
    "no entra": (f"¶{DESKS}", 'the key "entra" is missing; add it'),
    "no entra but a slip": (
        f"¶entr: {{credential: {{kind: managed_identity}}}}\n{DESKS}",
        'there is no key "entr"; write entra',
    ),
    "an empty section": (f"{CONFIG}web:¶\n", "web: this is empty; write a value, or delete the key"),
    "a key of a section at the top": (
        f"{CONFIG}¶every: 60s\n",
        'there is no key "every" here; it belongs under poll, indented',
    ),
    "a section in a word": (
        f"{CONFIG}log: ¶info\n",
        "keys with values belong here; write {format: json, level: info}",
    ),
    "no space behind a colon": (
        with_entra("{credential: {kind: managed_identity}, ¶pim:absent}"),
        "a space is missing after",
    ),
    "a list for a word": (
        with_entra("{credential: {kind: managed_identity}, pim: ¶[absent]}"),
        "this must be one text; write it",
    ),
    "a truth for a word": (
        with_entra("{credential: {kind: managed_identity}, pim: ¶true}"),
        'no pim "true"; write present or absent',
    ),
    "a secret under another name": (
        with_entra("{credential: {kind: client_secret, tenant_id: t, client_id: c, ¶client_secret: env:X}}"),
        'there is no key "client_secret"; write secret',
    ),
    "a key of another kind of credential": (
        with_entra("{credential: {kind: managed_identity, ¶tenant_id: t}}"),
        "tenant_id goes with kind: certificate; change the kind, or delete this",
    ),
    "a desk without a name": (
        f"{ENTRA}desks: {{¶kind: servicenow, url: https://x.example.org}}\n",
        "this desk has no name; write one such as contoso-desk: above it",
    ),
    "a page for an address": (
        with_desk(
            "{kind: servicenow, url: ¶https://contoso.service-now.com/nav_to.do, auth: {kind: api_key, key: "
            "env:K}}"
        ),
        "the address has something after its host; write https://contoso.service-now.com",
    ),
    "an empty password": (
        with_desk("{kind: servicenow, url: https://x.example.org, auth: {kind: api_key, key:¶ }}"),
        "this is empty; write a value, such as key: env:SNOW_API_KEY",
    ),
    "a mapping file that is a number": (
        f"{CONFIG}mappings: [mappings/incidents.yaml, ¶5]\n",
        "write a folder, such as mappings",
    ),
    "no desks": (f"¶{ENTRA}", 'the key "desks" is missing; add it'),
    "an empty desks": (f"{ENTRA}desks: ¶{{}}\n", "there is no desk; add one"),
    "desks without anything": (
        f"{ENTRA}desks:¶\n",
        "desks: this is empty; write a value, such as desks: {contoso-servicenow",
    ),
    "no credential": (with_entra("¶{cloud: global}"), 'entra: the key "credential" is missing'),
    "a credential in a word": (
        with_entra("{credential: ¶managed_identity}"),
        "write {kind: …} with one of managed_identity,",
    ),
    "a credential without kind": (
        with_entra("{credential: ¶{path: x}}"),
        'the key "kind" is missing; add kind: managed_identity',
    ),
    "an unknown kind of credential": (
        with_entra("{credential: {kind: ¶manged_identity}}"),
        "write managed_identity",
    ),
    "a secret credential without a secret": (
        with_entra("{credential: ¶{kind: client_secret, tenant_id: t, client_id: c}}"),
        'the key "secret" is missing; add it, such as secret: env:ENTRA_CLIENT_SECRET',
    ),
    "a client secret written out": (
        with_entra("{credential: {kind: client_secret, tenant_id: t, client_id: c, secret: ¶hunter2}}"),
        "entra.credential.secret: a secret doesn't belong in this file; write env:NAME or file:PATH",
    ),
    "a client secret in digits": (
        with_entra("{credential: {kind: client_secret, tenant_id: t, client_id: c, secret: ¶8812345}}"),
        "a secret doesn't belong in this file",
    ),
    "another cloud": (
        with_entra("{credential: {kind: managed_identity}, cloud: ¶usgv}"),
        'there is no cloud "usgv"; write usgov',
    ),
    "pim in yes": (
        with_entra("{credential: {kind: managed_identity}, pim: ¶yes}"),
        'no pim "yes"; write present or absent',
    ),
    "Graph in the clear": (
        with_entra("{credential: {kind: managed_identity}, graph_url: ¶http://graph.microsoft.com}"),
        "plain http sends secrets in the clear; write https://graph.microsoft.com",
    ),
    "an unknown kind of desk": (
        with_desk("{kind: ¶servicenw, url: https://x.example.org}"),
        "write servicenow",
    ),
    "a desk without auth": (
        with_desk("¶{kind: servicenow, url: https://x.example.org}"),
        'desks.a: the key "auth" is missing',
    ),
    "a desk's password written out": (
        with_desk(
            "{kind: servicenow, url: https://x.example.org, auth: {kind: basic, username: u, password: "
            "¶hunter2}}"
        ),
        "a secret doesn't belong in this file",
    ),
    "an unknown kind of reference": (
        with_desk(
            "{kind: servicenow, url: https://x.example.org, auth: {kind: basic, username: ¶vault:x, "
            "password: env:P}}"
        ),
        'there is no kind of reference "vault"; write keyvault:',
    ),
    "env without a name": (
        with_desk("{kind: servicenow, url: https://x.example.org, auth: {kind: api_key, key: ¶'env:'}}"),
        "after env: comes the name of an environment variable",
    ),
    "a key vault without a secret": (
        with_desk(
            "{kind: servicenow, url: https://x.example.org, auth: {kind: api_key, key: ¶keyvault:contoso}}"
        ),
        "write keyvault:https://VAULT/secrets/NAME",
    ),
    "a TOPdesk auth at ServiceNow": (
        with_desk(
            "{kind: servicenow, url: https://x.example.org, auth: {kind: ¶application_password, login: l, "
            "password: env:P}}"
        ),
        "write basic, client_credentials, password_grant or api_key",
    ),
    "no address": (
        with_desk(
            "{kind: topdesk, url: ¶contoso, auth: {kind: application_password, login: l, password: env:P}}"
        ),
        "such as",
    ),
    "a user in the address": (
        with_desk(
            "{kind: topdesk, url: ¶https://u:p@x.example.org, auth: {kind: application_password, login: l, "
            "password: env:P}}"
        ),
        "a user or password doesn't belong in an address",
    ),
    "a query behind the address": (
        with_desk(
            "{kind: topdesk, url: 'https://x.example.org/?a=b', auth: {kind: application_password, login: "
            "l, password: env:P}}"
        ).replace("'https", "¶'https"),
        "something after ? or #",
    ),
    "a duration without unit": (f"{CONFIG}poll: {{every: ¶60}}\n", "60 has no unit; write 60s, 60m or 60h"),
    "a duration in words": (
        f"{CONFIG}lease: ¶half a minute\n",
        "this is no duration; write a whole number with s, m, h or d",
    ),
    "two durations in one": (f"{CONFIG}lease: ¶1h30m\n", "this is no duration"),
    "a poll at every moment": (f"{CONFIG}poll: {{every: ¶0s}}\n", "this is 0s; write 1s or more"),
    "workers in quotes": (
        f'{CONFIG}workers: ¶"8"\n',
        "this must be a whole number; write one without quotes",
    ),
    "no workers": (f"{CONFIG}workers: ¶0\n", "this is 0; write 1 or more"),
    "a crowd of workers": (f"{CONFIG}workers: ¶500\n", "this is 500; write 64 or less"),
    "true workers": (f"{CONFIG}workers: ¶true\n", "this must be a whole number"),
    "a lifetime below Entra's": (
        f"{CONFIG}floor: {{lifetime_at_most: ¶5m}}\n",
        "this is 5m; write 10m or more",
    ),
    "a lifetime above Entra's": (
        f"{CONFIG}floor: {{lifetime_at_most: ¶31d}}\n",
        "this is 31d; write 30d or less",
    ),
    "a limit without a span": (
        f"{CONFIG}floor: {{passes_in_all: ¶60}}\n",
        "this is no limit; write how many within how long, such as 2/24h",
    ),
    "a limit of nothing": (f"{CONFIG}floor: {{passes_in_all: ¶0/1h}}\n", "use passdesk pause"),
    "an unknown requester": (
        f"{CONFIG}floor: {{requester_at_most: [¶subjct]}}\n",
        'no requester_at_most "subjct"; write subject',
    ),
    "requesters that are no list": (
        f"{CONFIG}floor: {{requester_at_most: ¶subject}}\n",
        "this must be a list; write [subject]",
    ),
    "a note field that callers read": (
        f"{CONFIG}floor: {{note_fields: [¶comments]}}\n",
        'callers can read "comments"',
    ),
    "a note field by its label": (
        f"{CONFIG}floor: {{note_fields: [work_notes, ¶Additional comments]}}\n",
        'callers can read "Additional',
    ),
    "a note field of another record": (
        f"{CONFIG}floor: {{note_fields: [¶caller_id.u_x]}}\n",
        "is a field of another record",
    ),
    "a protected group by name": (
        f"{CONFIG}floor: {{protected_groups: [¶Admins]}}\n",
        '"Admins" is no object id; copy it from Entra',
    ),
    "mail from nobody": (f"{CONFIG}mail: {{from: ¶servicedesk}}\n", '"servicedesk" is no mail address'),
    "a ledger's password in its address": (
        f"{CONFIG}ledger: ¶postgresql+psycopg://u:p@db/passdesk\n",
        "a password doesn't belong in this file; write it beside the address",
    ),
    "a ledger's password behind its address": (
        f"{CONFIG}ledger: ¶postgresql://u@db/passdesk?password=p\n",
        "a password doesn't belong in this file; write it beside the address",
    ),
    "a ledger's server without a database": (
        f"{CONFIG}ledger: ¶postgresql://u@db\n",
        "this is no server's address; write postgresql+psycopg://USER@HOST/DATABASE",
    ),
    "a ledger's server by another driver": (
        f"{CONFIG}ledger: ¶postgresql+asyncpg://u@db/passdesk\n",
        "begin with postgresql+psycopg://",
    ),
    "a ledger in memory": (f"{CONFIG}ledger: ¶'sqlite:///:memory:'\n", "forgets who has a pass"),
    "a ledger in a path": (f"{CONFIG}ledger: ¶passdesk.db\n", "write sqlite:/// and a path"),
    "a port that is none": (f'{CONFIG}web: {{listen: ¶"127.0.0.1:99999"}}\n', "no address to listen on"),
    "a level by number": (f"{CONFIG}log: {{level: ¶7}}\n", "write debug, info, warning or error"),
    "a list for a section": (f"{CONFIG}log: ¶[json]\n", "keys with values belong here"),
    "a folder that isn't there": (
        f"{CONFIG}mappings: ¶nowhere\n",
        'the folder "nowhere" isn\'t there; make it',
    ),
    "a mapping file that isn't there": (
        f"{CONFIG}mappings: [mappings/incidents.yaml, ¶mappings/other.yaml]\n",
        "there is no such file",
    ),
    "a mapping file named twice": (
        f"{CONFIG}mappings: [mappings/incidents.yaml, ¶mappings/incidents.yaml]\n",
        "twice; keep one",
    ),
    "mappings that are a number": (
        f"{CONFIG}mappings: ¶5\n",
        "write a folder, such as mappings, or a list of files",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_said_once_with_its_place_and_cure(case: str, tmp_path: Path) -> None:
    text, line, column = unmarked(CASES[case][0])
    found = mistakes_of(lay(tmp_path, text))
    assert [(each.line, each.column) for each in found] == [(line, column)], [str(each) for each in found]
    assert CASES[case][1] in str(found[0])


@SEARCH
@pytest.mark.parametrize("case", CASES)
def test_no_sentence_speaks_like_a_library(case: str, tmp_path: Path) -> None:
    (found,) = mistakes_of(lay(tmp_path, unmarked(CASES[case][0])[0]))
    assert found.sentence
    for word in (
        "Input should",
        "validation",
        "pydantic",
        "Value error",
        "NoneType",
        "this is not what belongs here",
    ):
        assert word not in found.sentence


@pytest.mark.parametrize(
    "case",
    [case for case, (text, _) in CASES.items() if "hunter2" in text or "8812345" in text or ":p@" in text],
)
def test_a_secret_that_was_typed_is_not_repeated(case: str, tmp_path: Path) -> None:
    (found,) = mistakes_of(lay(tmp_path, unmarked(CASES[case][0])[0]))
    for text in (found.shown(), repr(found), str(found)):
        assert found.sentence in text
        assert not any(secret in text for secret in ("hunter2", "8812345", "u:p@"))


def test_another_mistake_on_the_line_of_a_secret_does_not_show_it(tmp_path: Path) -> None:
    config = with_desk(
        "{kind: servicenow, url: https://x.example.org, auth: {kind: basic, usrname: u, password: hunter2}}"
    )
    shown = "\n".join(each.shown() for each in mistakes_of(lay(tmp_path, config)))
    assert "usrname" in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize(
    "lines",
    ["password hunter2", "password:hunter2", "password:\n        hunter2: x", "password: a\n        hunter2"],
)
def test_a_secret_is_not_shown_where_the_file_is_no_yaml(lines: str, tmp_path: Path) -> None:
    desk = f"  a:\n    kind: servicenow\n    auth:\n      kind: basic\n      {lines}\n      username: u\n"
    config = f"{ENTRA}desks:\n{desk}"
    shown = Mistakes(mistakes_of(lay(tmp_path, config))).render(show_lines=True)
    assert "config.yaml:" in shown
    assert "hunter2" not in shown


def test_all_mistakes_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    broken = (
        "mapping: a\ndesk: snwo\ntable: incident\nwatch: {}\nvalues: {subject: {from: x, then: [trimm]}}\n"
    )
    broken += "note: {field: comments}\n"
    path = lay(
        tmp_path,
        f"{CONFIG}workers: 0\nlog: {{level: loud}}\n",
        one=broken,
        two=broken.replace("mapping: a", "mapping: b"),
    )
    found = mistakes_of(path)
    assert [each.path.name for each in found] == ["config.yaml"] * 2 + ["one.yaml"] * 4 + ["two.yaml"] * 4


def test_a_missing_configuration_says_what_to_do(tmp_path: Path) -> None:
    (found,) = mistakes_of(tmp_path / "config.yaml")
    assert (found.line, found.column) == (1, 1)
    assert "copy config.example.yaml" in found.sentence


def test_a_folder_without_mapping_files_is_a_mistake(tmp_path: Path) -> None:
    path = lay(tmp_path)
    (tmp_path / "mappings" / "incidents.yaml").rename(tmp_path / "mappings" / "incidents.bak")
    (found,) = mistakes_of(path)
    assert 'no file in "mappings" ends with .yaml; put a mapping file there' in found.sentence


LISTS = {
    "floor: {requester_at_most: [¶subject manager]}": "write [subject, manager], or each",
    "floor: {requester_at_most: ¶everyone}": "write anyone, and write it as a list, in [ ]",
    "floor: {note_fields: [¶work_notes u_pass]}": "write [work_notes, u_pass], or each on a line of its own",
    "floor: {note_fields: ¶work_notes u_pass}": "this must be a list; write [work_notes, u_pass]",
    "mappings: [¶mappings/a.yaml mappings/b.yaml]": "a comma is missing here; put one between two files",
    "poll: {every: 60s¶; jitter: 10s}": "a ; separates nothing; write a comma",
}


@pytest.mark.parametrize("line", LISTS)
def test_a_list_without_its_commas_or_brackets_is_told_with_what_to_write(line: str, tmp_path: Path) -> None:
    text, row, column = unmarked(f"{CONFIG}{line}\n")
    (found,) = mistakes_of(lay(tmp_path, text))
    assert (found.path.name, found.line, found.column) == ("config.yaml", row, column)
    assert LISTS[line] in found.sentence


NOT_READ = "this file isn't read, since its name doesn't end with .yaml"


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("m.yml", "m.yaml"),
        ("m.YAML", "m.yaml"),
        ("m.Yml", "m.yaml"),
        ("m.yaml.txt", "m.yaml"),
        ("m.yml.txt", "m.yaml"),
    ],
)
def test_a_mapping_file_whose_name_ends_otherwise_is_a_mistake_and_not_left_out_silently(
    name: str, right: str, tmp_path: Path
) -> None:
    path = lay(tmp_path)
    beside = tmp_path / "mappings" / name
    beside.write_text("mapping: others\n", "utf-8")
    (found,) = mistakes_of(path)
    assert (found.path, found.line, found.column) == (beside, 1, 1)
    assert found.sentence == f"{NOT_READ}; call it {right}, or take it away"
    (tmp_path / "mappings" / "incidents.yaml").rename(tmp_path / "mappings" / right)
    (found,) = mistakes_of(path)
    assert found.sentence == f"{NOT_READ}; keep one of it and {right}"


def test_files_that_nobody_takes_for_mappings_may_lie_in_the_folder(tmp_path: Path) -> None:
    path = lay(tmp_path)
    for name in ("people.csv", "incidents.yaml.bak", "incidents.yaml~", ".incidents.yml", "README.txt"):
        (tmp_path / "mappings" / name).write_text("", "utf-8")
    assert len(load(path).mappings) == 1


def test_a_mapping_file_that_the_list_names_may_be_called_as_it_likes(tmp_path: Path) -> None:
    path = lay(tmp_path, f"{CONFIG}mappings: [mappings/incidents.yml]\n")
    (tmp_path / "mappings" / "incidents.yaml").rename(tmp_path / "mappings" / "incidents.yml")
    assert len(load(path).mappings) == 1


def test_an_empty_variable_is_a_mistake_only_where_secrets_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOP", "x")
    monkeypatch.delenv("SNOW_PASSWORD", raising=False)
    (found,) = mistakes_of(lay(tmp_path), secrets=True)
    assert (found.line, found.key) == (3, "desks.snow.auth.password")
    assert found.sentence == "the environment variable SNOW_PASSWORD is not set; set it where passdesk starts"


def test_a_keyvault_reference_is_accepted_and_said_to_come_later_at_the_start(tmp_path: Path) -> None:
    config = CONFIG.replace(
        "env:SNOW_PASSWORD", "keyvault:https://contoso.vault.azure.net/secrets/snow"
    ).replace("env:TOP", "env:PATH")
    (found,) = mistakes_of(lay(tmp_path, config), secrets=True)
    assert "keyvault: comes in a later release; for now write env:NAME or file:PATH" in found.sentence
