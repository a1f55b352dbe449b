"""A handful of calls in one list, by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.simulators.faults import ALWAYS, answer, failure, when
from connector.simulators.messages import Response
from connector.simulators.topdesk import refused
from tests.desks.topdesk.office import Office, office


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def test_one_request_asks_for_them_by_their_ids_and_nothing_else(there: Office) -> None:
    made, _ = [there.incident() for _ in range(3)], there.incident()
    desk = there.desk()
    alone = {each: desk.read(each) for each in made}
    before = len(there.queries())
    assert desk.read_some(made) == alone
    (query,) = there.queries()[before:]
    assert query == {"query": f"id=in=({','.join(made)})", "pageSize": "20"}


def test_a_version_with_the_older_names_is_asked_by_them(there: Office) -> None:
    there.traps(paging="old", unknown_parameter="refused")
    made = [there.incident() for _ in range(12)]
    assert {*there.desk().read_some(made)} == {*made}
    assert [[*each] for each in there.queries()] == [["query", "pageSize"], ["query", "page_size"]]


def test_of_a_desk_that_cuts_the_list_the_calls_that_came_are_told(there: Office) -> None:
    there.traps(paging="old", unknown_parameter="ignored")
    made = [there.incident() for _ in range(12)]
    found = there.desk().read_some(made)
    assert len(found) == 10 and {*found} < {*made}


def test_a_desk_that_refuses_the_query_under_every_name_tells_of_none(there: Office) -> None:
    made = [there.incident() for _ in range(2)]
    desk = there.desk()
    assert {*desk.read_some(made)} == {*made}
    there.served.faults.add(when("GET", "/incidents", times=ALWAYS), answer(refused(400, "No such field")))
    assert desk.read_some(made) == {}


def test_a_call_that_becomes_partial_is_left_to_be_read_alone(there: Office) -> None:
    made, partial = there.incident(), there.incident()
    desk = there.desk()
    assert {*desk.read_some([made, partial])} == {made, partial}
    there.server.records.incidents[partial].row["status"] = "partial"
    assert {*desk.read_some([made, partial])} == {made}
    alone = desk.read(partial)
    assert alone is not None and alone.links


def test_a_card_that_cannot_be_asked_for_leaves_out_its_caller_alone(there: Office) -> None:
    other = next(key for name, key in there.people.items() if name != "Ann Lee")
    first, second = there.incident(), there.incident(other)
    assert {*there.desk().read_some([first, second])} == {first, second}
    there.served.faults.add(when("GET", there.people["Ann Lee"], times=ALWAYS), failure(500))
    assert {*there.desk().read_some([first, second])} == {second}


def test_a_call_that_comes_twice_is_left_out(there: Office) -> None:
    first, second = there.incident(), there.incident()
    desk = there.desk()
    rows = [there.server.incident(each) for each in (first, second, first)]
    assert {*desk.read_some([first, second])} == {first, second}
    there.served.faults.add(when("GET", "/incidents"), lambda handle: Response.json(200, rows))
    assert {*desk.read_some([first, second])} == {second}
