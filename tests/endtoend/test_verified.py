"""Somebody verified the person, and lately: from the ticket's fields to the pass."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.simulators.servicenow.columns import Column
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene

RULE = "allow: {verified: {field: u_verified, in: [called back, badge on video]}}\n"
TIMED = "allow: {verified: {field: u_verified, in: [called back], at: u_verified_at, within: 60m}}\n"


def ruled(scene: Scene, rule: str) -> None:
    scene.desk.add_columns(
        "incident", u_verified=Column("Verified"), u_verified_at=Column("Verified at", "datetime")
    )
    scene.rewrite("incidents.yaml", more=rule)


def came(scene: Scene | Office, ticket: str) -> str:
    """Delivered, or the reason why not."""
    outcome, reason = scene.once().outcomes()[scene.number(ticket)]
    return reason or outcome


def at(scene: Scene | Office, ago: float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return datetime.fromtimestamp(scene.clock() - ago, UTC).strftime(form)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("called back", "delivered"),
        ("badge on video", "delivered"),
        ("", "not_verified"),
        ("no", "not_verified"),
        ("Called back", "not_verified"),
    ],
)
def test_only_a_value_of_the_mapping_verifies(scene: Scene, said: str, expected: str) -> None:
    ruled(scene, RULE)
    ticket = scene.ticket("ann.lee", u_verified=said)
    assert came(scene, ticket) == expected


def test_who_is_verified_after_a_refusal_gets_the_pass(scene: Scene) -> None:
    ruled(scene, RULE)
    ticket = scene.ticket("ann.lee")
    assert came(scene, ticket) == "not_verified"
    assert "was made: the person wasn't verified: u_verified is" in scene.notes(ticket)[0]
    scene.desk.edit(ticket, state="1", u_verified="called back")
    assert came(scene, ticket) == "delivered"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Amsterdam", "America/New_York"])
@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (60, "delivered"),
        (3500, "delivered"),
        (-60, "delivered"),  # the desk's clock is a little ahead
        (3700, "not_verified"),
        (4 * 3600, "not_verified"),
        (86400, "not_verified"),
        (-600, "not_verified"),
    ],
)
def test_a_verification_counts_for_as_long_as_the_mapping_says(
    scene: Scene, ago: float, expected: str, zone: str
) -> None:
    """Stored times are in UTC, whatever zone the mapping shows times in."""
    ruled(scene, TIMED + f"timezone: {zone}\n")
    ticket = scene.ticket("ann.lee", u_verified="called back", u_verified_at=at(scene, ago))
    assert came(scene, ticket) == expected


def test_without_a_time_a_timed_verification_is_none(scene: Scene) -> None:
    ruled(scene, TIMED)
    ticket = scene.ticket("ann.lee", u_verified="called back")
    assert came(scene, ticket) == "not_verified"
    assert "can't be understood" in scene.notes(ticket)[0]


def test_a_time_that_cannot_be_read_waits(scene: Scene) -> None:
    ruled(scene, TIMED)
    ticket = scene.ticket("ann.lee", u_verified="called back", u_verified_at=at(scene, 60))
    scene.desk.access.hidden_fields.add(("incident", "u_verified_at"))
    assert came(scene, ticket) == "evidence_missing"


def test_explain_shows_the_rule(scene: Scene) -> None:
    ruled(scene, TIMED)
    ticket = scene.ticket("ann.lee", u_verified="called back", u_verified_at=at(scene, 7200))
    shown = scene.run("explain", "contoso", scene.number(ticket)).out
    assert "✗ guard    VerifiedInTime: The verification of" in shown
    scene.desk.edit(ticket, u_verified_at=at(scene, 60))
    assert "✓ guard    VerifiedInTime" in scene.run("explain", "contoso", scene.number(ticket)).out


def test_a_pass_that_begins_later_outlives_its_verification(scene: Scene) -> None:
    ruled(scene, TIMED)
    scene.desk.add_columns("incident", u_start=Column("Start", "datetime"))
    scene.rewrite("incidents.yaml", ("settle:", "  starts_at: {from: u_start, then: [{append: Z}]}\nsettle:"))
    fields = {"u_verified": "called back", "u_verified_at": at(scene, 60), "u_start": at(scene, -8 * 3600)}
    ticket = scene.ticket("ann.lee", **fields)
    assert came(scene, ticket) == "delivered"
    scene.clock.added += 2 * 3600
    assert scene.ended() == 0
    assert scene.graph.passes.standing(scene.people["ann.lee"]) is not None


@pytest.mark.parametrize(("ago", "expected"), [(60, "delivered"), (3700, "not_verified")])
def test_at_topdesk_too(office: Office, ago: float, expected: str) -> None:
    rule = "{field: optionalFields1.text3, in: [called back], at: optionalFields1.date1, within: 60m}"
    office.rewrite("calls.yaml", more=f"allow: {{requester: [subject], verified: {rule}}}\n")
    said = {"text3": "called back", "date1": at(office, ago, "%Y-%m-%dT%H:%M:%SZ")}
    ticket = office.ticket("ann.lee", optionalFields1=said)
    assert came(office, ticket) == expected


@pytest.mark.parametrize(
    ("rule", "cure"),
    [
        ("{field: u_verified, in: [yes], within: 60m}", "add at: FIELD"),
        ("{field: u_verified, in: [yes], at: u_verified_at}", "add within: 60m"),
        ("{field: u_verified, at: u_verified_at, within: 60m}", "in"),
        ("{in: [x], at: u_verified_at, within: 60m}", "field"),
        ("{field: u_verified, in: [x], at: u_verified_at, within: 30s}", "write 60s or more"),
    ],
)
def test_a_half_written_rule_is_a_mistake(scene: Scene, rule: str, cure: str) -> None:
    scene.rewrite("incidents.yaml", more=f"allow: {{verified: {rule}}}\n")
    ran = scene.run("once")
    assert ran.code == 2 and cure in ran.err
