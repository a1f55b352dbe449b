from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.desks.servicenow.desk import ServiceNowDesk
from connector.desks.servicenow.dialect import ServiceNowDialect
from connector.http.service import Service
from connector.mapping import AnyOf, Condition, Mapping, NoteRules, Watch
from tests.desks.servicenow.instance import Instance, serving
from tests.desks.servicenow.shop import Shop
from tests.desks.servicenow.shop import shop as opened
from tests.desks.site import Site, one_of_each_kind, sites
from tests.searching import searched

WATCH = Watch((Condition("category", AnyOf(("identity",))), Condition("state", AnyOf(("1", "2")))))
MAPPING = Mapping(
    name="incidents",
    desk="contoso-servicenow",
    table="incident",
    watch=WATCH,
    values={},
    note=NoteRules(marker="u_passdesk"),
    traits=ServiceNowDialect.traits,
    settle={"delivered": {"state": "2"}, "used": {"state": "6", "close_notes": "Used ({reference})"}},
)


@pytest.fixture
def instance() -> Iterator[Instance]:
    made = Instance()
    with serving(made) as url:
        made.url = url
        yield made


@pytest.fixture
def service(instance: Instance) -> Iterator[Service]:
    made = Service("contoso-servicenow", instance.url, sleep=lambda seconds: None)
    yield made
    made.close()


@pytest.fixture
def desk(instance: Instance, service: Service) -> ServiceNowDesk:
    return ServiceNowDesk(service, MAPPING, instance.url)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with opened() as made:
        yield made


@pytest.fixture(
    params=searched(sites(), *one_of_each_kind()), ids=lambda each: f"{each.kind}-{each.__name__}"
)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with request.param(tmp_path).serving() as made:
        yield made
