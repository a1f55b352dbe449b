"""Every key of config.yaml, and every value that the schema lists, is worked with from end to end."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import yaml

from connector.config.load import schema
from tests.endtoend.house import House
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.searching import SEARCH

Path_ = tuple[str, ...]
FLOOR = """\
floor:
  lifetime_at_most: 2h
  passes_per_subject: 3/12h
  passes_per_requester: 5/1d
  passes_in_all: 50/1h
  requester_at_most: [subject, manager, manager_chain, group, anyone]
  start_at_most: 3d
  wait_at_most: 3d
  account_age: 1h
  note_fields: [work_notes]
  protected_groups: []
  pause_on: {chain: true, stuck_in_a_row: 5, foreign_passes: "off", flips: 3}
mail: {from: servicedesk@contoso.com, phone: +31 20 555 0100}
templates: texts
web:
  listen: "127.0.0.1:8642"
  public: {listen: "0.0.0.0:8643", url: https://passdesk.contoso.com}
  url: https://passdesk.contoso.com
  trusted_proxy: 127.0.0.1
  operators: {lead: env:SNOW_SECRET}
  oidc: {tenant_id: contoso.com, client_id: web-1, client_secret: env:SNOW_SECRET}
alerts: {to: [env:ALERTS], names: true}
alerts_after: 10m
notify: {subject: [mail]}
hooks: {contoso: {secret: env:SNOW_ID}}
keep: {trail: 400d, names: 90d, tickets: 400d}
workers: 2
lease: 5s
stop_within: 20s
"""
WORLDS = {
    "a": """\
entra:
  cloud: global
  credential: {kind: managed_identity, client_id: client-1}
  pim: present
  scoped_to: [6f1967b7-15e8-4935-ac26-d50770ed07a7]
  graph_url: GRAPH
desks:
  contoso:
    kind: servicenow
    url: AT_DESK
    auth: {kind: basic, username: svc.passdesk, password: env:PASSWORD}
log: {format: json, level: debug}
""",
    "b": """\
entra: {cloud: usgov, credential: {kind: workload_identity}, pim: absent, graph_url: GRAPH}
desks:
  contoso:
    kind: servicenow
    url: AT_DESK
    auth: {kind: client_credentials, client_id: env:SNOW_ID, client_secret: env:SNOW_SECRET}
log: {format: console, level: info}
floor: {pause_on: {chain: false, stuck_in_a_row: "off", foreign_passes: 0, flips: "off"}}
""",
    "c": """\
entra:
  cloud: dod
  credential: {kind: certificate, tenant_id: contoso.com, client_id: client-1, path: entra.pem}
  graph_url: GRAPH
desks:
  contoso:
    kind: servicenow
    url: AT_DESK
    auth:
      kind: password_grant
      client_id: env:SNOW_ID
      client_secret: env:SNOW_SECRET
      username: svc.passdesk
      password: env:PASSWORD
log: {format: json, level: warning}
""",
    "d": """\
entra:
  credential: {kind: client_secret, tenant_id: contoso.com, client_id: client-1, secret: env:SNOW_SECRET}
  graph_url: GRAPH
desks: {contoso: {kind: servicenow, url: AT_DESK, auth: {kind: api_key, key: env:KEY}}}
log: {format: console, level: error}
""",
    "e": """\
entra: {credential: {kind: managed_identity}, graph_url: GRAPH}
desks:
  bureau:
    kind: topdesk
    url: AT_DESK
    auth: {kind: application_password, login: passdesk, password: env:TOPDESK_PASSWORD}
""",
}
NAMED = (("desks",), ("hooks",), ("web", "operators"))  # by names of an admin's own
COMMON = "poll: {every: 1s, jitter: 1s}\n"
PLACES = {
    "a": "mappings: [MAPPING]\nledger: sqlite:///kept.db\n",
    "b": "mappings: {folder: kept, publish: direct}\nledger: {url: sqlite:///kept.db}\n",
    "c": "mappings: {folder: kept, publish: reviewed}\n"
    "ledger: {url: sqlite:///kept.db, password: env:SNOW_SECRET}\n",
    "d": "mappings: {folder: kept, publish: two}\nledger: sqlite:///kept.db\n",
    "e": "mappings: [MAPPING]\nledger: sqlite:///kept.db\n",
}


def whole(world: str) -> str:
    return WORLDS[world] + PLACES[world] + COMMON + (FLOOR if world == "a" else "")


def written(world: str, house: House, mapping: str) -> str:
    text = whole(world)
    for name, value in {
        "GRAPH": house.graph_server.url,
        "AT_DESK": house.desk_server.url,
        "MAPPING": mapping,
    }.items():
        text = text.replace(name, value)
    return text


def works(house: House, world: str, mapping: str) -> None:
    """`run` and `once` hand a pass over, and the log says so where it is to say such a thing."""
    (house.folder / "texts").mkdir()
    (house.folder / "entra.pem").touch()
    (house.folder / "kept").mkdir()
    (house.folder / "kept" / mapping).write_text((house.folder / mapping).read_text())
    (house.folder / "config.yaml").write_text(written(world, house, mapping))
    token = house.identity.tokens.issue("https://graph.microsoft.com").text
    made = SimpleNamespace(get_token=lambda *_: SimpleNamespace(token=token, expires_on=0))
    known = yaml.safe_load(WORLDS[world])
    signs_in = known["entra"]["credential"]["kind"] != "managed_identity"
    with patch("connector.entra.credential.credential", lambda *_: made) if signs_in else nullcontext():
        first = house.ticket("ann.lee")
        process = house.start("run")
        house.until(lambda: house.held(first) or not process.is_alive(), 30)
        assert process.pid and process.is_alive()
        os.kill(process.pid, signal.SIGTERM)
        process.join(30)
        second = house.ticket("bob.ray")
        ran = house.run("once")
    assert process.exitcode == 0
    assert ran.code == 0, ran.err
    assert house.held(first) and house.held(second)
    log = known.get("log", {"format": "json", "level": "info"})
    for said in ((house.folder / "log").read_text(), ran.err):
        assert ("delivered" in said) is (log["level"] in ("debug", "info"))
        if log["format"] == "json":
            assert all(json.loads(line)["action"] for line in said.splitlines())


@SEARCH
@pytest.mark.parametrize("world", [name for name in WORLDS if name != "e"])
def test_servicenow_works_with_these(scene: Scene, world: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", scene.desk.accounts.password)
    monkeypatch.setenv("KEY", scene.desk.accounts.api_key)
    monkeypatch.setenv("ALERTS", "json://127.0.0.1:1/")
    works(scene, world, "incidents.yaml")


def test_topdesk_works_with_these(office: Office) -> None:
    works(office, "e", "calls.yaml")


def test_no_key_and_no_listed_value_is_left_out() -> None:
    used = {each for world in WORLDS for each in said(yaml.safe_load(whole(world)))}
    offered = set(listed(schema("config")))
    assert ("entra", "cloud") in {path for path, _ in offered}
    assert offered - used == set()


def test_every_key_of_the_example_is_among_them() -> None:
    example = yaml.safe_load((Path(__file__).parents[2] / "config.example.yaml").read_text("utf-8"))
    used = {each for world in WORLDS for each in said(yaml.safe_load(whole(world)))}
    keys = {path for path, value in said(example) if value is None}
    assert ("desks", "*", "auth") in keys
    assert keys - {path for path, value in used if value is None} == set()


def said(known: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Each key of a document, with None, and each text in it. A desk's name is any name."""
    match known:
        case dict():
            for name, value in known.items():
                here = (*path, "*" if path in NAMED else str(name))
                yield here, None
                yield from said(value, here)
        case list():
            for value in known:
                yield from said(value, path)
        case str():
            yield path, known
        case _:
            pass


def listed(part: Any, path: Path_ = (), whole: Any = None) -> Iterator[tuple[Path_, Any]]:
    """Each key of the schema, with None, and each value that it lists."""
    whole = whole or part
    if "$ref" in part:
        part = whole["$defs"][part["$ref"].rpartition("/")[2]]
    for value in part.get("enum", [part["const"]] if "const" in part else []):
        yield path, value
    for name, value in part.get("properties", {}).items():
        yield (*path, name), None
        yield from listed(value, (*path, name), whole)
    if isinstance(part.get("additionalProperties"), dict):
        yield from listed(part["additionalProperties"], (*path, "*"), whole)
    for value in [*filter(None, [part.get("items")]), *part.get("anyOf", ()), *part.get("oneOf", ())]:
        yield from listed(value, path, whole)
