"""The managers above the subject may ask, as far up as the mapping says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.deliveries.wording import wording
from connector.domain.outcome import No
from connector.guards import Case
from connector.guards.evidence import ManagerChain
from connector.guards.requester import RequesterAllowed
from connector.mapping import Allow
from connector.mapping.keys.floor import Floor
from tests.guards.test_guards import ANN, BOARD, BOB, GAP, GOOD, MAPPING

ABOVE = ManagerChain(("m1", "m2", "m3"))


def verdict(asker: str, *rules: str, **evidence: Any) -> Any:
    case = Case(
        replace(MAPPING, allow=Allow(requester=rules)),
        Floor(),
        replace(GOOD, requester=replace(BOB, id=asker), **{"manager_chain": ABOVE, **evidence}),
    )
    return RequesterAllowed().check(case)


@pytest.mark.parametrize("asker", ["m1", "m2"])
def test_a_manager_within_the_levels_may_ask(asker: str) -> None:
    assert verdict(asker, "manager_chain:2") is None
    assert isinstance(verdict("a1", "manager_chain:2"), No)  # the subject isn't above themselves


@pytest.mark.parametrize("asker", ["m3", "b1"])
def test_one_level_further_or_anybody_else_may_not(asker: str) -> None:
    no = verdict(asker, "manager_chain:2")
    assert isinstance(no, No) and no.reason == "requester_not_allowed"
    assert no.detail.endswith("Only one of the 2 managers above ann.lee@contoso.com may.")


def test_a_circle_lets_nobody_of_it_ask() -> None:
    no = verdict("m1", "manager_chain:3", manager_chain=replace(ABOVE, cyclic=True))
    assert isinstance(no, No)
    assert no.detail == "In the directory, the managers above ann.lee@contoso.com form a circle."


def test_what_is_unknown_above_waits_unless_another_rule_lets_them_ask() -> None:
    assert verdict("m1", "manager_chain:3", manager_chain=GAP).reason == "evidence_missing"
    assert verdict("m1", "manager_chain:3", "manager", manager_chain=GAP) is None
    groups = frozenset({BOARD})
    assert (
        verdict("b1", "manager_chain:3", f"group:{BOARD}", manager_chain=GAP, requester_groups=groups) is None
    )


@pytest.mark.parametrize("language", ["en", "nl", "de"])
@pytest.mark.parametrize("rules", [("subject",), (), ("subject", f"group:{BOARD}"), (f"group:{BOARD}",)])
@pytest.mark.parametrize("levels", [1, 4])
def test_the_refusal_has_its_words_in_every_language(
    language: str, rules: tuple[str, ...], levels: int
) -> None:
    no = verdict("b1", *rules, f"manager_chain:{levels}")
    assert wording(language).detail(no.detail, lambda name, value: value)
    assert ANN.upn in no.detail
