"""The managers above a person, level by level: not one too many, not round in a circle, not over a gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connector.entra.directory import EntraDirectory
from connector.guards.evidence import Evidence, Known, ManagerChain, Missing, Wanted
from connector.mapping import Facts, Key
from tests.entra.no_paths import NoPaths
from tests.entra.tenant import ANN, FORBIDDEN, NOT_FOUND, Reached, Tenant, reaching, user
from tests.http.loopback import Says

ONE, TWO, THREE, FOUR = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "1234")
NAMES = {ANN: "ann.lee", ONE: "one", TWO: "two", THREE: "three", FOUR: "four"}
LINE = {ANN: ONE, ONE: TWO, TWO: THREE, THREE: FOUR}


class Company(Tenant):
    """Who is whose manager; `odd`: an answer about one person's manager."""

    above: Mapping[str, str]
    odd: Mapping[str, Says]

    def about(self, person: dict[str, Any], what: str, body: Any) -> Says:
        if what != "manager":
            return super().about(person, what, body)
        id_ = person["id"]
        found = self.above.get(id_)
        return self.odd.get(id_) or (Says(200, {"id": found.upper()}) if found else NOT_FOUND)


def company(above: Mapping[str, str], **odd: Says) -> Company:
    made = Company(users=[user(id_, f"{name}@contoso.com") for id_, name in NAMES.items()])
    made.above, made.odd = above, {id_: odd[name] for id_, name in NAMES.items() if name in odd}
    return made


def chain(it: Reached, levels: int, by: str = "four", directory: EntraDirectory | None = None) -> Any:
    asked = Facts(Key("ann.lee@contoso.com"), Key(f"{by}@contoso.com"), {}, "digest")
    there = directory or EntraDirectory(it.graph, NoPaths(), monotonic=it.time)
    found = there.prove(asked, Wanted(manager_levels=levels))
    assert isinstance(found, Evidence)
    return found.manager_chain


def of(above: Mapping[str, str], levels: int, **odd: Says) -> Known[ManagerChain]:
    with reaching(company(above, **odd)) as it:
        found: Known[ManagerChain] = chain(it, levels)
    return found


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_as_many_levels_as_were_asked_for_and_no_more(levels: int) -> None:
    assert of(LINE, levels) == ManagerChain((ONE, TWO, THREE, FOUR)[:levels])


def test_who_has_nobody_above_ends_the_chain() -> None:
    assert of(LINE, 9) == ManagerChain((ONE, TWO, THREE, FOUR))
    assert of({}, 3) == ManagerChain(())


@pytest.mark.parametrize(
    ("above", "below"),
    [({**LINE, TWO: ANN}, (ONE, TWO)), ({**LINE, TWO: ONE}, (ONE, TWO)), ({ANN: ANN}, ())],
)
def test_a_circle_is_seen_also_above_somebody_who_may_ask(
    above: dict[str, str], below: tuple[str, ...]
) -> None:
    assert of(above, 3) == ManagerChain(below, cyclic=True)


@pytest.mark.parametrize("name", ["ann.lee", "one", "two"])
@pytest.mark.parametrize("says", [FORBIDDEN, Says(200, {}), Says(200, {"id": None})])
def test_a_level_that_cannot_be_read_leaves_it_open(name: str, says: Says) -> None:
    assert isinstance(of(LINE, 3, **{name: says}), Missing)


def test_levels_are_kept_for_five_minutes_and_cost_no_batch_more() -> None:
    with reaching(company(LINE)) as it:
        directory, calls = EntraDirectory(it.graph, NoPaths(), monotonic=it.time), []
        for passed in (0, 299, 2):
            it.time.now += passed
            assert chain(it, 3, directory=directory) == ManagerChain((ONE, TWO, THREE))
            calls.append(len([each for each in it.there.routes if each.startswith("GET")]))
        assert it.there.routes.count("POST /v1.0/$batch") == 6
    assert calls == [2, 2, 4]


def test_who_asks_for_themselves_costs_no_look_at_the_managers() -> None:
    with reaching(company(LINE)) as it:
        assert isinstance(chain(it, 3, "ann.lee"), Missing)
        assert it.there.routes == ["POST /v1.0/$batch"] * 2
