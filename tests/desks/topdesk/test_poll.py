"""Which tickets a poll shows, whatever the version and the traps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.domain.errors import Down
from connector.lifecycle.roles import Desk
from connector.mapping import AnyOf, Condition, Watch
from connector.mapping.watch import Empty
from connector.simulators import Response
from connector.simulators.faults import ALWAYS, answer, failure, html_page, truncated, when
from connector.simulators.topdesk import maintenance, refused
from tests.desks.topdesk.office import MAPPING, NOW, WATCH, Office, office
from tests.searching import SEARCH


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def ids(there: Office, desk: Desk | None = None) -> list[str]:
    return [ticket.id for ticket in (desk or there.desk()).poll()]


def queue(there: Office, number: int) -> list[str]:
    """So many calls, a second apart, oldest first."""
    made = []
    for second in range(number):
        there.server.clock = lambda second=second: NOW + second  # type: ignore[misc]
        made.append(there.incident(briefDescription=f"call {second}"))
    return made


def test_a_queue_of_nothing_is_an_empty_poll_and_no_error(there: Office) -> None:
    assert ids(there) == []
    there.traps(empty_list=200)
    assert ids(there) == []
    assert len(there.queries()) == 2


def test_what_is_asked_for_is_open_calls_of_the_mapping_oldest_first_and_no_parameter_more(
    there: Office,
) -> None:
    ids(there)
    assert there.queries() == [
        {
            "query": (
                "closed==false;completed==false;category.name==Identity;subcategory.name=='Temporary Access "
                "Pass';"
                "processingStatus.name=in=(Registered,'In progress')"
            ),
            "sort": "creationDate:asc",
            "pageStart": "0",
            "pageSize": "100",
        }
    ]


def test_a_ticket_has_the_desk_the_number_its_fields_and_its_age(there: Office) -> None:
    made = there.incident(briefDescription="Lost phone")
    mapping = replace(
        MAPPING,
        settle={"used": {"completed": "true", "operatorGroup.id": "", "optionalFields1.number1": "1"}},
    )
    (ticket,) = there.desk(mapping).poll()
    assert (ticket.desk, ticket.id, ticket.number) == (there.url, made, there.server.incident(made)["number"])
    assert (ticket.open, ticket.mailed, ticket.touched, ticket.agent) == (True, False, True, None)
    assert ticket.opened == "2026-09-21 14:13:20.250+00:00"
    assert ticket.fields == {
        "caller.email": "ann.lee@contoso.com",
        "caller.id": there.people["Ann Lee"],
        "category.name": "Identity",
        "subcategory.name": "Temporary Access Pass",
        "processingStatus.name": "Registered",
        "completed": "false",
        "operatorGroup.id": "",
        "optionalFields1.number1": "0",
        "optionalFields1.text1": "",
    }


@SEARCH
@pytest.mark.parametrize("names", ["new", "both", "old"])
@pytest.mark.parametrize("unknown", ["ignored", "refused"])
def test_every_call_of_a_long_queue_comes_once_whatever_the_parameters_are_called(
    there: Office, names: str, unknown: str
) -> None:
    made = queue(there, 230)
    there.traps(paging=names, unknown_parameter=unknown)
    desk = there.desk()
    assert ids(there, desk) == made
    there.asked.clear()
    assert ids(there, desk) == made
    assert len(there.queries()) == 3  # what worked is remembered


def test_a_version_that_changes_its_parameters_later_is_learnt_anew(there: Office) -> None:
    made = queue(there, 120)
    there.traps(paging="old", unknown_parameter="refused")
    desk = there.desk()
    ids(there, desk)
    there.traps(paging="new")
    assert ids(there, desk) == made


@pytest.mark.parametrize("url", ["absolute", "path", "absent"])
def test_the_address_of_the_next_page_is_not_followed(there: Office, url: str) -> None:
    made = queue(there, 101)
    there.traps(next_page_url=url)
    assert ids(there) == made
    assert [each["pageStart"] for each in there.queries()] == ["0", "99"]


def test_rows_that_leave_while_pages_are_read_cost_no_other_row(there: Office) -> None:
    """The rows behind them move forward, and some would be skipped between two pages."""
    made = queue(there, 150)

    def closes(handle: Any) -> Any:
        first = handle()
        for each in made[:3]:
            there.server.edit(each, processingStatus="Closed")
        return first

    there.served.faults.add(when("GET", "/incidents$"), closes)
    assert set(ids(there)) >= set(made[3:])


def test_all_rows_are_read_before_the_first_is_worked(there: Office) -> None:
    queue(there, 120)
    poll = there.desk().poll()
    next(poll)
    before = len(there.queries())
    list(poll)
    assert len(there.queries()) == before == 2


def test_pages_that_never_end_are_an_error_and_no_endless_loop(there: Office) -> None:
    queue(there, 3)
    page = there.server.incidents()
    row = {"n": 0}

    def forever(handle: Any) -> Any:
        row["n"] += 1
        return Response.json(206, [{**page[0], "id": f"00000000-0000-4000-8000-{row['n']:012}"}])

    there.served.faults.add(when("GET", "/incidents$", times=ALWAYS), forever)
    with pytest.raises(Down, match="too long, or changes all the time; narrow the mapping's watch"):
        ids(there)
    assert len(there.asked) <= 300


@pytest.mark.parametrize("unknown", ["refused", "dropped", "no_rows"])
def test_a_field_of_the_shops_own_is_watched_whether_or_not_the_query_knows_it(
    there: Office, unknown: str
) -> None:
    there.traps(unknown_field=unknown)
    wanted = there.incident(optionalFields1={"boolean1": True, "text2": "now"})
    there.incident(optionalFields1={"boolean1": False, "text2": "now"})
    own = (
        Condition("optionalFields1.boolean1", AnyOf(("true",))),
        Condition("optionalFields1.text2", Empty(False)),
    )
    desk = there.desk(replace(MAPPING, watch=Watch((*WATCH.conditions, *own))))
    assert ids(there, desk) == [wanted]
    assert desk.ignored == 1


def test_a_filter_that_widens_brings_no_call_that_is_not_watched(there: Office) -> None:
    there.traps(fiql=False)  # the version doesn't know `query`, and drops it
    wanted = there.incident()
    there.incident(category="Hardware", subcategory="Laptop")
    there.incident(processingStatus="Closed")
    there.incident(processingStatus="Completed")
    desk = there.desk()
    assert ids(there, desk) == [wanted]
    assert desk.ignored == 3


@pytest.mark.parametrize(
    "change",
    [
        {"closed": True},
        {"completed": True},
        {"closed": None, "completed": None},
        {"status": "secondLineArchived"},
        {"status": None},
        {"id": "I 2609 104"},
        {"id": None},
        {"category": None},
        {"category": "Identity"},
    ],
)
def test_a_row_that_is_not_open_or_not_watched_or_no_record_is_ignored(
    there: Office, change: dict[str, Any]
) -> None:
    made, good = there.incident(), there.incident()
    row = there.server.incident(made) | change
    rows = [row, "no row", None, there.server.incident(good)]
    there.served.faults.add(when("GET", "/incidents$"), answer(Response.json(200, rows)))
    assert ids(there) == [good]


@pytest.mark.parametrize("key", ["closed", "completed", "status"])
def test_a_row_that_does_not_say_whether_it_is_open_is_not(there: Office, key: str) -> None:
    desk = there.desk()
    row = there.server.incident(there.incident())
    del row[key]
    there.served.faults.add(when("GET", "/incidents$"), answer(Response.json(200, [row])))
    assert ids(there, desk) == []
    assert desk.ignored == 1


def test_a_field_that_the_row_lacks_is_absent_and_a_null_one_is_empty(there: Office) -> None:
    row = there.server.incident(there.incident())
    del row["priority"]
    row["operatorGroup"] = None
    mapping = replace(MAPPING, settle={"used": {"priority.name": "P1", "operatorGroup.id": ""}})
    there.served.faults.add(when("GET", "/incidents$"), answer(Response.json(200, [row])))
    (ticket,) = there.desk(mapping).poll()
    assert "priority.name" not in ticket.fields
    assert ticket.fields["operatorGroup.id"] == ""


def test_a_query_that_is_refused_is_down_with_what_topdesk_says(there: Office) -> None:
    there.served.faults.add(
        when("GET", "/incidents$", times=ALWAYS),
        answer(refused(400, "The field 'category.name' is unknown.")),
    )
    with pytest.raises(
        Down,
        match=r"the list of incidents can't be read: it answers 400, The field 'category.name' is unknown",
    ):
        ids(there)


@pytest.mark.parametrize("shape", ["list", "object", "errors", "text", "html"])
def test_an_error_is_understood_in_every_shape(there: Office, shape: Any) -> None:
    there.server.account.permissions.clear()
    there.server.account.permissions.add("application_passwords")
    there.traps(errors=shape)
    with pytest.raises(Down, match=r"it answers 403, (TOPdesk )?No permission to access the data$"):
        ids(there)
    assert len(there.asked) == 1


def test_an_error_without_words_is_told_by_its_number(there: Office) -> None:
    there.server.account.permissions -= {"rest_api"}
    there.traps(errors="empty")
    with pytest.raises(Down, match=r"it answers 403$"):
        ids(there)


@pytest.mark.parametrize(
    "fault", [html_page(), failure(503), truncated, answer(maintenance(200)), answer(refused(429, "slow"))]
)
def test_what_is_no_answer_is_down_and_never_an_empty_queue(there: Office, fault: Any) -> None:
    there.incident()
    there.served.faults.add(when("GET", "/incidents$", times=ALWAYS), fault)
    with pytest.raises(Down):
        ids(there)


def test_a_desk_that_asks_to_wait_is_waited_for(there: Office) -> None:
    made = there.incident()
    there.served.faults.add(when("GET", "/incidents$"), failure(429, "1"))
    assert ids(there) == [made]
