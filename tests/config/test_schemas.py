"""The schema files for editors say what the models say: what is right, and as far as a schema can, what is
not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from jsonschema import Draft202012Validator

from connector.config.load import schema
from connector.mapping.steps.catalogue import TRANSFORMS
from tests.config import test_config_mistakes
from tests.config.files import unmarked
from tests.forms import test_broken_layout
from tests.mapping import test_mapping_mistakes, test_value_mistakes

ROOT = Path(__file__).parents[2]
SCHEMAS: dict[str, dict[str, Any]] = {"config": schema("config"), "mapping": schema("mapping")}
MAPPINGS = sorted((ROOT / "mappings").glob("*.yaml"))
REFUSED = {
    "config": """\
a key that nobody knows · a key below a section that nobody knows · no entra · no desks · an empty desks
desks without anything · no credential · a credential in a word · a credential without kind
an unknown kind of credential · another cloud · pim in yes · a secret credential without a secret
a client secret written out · a client secret in digits · Graph in the clear
a key of another kind of credential · a desk without a name · a desk without auth
a desk's password written out · an unknown kind of reference · env without a name
a key vault without a secret · a TOPdesk auth at ServiceNow · no address · a user in the address
a query behind the address · a duration without unit · a duration in words · workers in quotes
a limit without a span · a limit of nothing · no workers · an unknown requester
requesters that are no list · a note field that callers read · a protected group by name
mail from nobody · a ledger's password in its address · a ledger's server without a database
a ledger's server by another driver · a ledger in a path · a level by number · an empty section
mappings that are a number · a mapping file that is a number · a list for a section
a section in a word""",
    "mapping": """\
an unknown key · no name · no desk · no table · no watch · a table with a space · several tables
an empty watch · a watch in a word · a watched field with a space · a watched value with a caret
a comma in a list · an empty list · nothing to watch for · an unknown condition · two conditions in one
empty in a word · two ways that are one · delivery by pigeon · a lifetime without a unit
one_time in quotes · an approval without a yes · an approval that is empty · a channel that is anything
an unknown requester · a group by name · nobody · members of a name · a standing that is unknown
a note that callers read · a marker in the journal · a settle that nobody knows · a settled caret
a settled list · a settled nothing · a pass in a text · an example without a ticket
an example that expects nothing · an example that is refused and not · an example with another reason
an example with a list""",
    "values": """\
no values · no subject · a subject in a word · a subject from nowhere · a subject from two places
a subject from an empty list · a field with a slash · a field that is a number · an unknown transform
a step with two names · append without a text · append of nothing · trim with an argument
an unknown rule · a replace of nothing · a replace by a list · a replace of too much
a lookup of nothing · a lookup in a workbook · a lookup that gives nothing · a template over a field
a template with two braces · a template with a brace alone · an empty template · an unknown way to find
a value that examples couldn't name · a value with a dot in its name · a confirmation with a slip
again without a value · a watched display value · a watched variable · a variable without a name""",
}
TABLES = {
    "config": test_config_mistakes.CASES,
    "mapping": test_mapping_mistakes.CASES,
    "values": test_value_mistakes.CASES,
}


def keys(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key of a schema, dotted, with what is said of it."""
    if isinstance(node, dict):
        for key, each in node.get("properties", {}).items():
            yield f"{path}.{key}", each
        for key, each in node.items():
            yield from keys(each, path if key in {"properties", "$defs"} else f"{path}.{key}")
    elif isinstance(node, list):
        for each in node:
            yield from keys(each, path)


def allows(name: str, text: str) -> bool:
    return Draft202012Validator(SCHEMAS[name]).is_valid(yaml.safe_load(text))


@pytest.mark.parametrize("name", ["config", "mapping"])
def test_the_schema_file_is_what_the_models_give(name: Literal["config", "mapping"]) -> None:
    written = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert written == schema(name), f"write it anew: passdesk schema {name} > schemas/{name}.schema.json"
    Draft202012Validator.check_schema(written)


@pytest.mark.parametrize("name", ["config", "mapping"])
def test_every_key_has_a_description_and_an_example_or_its_default(name: str) -> None:
    found = dict(keys(SCHEMAS[name]))
    conditions = {key for key in found if key.rpartition(".")[2] in {"not_in", "empty", "starts_with"}}
    assert len(found) > len(conditions) + 20
    assert [key for key, each in found.items() if not each.get("description") and key not in conditions] == []
    telling = ("examples", "default", "const", "enum")
    assert [
        key
        for key, each in found.items()
        if not any(word in each for word in telling) and key not in conditions
    ] == []


@pytest.mark.parametrize("name", ["config", "mapping"])
def test_each_example_is_right(name: str) -> None:
    found = dict(keys(SCHEMAS[name]))
    assert sum("examples" in each for each in found.values()) > 10
    for key, each in found.items():
        for example in each.get("examples", []):
            wrong = list(Draft202012Validator({**each, "$defs": SCHEMAS[name]["$defs"]}).iter_errors(example))
            assert not wrong, f"{key}: {example}: {wrong[0].message}"


def test_each_step_is_described() -> None:
    steps = SCHEMAS["mapping"]["$defs"]["ValueForm"]["properties"]["then"]["items"]["anyOf"]
    described = {each.get("const") or next(iter(each["properties"])): each for each in steps}
    assert set(described) == set(TRANSFORMS)
    assert all(
        each.get("description") or each["properties"][name]["description"] for name, each in described.items()
    )


@pytest.mark.parametrize("file", [ROOT / "config.example.yaml", *MAPPINGS], ids=lambda file: file.name)
def test_the_shipped_files_name_their_schemas_and_keep_to_them(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    named = file.parent / text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert named.is_file()
    Draft202012Validator(json.loads(named.read_text(encoding="utf-8"))).validate(yaml.safe_load(text))


def test_a_mapping_in_another_layout_keeps_to_the_schema() -> None:
    assert allows("mapping", test_broken_layout.BLOCK)


@pytest.mark.parametrize(
    ("table", "case"),
    [(table, case) for table, names in REFUSED.items() for case in names.replace("\n", " · ").split(" · ")],
)
def test_an_editor_refuses_what_a_schema_can_tell(table: str, case: str) -> None:
    assert not allows("config" if table == "config" else "mapping", unmarked(TABLES[table][case][0])[0])
