"""POST /hooks/DESK, over real HTTP: a desk's hint wakes a look at one ticket; nobody else's does anything."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from connector.desks.kinds import KINDS
from connector.domain.events import Event
from connector.domain.logger import news, writer
from connector.forms.references import SecretReference
from connector.web import gate
from connector.web.gate import BURST, Call, Gate, Heard
from connector.worker.hints import Mailbox
from tests.endtoend.house import Clock
from tests.endtoend.office import Office, bureau
from tests.endtoend.scene import Scene
from tests.endtoend.test_run import stopped
from tests.web.conftest import LEAD, Site, demo
from tests.web.test_served import free_port

SECRET, OTHERS = "0123456789-abcdefghij-0123456789", "9876543210-jihgfedcba-9876543210"


def signed(body: bytes, at: float | str | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers of a call that a desk signs."""
    said = str(int(Clock()())) if at is None else str(at)
    digest = hmac.new(secret.encode(), said.encode() + b"." + body, "sha256").hexdigest()
    return {"X-Passdesk-Timestamp": said, "X-Passdesk-Signature": f"sha256={digest}"}


def naming(ticket: str) -> bytes:
    return json.dumps({"id": ticket}).encode()


def call(url: str, desk: str, body: bytes, headers: dict[str, str]) -> None:
    """A call, to which the answer is 202 and nothing else."""
    answer = requests.post(f"{url}/hooks/{desk}", body, headers=headers, timeout=30)
    assert (answer.status_code, answer.content) == (202, b"")


def hooked(house: Scene | Office, desk: str) -> str:
    """Have a house serve hooks, and poll once an hour; the page's address."""
    listen = f"127.0.0.1:{free_port()}"
    hooks = f'web: {{listen: "{listen}"}}\nhooks: {{{desk}: {{secret: "file:hook"}}}}\n'
    (house.folder / "hook").write_text(f"{SECRET}\n")
    house.rewrite("config.yaml", ("every: 1s", "every: 10h"), more=hooks)
    return f"http://{listen}"


@contextmanager
def running(house: Scene | Office) -> Iterator[None]:
    """`passdesk run`, once its first sweep is over."""
    process = house.start("run")
    house.until(lambda: house.log("swept"), process=process)
    yield
    assert stopped(process) == 0


def test_a_signed_hint_brings_the_pass_without_a_poll(scene: Scene) -> None:
    url = hooked(scene, "contoso")
    scene.person("ann.lee")
    with running(scene):
        ticket = scene.ticket("ann.lee")
        call(url, "contoso", naming(ticket), signed(naming(ticket)))
        scene.until(lambda: scene.held(ticket))
    assert len(scene.log("swept")) == 1
    assert [each["action"] for each in scene.log("delivered")] == ["delivered"]


def test_a_hint_with_a_token_does_so_at_a_desk_that_cannot_sign(tmp_path: Path) -> None:
    with bureau(tmp_path) as office:
        url = hooked(office, "bureau")
        office.person("ann.lee")
        with running(office):
            ticket = office.ticket("ann.lee")
            call(url, "bureau", naming(ticket.upper()), {"X-Passdesk-Token": SECRET})
            office.until(lambda: office.held(ticket))
        assert len(office.log("swept")) == 1


NOW, ID = 1_800_000_000, "0123456789abcdef" * 2
OTHER_ID = "f" * 32


@dataclass
class Gated:
    """A page with hooks of two desks, whose clocks stand still."""

    site: Site
    gates: dict[str, Gate]
    boxes: dict[str, Mailbox]

    def call(self, body: bytes, headers: dict[str, str], desk: str = "contoso-servicenow") -> None:
        call(self.site.url, desk, body, headers)

    def heard(self) -> dict[tuple[str, str], int]:
        return dict(self.site.window.tally.hints)

    def named(self, desk: str = "contoso-servicenow") -> list[str]:
        """The tickets that are to be looked at."""
        return sorted(self.boxes[desk].waiting)


@pytest.fixture
def gated(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gated]:
    monkeypatch.setenv("HOOK", SECRET)
    monkeypatch.setenv("OTHERS", OTHERS)
    boxes, gates = dict[str, Mailbox](), dict[str, Gate]()
    for name, secret, kind in (
        ("contoso-servicenow", "HOOK", "servicenow"),
        ("contoso-topdesk", "OTHERS", "topdesk"),
    ):
        boxes[name] = Mailbox(lambda: 0.0)
        read = KINDS[kind].dialect.ticket_id
        reference = SecretReference("env", secret)
        gates[name] = Gate(reference, read, boxes[name], lambda: float(NOW), lambda: 0.0)
    site.window.tally.hints.clear()
    monkeypatch.setattr(site.window, "gates", gates)
    yield Gated(site, gates, boxes)
    site.window.tally.hints.clear()


BODY = naming(ID)
NAN = b'{"id": NaN}'
HOSTILE: dict[str, tuple[bytes, dict[str, str], str]] = {
    "no proof": (BODY, {}, "forged"),
    "another desk's secret": (BODY, signed(BODY, NOW, OTHERS), "forged"),
    "another desk's token": (BODY, {"X-Passdesk-Token": OTHERS}, "forged"),
    "an operator's token": (BODY, {"X-Passdesk-Token": LEAD}, "forged"),
    "the beginning of the token": (BODY, {"X-Passdesk-Token": SECRET[:-1]}, "forged"),
    "an empty token": (BODY, {"X-Passdesk-Token": ""}, "forged"),
    "another body": (naming(OTHER_ID), signed(BODY, NOW), "forged"),
    "another timestamp": (BODY, {**signed(BODY, NOW), "X-Passdesk-Timestamp": str(NOW + 1)}, "forged"),
    "no timestamp": (BODY, {"X-Passdesk-Signature": signed(BODY, NOW)["X-Passdesk-Signature"]}, "forged"),
    "half a signature": (BODY, {**signed(BODY, NOW), "X-Passdesk-Signature": "sha256=00"}, "forged"),
    "an empty signature beside the token": (
        BODY, {"X-Passdesk-Signature": "", "X-Passdesk-Token": SECRET}, "forged",
    ),
    "a signature of another kind": (
        BODY, {**signed(BODY, NOW), "X-Passdesk-Signature": f"sha1={'0' * 64}"}, "forged",
    ),
    "an old one": (BODY, signed(BODY, NOW - 301), "stale"),
    "one from the future": (BODY, signed(BODY, NOW + 301), "stale"),
    "a timestamp that is no number": (BODY, signed(BODY, "now"), "stale"),
    "a timestamp below zero": (BODY, signed(BODY, -NOW), "stale"),
    "a timestamp without an end": (BODY, signed(BODY, "9" * 5000), "stale"),
    "a body that is too long": (b" " * 1024 + BODY, signed(b" " * 1024 + BODY, NOW), "unreadable"),
    "a body of pages": (b"x" * 60_000, {"X-Passdesk-Token": SECRET}, "unreadable"),
    "nothing": (b"", signed(b"", NOW), "unreadable"),
    "no UTF-8": (b'{"id": "\xff"}', signed(b'{"id": "\xff"}', NOW), "unreadable"),
    "UTF-16": (BODY.decode().encode("utf-16"), signed(BODY.decode().encode("utf-16"), NOW), "unreadable"),
    "lists in lists": (b"[" * 1000, signed(b"[" * 1000, NOW), "unreadable"),
    "an id in a list": (b'[{"id": "x"}]', signed(b'[{"id": "x"}]', NOW), "unreadable"),
    "no text": (NAN, signed(NAN, NOW), "unreadable"),
    "another key": (b'{"number": "INC1"}', signed(b'{"number": "INC1"}', NOW), "unreadable"),
    **{
        f"an id that is {what}": (naming(text), signed(naming(text), NOW), "unreadable")
        for what, text in {
            "a query": f"{ID}^ORsys_idISNOTEMPTY",
            "a list": f"{ID},{OTHER_ID}",
            "a path": "../../" + ID[:26],
            "with a line end": f"{ID}\n",
            "in other digits": "\u0661" * 32,
            "a number": "INC0010001",
            "another desk's": "6f1967b7-15e8-4935-ac26-d50770ed07a7",
            "empty": "",
        }.items()
    },
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_call_that_is_not_the_desks_or_names_no_ticket_is_counted_and_forgotten(
    gated: Gated, case: str
) -> None:
    body, headers, outcome = HOSTILE[case]
    gated.call(body, headers)
    assert gated.heard() == {("contoso-servicenow", outcome): 1}
    assert not gated.named() and not any(each.seen for each in gated.gates.values())
    gated.call(BODY, signed(BODY, NOW))
    assert gated.named() == [ID]


def test_a_call_to_another_name_is_counted_without_that_name(gated: Gated) -> None:
    for desk in ("contoso", "%00", "x" * 2000, "CONTOSO-SERVICENOW", "contoso-servicenow%20"):
        gated.call(BODY, signed(BODY, NOW), desk)
    assert gated.heard() == {("", "unknown"): 5} and not gated.named()


def test_the_same_signature_is_acted_on_once_however_it_is_written(gated: Gated) -> None:
    headers = signed(BODY, NOW + 299)
    loud = {"x-passdesk-timestamp": str(NOW + 299)}
    loud["x-passdesk-signature"] = "sha256=" + headers["X-Passdesk-Signature"][7:].upper()
    gated.call(BODY, headers)
    assert [each.ticket for each in gated.boxes["contoso-servicenow"].due()] == [ID]
    for again in (headers, loud, headers):
        gated.call(BODY, again)
    assert gated.heard() == {("contoso-servicenow", "taken"): 1, ("contoso-servicenow", "repeated"): 3}
    assert not gated.named()


def test_a_secret_that_is_gone_or_too_short_lets_nobody_in(
    gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (None, "", "short"):
        monkeypatch.setenv("HOOK", value) if value is not None else monkeypatch.delenv("HOOK")
        gated.call(BODY, {"X-Passdesk-Token": value or ""})
        gated.call(BODY, signed(BODY, NOW, value or ""))
    assert gated.heard() == {("contoso-servicenow", "no_secret"): 6} and not gated.named()


def test_a_flood_of_true_hints_is_cut_and_costs_no_memory(gated: Gated) -> None:
    door = gated.gates["contoso-servicenow"]
    for count in range(300):
        body = naming(f"{count:032x}")
        call = Call(body, True, **as_call(signed(body, NOW)))
        assert door.hear(call) is (Heard.TAKEN if count < BURST else Heard.LIMITED)
    assert len(gated.named()) == len(door.seen) == BURST


def test_signatures_are_forgotten_when_they_are_stale_and_not_before(
    gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "REMEMBERED", 2)
    door = gated.gates["contoso-servicenow"]
    calls = [Call(BODY, True, **as_call(signed(BODY, at))) for at in (NOW - 10, NOW, NOW + 10)]
    assert [door.hear(each) for each in calls] == [Heard.TAKEN, Heard.TAKEN, Heard.LIMITED]
    door.wall = lambda: NOW + 295.0
    assert [door.hear(each) for each in calls] == [Heard.STALE, Heard.REPEATED, Heard.TAKEN]
    assert len(door.seen) == 2


def as_call(headers: dict[str, str]) -> dict[str, str]:
    return {"signature": headers["X-Passdesk-Signature"], "timestamp": headers["X-Passdesk-Timestamp"]}


def test_what_is_refused_is_logged_once_for_each_cause(gated: Gated, monkeypatch: pytest.MonkeyPatch) -> None:
    said = list[tuple[str, dict[str, str]]]()
    monkeypatch.setattr(writer, "write", lambda level, action, known: said.append((action, known)))
    news.forget()
    for _ in range(20):
        gated.call(BODY, signed(BODY, NOW, OTHERS))
        gated.call(BODY, {}, "nobodys")
    assert [(what, known["desk"], known["cause"]) for what, known in said] == [
        (Event.HINT_REFUSED, "contoso-servicenow", "forged"),
        (Event.HINT_REFUSED, "", "unknown"),
    ]
    assert SECRET not in repr(said) and ID not in repr(said)


def test_the_pages_own_checks_neither_stop_a_desk_nor_open_for_it(gated: Gated) -> None:
    """Another Host, a page elsewhere, a wrong token of a person: for a desk they mean nothing."""
    elsewhere = {"Host": "hooks.example.org", "Origin": "https://evil.example.org"}
    strange = elsewhere | {"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer nobody's"}
    gated.call(BODY, signed(BODY, NOW) | strange)
    assert gated.named() == [ID]
    site, token = gated.site, {"X-Passdesk-Token": SECRET}
    for path in ("/", "/history", "/metrics", "/hooks", "/hooks/", "/hooks/contoso-servicenow/more"):
        assert site.get(path, headers=token | {"Host": "hooks.example.org"}).status_code == 400
    assert site.get("/hooks/contoso-servicenow", headers=elsewhere).status_code in {400, 405}
    done = requests.post(f"{site.url}/acts/pause", {"why": "x"}, headers=token, timeout=30)
    assert done.status_code == 403 and site.house.ledger.paused() is None


def test_beyond_this_machine_a_token_comes_over_tls_and_a_signature_may_come_as_it_is() -> None:
    with demo(url="https://passdesk.contoso.com", trusted_proxy="127.0.0.1") as away:
        box = Mailbox(lambda: 0.0)
        read = KINDS["servicenow"].dialect.ticket_id
        door = Gate(SecretReference("env", "LEAD_TOKEN"), read, box, lambda: float(NOW), lambda: 0.0)
        away.window.gates = {"contoso-servicenow": door}
        token, heard = {"X-Passdesk-Token": LEAD}, away.window.tally.hints
        call(away.url, "contoso-servicenow", BODY, token | {"X-Forwarded-Proto": "http"})
        call(away.url, "contoso-servicenow", BODY, token)
        assert dict(heard) == {("contoso-servicenow", "in_clear"): 2} and not box.waiting
        call(away.url, "contoso-servicenow", BODY, signed(BODY, NOW, LEAD))
        assert [each.ticket for each in box.due()] == [ID]
        call(away.url, "contoso-servicenow", BODY, token | {"X-Forwarded-Proto": "https"})
        assert [each.ticket for each in box.due()] == [ID]


def test_the_metric_counts_what_became_of_calls(gated: Gated) -> None:
    gated.call(BODY, signed(BODY, NOW))
    gated.call(BODY, signed(BODY, NOW, OTHERS))
    lines = [each for each in gated.site.get("/metrics").text.splitlines() if "passdesk_hints_total{" in each]
    assert sorted(lines) == [
        'passdesk_hints_total{desk="contoso-servicenow",outcome="forged"} 1.0',
        'passdesk_hints_total{desk="contoso-servicenow",outcome="taken"} 1.0',
    ]


def test_forged_and_old_hints_bring_no_look_at_the_ticket_that_they_name(scene: Scene) -> None:
    url = hooked(scene, "contoso")
    for name in ("ann.lee", "bob.ray"):
        scene.person(name)
    with running(scene):
        named, good = naming(scene.ticket("ann.lee")), scene.ticket("bob.ray")
        for _ in range(20):
            call(url, "contoso", named, signed(named, secret=OTHERS))
            call(url, "contoso", named, signed(named, int(scene.clock()) - 400))
            call(url, "contoso", named, {"X-Passdesk-Token": OTHERS})
            call(url, "nobody", named, signed(named))
        call(url, "contoso", naming(good), signed(naming(good)))
        scene.until(lambda: scene.held(good))
    assert {each["ticket"] for each in scene.log("claimed")} == {scene.number(good)}
    assert sorted(each["cause"] for each in scene.log("hint_refused")) == ["forged", "stale", "unknown"]
