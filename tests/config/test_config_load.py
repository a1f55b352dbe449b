"""What a right configuration becomes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from connector.config.load import load
from connector.config.sections import Settings
from connector.desks.servicenow.config import Basic, ServiceNow
from connector.domain.durations import Limit
from connector.forms.references import NameReference, SecretReference
from connector.mapping.keys.floor import Floor
from tests.config.files import CONFIG, MAPPING, lay

ROOT = Path(__file__).parents[2]
CONTRACT = """\
entra:
  cloud: global                      # global | usgov | dod
  credential: {kind: managed_identity}   # managed_identity [client_id] | workload_identity
  graph_url: https://graph.microsoft.com # optional
  pim: present                       # absent: the tenant has no licence for PIM, see graph.md
desks:
  contoso-servicenow:
    kind: servicenow
    url: https://contoso.service-now.com
    auth: {kind: client_credentials, client_id: env:SNOW_CLIENT_ID, client_secret: env:SNOW_CLIENT_SECRET}
  contoso-topdesk:
    kind: topdesk
    url: https://contoso.topdesk.net
    auth: {kind: application_password, login: passdesk, password: file:/run/secrets/topdesk}
mappings: mappings                   # a folder or a list of files
poll: {every: 60s, jitter: 10s}
workers: 8                           # tickets in flight at once
lease: 30s                           # how long a silent worker keeps a ticket
stop_within: 25s
floor:                               # no mapping can go below
  lifetime_at_most: 8h
  passes_per_subject: 2/24h          # delivered passes; past a limit tickets wait (deferred)
  passes_per_requester: 10/24h
  passes_in_all: 60/1h
  requester_at_most: [subject, manager, group]   # what mappings may allow; add anyone in so many words
  note_fields: [work_notes]          # fields that a mapping may name in note.field (ServiceNow)
  protected_groups: []               # object ids whose members never get a pass
mail: {from: servicedesk@contoso.com}
ledger: sqlite:///passdesk.db        # or postgresql+psycopg://… for several replicas
web: {listen: "127.0.0.1:8642"}      # status page, /healthz, /readyz, /metrics; off when absent
log: {format: json, level: info}     # json | console
"""


def of(tmp_path: Path, config: str = CONFIG) -> Settings:
    return load(lay(tmp_path, config)).settings


def test_every_key_of_the_contract_is_accepted(tmp_path: Path) -> None:
    settings = load(
        lay(tmp_path, CONTRACT, a=MAPPING.replace("desk: snow", "desk: contoso-servicenow"))
    ).settings
    assert settings.mail and settings.mail.sender == "servicedesk@contoso.com"
    assert settings.web and settings.web.listen == "127.0.0.1:8642"
    assert set(settings.desks) == {"contoso-servicenow", "contoso-topdesk"}


def test_a_key_left_out_has_the_value_that_the_contract_shows(tmp_path: Path) -> None:
    mapping = MAPPING.replace("desk: snow", "desk: contoso-servicenow")
    whole = load(lay(tmp_path, CONTRACT, incidents=mapping)).settings
    (tmp_path / "b").mkdir()
    short = of(tmp_path / "b")
    assert (short.entra, short.poll, short.floor, short.log) == (
        whole.entra,
        whole.poll,
        whole.floor,
        whole.log,
    )
    assert (short.workers, short.lease, short.stop_within) == (whole.workers, whole.lease, whole.stop_within)
    assert (short.web, short.mail) == (None, None)


def test_the_numbers_are_seconds(tmp_path: Path) -> None:
    settings = of(
        tmp_path,
        f"{CONFIG}poll: {{every: 15m, jitter: 0s}}\nlease: 2h\n"
        "floor: {lifetime_at_most: 2d, passes_per_subject: 3/90m}\n",
    )
    assert (settings.poll.every, settings.poll.jitter, settings.lease) == (900.0, 0.0, 7200.0)
    assert settings.floor.lifetime_at_most == 172800
    assert settings.floor.passes_per_subject == Limit(3, 5400)


@pytest.mark.parametrize(
    ("cloud", "url"),
    [
        ("global", "https://graph.microsoft.com"),
        ("usgov", "https://graph.microsoft.us"),
        ("dod", "https://dod-graph.microsoft.us"),
    ],
)
def test_the_cloud_decides_where_graph_is(cloud: str, url: str, tmp_path: Path) -> None:
    settings = of(tmp_path, CONFIG.replace("entra: {", f"entra: {{cloud: {cloud}, "))
    assert settings.entra.graph_url == url


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://contoso.service-now.com/", "https://contoso.service-now.com"),
        ("HTTPS://Contoso.Service-Now.com:443//", "https://contoso.service-now.com"),
        ("https://proxy.example.org:8443/snow/", "https://proxy.example.org:8443/snow"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_addresses_lose_what_makes_no_difference_and_http_stays_on_loopback(
    written: str, meant: str, tmp_path: Path
) -> None:
    settings = of(tmp_path, CONFIG.replace("https://contoso.service-now.com", f'"{written}"'))
    assert settings.desks["snow"].url == meant


def test_secrets_are_references_and_names_may_be(tmp_path: Path) -> None:
    desk = of(tmp_path).desks["snow"]
    assert isinstance(desk, ServiceNow)
    assert isinstance(desk.auth, Basic)
    assert desk.auth.username == NameReference("text", "svc")
    assert desk.auth.password == SecretReference("env", "SNOW_PASSWORD")


def test_relative_paths_start_where_the_file_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    secret = "entra: {credential: {kind: certificate, tenant_id: t, client_id: c, path: keys/entra.pem}}"
    settings = of(
        tmp_path,
        CONFIG.replace("entra: {credential: {kind: managed_identity}}", secret).replace(
            "env:TOP", "file:keys/top"
        ),
    )
    assert settings.ledger == f"sqlite:///{tmp_path}/passdesk.db"
    assert settings.entra.credential.path == tmp_path / "keys" / "entra.pem"  # type: ignore[union-attr]
    assert settings.desks["top"].auth.password.target == str(tmp_path / "keys" / "top")


def test_mappings_may_be_a_list_of_files(tmp_path: Path) -> None:
    path = lay(tmp_path, f"{CONFIG}mappings: [mappings/b.yaml]\n", a="broken: [", b=MAPPING)
    assert [mapping.path.name for mapping in load(path).mappings] == ["b.yaml"]


def test_mapping_files_are_read_in_the_order_of_their_names_and_hidden_ones_are_not(tmp_path: Path) -> None:
    path = lay(tmp_path, CONFIG, b=MAPPING, a=MAPPING.replace("incidents", "others"))
    (tmp_path / "mappings" / ".b.yaml").write_text("an editor's", encoding="utf-8")
    assert [mapping.name for mapping in load(path).mappings] == ["others", "incidents"]


def test_a_byte_order_mark_and_crlf_are_no_mistakes(tmp_path: Path) -> None:
    path = lay(tmp_path)
    for file in (path, tmp_path / "mappings" / "incidents.yaml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load(path).mappings[0].name == "incidents"


def test_the_shipped_example_loads_with_the_shipped_mapping(tmp_path: Path) -> None:
    shutil.copy(ROOT / "config.example.yaml", tmp_path / "config.yaml")
    shutil.copytree(ROOT / "mappings", tmp_path / "mappings")
    assert "servicenow-incidents" in [mapping.name for mapping in load(tmp_path / "config.yaml").mappings]


def test_sections_can_be_made_in_code_with_plain_numbers() -> None:
    floor = Floor(lifetime_at_most=3600, passes_in_all=Limit(1, 60))
    assert (floor.lifetime_at_most, floor.passes_in_all, floor.note_fields) == (
        3600,
        Limit(1, 60),
        ("work_notes",),
    )
